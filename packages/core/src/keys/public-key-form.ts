/** Public and private keys, as people hold them: PEM, DER, raw bytes of Ed25519, in whatever encoding. */
import { createSignatureKey } from '#signatures';
import type { PublicKeyMaterial } from '../crypto/backend.ts';
import { SEQUENCE } from '../crypto/der.ts';
import { readKeyDer } from '../crypto/key-der.ts';
import { strengthOf } from '../crypto/key-strength.ts';
import { publicKeySignatureBytes } from '../crypto/public-key-algorithms.ts';
import { decodeKeyText, isFault, likenessOfKey, type TextEncoding } from './decode-key-text.ts';
import type { KeyContent, KeyTextFault, PublicKeyForm, PublicKeyReader } from './key-form.ts';
import type { KeyEncoding } from './key-spec.ts';
import { pemBytes } from './pem.ts';

const READER: PublicKeyReader = {
  readPem: pemBytes,
  readText: readPublic,
  faultOf: publicFault,
  materialOf: publicMaterial,
  strengthBits,
  createProofKey: createSignatureKey,
  signatureBytes: publicKeySignatureBytes,
};

/** A form of a public key, or of a private one, with what reads it. */
export function publicKeyForm(form: Omit<PublicKeyForm, 'keys'>): PublicKeyForm {
  return { ...form, keys: READER };
}

/** 32 bytes in hex are no key in base64. */
function readPublic(text: string, form: PublicKeyForm): KeyContent<PublicKeyForm> | KeyTextFault {
  if (form.algorithm === 'ed25519') {
    const hex = decodeKeyText(text, 'hex');
    if (!isFault(hex) && isRawLength(hex.bytes)) return { form, readAs: 'hex', ...hex };
  }
  const decoded = decodeKeyText(text, form.encoding as TextEncoding);
  if (isFault(decoded)) return decoded;
  const content = { form, readAs: form.encoding, ...decoded };
  return publicFault(content, text, form.encoding) ?? content;
}

function publicFault(
  { form, bytes }: KeyContent<PublicKeyForm>,
  text: string,
  encoding: KeyEncoding,
): KeyTextFault | undefined {
  if (form.algorithm === 'ed25519' && isRawLength(bytes)) return undefined;
  const fault = readKeyDer(bytes);
  if (typeof fault !== 'string') return undefined;
  const likeness = likenessOfKey(text, encoding);
  if (likeness) return likeness;
  const isRaw = form.algorithm === 'ed25519' && (bytes.length < 32 || bytes[0] !== SEQUENCE);
  return {
    problem: isRaw ? `an Ed25519 key has 32 bytes, and this has ${bytes.length}` : fault,
    remedy: 'Give a PEM of a PUBLIC KEY; compare it with the provider’s page.',
  };
}

/** Raw bytes are of Ed25519. */
function strengthBits({ format, bytes }: PublicKeyMaterial): number | undefined {
  if (format === 'raw') return strengthOf({ kty: 'OKP' }, 0);
  const key = readKeyDer(bytes);
  return typeof key === 'string' ? undefined : strengthOf(key.type, key.modulusBits ?? 0);
}

function isRawLength({ length }: Uint8Array): boolean {
  return length === 32 || length === 64;
}

function publicMaterial({ form, bytes, isDer }: KeyContent<PublicKeyForm>): PublicKeyMaterial {
  // Standard Webhooks' whsk_ keys are seed ‖ public key; no Ed25519 public key has 64 bytes.
  if (isDer || form.algorithm !== 'ed25519' || !isRawLength(bytes))
    return { kind: 'public', format: 'der', bytes };
  const kind = bytes.length === 64 ? 'private' : form.kind;
  return { kind, format: 'raw', bytes };
}
