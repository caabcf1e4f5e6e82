/** What a token says of itself, as an operator is shown it: a few members, bounded, and nothing that could be used. */
import { describe, expect, it } from 'vitest';
import { HeaderList } from '../../src/index.ts';
import { tokenLines } from '../../src/schemes/jwt/token-lines.ts';
import { base64url } from './mint.ts';

const token = (header: unknown, payload: unknown): string =>
  `${base64url(JSON.stringify(header))}.${base64url(JSON.stringify(payload))}.c2lnbmF0dXJl`;
const linesOf = (...headers: readonly (readonly [string, string])[]): readonly string[] =>
  tokenLines(new HeaderList(headers.flat()), ['authorization', 'dpop']).map(
    ({ label, value }) => `${label}: ${value}`,
  );

describe('a token’s lines', () => {
  it('are its usual members in their order, times as dates besides, and of others nothing', () => {
    const header = { kid: 'k\n1', typ: 'JWT', alg: 'HS256', jku: 'https://evil.example' };
    const payload = {
      iat: 1_760_000_000,
      exp: 1_760_000_300,
      aud: ['a', 'b'],
      iss: 'i',
      sub: 'secret',
      nbf: '1760000000',
    };
    expect(linesOf(['authorization', `Bearer ${token(header, payload)}`])).toEqual([
      'alg: HS256',
      'typ: JWT',
      'kid: k\\u{a}1',
      'iss: i',
      'aud: ["a","b"]',
      'exp: 1760000300 (2025-10-09T08:58:20.000Z)',
      'nbf: 1760000000',
      'iat: 1760000000 (2025-10-09T08:53:20.000Z)',
    ]);
  });

  it('begin with the header’s name where another one carries a token as well', () => {
    const proof = token({ alg: 'ES256' }, { htm: 'GET', htu: 'https://a.example/', iat: 1e300 });
    expect(linesOf(['authorization', `DPoP  ${token({ alg: 'HS256' }, {})}`], ['dpop', proof])).toEqual([
      'alg: HS256',
      'dpop alg: ES256',
      'dpop iat: 1e+300',
      'dpop htm: GET',
      'dpop htu: https://a.example/',
    ]);
  });

  it.each(['', 'none', 'Bearer', 'a.b', 'a.b.c.d', 'Bearer !.!.!', `${'a'.repeat(9000)}.a.a`])(
    'are none of %j',
    (value) => {
      expect(linesOf(['authorization', value])).toEqual([]);
    },
  );

  it('are those of a token of 8192 characters, and none of a longer one', () => {
    const right = token({ alg: 'HS256' }, { iss: 5 });
    const padded = (length: number): string => right.padEnd(length, 'A');
    expect(linesOf(['authorization', padded(8192)])).toEqual(['alg: HS256', 'iss: 5']);
    expect(linesOf(['authorization', padded(8193)])).toEqual([]);
  });

  it('are those of the segment that can be read, and none where a header stands twice', () => {
    const right = token({ alg: 'HS256' }, { iss: 'i' });
    const [, payload] = right.split('.');
    expect(linesOf(['authorization', `!.${payload}.a`])).toEqual(['iss: i']);
    expect(linesOf(['authorization', right], ['authorization', right])).toEqual([]);
  });
});
