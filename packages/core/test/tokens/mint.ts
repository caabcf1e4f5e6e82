/** Tokens minted by hand with node:crypto: shares nothing with the engine. */
import {
  constants,
  createHash,
  createHmac,
  createPrivateKey,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
  sign,
} from 'node:crypto';
import {
  createGate,
  type GateOptions,
  requestFrom,
  type SignedRequest,
  type Verdict,
} from '../../src/index.ts';
import { RSA_PAIR } from '../support/rsa-pairs.ts';

export const NOW = 1_760_000_000_000;
export const SECONDS: number = NOW / 1000;

export const base64url = (value: string | Uint8Array): string => Buffer.from(value).toString('base64url');

export interface Token {
  readonly header?: Readonly<Record<string, unknown>>;
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** A token under any algorithm of RFC 7518 §3 and RFC 8037. */
export function mint(
  alg: string,
  key: KeyObject | string | Uint8Array,
  { header, claims }: Token = {},
): string {
  const head = { alg, ...header };
  const body = { exp: SECONDS + 300, ...claims };
  const input = `${base64url(JSON.stringify(head))}.${base64url(JSON.stringify(body))}`;
  return `${input}.${base64url(signInput(alg, key, input))}`;
}

function signInput(alg: string, key: KeyObject | string | Uint8Array, input: string): Buffer {
  const bits = alg.slice(2);
  if (alg.startsWith('HS')) return createHmac(`sha${bits}`, key).update(input).digest();
  const keyObject = key instanceof Object && 'type' in key ? key : createPrivateKey(String(key));
  const bytes = Buffer.from(input);
  if (alg === 'EdDSA') return sign(null, bytes, keyObject);
  if (alg.startsWith('ES')) return sign(`sha${bits}`, bytes, { key: keyObject, dsaEncoding: 'ieee-p1363' });
  if (alg.startsWith('RS')) return sign(`sha${bits}`, bytes, keyObject);
  return sign(`sha${bits}`, bytes, {
    key: keyObject,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
  });
}

export interface Pair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly pem: string;
  readonly jwk: JsonWebKey;
}

/** Keys of each type, made once. */
export const RSA: Pair = pairOf(RSA_PAIR);
export const P256: Pair = pairOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }));
export const P384: Pair = pairOf(generateKeyPairSync('ec', { namedCurve: 'P-384' }));
export const P521: Pair = pairOf(generateKeyPairSync('ec', { namedCurve: 'P-521' }));
export const ED25519: Pair = pairOf(generateKeyPairSync('ed25519'));

export function pairOf({ publicKey, privateKey }: { publicKey: KeyObject; privateKey: KeyObject }): Pair {
  return {
    publicKey,
    privateKey,
    pem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    jwk: publicKey.export({ format: 'jwk' }),
  };
}

/** RFC 7638. */
export function pairThumbprint({ jwk }: Pair): string {
  const { crv, e, kty, n, x, y } = jwk;
  return createHash('sha256').update(JSON.stringify({ crv, e, kty, n, x, y })).digest('base64url');
}

export const PAIRS: Readonly<Record<string, Pair>> = {
  RS256: RSA,
  RS384: RSA,
  RS512: RSA,
  PS256: RSA,
  PS384: RSA,
  PS512: RSA,
  ES256: P256,
  ES384: P384,
  ES512: P521,
  EdDSA: ED25519,
};

/** A request that carries a token as a bearer. */
export function bearer(token: string, more: Partial<SignedRequest> = {}): SignedRequest {
  return {
    ...requestFrom({ method: 'GET', url: '/v1/shapes', headers: { authorization: `Bearer ${token}` } }),
    ...more,
  };
}

/** `accepted`, or the reason of the refusal. */
export function wordOf(verdict: Verdict): string {
  return verdict.ok ? 'accepted' : verdict.reason;
}

/** Judges a bearer token under options of `jwt-bearer`. */
export async function judge(
  token: string,
  options: Readonly<Record<string, unknown>>,
  keys: GateOptions['keys'],
): Promise<string> {
  const gate = createGate({ provider: { id: 'jwt-bearer', ...options }, keys: keys ?? [], now: () => NOW });
  return wordOf(await gate.verify(bearer(token)));
}
