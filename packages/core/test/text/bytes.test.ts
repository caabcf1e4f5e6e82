import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asciiText, concatBytes, decodeUtf8, latin1, utf8 } from '../../src/text/bytes.ts';

const bytes = (...values: readonly number[]) => Uint8Array.from(values);

describe('UTF-8', () => {
  it('keeps the byte order mark and refuses what is not UTF-8', () => {
    expect(decodeUtf8(bytes(0xef, 0xbb, 0xbf, 0x61))).toBe('\ufeffa');
    expect(decodeUtf8(bytes())).toBe('');
    for (const bad of [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xe2, 0x80], [0xf4, 0x90, 0x80, 0x80]]) {
      expect(decodeUtf8(bytes(...bad))).toBeUndefined();
    }
  });

  it('goes there and back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(decodeUtf8(utf8(text))).toBe(text);
      }),
    );
  });
});

describe('latin1', () => {
  it('takes char codes as bytes and refuses those above U+00FF', () => {
    expect(latin1('a\u0000\u00ff')).toEqual(bytes(0x61, 0, 0xff));
    expect(latin1('')).toEqual(bytes());
    expect(latin1('Ł')).toBeUndefined();
    expect(latin1('ok 🚀')).toBeUndefined();
  });
});

describe('asciiText', () => {
  it('reads a window of any length', () => {
    const all = utf8('abcdefghijklmnopqrstuvwxyz');
    for (let start = 0; start < 4; start++) {
      for (let end = start; end <= 26; end++) {
        expect(asciiText(all, start, end)).toBe('abcdefghijklmnopqrstuvwxyz'.slice(start, end));
      }
    }
  });
});

describe('concatBytes', () => {
  it('joins parts in order', () => {
    expect(concatBytes([bytes(1, 2), bytes(), bytes(3)])).toEqual(bytes(1, 2, 3));
    expect(concatBytes([])).toEqual(bytes());
  });
});
