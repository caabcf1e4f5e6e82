/** Simulates a client that holds a DPoP-bound access token (RFC 9449), and the server that issues it. */
import { createHash, createHmac, createPrivateKey, type KeyObject, sign } from 'node:crypto';
import type { SandboxRequest } from './sandbox-request.ts';
import { CLOCK_ERROR_MS, unixSeconds } from './sandbox-request.ts';

/** `other-key`: the proof is of another client's key. `other-path`: it is for another address. */
export type DpopFault = 'other-key' | 'other-path' | 'stale' | 'no-proof' | 'forged-token';

export interface DpopOptions {
  /** What the issuer signs access tokens with, by HS256. */
  readonly issuerSecret: string;
  readonly nowMs: number;
  /** As clients know the API, e.g. `https://api.example`. */
  readonly origin: string;
  readonly path: string;
  /** The proof's id: each is taken once. */
  readonly jti: string;
  /** Default: none. */
  readonly fault?: DpopFault;
}

/** RFC 7515 A.3's key, and RFC 7517 A.2's: published, and good for nothing else. */
const CLIENT = {
  kty: 'EC',
  crv: 'P-256',
  x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
  y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
  d: 'jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI',
} as const;
const OTHER_CLIENT = {
  kty: 'EC',
  crv: 'P-256',
  x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4',
  y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM',
  d: '870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE',
} as const;

const TOKEN_LIFE_S = 300;

/** A GET with `Authorization: DPoP` and its proof. */
export function dpopRequest(options: DpopOptions): SandboxRequest {
  const { issuerSecret, nowMs, origin, path, jti, fault } = options;
  const now = unixSeconds(nowMs);
  const secret = fault === 'forged-token' ? `${issuerSecret}, guessed` : issuerSecret;
  const token = accessToken(secret, now);
  const jwk = fault === 'other-key' ? OTHER_CLIENT : CLIENT;
  const { d: _private, ...publicJwk } = jwk;
  const proof = jws(
    { typ: 'dpop+jwt', alg: 'ES256', jwk: publicJwk },
    {
      jti,
      htm: 'GET',
      htu: `${origin}${fault === 'other-path' ? '/another' : path}`,
      iat: unixSeconds(fault === 'stale' ? nowMs - CLOCK_ERROR_MS : nowMs),
      ath: createHash('sha256').update(token).digest('base64url'),
    },
    (input) => ecdsa(input, createPrivateKey({ key: { ...jwk }, format: 'jwk' })),
  );
  return {
    name: `dpop/${fault ?? 'signed'}`,
    method: 'GET',
    path,
    headers: [
      { name: 'authorization', value: `DPoP ${token}` },
      ...(fault === 'no-proof' ? [] : [{ name: 'dpop', value: proof }]),
    ],
    body: new Uint8Array(),
  };
}

/** Bound to the client's key by its thumbprint (RFC 7638 §3). */
function accessToken(secret: string, now: number): string {
  const { crv, kty, x, y } = CLIENT;
  const jkt = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
  return jws(
    { alg: 'HS256', typ: 'at+jwt' },
    { sub: 'ada', exp: now + TOKEN_LIFE_S, cnf: { jkt } },
    (input) => createHmac('sha256', secret).update(input).digest(),
  );
}

function jws(header: object, payload: object, signer: (input: string) => Buffer): string {
  const input = [header, payload]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${input}.${signer(input).toString('base64url')}`;
}

function ecdsa(input: string, key: KeyObject): Buffer {
  return sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' });
}
