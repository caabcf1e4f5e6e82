/** PEM (RFC 7468) of public and private keys, as people hold it: in quotes, on one line, with `\n` in two letters. */
import { base64Bytes } from './base64-text.ts';
import { isPem, unwrapped } from './decode-key-text.ts';
import type { KeyTextFault } from './key-form.ts';

const REMEDIES: Readonly<Record<string, string>> = {
  CERTIFICATE:
    'Its validity and chain would go unchecked. Take its key: `openssl x509 -in cert.pem -pubkey -noout`.',
  'RSA PUBLIC KEY': 'Convert it: `openssl rsa -RSAPublicKey_in -in key.pem -pubout`.',
  'RSA PRIVATE KEY': 'Convert it: `openssl pkcs8 -topk8 -nocrypt -in key.pem`.',
  'EC PRIVATE KEY': 'Convert it: `openssl pkcs8 -topk8 -nocrypt -in key.pem`.',
  'ENCRYPTED PRIVATE KEY': 'Decrypt it: `openssl pkcs8 -in key.pem`, and keep it where secrets are kept.',
  'OPENSSH PRIVATE KEY': 'Convert a copy of it: `ssh-keygen -p -m PKCS8 -f key`.',
};

const REMEDY = 'Convert it with `openssl pkey`, or compare it with the provider’s page.';

/** The DER inside a PEM of one PUBLIC KEY or PRIVATE KEY, text around it left out. */
export function pemBytes(written: string): Uint8Array | KeyTextFault {
  const text = unwrapped(written);
  const [first, second] = text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----([\s\S]*?)-----END \1-----/g);
  if (!first) {
    return isPem(text)
      ? { problem: 'the PEM is cut off', remedy: 'Give it whole, from -----BEGIN to the last dashes.' }
      : { problem: 'the text is not a PEM of a PUBLIC KEY or PRIVATE KEY', remedy: REMEDY };
  }
  if (second) return { problem: 'the text holds more than one PEM', remedy: 'Give each key its own entry.' };
  const [, label = '', body = ''] = first;
  if (label !== 'PUBLIC KEY' && label !== 'PRIVATE KEY') {
    return {
      problem: `a PEM of “${label}” is not taken: it must be a PUBLIC KEY or PRIVATE KEY`,
      remedy: REMEDIES[label] ?? REMEDY,
    };
  }
  const der = base64Bytes(body.replace(/\s+/g, ''));
  return der?.length
    ? der
    : {
        problem: 'the PEM is damaged: what stands between its lines is not base64',
        remedy: 'Copy it anew, whole.',
      };
}
