import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  asciiText,
  byteString,
  byteText,
  concatBytes,
  decodeUtf8,
  equalBytes,
  isAscii,
  isWellFormed,
  latin1,
  uint32At,
  unitText,
  utf8,
  utf8Text,
} from '../../src/text/bytes.ts';

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

describe('a byte string', () => {
  it('is a text of bytes as it is, and of any other text its UTF-8 bytes, wherever the char stands', () => {
    for (let length = 1; length <= 60; length++) {
      for (const char of ['a', '\0', '\xfe', '\xff', '\u0100', '\u0161', '\uffff']) {
        const at = length >> 1;
        for (const text of [
          char.padStart(length, 'ÿ'),
          char.padEnd(length, 'ÿ'),
          `${'a'.repeat(at)}${char}`,
        ]) {
          const isBytes = char <= '\xff';
          expect(byteString(text)).toBe(isBytes ? text : Buffer.from(text).toString('latin1'));
        }
      }
    }
    expect(byteString('')).toBe('');
  });

  it('is made of bytes of any number, one char each', () => {
    for (const length of [0, 1, 3, 4, 5, 47, 48, 49, 4095, 4096, 4097, 10_000]) {
      const all = Uint8Array.from({ length }, (_, i) => i * 7);
      expect(byteText(all)).toBe(Buffer.from(all).toString('latin1'));
      expect(unitText(all)).toBe(Buffer.from(all).toString('latin1'));
    }
  });

  it('of a text’s UTF-8 bytes is the text where that is ASCII', () => {
    for (const text of ['', 'plain \0\x7f', '\x80', 'Łódź', '🚀'.repeat(40)]) {
      expect(utf8Text(text)).toBe(Buffer.from(text).toString('latin1'));
      expect(isAscii(text)).toBe(Buffer.from(text).length === text.length && !/[^\0-\x7f]/.test(text));
    }
  });
});

describe('isWellFormed', () => {
  it.each([
    ['', true],
    ['plain', true],
    ['🚀', true],
    ['\ud83d', false],
    ['\ude80', false],
    ['\ude80\ud83d', false],
    ['a\ud83d b', false],
  ])('%j: %j, by the platform and where that has no such method', (text, isWhole) => {
    expect(isWellFormed(text)).toBe(isWhole);
    const native = Object.getOwnPropertyDescriptor(String.prototype, 'isWellFormed') ?? {};
    Reflect.deleteProperty(String.prototype, 'isWellFormed');
    try {
      expect(isWellFormed(text)).toBe(isWhole);
    } finally {
      Object.defineProperty(String.prototype, 'isWellFormed', native);
    }
  });
});

describe('bytes', () => {
  it('are equal where each is and their number is', () => {
    expect(equalBytes(bytes(), bytes())).toBe(true);
    expect(equalBytes(bytes(1, 2), bytes(1, 2))).toBe(true);
    for (const other of [bytes(), bytes(1), bytes(1, 3), bytes(2, 2), bytes(1, 2, 0)]) {
      expect(equalBytes(bytes(1, 2), other)).toBe(false);
      expect(equalBytes(other, bytes(1, 2))).toBe(false);
    }
  });

  it('hold a number of 32 bits, its highest byte first, without a sign', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 4, maxLength: 9 }), (value) => {
        for (let at = 0; at + 4 <= value.length; at++) {
          expect(uint32At(value, at)).toBe(Buffer.from(value).readUInt32BE(at));
        }
      }),
    );
  });
});
