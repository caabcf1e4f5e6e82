/** Clients that carry a token: JWTs, Approov, Firebase App Check, DPoP, and a shared token. */
import { createHash, createSecretKey, type KeyObject } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, type JWTPayload, SignJWT } from 'jose';
import jsonwebtoken from 'jsonwebtoken';
import { bodyOf } from '../base/bodies.ts';
import { pick, timeOf, uuidOf } from '../base/draw.ts';
import { versionOf } from '../base/versions.ts';
import type { Choice, Draft, KeySpec, Sender, Wire } from '../base/wire.ts';
import { wireFrom } from './body-senders.ts';
import { ecPair, type Pair, pemOf, rsaPair } from './key-pairs.ts';
import { secretBytes, secretOf } from './profile.ts';

export const ISSUER = 'https://issuer.example';
export const AUDIENCE = 'https://api.acme.example';
const PATHS = ['/v1/orders', '/v1/orders/1001?expand=items', '/v1/me', '/v1/files/a%20b.pdf'];

export interface TokenParts {
  readonly claims: JWTPayload;
  readonly header: { readonly alg: string; readonly typ?: string; readonly kid?: string };
  readonly key: KeyObject;
}

export interface TokenSender extends Sender {
  /** What the usual token is made of. */
  parts(draft: Draft): TokenParts;
  /** The request with this token. */
  carry(draft: Draft, token: string): Wire;
}

/** By jose, which signs whatever it is told to. */
export function signToken({ claims, header, key }: TokenParts): Promise<string> {
  return new SignJWT(claims).setProtectedHeader(header).sign(key);
}

function draftOf(name: string) {
  return (label: string): Draft => {
    const kind = pick(`${name}/${label}/kind`, ['none', 'json'] as const);
    return {
      method: kind === 'none' ? 'GET' : 'POST',
      url: `https://api.acme.example${pick(`${name}/${label}/path`, PATHS)}`,
      ...bodyOf(`${name}/${label}`, kind),
      at: timeOf(`${name}/${label}`),
      id: uuidOf(label),
    };
  };
}

interface Described {
  readonly name: string;
  readonly choice: Choice;
  readonly keys: readonly KeySpec[];
  readonly header: string;
  readonly prefix?: string;
  readonly extra?: (draft: Draft) => Wire['headers'];
  readonly sign?: (parts: TokenParts) => Promise<string>;
  readonly signedBy?: string;
  parts(draft: Draft): TokenParts;
}

function tokenSender({
  name,
  choice,
  keys,
  header,
  prefix = '',
  extra,
  parts,
  sign = signToken,
  signedBy = versionOf('jose'),
}: Described): TokenSender {
  const carry = (draft: Draft, token: string): Wire =>
    wireFrom(draft, 'acme-app/3.2 (Android 15)', [...(extra?.(draft) ?? []), [header, prefix + token]]);
  return {
    name,
    choice,
    keys,
    kinds: ['json', 'none'],
    covers: { body: false, url: false },
    signedBy,
    draft: draftOf(name),
    parts,
    carry,
    sign: async (draft) => carry(draft, await sign(parts(draft))),
  };
}

export const claimsOf = ({ at, id }: Draft): JWTPayload => ({
  iss: ISSUER,
  aud: AUDIENCE,
  sub: `user-${id.slice(0, 6)}`,
  iat: at / 1000 - 60,
  exp: at / 1000 + 900,
});

export const JWT_SECRET = secretOf('jwt', 44);
export const JWT_OPTIONS = { issuer: ISSUER, audience: AUDIENCE };

export const jwtHmac = tokenSender({
  name: 'jwt-bearer',
  choice: { provider: 'jwt-bearer', options: JWT_OPTIONS },
  keys: [{ secret: JWT_SECRET }],
  header: 'Authorization',
  prefix: 'Bearer ',
  parts: (draft) => ({
    claims: claimsOf(draft),
    header: { alg: 'HS256', typ: 'JWT' },
    key: createSecretKey(Buffer.from(JWT_SECRET)),
  }),
  sign: async ({ claims, key }) => jsonwebtoken.sign(claims, key),
  signedBy: versionOf('jsonwebtoken'),
});

/** The public half of a pair as a member of a key set. */
export async function jwkOf(pair: Pair, kid: string, alg: string): Promise<Record<string, unknown>> {
  return { ...(await exportJWK(pair.publicKey)), kid, alg, use: 'sig' };
}

export const jwtPair = ecPair('jwt');
export const jwtEc = tokenSender({
  name: 'jwt-bearer-es256',
  choice: { provider: 'jwt-bearer', options: { ...JWT_OPTIONS, algorithm: 'ES256' } },
  keys: [{ secret: JSON.stringify({ keys: [await jwkOf(jwtPair, 'key-2026', 'ES256')] }), encoding: 'jwks' }],
  header: 'Authorization',
  prefix: 'Bearer ',
  parts: (draft) => ({
    claims: claimsOf(draft),
    header: { alg: 'ES256', typ: 'JWT', kid: 'key-2026' },
    key: jwtPair.privateKey,
  }),
});

export const jwtRsaPair = rsaPair('sender');
export const jwtRsa = tokenSender({
  name: 'jwt-bearer-rs256',
  choice: { provider: 'jwt-bearer', options: { ...JWT_OPTIONS, algorithm: 'RS256' } },
  keys: [{ secret: pemOf(jwtRsaPair.publicKey), encoding: 'pem' }],
  header: 'Authorization',
  prefix: 'Bearer ',
  parts: (draft) => ({
    claims: claimsOf(draft),
    header: { alg: 'RS256', typ: 'JWT' },
    key: jwtRsaPair.privateKey,
  }),
});

export const APPROOV_SECRET = Buffer.concat([secretBytes('approov'), secretBytes('approov 2')]).toString(
  'base64',
);
export const accessOf = ({ id }: Draft): string => `Bearer ${secretOf(`access ${id}`, 30)}`;
export const payOf = (value: string): string => createHash('sha256').update(value).digest('base64');

export const approov = tokenSender({
  name: 'approov',
  choice: { provider: 'approov', options: { binding: ['authorization'] } },
  keys: [{ secret: APPROOV_SECRET }],
  header: 'Approov-Token',
  extra: (draft) => [['Authorization', accessOf(draft)]],
  parts: (draft) => ({
    claims: {
      exp: draft.at / 1000 + 240,
      ip: '203.0.113.7',
      did: payOf(draft.id),
      pay: payOf(accessOf(draft)),
    },
    header: { alg: 'HS256', typ: 'JWT' },
    key: createSecretKey(Buffer.from(APPROOV_SECRET, 'base64')),
  }),
});

export const PROJECT = '123456789012';
export const firebasePair = rsaPair('sender');
const firebaseKeys: readonly KeySpec[] = [
  { secret: JSON.stringify({ keys: [await jwkOf(firebasePair, 'vC8lPQ', 'RS256')] }), encoding: 'jwks' },
];
export const firebase = tokenSender({
  name: 'firebase-app-check',
  choice: { provider: 'firebase-app-check', options: { projectNumber: PROJECT } },
  keys: firebaseKeys,
  header: 'X-Firebase-AppCheck',
  parts: (draft) => ({
    claims: {
      iss: `https://firebaseappcheck.googleapis.com/${PROJECT}`,
      aud: [`projects/${PROJECT}`, 'projects/acme-app'],
      sub: `1:${PROJECT}:android:abc123`,
      iat: draft.at / 1000 - 60,
      exp: draft.at / 1000 + 3540,
    },
    header: { alg: 'RS256', typ: 'JWT', kid: 'vC8lPQ' },
    key: firebasePair.privateKey,
  }),
});

export const DPOP_SECRET = secretOf('dpop', 48);
export const proofPair = ecPair('dpop');
export const proofJwk = await exportJWK(proofPair.publicKey);
const thumbprint = await calculateJwkThumbprint(proofJwk);

export interface ProofParts {
  readonly claims: JWTPayload;
  readonly header: Record<string, unknown> & { readonly alg: string };
  readonly key: KeyObject;
}

export const accessToken = (
  draft: Draft,
  cnf: Record<string, unknown> | undefined = { jkt: thumbprint },
): Promise<string> =>
  signToken({
    claims: { ...claimsOf(draft), ...(cnf && { cnf }) },
    header: { alg: 'HS256', typ: 'at+jwt' },
    key: createSecretKey(Buffer.from(DPOP_SECRET)),
  });

export const proofParts = ({ method, url, at, id }: Draft, access: string): ProofParts => ({
  claims: {
    jti: id,
    htm: method,
    htu: url.split('?')[0] ?? '',
    iat: at / 1000,
    ath: createHash('sha256').update(access).digest('base64url'),
  },
  header: { alg: 'ES256', typ: 'dpop+jwt', jwk: proofJwk },
  key: proofPair.privateKey,
});

export const signProof = ({ claims, header, key }: ProofParts): Promise<string> =>
  new SignJWT(claims).setProtectedHeader(header).sign(key);

export const dpopWire = (draft: Draft, access: string, proof: string, scheme = 'DPoP'): Wire =>
  wireFrom(draft, 'acme-app/3.2 (iOS 19)', [
    ['Authorization', `${scheme} ${access}`],
    ['DPoP', proof],
  ]);

export const dpop: Sender = {
  name: 'dpop',
  choice: { provider: 'dpop', options: JWT_OPTIONS },
  keys: [{ secret: DPOP_SECRET }],
  kinds: ['json', 'none'],
  covers: { body: false, url: true },
  signedBy: versionOf('jose'),
  draft: draftOf('dpop'),
  sign: async (draft) => {
    const access = await accessToken(draft);
    return dpopWire(draft, access, await signProof(proofParts(draft, access)));
  },
};
