/** Simulates the Approov service and an app: tokens as the service issues and as attackers make them, and the app's requests. */
import { createHash, createHmac } from 'node:crypto';
import type { HeaderField, SandboxRequest } from './sandbox-request.ts';
import { utf8 } from './sandbox-request.ts';

/** The dummy secret that the Approov quickstarts publish for tests, in base64. Protects nothing. */
export const DUMMY_SECRET: string =
  'h+CX0tOzdAAR9l15bWAqvq7w9olk66daIH+Xk+IAHhVVHszjDzeGobzNnqyRze3lw/WVyWrc2gZfh3XXfBOmww==';

/**
 * What a token is: `valid` and `bound` are genuine; `expired` is genuine and old; `forged` is signed with
 * another key; `tampered` has its life prolonged under the genuine signature; `alg-none` is unsigned and says so;
 * `wrong-alg` is signed with the right key by HS512; `no-exp` never expires.
 */
export type ApproovTokenKind =
  | 'valid'
  | 'bound'
  | 'expired'
  | 'forged'
  | 'tampered'
  | 'alg-none'
  | 'wrong-alg'
  | 'no-exp';

export interface ApproovTokenOptions {
  /** The account's secret, decoded: see `approovSecret`. */
  readonly secret: Uint8Array;
  /** The service's clock, milliseconds since the epoch. */
  readonly nowMs: number;
  /** How long the token lives; an expired one ended this long ago. Default 300,000 ms. */
  readonly lifetimeMs?: number;
  /** Default `valid`. */
  readonly kind?: ApproovTokenKind;
  /** The header value that the token is bound to by its claim `pay`. Needed by `bound`, taken by every kind. */
  readonly boundValue?: string;
  /** More claims, after `exp` and `pay`, or other values for these. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

export interface ApproovRequestOptions {
  /** Left out: the app sends no token. */
  readonly token?: string;
  /** The value of `Authorization`. Left out: no such header. */
  readonly authorization?: string;
  /** Default `/v1/hello`; the bound one is `/v1/bound`. */
  readonly path?: string;
  /** Default `approov`. */
  readonly name?: string;
}

/**
 * The bytes of a secret as `approov secret -get base64` prints it.
 * @throws RangeError where the text is no base64; the error does not hold the text.
 */
export function approovSecret(base64: string): Uint8Array {
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length === 0 || bytes.toString('base64') !== base64) {
    throw new RangeError(
      'Approov secret: not base64 with padding. Copy the output of `approov secret -get base64` whole.',
    );
  }
  return new Uint8Array(bytes);
}

/**
 * Issues a token: JWS compact serialisation (RFC 7515 §3.1), HS256.
 * @throws RangeError where the kind is `bound` and no value is given.
 */
export function approovToken(options: ApproovTokenOptions): string {
  const { secret, nowMs, lifetimeMs = 300_000, kind = 'valid', boundValue } = options;
  if (kind === 'bound' && boundValue === undefined) {
    throw new RangeError('boundValue: a bound token needs the value of the header that it is bound to.');
  }
  const claims = {
    // May be fractional (RFC 7519 §2, NumericDate), as the service's own are.
    ...(kind === 'no-exp' ? {} : { exp: (nowMs + (kind === 'expired' ? -lifetimeMs : lifetimeMs)) / 1000 }),
    ...(boundValue === undefined ? {} : { pay: bindingHash(boundValue) }),
    ...options.claims,
  };
  const algorithm = kind === 'alg-none' ? 'none' : kind === 'wrong-alg' ? 'HS512' : 'HS256';
  const head = base64urlJson({ typ: 'JWT', alg: algorithm });
  const signed = `${head}.${base64urlJson(claims)}`;
  if (kind === 'alg-none') return `${signed}.`;
  const key = kind === 'forged' ? secret.map((byte) => byte ^ 0xff) : secret;
  const hash = kind === 'wrong-alg' ? 'sha512' : 'sha256';
  const signature = createHmac(hash, key).update(signed, 'ascii').digest('base64url');
  if (kind !== 'tampered') return `${signed}.${signature}`;
  return `${head}.${base64urlJson({ ...claims, exp: (nowMs + 365 * 86_400_000) / 1000 })}.${signature}`;
}

/** Builds an app's request that carries a token. */
export function approovRequest(options: ApproovRequestOptions): SandboxRequest {
  const headers: HeaderField[] = [];
  if (options.authorization !== undefined)
    headers.push({ name: 'authorization', value: options.authorization });
  if (options.token !== undefined) headers.push({ name: 'approov-token', value: options.token });
  return {
    name: options.name ?? 'approov',
    method: 'GET',
    path: options.path ?? '/v1/hello',
    headers,
    body: new Uint8Array(),
  };
}

function bindingHash(value: string): string {
  return createHash('sha256').update(utf8(value)).digest('base64');
}

function base64urlJson(value: unknown): string {
  return Buffer.from(JSON.stringify(value), 'utf8').toString('base64url');
}
