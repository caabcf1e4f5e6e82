/** What a token must say, rule by rule: its text, header and claims, what it is bound to, and what its gate leaves open. */
import { describe, expect, it } from 'vitest';
import { HeaderList } from '../../src/index.ts';
import type { Objection } from '../../src/objection.ts';
import { boundText, judgeBinding } from '../../src/schemes/jwt/binding.ts';
import { sameAddress } from '../../src/schemes/jwt/same-address.ts';
import { judgeTokenClaims, timeClaimFault } from '../../src/schemes/jwt/token-claims.ts';
import { openWarnings, requiredClaims, type TokenDemands } from '../../src/schemes/jwt/token-demands.ts';
import { judgeHeader } from '../../src/schemes/jwt/token-header.ts';
import { parseSegment, splitToken, type TokenSegment } from '../../src/schemes/jwt/token-text.ts';
import { base64url, NOW, SECONDS } from './mint.ts';

const segmentOf = (bytes: string | Uint8Array): TokenSegment => {
  const text = base64url(bytes);
  return { text, start: 0, end: text.length };
};
const cut = ({ text, start, end }: TokenSegment): string => text.slice(start, end);

describe('what a gate demands', () => {
  it.each<[Omit<TokenDemands, 'algorithms'>, readonly string[]]>([
    [{}, ['exp']],
    [{ lifetime: 'bounded' }, ['exp']],
    [{ lifetime: 'unbounded' }, []],
    [{ required: ['sub'] }, ['exp', 'sub']],
    [{ required: ['sub', 'exp'] }, ['sub', 'exp']],
    [{ lifetime: 'unbounded', required: ['sub'] }, ['sub']],
    [{ lifetime: 'unbounded', required: ['sub', 'exp'] }, ['sub', 'exp']],
  ])('of %j are the claims %j', (demands, claims) => {
    expect(requiredClaims(demands)).toEqual(claims);
  });

  const keySet = {
    url: 'https://a.example/',
    maxAgeMs: 1,
    cooldownMs: 1,
    timeoutMs: 1,
    maxBytes: 1,
    maxOutageMs: 1,
  };

  it.each<[Partial<TokenDemands>, readonly object[]]>([
    [{}, []],
    [
      { algorithms: ['RS256', 'PS256', 'RS512', 'ES256'] },
      [{ code: 'rsa-pkcs1', algorithms: ['RS256', 'RS512'] }],
    ],
    [{ algorithms: ['PS256'] }, []],
    [{ lifetime: 'unbounded' }, [{ code: 'endless-token' }]],
    [{ lifetime: 'unbounded', required: ['exp'] }, []],
    [{ keySet }, [{ code: 'any-audience' }]],
    [{ keySet, audiences: ['a'] }, []],
    [{ audiences: ['a'] }, []],
    [{ binding: ['a'] }, []],
    [{ binding: ['a'], bindingMode: 'required' }, []],
    [{ binding: ['a'], bindingMode: 'optional' }, [{ code: 'optional-binding', headers: ['a'] }]],
    [{ binding: ['a'], bindingMode: 'off' }, [{ code: 'binding-off', headers: ['a'] }]],
    [{ binding: [], bindingMode: 'optional' }, []],
    [{ bindingMode: 'off' }, []],
    [{ binding: ['a', 'b'] }, [{ code: 'joined-binding' }]],
  ])('leaves open, of %j', (demands, warnings) => {
    expect(openWarnings({ algorithms: ['ES256'], ...demands })).toEqual(warnings);
  });
});

describe('a token’s text', () => {
  it('has three segments, from where it begins', () => {
    for (const before of ['', 'Bearer ', 'a.b ']) {
      const token = splitToken(`${before}aa.bb.cc`, before.length);
      if (token === undefined) throw new Error(before);
      expect([cut(token.header), cut(token.payload), cut(token.signature)]).toEqual(['aa', 'bb', 'cc']);
      expect(token.signingInput).toBe('aa.bb');
    }
    expect(splitToken('.b.')).toMatchObject({ header: { start: 0, end: 0 }, signingInput: '.b' });
  });

  it.each([
    ['', 0],
    ['aa', 0],
    ['aa.bb', 0],
    ['a.b.c.d', 0],
    ['a.b.c.', 0],
    ['a.b.c', 2],
    ['a.b', 2],
    ['a.b.c d', 6],
  ])('is none in %j from %i', (text, start) => {
    expect(splitToken(text, start)).toBeUndefined();
  });

  it.each([
    ['{"a":1}', { a: 1 }],
    ['[1]', /^cannot be read: /],
    ['{"a":1,"a":1}', /^cannot be read: .*, at byte 7$/],
    [new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), /^cannot be read: .* UTF-8, at byte 2$/],
  ])('has segments of one JSON object: %j', (bytes, expected) => {
    const read = parseSegment(segmentOf(bytes));
    if (expected instanceof RegExp) expect(read).toMatch(expected);
    else expect(read).toEqual(expected);
  });

  it('has segments in base64url', () => {
    expect(parseSegment({ text: 'a+/=', start: 0, end: 4 })).toBe('is not base64url');
  });
});

describe('a token’s header', () => {
  const judge = (header: object, algorithms: readonly ('HS256' | 'RS256' | 'ES256')[], typ?: string) =>
    judgeHeader(segmentOf(JSON.stringify(header)), algorithms, typ);

  it('names a key for certain where its keys are public, and gives a hint where they are secrets', () => {
    expect(judge({ alg: 'ES256', kid: 'k' }, ['RS256', 'ES256'])).toEqual({
      variant: 1,
      kid: 'k',
      hints: [],
    });
    expect(judge({ alg: 'ES256' }, ['ES256'])).toEqual({ variant: 0, kid: undefined, hints: [] });
    expect(judge({ alg: 'HS256', kid: 'k' }, ['HS256'])).toEqual({
      variant: 0,
      kid: undefined,
      hints: ['k'],
    });
    expect(judge({ alg: 'HS256' }, ['HS256'])).toEqual({ variant: 0, kid: undefined, hints: [] });
  });

  it.each([
    [{ alg: 'PS256' }, 'the token’s alg is "PS256", not RS256 or ES256'],
    [{}, 'the token’s alg is absent, not RS256 or ES256'],
    [{ alg: 'ES256', crit: ['b64'] }, 'the token’s header has critical extensions (crit)'],
    [{ alg: 'ES256', kid: 7 }, 'the token’s kid is not text'],
  ])('%j is refused: %s', (header, message) => {
    expect((judge(header, ['RS256', 'ES256']) as Objection).problem).toBe(message);
  });

  it.each([
    ['at+jwt', 'application/at+jwt', true],
    ['application/at+jwt', 'AT+JWT', true],
    ['at+jwt', 'x-application/at+jwt', false],
    ['x-at+jwt', 'x-application/at+jwt', false],
    ['a/b', 'application/a/b', false],
    ['a/b', 'a/b', true],
    ['at+jwt', 7, false],
  ])('of the type %s is one of %j: %s', (typ, written, isTaken) => {
    expect('variant' in judge({ alg: 'ES256', typ: written }, ['ES256'], typ)).toBe(isTaken);
  });
});

describe('a token’s claims', () => {
  const RULES = { required: ['exp'], endLeewayMs: 0, startLeewayMs: 5000, ip: false, remedies: {} };
  const judge = (rules: object, claims: object) =>
    judgeTokenClaims({ ...RULES, ...rules }, { exp: SECONDS + 9, ...claims }, NOW, undefined);

  it.each([
    [{}, undefined],
    [{ exp: 1, nbf: 2.5, iat: 3 }, undefined],
    [{ exp: '1' }, 'the claim exp is not a number'],
    [{ nbf: null }, 'the claim nbf is not a number'],
    [{ iat: true }, 'the claim iat is not a number'],
    [{ exp: 1e300 }, expect.stringMatching(/^the claim exp /)],
  ])('of time, in %j, have the fault %j', (claims, fault) => {
    expect(timeClaimFault(claims)).toEqual(fault);
  });

  it.each([
    [{ required: ['sub'] }, { sub: null }, 'the token has no claim sub'],
    [{ required: ['sub'] }, {}, 'the token has no claim sub'],
    [{}, { exp: SECONDS - 10 }, 'the token expired 10 s ago'],
    [{ endLeewayMs: 4000 }, { exp: SECONDS - 10 }, 'the token expired 10 s ago'],
    [{}, { nbf: SECONDS + 7 }, 'the token’s nbf is 7 s ahead; at most 5 s are allowed'],
    [{}, { iat: SECONDS + 7 }, 'the token’s iat is 7 s ahead; at most 5 s are allowed'],
  ])('under %j, %j: %s', (rules, claims, message) => {
    expect(judge(rules, claims)?.problem).toBe(message);
  });

  it('are compared with what the gate takes, all of which is told', () => {
    const rules = { issuers: ['a', 'b'], audiences: ['c', 'd'] };
    expect(judge(rules, { iss: 'b', aud: ['x', 'd'] })).toBeUndefined();
    expect(judge(rules, { iss: 'x', aud: 'c' })?.remedy).toContain('the gate’s issuer: a, b.');
    expect(judge(rules, { iss: 'a', aud: 'x' })?.remedy).toContain('ask for a token for c or d,');
  });
});

describe('an address', () => {
  it.each([
    ['1.2.3.4', '::ffff:1.2.3.4', true],
    ['2001:DB8::1', '2001:db8:0::1', true],
    ['::1', '::1', true],
    ['1.2.3.4', '1.2.3.5', false],
    ['::1]/x[', '::1', false],
    ['::1]/a', '::1', false],
    ['\t::1', '::1', false],
    ['::1\t', '::1', false],
    ['api.example', 'api.example', false],
    ['', '', false],
  ])('%j is that of %j: %s', (first, second, isSame) => {
    expect(sameAddress(first, second)).toBe(isSame);
    expect(sameAddress(second, first)).toBe(isSame);
  });
});

describe('what a token is bound to', () => {
  it.each([
    [['a'], ['a', ' x '], ' x '],
    [['a', 'b'], ['a', ' x ', 'b', '\ty'], 'xy'],
    [['a', 'b'], ['a', 'x'], undefined],
    [['a'], ['a', 'x', 'a', 'x'], undefined],
    [['a'], ['a', ''], undefined],
    [['a', 'b'], ['a', 'x', 'b', ''], undefined],
    [['a'], [], undefined],
  ])('of %j in %j is %j', (binding, headers, text) => {
    expect(boundText(binding, new HeaderList(headers))).toBe(text);
  });

  it('is named in what is refused', async () => {
    const judge = async (headers: readonly string[], pay: unknown) =>
      (await judgeBinding(['a', 'b'], 'required', { pay }, new HeaderList([...headers])))?.problem;
    expect(await judge(['a', 'x'], '')).toBe('a bound header (a, b) is absent or occurs twice');
    expect(await judge(['a', 'x', 'b', 'y'], '')).toBe('the token is bound to another value of a, b');
    expect(await judge(['a', 'x', 'b', 'y'], undefined)).toBe('the token has no claim pay');
  });
});
