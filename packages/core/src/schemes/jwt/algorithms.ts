/** The algorithms of tokens (RFC 7518 §3, RFC 8037): which key each wants, how long its signature is. */
import type { MacAlgorithm } from '../../crypto/backend.ts';
import type { KeyType } from '../../crypto/key-der.ts';
import { oneOfRemedy } from '../../options.ts';
import { SetupError } from '../../setup-error.ts';

export type HmacJwtAlgorithm = 'HS256' | 'HS384' | 'HS512';

export type PublicKeyJwtAlgorithm =
  | 'RS256'
  | 'RS384'
  | 'RS512'
  | 'PS256'
  | 'PS384'
  | 'PS512'
  | 'ES256'
  | 'ES384'
  | 'ES512'
  /** RFC 9864: what EdDSA is, by its own name. */
  | 'Ed25519'
  | 'EdDSA';

export type JwtAlgorithm = HmacJwtAlgorithm | PublicKeyJwtAlgorithm;

export const HMAC_JWT: Readonly<
  Record<HmacJwtAlgorithm, { readonly mac: MacAlgorithm; readonly signatureBytes: number }>
> = {
  HS256: { mac: 'hmac-sha256', signatureBytes: 32 },
  HS384: { mac: 'hmac-sha384', signatureBytes: 48 },
  HS512: { mac: 'hmac-sha512', signatureBytes: 64 },
};

/** Above 8192 a verification costs a millisecond and more. */
export const MOST_RSA_BITS = 8192;

interface PublicKeyJwt extends KeyType {
  /** Absent where it varies with the key (RSA). EC signatures are r‖s, never DER (RFC 7518 §3.4). */
  readonly signatureBytes?: number;
}

const RSA: PublicKeyJwt = { kty: 'RSA' };
const ED25519: PublicKeyJwt = { kty: 'OKP', crv: 'Ed25519', signatureBytes: 64 };

export const PUBLIC_KEY_JWT: Readonly<Record<PublicKeyJwtAlgorithm, PublicKeyJwt>> = {
  RS256: RSA,
  RS384: RSA,
  RS512: RSA,
  PS256: RSA,
  PS384: RSA,
  PS512: RSA,
  ES256: { kty: 'EC', crv: 'P-256', signatureBytes: 64 },
  ES384: { kty: 'EC', crv: 'P-384', signatureBytes: 96 },
  ES512: { kty: 'EC', crv: 'P-521', signatureBytes: 132 },
  Ed25519: ED25519,
  EdDSA: ED25519,
};

/** All of them, by name. */
export const JWT_ALGORITHMS: readonly string[] = [...Object.keys(HMAC_JWT), ...Object.keys(PUBLIC_KEY_JWT)];

export function isHmacJwt(algorithm: JwtAlgorithm): algorithm is HmacJwtAlgorithm {
  return algorithm in HMAC_JWT;
}

/**
 * Reads the algorithms of a configuration: one, or a list for a set of public keys.
 * @throws SetupError for an unknown one, for several HMAC ones, for HMAC beside public keys (RFC 8725 §2.1: a public
 * key taken for a secret would let anyone sign).
 */
export function jwtAlgorithms(value: unknown, option: string): readonly JwtAlgorithm[] {
  const list = [value].flat() as readonly JwtAlgorithm[];
  for (const name of list) {
    if (!JWT_ALGORITHMS.includes(name)) {
      throw new SetupError(option, `${String(name)} is not taken`, oneOfRemedy(String(name), JWT_ALGORITHMS));
    }
  }
  const algorithms = [...new Set(list.flatMap(withNewName))];
  if (algorithms.length === 0) {
    throw new SetupError(option, 'the list is empty', `Name at least one of ${JWT_ALGORITHMS.join(', ')}.`);
  }
  if (algorithms.length > 1 && algorithms.some(isHmacJwt)) {
    throw new SetupError(
      option,
      'a list with an HMAC algorithm is not taken: a public key could pass for the secret',
      'Name one HMAC algorithm alone, or algorithms of public keys only; give each its own gate.',
    );
  }
  return algorithms;
}

/** RFC 9864 §2.2 names anew what EdDSA is with keys of Ed25519: who takes the old name takes the new one. */
function withNewName(algorithm: JwtAlgorithm): readonly JwtAlgorithm[] {
  return algorithm === 'EdDSA' ? ['EdDSA', 'Ed25519'] : [algorithm];
}

/** Reads algorithms of public keys only. @throws SetupError for any other. */
export function publicKeyJwtAlgorithms(value: unknown, option: string): readonly PublicKeyJwtAlgorithm[] {
  const algorithms = jwtAlgorithms(value, option);
  const publicKeyAlgorithms = algorithms.filter(
    (algorithm): algorithm is PublicKeyJwtAlgorithm => !isHmacJwt(algorithm),
  );
  if (publicKeyAlgorithms.length === algorithms.length) return publicKeyAlgorithms;
  throw new SetupError(
    option,
    'an HMAC algorithm is not taken here',
    `One of ${Object.keys(PUBLIC_KEY_JWT).join(', ')}.`,
  );
}
