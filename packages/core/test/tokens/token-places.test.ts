/** Where a token is looked for, how it must stand there, and what of that is kept from one request to the next. */
import { describe, expect, it } from 'vitest';
import { createGate, done, requestFrom, SetupError, writtenProvider } from '../../src/index.ts';
import { Passage } from '../../src/scheme.ts';
import { readDpopProof } from '../../src/schemes/jwt/dpop-proof.ts';
import { findToken, type JwtFound, type TokenPlace } from '../../src/schemes/jwt/find-token.ts';
import type { GoodHeader } from '../../src/schemes/jwt/token-header.ts';
import { base64url, bearer, mint, NOW, RSA, SECONDS } from './mint.ts';

const SECRET = 'a secret of thirty-two characters';
const SIGNATURE = 'A'.repeat(43);
const PLACE: TokenPlace = {
  header: 'authorization',
  prefix: 'Bearer ',
  algorithms: ['HS256'],
  signatureBytes: [32],
  typ: undefined,
  binding: [],
  bindingMode: 'required',
  remedies: {},
  goodHeaders: new Map(),
};
const foundBy = (place: Partial<TokenPlace>, token: string) => {
  const initial: JwtFound = { signingInput: '', claims: {}, unbound: undefined };
  const passage = new Passage(bearer(token), NOW, initial);
  return { passage, objection: findToken({ ...PLACE, goodHeaders: new Map(), ...place }, passage) };
};
const problemOf = (place: Partial<TokenPlace>, token: string): string =>
  foundBy(place, token).objection?.problem ?? 'none';
const tokenOf = (header: object, signature = SIGNATURE): string =>
  `${base64url(JSON.stringify(header))}.e30.${signature}`;

describe('a token in its place', () => {
  it('is read to 8192 characters of its header, the word before it among them', () => {
    const most = 8192 - 'Bearer '.length;
    expect(problemOf({}, 'a'.repeat(most))).toContain('does not have three segments');
    expect(problemOf({}, 'a'.repeat(most + 1))).toContain('is 8193 characters long; at most 8192 are read');
  });

  it.each([
    ['Bearer Bearer a.b.c', 'begins with "Bearer "'],
    ['Bearer  jwt   a', 'begins with "jwt "'],
    ['Bearer a Bearer b', 'does not have three segments'],
    ['Bearer aBearer b', 'does not have three segments'],
  ])('is told from a word before it: %j', (authorization, words) => {
    const request = requestFrom({ method: 'GET', url: '/', headers: { authorization } });
    const initial: JwtFound = { signingInput: '', claims: {}, unbound: undefined };
    expect(findToken(PLACE, new Passage(request, NOW, initial))?.problem).toContain(words);
  });

  it.each([
    [255, false],
    [256, true],
    [1024, true],
    [1025, false],
  ])('under RSA has a signature of 256 to 1024 bytes: %i', (length, isTaken) => {
    const token = tokenOf({ alg: 'RS256' }, base64url(new Uint8Array(length)));
    const place = { algorithms: ['RS256'], signatureBytes: [undefined] } as const;
    expect(foundBy(place, token).objection === undefined).toBe(isTaken);
  });

  it('has its signature at the place of its algorithm', () => {
    const place = { algorithms: ['ES256', 'RS256', 'EdDSA'], signatureBytes: [32, undefined, 32] } as const;
    const bytes = new Uint8Array(32);
    expect(foundBy(place, tokenOf({ alg: 'ES256' })).passage.signatures).toEqual([[bytes]]);
    expect(foundBy(place, tokenOf({ alg: 'EdDSA', kid: 'k' })).passage).toMatchObject({
      signatures: [[], [], [bytes]],
      namedKeyId: 'k',
      keyHints: [],
    });
  });

  it('has a header that is kept where it is good, beside fifteen others', () => {
    const goodHeaders = new Map<string, GoodHeader>();
    const headerOf = (i: number) => base64url(JSON.stringify({ alg: 'HS256', kid: `${i}` }));
    expect(problemOf({ goodHeaders }, tokenOf({ alg: 'none' }))).toContain('alg');
    expect(goodHeaders.size).toBe(0);
    for (let i = 0; i < 20; i++) {
      expect(problemOf({ goodHeaders }, `${headerOf(i)}.e30.${SIGNATURE}`)).toBe('none');
    }
    expect([...goodHeaders.keys()]).toEqual(Array.from({ length: 16 }, (_, i) => headerOf(i)));
    const { passage } = foundBy({ goodHeaders }, `${headerOf(3)}.e30.${SIGNATURE}`);
    expect(passage.keyHints).toEqual(['3']);
    // What is kept is what is gone by.
    goodHeaders.set(headerOf(3), { variant: 0, kid: undefined, hints: ['kept'] });
    expect(foundBy({ goodHeaders }, `${headerOf(3)}.e30.${SIGNATURE}`).passage.keyHints).toEqual(['kept']);
  });

  it('is looked for without a word in another header', async () => {
    const provider = { id: 'jwt-bearer', header: 'X-Token' } as const;
    const gate = createGate({ provider, keys: [SECRET], now: () => NOW });
    const signed = await gate.sign({ method: 'GET', url: '/' });
    expect(signed.headers.get('x-token')).toMatch(/^eyJ/);
    expect(await gate.verify(signed)).toMatchObject({ ok: true });
    const named = createGate({
      provider: { id: 'jwt-bearer', header: 'Authorization' },
      keys: [SECRET],
      now: () => NOW,
    });
    expect(await named.verify(bearer(mint('HS256', SECRET)))).toMatchObject({ ok: true });
  });
});

describe('a token that is taken once', () => {
  it.each(['', 7, null, undefined])('is known as a whole where its jti is %j', async (jti) => {
    const gate = createGate({ provider: { id: 'jwt-bearer', consume: 1 }, keys: [SECRET], now: () => NOW });
    const take = async (n: number): Promise<string> =>
      (await gate.receive(bearer(mint('HS256', SECRET, { claims: { jti, n } })), () => done())).kind;
    expect([await take(1), await take(2), await take(1)]).toEqual(['done', 'done', 'refused']);
  });
});

describe('a proof of DPoP', () => {
  it('is read to 8192 characters', () => {
    const problem = (length: number): unknown => readDpopProof('a'.repeat(length), ['ES256']);
    expect(problem(8192)).toMatchObject({ problem: expect.stringContaining('does not have three segments') });
    expect(problem(8193)).toMatchObject({ problem: expect.stringContaining('is 8193 characters long') });
  });

  it('is signed for the address that the request has, by https where it says no scheme', async () => {
    const gate = createGate({ provider: 'dpop', keys: [SECRET], now: () => NOW });
    const claimsOf = async (draft: Parameters<typeof gate.sign>[0]) => {
      const proof = (await gate.sign(draft)).headers.get('dpop') ?? '';
      return JSON.parse(Buffer.from(proof.split('.')[1] ?? '', 'base64url').toString());
    };
    expect(
      await claimsOf({ method: 'GET', url: '/v1?a=1', headers: { host: 'api.example' }, id: 'j-1' }),
    ).toMatchObject({ htu: 'https://api.example/v1', htm: 'GET', jti: 'j-1', iat: SECONDS });
    expect(await claimsOf({ method: 'GET', url: 'http://api.example/v1' })).toMatchObject({
      htu: 'http://api.example/v1',
    });
    for (const [draft, problem] of [
      [{ method: 'GET', url: '/v1' }, 'its proof names the host; there is none'],
      [
        { method: 'GET', url: '/v1', headers: { host: 'a b' } },
        'the request’s Host field is not a host and port',
      ],
    ] as const) {
      const failure: unknown = await Promise.resolve(gate.sign(draft)).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(SetupError);
      expect(failure).toMatchObject({
        option: 'request',
        problem,
        remedy: 'Give an absolute URL, or a path and a Host header.',
      });
    }
  });
});

describe('set-up', () => {
  const setUp = (options: object, keys: readonly string[] = [SECRET]) =>
    createGate({ provider: writtenProvider('jwt-bearer', { ...options }), keys: [...keys] });
  const words = (options: object, keys?: readonly string[]): string => {
    try {
      setUp(options, keys);
    } catch (error) {
      return String(error);
    }
    return 'none';
  };
  const URL = 'https://issuer.example/jwks';
  const jwks = (more: object) => words({ algorithm: 'ES256', jwks: { url: URL, ...more } }, []);

  it.each<[object, string]>([
    [{ consume: 0 }, '0 is not taken'],
    [{ consume: 1001 }, 'Give a whole number from 1 to 1000, or leave it out.'],
    [{ consume: 1, lifetime: 'unbounded' }, 'Leave lifetime or consume out.'],
    [{ bindingMode: 'optional' }, 'there is no binding that it could be for'],
    [{ unheard: 1 }, 'unheard'],
    [{ consume: 1000 }, 'none'],
    [{ bindingMode: 'off' }, 'none'],
  ])('%j: %s', (options, expected) => {
    expect(words(options)).toContain(expected);
  });

  it.each<[object, string]>([
    [{ maxBytes: 255 }, '255 is not taken'],
    [{ maxBytes: 255 }, 'Give 256 to 16777216, or leave it out: 65536.'],
    [{ maxBytes: 256 }, 'none'],
    [{ maxBytes: 16_777_216 }, 'none'],
    [{ maxBytes: 300.5 }, 'maxBytes'],
    [{ timeoutMs: 9 }, 'Give 10 to 60000, or leave it out: 5000.'],
    [{ timeoutMs: 10 }, 'none'],
    [{ timeoutMs: 10.5 }, 'none'],
    [{ maxOutageMs: 0 }, 'none'],
    [{ url: undefined }, 'jwks.url: it is not given'],
    [{ url: 'ftp://issuer.example/' }, 'jwks.url: the address is not https'],
    [{ url: 'ftp://localhost/' }, 'jwks.url: the address is not https'],
    [{ url: 'http://localhost/' }, 'none'],
    [{ url: 'http://127.10.200.30:80/' }, 'none'],
    [{ url: 'http://[::1]/' }, 'none'],
    [{ url: 'http://localhost.example/' }, 'the address is not https'],
    [{ url: 'http://evil-localhost/' }, 'the address is not https'],
    [{ url: 'http://not.127.0.0.1.example/' }, 'the address is not https'],
    [{ url: 'https://user@issuer.example/' }, 'the address holds credentials'],
    [{ url: 'https://:pass@issuer.example/' }, 'the address holds credentials'],
  ])('of a key set by %j: %s', (options, expected) => {
    expect(jwks(options)).toContain(expected);
  });

  it('wants a secret as long as the hash, by RFC 7518', () => {
    for (const [algorithm, bytes] of [
      ['HS256', 32],
      ['HS512', 64],
    ] as const) {
      const { scheme } = setUp({ algorithm }, ['x'.repeat(64)]);
      expect(scheme.keys.forms).toMatchObject([{ least: { bytes, source: 'RFC 7518 §3.2' } }]);
      expect(scheme.coverage.covered).toEqual([]);
    }
    expect(setUp({ algorithm: 'RS256' }, [RSA.pem]).scheme.keys).toMatchObject({
      forms: [],
      fromAddress: false,
    });
    expect(setUp({ algorithm: 'RS256', jwks: URL }, []).scheme.keys.fromAddress).toBe(true);
  });
});
