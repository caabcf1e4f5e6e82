/** DPoP (RFC 9449), with proofs minted by node:crypto. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createGate, done, type Gate, requestFrom, SetupError } from '../../src/index.ts';
import { judgeDpopProof, readDpopProof } from '../../src/schemes/jwt/dpop-proof.ts';
import {
  base64url,
  ED25519,
  mint,
  NOW,
  P256,
  type Pair,
  pairThumbprint,
  RSA,
  SECONDS,
  wordOf,
} from './mint.ts';

const SECRET = 'a secret of thirty-two characters';
const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url');

const gateOf = (options: object = {}): Gate =>
  createGate({ provider: { id: 'dpop', ...options }, keys: [SECRET], now: () => NOW });

interface Change {
  readonly alg?: string;
  readonly pair?: Pair;
  readonly access?: string;
  readonly header?: Readonly<Record<string, unknown>>;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly method?: string;
  readonly url?: string;
}

const accessOf = (pair: Pair, claims = {}): string =>
  mint('HS256', SECRET, { claims: { cnf: { jkt: pairThumbprint(pair) }, ...claims } });

function requestOf({ alg = 'ES256', pair = P256, header, claims, ...rest }: Change = {}) {
  const { access = accessOf(pair), method = 'GET', url = '/v1/shapes?sides=3' } = rest;
  const proof = mint(alg, pair.privateKey, {
    header: { typ: 'dpop+jwt', jwk: pair.jwk, ...header },
    claims: {
      exp: undefined,
      jti: 'j-1',
      htm: 'GET',
      htu: 'https://api.example/v1/shapes',
      iat: SECONDS,
      ath: sha256(access),
      ...claims,
    },
  });
  const headers = { host: 'api.example', authorization: `DPoP ${access}`, dpop: proof };
  return requestFrom({ method, url, headers });
}

const judge = async (change: Change = {}, gate = gateOf()): Promise<string> =>
  wordOf(await gate.verify(requestOf(change)));

describe('a proof', () => {
  it.each([
    ['ES256', P256],
    ['EdDSA', ED25519],
    ['RS256', RSA],
    ['PS256', RSA],
  ] as const)('under %s is taken', async (alg, pair) => {
    expect(await judge({ alg, pair })).toBe('accepted');
  });

  it.each([
    ['https://API.example:443/v1/shapes', 'accepted'],
    ['https://api.example/v1/shapes?other=1#x', 'accepted'],
    ['https://api.example/v1/./x/../shapes', 'accepted'],
    ['http://api.example/v1/shapes', 'accepted'],
    ['https://api.example/v1/shapes/', 'binding-mismatch'],
    ['https://evil.example/v1/shapes', 'binding-mismatch'],
    ['https://api.example:8443/v1/shapes', 'binding-mismatch'],
    ['ftp://api.example/v1/shapes', 'binding-mismatch'],
    ['/v1/shapes', 'binding-mismatch'],
    ['//api.example/v1/shapes', 'binding-mismatch'],
    ['api.example/v1/shapes', 'binding-mismatch'],
    ['https:///v1/shapes', 'binding-mismatch'],
    ['?https://api.example/v1/shapes', 'binding-mismatch'],
    [undefined, 'binding-mismatch'],
  ])('for %s is %s', async (htu, expected) => {
    expect(await judge({ claims: { htu } })).toBe(expected);
  });

  it('is for the origin that clients see, where that is set', async () => {
    const gate = gateOf({ origin: 'https://api.example/' });
    expect(await judge({}, gate)).toBe('accepted');
    expect(await judge({ claims: { htu: 'http://api.example/v1/shapes' } }, gate)).toBe('binding-mismatch');
  });

  it.each([
    ['another method', { claims: { htm: 'POST' } }, 'binding-mismatch'],
    ['another token’s hash', { claims: { ath: sha256('x') } }, 'binding-mismatch'],
    ['no token’s hash', { claims: { ath: undefined } }, 'binding-mismatch'],
    ['another key than the token’s', { access: accessOf(ED25519) }, 'binding-mismatch'],
    ['a token that names no key', { access: mint('HS256', SECRET) }, 'binding-mismatch'],
    ['a forged access token', { access: mint('HS256', 'another secret') }, 'signature-mismatch'],
    ['an expired access token', { access: accessOf(P256, { exp: SECONDS }) }, 'expired'],
    ['a key that did not sign it', { header: { jwk: ED25519.jwk }, alg: 'ES256' }, 'malformed-token'],
    ['a point off the curve', { header: { jwk: { ...P256.jwk, x: P256.jwk.y } } }, 'signature-mismatch'],
    ['a private key', { header: { jwk: P256.privateKey.export({ format: 'jwk' }) } }, 'malformed-token'],
    ['a secret as key', { header: { jwk: { kty: 'oct', k: 'AAAA' } } }, 'malformed-token'],
    ['no key', { header: { jwk: undefined } }, 'malformed-token'],
    ['another type', { header: { typ: 'JWT' } }, 'malformed-token'],
    ['alg none', { header: { alg: 'none' } }, 'algorithm-not-allowed'],
    ['alg HS256', { header: { alg: 'HS256' } }, 'algorithm-not-allowed'],
    ['no jti', { claims: { jti: undefined } }, 'malformed-token'],
    ['an empty jti', { claims: { jti: '' } }, 'malformed-token'],
    ['the longest jti', { claims: { jti: 'j'.repeat(256) } }, 'accepted'],
    ['a longer jti', { claims: { jti: 'j'.repeat(257) } }, 'malformed-token'],
    [
      'an access token whose end is no number',
      { access: accessOf(P256, { exp: 'soon' }) },
      'malformed-token',
    ],
    ['an iat ahead by what is allowed', { claims: { iat: SECONDS + 60 } }, 'accepted'],
    ['no iat', { claims: { iat: undefined } }, 'malformed-token'],
    ['its last instant', { claims: { iat: SECONDS - 60 } }, 'accepted'],
    ['an old iat', { claims: { iat: SECONDS - 60.001 } }, 'expired'],
    ['an iat ahead', { claims: { iat: SECONDS + 60.001 } }, 'from-the-future'],
  ] as const)('with %s: %s', async (_, change, expected) => {
    expect(await judge(change as Change)).toBe(expected);
  });

  it.each<[string, Change, { host?: string; access?: object }, string | undefined]>([
    ['another address', { claims: { htu: 'https://api.example/v2' } }, {}, 'proof-of-another-address'],
    ['another host than the request’s', {}, { host: 'other.example' }, 'proof-of-another-address'],
    ['a request whose host is none', {}, { host: 'a b' }, 'proof-of-another-address'],
    ['another token', { claims: { ath: sha256('x') } }, {}, 'proof-of-another-token'],
    ['a token that names no key', {}, { access: {} }, 'token-unbound'],
    ['a token that names another key', {}, { access: { cnf: { jkt: 'x' } } }, 'token-of-another-key'],
    ['its own token and request', {}, {}, undefined],
  ])('for %s says so in a word', async (_, change, { host, access }, code) => {
    const request = requestOf(change);
    const proof = readDpopProof(request.headers.get('dpop') ?? '', ['ES256']);
    if ('reason' in proof) throw new Error(proof.problem);
    const token = {
      token: accessOf(P256),
      claims: access ? { ...access } : { cnf: { jkt: pairThumbprint(P256) } },
    };
    const headers = request.headers.with('host', host ?? 'api.example');
    const fault = await judgeDpopProof(proof, token, { ...request, headers }, undefined);
    expect(fault?.code).toBe(code);
  });

  it('must be there, once', async () => {
    const request = requestOf();
    const [name, value] = ['dpop', request.headers.get('dpop') ?? ''];
    const without = requestFrom({
      ...request,
      headers: [...request.headers].filter(([one]) => one !== name),
    });
    const twice = requestFrom({ ...request, headers: [...request.headers, [name, value]] });
    expect(wordOf(await gateOf().verify(without))).toBe('missing-token');
    expect(wordOf(await gateOf().verify(twice))).toBe('malformed-token');
    const { headers } = request;
    const asBearer = { ...request, headers: headers.with('authorization', `Bearer ${accessOf(P256)}`) };
    expect(wordOf(await gateOf().verify(asBearer))).toBe('missing-token');
  });

  it('signed with another key than it names is refused', async () => {
    const request = requestOf();
    const [head, payload] = (request.headers.get('dpop') ?? '').split('.');
    const forged = `${head}.${payload}.${base64url(new Uint8Array(64).fill(7))}`;
    expect(wordOf(await gateOf().verify({ ...request, headers: request.headers.with('dpop', forged) }))).toBe(
      'signature-mismatch',
    );
  });

  it('is taken once', async () => {
    const gate = gateOf();
    const take = async (change: Change): Promise<string> => {
      const received = await gate.receive(requestOf(change), () => done(1));
      return received.kind === 'refused' ? received.verdict.reason : received.kind;
    };
    expect(await take({})).toBe('done');
    expect(await take({})).toBe('replayed');
    expect(await take({ claims: { jti: 'j-2' } })).toBe('done');
    expect(await take({ alg: 'EdDSA', pair: ED25519 })).toBe('done');
  });
});

it('the thumbprint is that of RFC 7638 §3.1', async () => {
  const { thumbprint } = await import('../../src/schemes/jwt/dpop-proof.ts');
  const jwk = {
    kty: 'RSA',
    n: '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw',
    e: 'AQAB',
    alg: 'RS256',
    kid: '2011-04-29',
  };
  expect(await thumbprint(jwk)).toBe('NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs');
});

it('a proof under HMAC, or an origin with a path, cannot be set up', () => {
  expect(() => gateOf({ origin: 'https://api.example/v1' })).toThrow(SetupError);
  expect(() => gateOf({ proofAlgorithm: 'HS256' })).toThrow(SetupError);
});
