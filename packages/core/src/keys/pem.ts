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
  const [first, second] = blocksOf(text);
  if (!first) {
    return isPem(text)
      ? { problem: 'the PEM is cut off', remedy: 'Give it whole, from -----BEGIN to the last dashes.' }
      : { problem: 'the text is not a PEM of a PUBLIC KEY or PRIVATE KEY', remedy: REMEDY };
  }
  if (second) return { problem: 'the text holds more than one PEM', remedy: 'Give each key its own entry.' };
  const { label, body } = first;
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

/** The DER of the first CERTIFICATE of a text, which is the sender’s own where others follow; undefined where there is none. */
export function certificateBytes(text: string): Uint8Array | undefined {
  const [first] = blocksOf(text);
  if (first?.label !== 'CERTIFICATE') return undefined;
  return base64Bytes(first.body.replace(/\s+/g, ''));
}

interface Block {
  readonly label: string;
  readonly body: string;
}

/** What stands between a beginning and the next end of its label. By hand: an expression would look for each end anew to the end of the text. */
function* blocksOf(text: string): Generator<Block> {
  const lastEnds = new Map<string, number>();
  for (const { 1: label = '', index } of text.matchAll(/-----END ([A-Z0-9 ]+)(?=-----)/g))
    lastEnds.set(label, index);
  let from = 0;
  for (const { 0: line, 1: label = '', index } of text.matchAll(/-----BEGIN ([A-Z0-9 ]+)(?=-----)/g)) {
    const start = index + line.length + '-----'.length;
    if (index < from || (lastEnds.get(label) ?? -1) < start) continue;
    const endLine = `-----END ${label}-----`;
    const end = text.indexOf(endLine, start);
    yield { label, body: text.slice(start, end) };
    from = end + endLine.length;
  }
}
