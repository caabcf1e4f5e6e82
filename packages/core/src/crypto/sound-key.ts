/** Whether material is a sound public or private key of an algorithm: the same answer on every runtime. */
import { KeyFault, type KeyMaterial, type PublicKeyAlgorithm } from './backend.ts';
import { type AsymmetricKey, ed25519Key, ed25519PrivateKey, type KeyType, readKeyDer } from './key-der.ts';

interface Wanted extends KeyType {
  /** In words, for who gave another. */
  readonly name: string;
  /** RSA only: what a key for RSASSA-PSS must allow; absent: such a key is not taken. */
  readonly pss?: { readonly digest: string; readonly saltBytes: number };
}

const P256: Wanted = { kty: 'EC', crv: 'P-256', name: 'an EC key of P-256' };
const RSA: Wanted = { kty: 'RSA', name: 'an RSA key' };

const WANTED: Readonly<Record<PublicKeyAlgorithm, Wanted>> = {
  ed25519: { kty: 'OKP', crv: 'Ed25519', name: 'an Ed25519 key' },
  'ecdsa-p256-sha256': P256,
  'ecdsa-p256-sha256-der': P256,
  'ecdsa-p384-sha384': { kty: 'EC', crv: 'P-384', name: 'an EC key of P-384' },
  'rsa-pkcs1-sha256': RSA,
  'rsa-pss-sha256': { ...RSA, pss: { digest: 'sha256', saltBytes: 32 } },
  'rsa-pss-sha512': { ...RSA, pss: { digest: 'sha512', saltBytes: 64 } },
};

/** A private key must prove what it signs with the public key that came with it. */
export const TRIAL: Uint8Array<ArrayBuffer> = Uint8Array.of(0x43);

/** What is said where it does not. */
export const NO_PAIR = 'the private key and the public key in it do not belong together';

/** @throws KeyFault where it is none. */
export function soundKey(
  algorithm: PublicKeyAlgorithm,
  material: Exclude<KeyMaterial, { kind: 'secret' }>,
): AsymmetricKey {
  const key = read(material);
  if (typeof key === 'string') throw new KeyFault(key);
  const wanted = WANTED[algorithm];
  if (key.type.kty !== wanted.kty || key.type.crv !== wanted.crv) {
    throw new KeyFault(`it is ${nameOf(key.type)}, and ${algorithm} needs ${wanted.name}`);
  }
  const { pss } = key;
  if (!pss) return key;
  if (!wanted.pss)
    throw new KeyFault(`it is a key for RSASSA-PSS only, and ${algorithm} is another algorithm`);
  if (pss.saltBytes > wanted.pss.saltBytes || (pss.digest ?? wanted.pss.digest) !== wanted.pss.digest) {
    throw new KeyFault(
      `it is for RSASSA-PSS with ${pss.digest ?? 'any digest'} and at least ${pss.saltBytes} bytes of salt, and ${algorithm} has ${wanted.pss.digest} and ${wanted.pss.saltBytes}`,
    );
  }
  return key;
}

function read({ kind, format, bytes }: Exclude<KeyMaterial, { kind: 'secret' }>): AsymmetricKey | string {
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
