/** Whether material is a sound public or private key of an algorithm: the same answer on every runtime. */
import { KeyFault, type PublicKeyAlgorithm, type PublicKeyMaterial } from './backend.ts';
import { type AsymmetricKey, ed25519Key, ed25519PrivateKey, type KeyType, readKeyDer } from './key-der.ts';
import { DIGEST_BYTES, type Digest, PUBLIC_KEY_ALGORITHMS } from './public-key-algorithms.ts';

interface Wanted extends KeyType {
  /** In words, for who gave another. */
  readonly name: string;
  /** RSA only: what a key for RSASSA-PSS must allow; absent: such a key is not taken. */
  readonly pss?: { readonly digest: Digest; readonly saltBytes: number };
}

function wantedOf(algorithm: PublicKeyAlgorithm): Wanted {
  const parts = PUBLIC_KEY_ALGORITHMS[algorithm];
  switch (parts.family) {
    case 'ed25519':
      return { kty: 'OKP', crv: 'Ed25519', name: 'an Ed25519 key' };
    case 'ecdsa':
      return { kty: 'EC', crv: parts.curve, name: `an EC key of ${parts.curve}` };
    case 'rsa-pkcs1':
      return { kty: 'RSA', name: 'an RSA key' };
    case 'rsa-pss': {
      const { digest } = parts;
      return { kty: 'RSA', name: 'an RSA key', pss: { digest, saltBytes: DIGEST_BYTES[digest] } };
    }
  }
}

/** A private key must prove what it signs with the public key that came with it. */
export const TRIAL: Uint8Array<ArrayBuffer> = Uint8Array.of(0x43);

/** @throws KeyFault where it is none. */
export function soundKey(algorithm: PublicKeyAlgorithm, material: PublicKeyMaterial): AsymmetricKey {
  const key = read(material);
  if (typeof key === 'string') throw new KeyFault(key);
  const type = wantedOf(algorithm);
  if (key.type.kty !== type.kty || key.type.crv !== type.crv) {
    throw new KeyFault(`it is ${nameOf(key.type)}, and ${algorithm} needs ${type.name}`);
  }
  const { pss } = key;
  if (!pss) return key;
  if (!type.pss) throw new KeyFault(`it is a key for RSASSA-PSS only, and ${algorithm} is another algorithm`);
  if (pss.saltBytes > type.pss.saltBytes || (pss.digest ?? type.pss.digest) !== type.pss.digest) {
    throw new KeyFault(
      `it is for RSASSA-PSS with ${pss.digest ?? 'any digest'} and at least ${pss.saltBytes} bytes of salt, and ${algorithm} has ${type.pss.digest} and ${type.pss.saltBytes}`,
    );
  }
  return key;
}

function read({ kind, format, bytes }: PublicKeyMaterial): AsymmetricKey | string {
  if (format === 'der') return readKeyDer(bytes);
  if (kind === 'public') return ed25519Key(bytes);
  return bytes.length === 64
    ? ed25519PrivateKey(bytes.subarray(0, 32), bytes.subarray(32))
    : ed25519PrivateKey(bytes);
}

function nameOf({ kty, crv }: KeyType): string {
  if (kty === 'RSA') return 'an RSA key';
  return kty === 'EC' ? `an EC key of ${crv}` : `an ${crv} key`;
}
