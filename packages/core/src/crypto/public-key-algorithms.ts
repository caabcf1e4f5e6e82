/** What signs by a key whose other half may be published: one table, which both backends and the check of keys read. */

export type Digest = 'sha1' | 'sha256' | 'sha384' | 'sha512';

/** What an algorithm is made of. */
export type PublicKeyParts =
  | { readonly family: 'ed25519' }
  | {
      readonly family: 'ecdsa';
      readonly curve: 'P-256' | 'P-384';
      readonly digest: Digest;
      /** A signature is an ASN.1 DER sequence, or r‖s (IEEE P1363). */
      readonly form: 'der' | 'raw';
    }
  /** The salt of RSASSA-PSS is as long as the digest. */
  | { readonly family: 'rsa-pkcs1' | 'rsa-pss'; readonly digest: Digest };

export type PublicKeyAlgorithm =
  | 'ed25519'
  | `ecdsa-${'p256-sha256' | 'p384-sha384'}${'' | '-der'}`
  | `rsa-${'pkcs1' | 'pss'}-${Exclude<Digest, 'sha1'>}`
  | 'rsa-pkcs1-sha1';

export const PUBLIC_KEY_ALGORITHMS: Readonly<Record<PublicKeyAlgorithm, PublicKeyParts>> = {
  ed25519: { family: 'ed25519' },
  'ecdsa-p256-sha256': { family: 'ecdsa', curve: 'P-256', digest: 'sha256', form: 'raw' },
  'ecdsa-p256-sha256-der': { family: 'ecdsa', curve: 'P-256', digest: 'sha256', form: 'der' },
  'ecdsa-p384-sha384': { family: 'ecdsa', curve: 'P-384', digest: 'sha384', form: 'raw' },
  'ecdsa-p384-sha384-der': { family: 'ecdsa', curve: 'P-384', digest: 'sha384', form: 'der' },
  'rsa-pkcs1-sha1': { family: 'rsa-pkcs1', digest: 'sha1' },
  'rsa-pkcs1-sha256': { family: 'rsa-pkcs1', digest: 'sha256' },
  'rsa-pkcs1-sha384': { family: 'rsa-pkcs1', digest: 'sha384' },
  'rsa-pkcs1-sha512': { family: 'rsa-pkcs1', digest: 'sha512' },
  'rsa-pss-sha256': { family: 'rsa-pss', digest: 'sha256' },
  'rsa-pss-sha384': { family: 'rsa-pss', digest: 'sha384' },
  'rsa-pss-sha512': { family: 'rsa-pss', digest: 'sha512' },
};

export const DIGEST_BYTES: Readonly<Record<Digest, number>> = {
  sha1: 20,
  sha256: 32,
  sha384: 48,
  sha512: 64,
};

/** Bytes of each of the two numbers of an ECDSA signature. */
export const CURVE_BYTES: Readonly<Record<'P-256' | 'P-384', number>> = { 'P-256': 32, 'P-384': 48 };

/** Length of a signature in bytes; undefined where it varies with the key or the signature. */
export function publicKeySignatureBytes(algorithm: PublicKeyAlgorithm): number | undefined {
  const parts = PUBLIC_KEY_ALGORITHMS[algorithm];
  if (parts.family === 'ed25519') return 64;
  return parts.family === 'ecdsa' && parts.form === 'raw' ? 2 * CURVE_BYTES[parts.curve] : undefined;
}
