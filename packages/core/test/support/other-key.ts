/** Another key of the form that a key has. */
import {
  createPublicKey,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
  type KeyPairKeyObjectResult,
} from 'node:crypto';
import { OTHER_RSA_PAIR } from './rsa-pairs.ts';

export function otherKey(key: string): string {
  if (key.startsWith('-----BEGIN PRIVATE KEY-----')) {
    return String(otherPair(createPublicKey(key)).privateKey.export({ type: 'pkcs8', format: 'pem' }));
  }
  if (/^-----BEGIN (?:PUBLIC KEY|CERTIFICATE)-----/.test(key)) {
    return String(otherPublicKey(createPublicKey(key)).export({ type: 'spki', format: 'pem' }));
  }
  if (key.startsWith('{')) return JSON.stringify(otherJwk(JSON.parse(key)));
  const [, prefix = '', text = ''] = /^(whsec_|whpk_)?(.*)$/s.exec(key) ?? [];
  if (prefix === 'whpk_') {
    const { x = '' } = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' });
    return prefix + Buffer.from(x, 'base64url').toString('base64');
  }
  for (const encoding of ['hex', 'base64'] as const) {
    const bytes = Buffer.from(text, encoding);
    if (bytes.length > 8 && bytes.toString(encoding) === (encoding === 'hex' ? text.toLowerCase() : text)) {
      return prefix + otherBytes(bytes).toString(encoding);
    }
  }
  return `${prefix}another ${text}`;
}

/** Of the same kind: a public key in DER, or any bytes. */
function otherBytes(bytes: Buffer): Buffer {
  if (bytes[0] !== SEQUENCE) return Buffer.from(bytes.map((byte) => byte ^ 0x55));
  const key = createPublicKey({ key: bytes, format: 'der', type: 'spki' });
  return otherPublicKey(key).export({ format: 'der', type: 'spki' });
}

const SEQUENCE = 0x30;

function otherJwk(jwk: JsonWebKey & { readonly keys?: readonly JsonWebKey[] }): JsonWebKey {
  if (jwk.keys !== undefined) return { ...jwk, keys: jwk.keys.map(otherJwk) };
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  return { ...jwk, ...otherPublicKey(key).export({ format: 'jwk' }) };
}

function otherPublicKey(key: KeyObject): KeyObject {
  return otherPair(key).publicKey;
}

function otherPair({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): KeyPairKeyObjectResult {
  switch (asymmetricKeyType) {
    case 'rsa':
      return asymmetricKeyDetails?.modulusLength === 2048
        ? OTHER_RSA_PAIR
        : generateKeyPairSync('rsa', { modulusLength: asymmetricKeyDetails?.modulusLength ?? 2048 });
    case 'ec':
      return generateKeyPairSync('ec', { namedCurve: asymmetricKeyDetails?.namedCurve ?? 'prime256v1' });
    case 'ed25519':
      return generateKeyPairSync('ed25519');
    default:
      throw new Error(`no other key of the type ${asymmetricKeyType} is made yet`);
  }
}
