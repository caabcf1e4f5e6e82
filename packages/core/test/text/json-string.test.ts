/** JSON strings as bytes, each question beside what the platform's own parsers answer. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  codePoint,
  escapedPoint,
  escapeSize,
  sequenceSize,
  sizeOfEscape,
  stringFault,
  stringText,
  writeUtf8,
} from '../../src/text/json-string.ts';
import { Utf8Ahead } from '../../src/text/utf8-ahead.ts';
import { utf8 } from './json-generators.ts';

const POINTS = [
  0, 0x41, 0x7f, 0x80, 0xe9, 0x7ff, 0x800, 0x20ac, 0xd7ff, 0xe000, 0xfeff, 0xffff, 0x10000, 0x1f680, 0x3ffff,
  0x40000, 0xfffff, 0x100000, 0x10ffff,
];

describe('a character', () => {
  it.each(POINTS)('U+%s is written, measured and read as the platform does', (point) => {
    const wanted = utf8(String.fromCodePoint(point));
    const out = new Uint8Array(8);
    expect(writeUtf8(out, 2, point)).toBe(2 + wanted.length);
    expect(out.subarray(2, 2 + wanted.length)).toEqual(wanted);
    expect([...out.subarray(0, 2), ...out.subarray(2 + wanted.length)].every((byte) => byte === 0)).toBe(
      true,
    );
    expect(sequenceSize(out, 2)).toBe(point < 0x80 ? 0 : wanted.length);
    if (point >= 0x80) expect(codePoint(out, 2, wanted.length)).toBe(point);
  });

  it('is what the platform takes for one, whatever bytes stand there', () => {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    const isOne = (bytes: Uint8Array): boolean => {
      try {
        return [...decoder.decode(bytes)].length === 1;
      } catch {
        return false;
      }
    };
    const leads = [0x00, 0x7f, 0x80, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef];
    const edge = fc.constantFrom(...leads, 0x8f, 0x90, 0x9f, 0xa0, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff);
    fc.assert(
      fc.property(fc.array(edge, { minLength: 1, maxLength: 4 }), (values) => {
        const bytes = Uint8Array.from(values);
        const size = [2, 3, 4].find((length) => length <= bytes.length && isOne(bytes.subarray(0, length)));
        expect(sequenceSize(bytes, 0)).toBe((values[0] as number) < 0x80 ? 0 : (size ?? 0));
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('an escape', () => {
  it('is known by its letter', () => {
    for (let letter = 0; letter < 256; letter++) {
      const text = `\\${String.fromCharCode(letter)}`;
      const isShort = /^\\["\\/bfnrt]$/.test(text);
      expect(escapeSize(Buffer.from(text, 'latin1'), 0)).toBe(isShort ? 2 : 0);
      expect(escapeSize(Buffer.from(`${text}00e9`, 'latin1'), 0)).toBe(isShort ? 2 : text === '\\u' ? 6 : 0);
      if (isShort) expect(escapedPoint(utf8(text), 0)).toBe(JSON.parse(`"${text}"`).charCodeAt(0));
    }
    for (const broken of ['\\', '\\u', '\\u0', '\\u004', '\\u004g', '\\ug041', '\\u 041', '\\u00"1']) {
      expect(escapeSize(utf8(broken), 0), broken).toBe(0);
    }
  });

  it.each([
    ['\\u0041', 0x41, 6],
    ['\\u00e9z', 0xe9, 6],
    ['\\uFFFF', 0xffff, 6],
    ['\\ud7ff', 0xd7ff, 6],
    ['\\ue000', 0xe000, 6],
    ['\\ud83d\\ude80', 0x1f680, 12],
    ['\\ud800\\udc00', 0x10000, 12],
    ['\\uDBFF\\uDFFF', 0x10ffff, 12],
    ['\\ud83d', -1, 6],
    ['\\ud83dxude80', -1, 6],
    ['\\ud83d\\nde80', -1, 6],
    ['\\ud83d\\u0041', -1, 6],
    ['\\ud83d\\udbff', -1, 6],
    ['\\ud83d\\ue000', -1, 6],
    ['\\ude80\\ud83d', -1, 6],
    ['\\udc00', -1, 6],
    ['\\udfff', -1, 6],
    ['\\n', 0x0a, 2],
  ])('%s is one character, or none where it is half a pair', (text, point, size) => {
    const bytes = utf8(text);
    expect(escapedPoint(bytes, 0)).toBe(point);
    expect(sizeOfEscape(bytes, 0, point)).toBe(size);
  });
});

describe('a string’s text', () => {
  it('is what JSON.parse reads, short and long', () => {
    const part = fc.constantFrom(
      'a',
      ' ',
      '~',
      '\\"',
      '\\\\',
      '\\/',
      '\\b',
      '\\f',
      '\\n',
      '\\r',
      '\\t',
      'ë',
      '\u2028',
      '🚀',
      '\ufeff',
      '\\u0041',
      '\\u00E9',
      '\\ud83d',
      '\\ude80',
      '\\uD83D\\uDE80',
      '\u007f',
      '\u0080',
      '\u07ff',
      '\u0800',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 20 }), (parts) => {
        const text = parts.join('');
        const bytes = utf8(`"${text}"`);
        expect(stringText(bytes, 1, bytes.length - 1)).toBe(JSON.parse(`"${text}"`));
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['', 'the text ends inside a string'],
    ['\u001f', 'a control character stands in a string'],
    ['\u0000', 'a control character stands in a string'],
    ['\\x', 'a string holds an unknown or broken escape'],
    [' ', 'the text is not valid UTF-8'],
    ['ÿ', 'the text is not valid UTF-8'],
  ])('that stops at %j is broken', (text, fault) => {
    expect(stringFault(Buffer.from(`ab${text}`, 'latin1'), 2)).toBe(fault);
  });
});

describe('what follows in a text', () => {
  const PIECE = 16 * 1024;

  /** Goes through it as a scan does. @returns where something was checked ahead, and up to where */
  function checked(bytes: Uint8Array): { readonly places: readonly number[]; readonly ahead: Utf8Ahead } {
    const ahead = new Utf8Ahead(bytes);
    const places: number[] = [];
    for (let at = 0; at < bytes.length; ) {
      const isKnown = at < ahead.checkedTo;
      if ((bytes[at] as number) >= 0x80 && ahead.check(at)) {
        expect(isKnown).toBe(false);
        places.push(at);
      }
      at += Math.max(1, sequenceSize(bytes, at));
    }
    return { places, ahead };
  }

  it('is not looked at ahead for twenty characters, and then 16 KB at a time', () => {
    expect(checked(utf8('abc')).ahead.isAscii).toBe(true);
    const few = checked(utf8('ä'.repeat(20)));
    expect([few.ahead.isAscii, few.places, few.ahead.checkedTo]).toEqual([false, [], 0]);
    for (const char of ['ä', '€', '🚀', 'aä', 'a€', 'ab🚀']) {
      const bytes = utf8(char.repeat(20_000));
      const { places, ahead } = checked(bytes);
      expect(ahead.checkedTo).toBe(bytes.length);
      expect(places).toHaveLength(Math.ceil((bytes.length - (places[0] as number)) / (PIECE - 3)));
      expect(places[0]).toBe(utf8(char.repeat(20)).length + utf8(char.replace(/[^a-z]/gu, '')).length);
    }
  });

  it('is known up to the piece in which a byte is none of UTF-8, and no further', () => {
    for (const [at, to] of [
      [100, 0],
      [2 * PIECE, 40 + PIECE],
    ] as const) {
      const bytes = utf8('ä'.repeat(20_000));
      bytes[at] = 0xff;
      const ahead = new Utf8Ahead(bytes);
      for (let i = 0; i < 2 * PIECE; i += 2) ahead.check(i);
      expect(ahead.checkedTo).toBe(to);
    }
  });
});
