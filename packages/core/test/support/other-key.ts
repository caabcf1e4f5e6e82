/** Another key of the form that a key has. */
import { createPublicKey, generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto';
import { OTHER_RSA_PAIR } from './rsa-pairs.ts';

export function otherKey(key: string): string {
  if (key.startsWith('-----BEGIN PUBLIC KEY-----')) {
    return String(otherPublicKey(createPublicKey(key)).export({ type: 'spki', format: 'pem' }));
  }
  if (key.startsWith('{')) return JSON.stringify(otherJwk(JSON.parse(key)));
  const [, prefix = '', text = ''] = /^(whsec_|whpk_)?(.*)$/s.exec(key) ?? [];
  if (prefix === 'whpk_') {
    const { x = '' } = otherPublicKey(ed25519()).export({ format: 'jwk' });
    return prefix + Buffer.from(x, 'base64url').toString('base64');
  }
  const bytes = Buffer.from(text, 'base64');
  const isBase64 = bytes.length > 8 && bytes.toString('base64') === text;
  return (
    prefix + (isBase64 ? Buffer.from(bytes.map((byte) => byte ^ 0x55)).toString('base64') : `another ${text}`)
  );
}

function otherJwk(jwk: JsonWebKey & { readonly keys?: readonly JsonWebKey[] }): JsonWebKey {
  if (jwk.keys !== undefined) return { ...jwk, keys: jwk.keys.map(otherJwk) };
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  return { ...jwk, ...otherPublicKey(key).export({ format: 'jwk' }) };
}

function ed25519(): KeyObject {
  return generateKeyPairSync('ed25519').publicKey;
}

function otherPublicKey({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): KeyObject {
  switch (asymmetricKeyType) {
    case 'rsa':
      return asymmetricKeyDetails?.modulusLength === 2048
        ? OTHER_RSA_PAIR.publicKey
        : generateKeyPairSync('rsa', { modulusLength: asymmetricKeyDetails?.modulusLength ?? 2048 })
            .publicKey;
    case 'ec':
      return generateKeyPairSync('ec', { namedCurve: asymmetricKeyDetails?.namedCurve ?? 'prime256v1' })
        .publicKey;
    case 'ed25519':
      return ed25519();
    default:
      throw new Error(`no other key of the type ${asymmetricKeyType} is made yet`);
  }
}
