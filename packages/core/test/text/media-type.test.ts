import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../../scripts/effort.ts';
import { parseMediaType, parseParameters } from '../../src/text/media-type.ts';
import { isToken } from '../../src/text/token.ts';
import { trimSpace } from '../../src/text/white-space.ts';

const parsed = (text: string) => {
  const media = parseMediaType(text);
  return media && { type: media.type, ...Object.fromEntries(media.parameters) };
};

describe('parseMediaType', () => {
  it('gives the type in lower case and the parameters by lower-case name', () => {
    expect(parsed('application/json')).toEqual({ type: 'application/json' });
    expect(parsed(' Text/Plain \t;\tCharset=UTF-8 ; a="b c" ')).toEqual({
      type: 'text/plain',
      charset: 'UTF-8',
      a: 'b c',
    });
    expect(parsed('multipart/form-data;boundary="a:b\\"c\\\\d"')).toEqual({
      type: 'multipart/form-data',
      boundary: 'a:b"c\\d',
    });
    expect(parsed('a/b;;c=d; ;')).toEqual({ type: 'a/b', c: 'd' });
    expect(parsed('a/b;c=""')).toEqual({ type: 'a/b', c: '' });
    expect(parsed('application/vnd.x+json;__proto__=1')?.type).toBe('application/vnd.x+json');
  });

  it.each([
    '',
    ' ',
    'text',
    '/',
    'text/',
    '/plain',
    'text /plain',
    'text/ plain',
    'a/b/c',
    'a/b c',
    'a/b, c/d',
    'a/b;c',
    'a/b;c=',
    'a/b;=d',
    'a/b;c =d',
    'a/b;c= d',
    'a/b;c=d e',
    'a/b;c="d',
    'a/b;c="d"e',
    'a/b;c="d\\',
    'a/b;c="d\\"',
    'a/b;c="\u0000"',
    'a/b;c="\\\n"',
    'a/b;c="\u007f"',
    'a/b;c=d;C=e',
    'a/b;c=d\n',
    'a/b\r\n',
    'ä/b',
    'a/b;c=(d)',
    'a/b;c=ä',
  ])('refuses %j', (text) => expect(parseMediaType(text)).toBeUndefined());

  it('never throws', () => {
    const chars = fc.string({ unit: fc.constantFrom(...'ab/;="\\ \t\n,é') });
    fc.assert(
      fc.property(
        fc.oneof(
          chars,
          chars.map((text) => `a/b;${text}`),
        ),
        (text) => {
          const media = parseMediaType(text);
          if (media) expect(media.type).toMatch(/^[!-~]+\/[!-~]+$/);
        },
      ),
      { numRuns: runs(2000) },
    );
  });

  it('reads back any value that is quoted', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const quoted = value.replace(/["\\]/g, '\\$&');
        expect(parsed(`a/b; x="${quoted}"; y=z`)).toEqual({ type: 'a/b', x: value, y: 'z' });
      }),
    );
  });
});

describe('its parts', () => {
  it('parameters may be absent, tokens may not be empty, trimming takes spaces and tabs only', () => {
    expect(parseParameters('')?.size).toBe(0);
    expect(parseParameters('x=1')).toBeUndefined();
    expect([isToken('a-b!'), isToken(''), isToken('a b'), isToken('a:')]).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect([trimSpace(' \ta b\t '), trimSpace(' '), trimSpace('\u00a0x\n')]).toEqual([
      'a b',
      '',
      '\u00a0x\n',
    ]);
  });
});
