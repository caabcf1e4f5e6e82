/** The small questions about the bytes of JSON, each beside another way to answer it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareSpans,
  digitsEnd,
  isDigit,
  isJsonSpace,
  isWord,
  literalEnd,
  numberEnd,
  sameBytes,
} from '../../src/text/json-bytes.ts';
import { utf8 } from './json-generators.ts';

describe('a byte', () => {
  it('is a digit or white space of JSON where its char is', () => {
    for (let byte = 0; byte < 256; byte++) {
      const char = String.fromCharCode(byte);
      expect(isDigit(byte)).toBe(/[0-9]/.test(char));
      expect(isJsonSpace(byte)).toBe(/[ \t\r\n]/.test(char));
    }
    expect(isDigit(undefined)).toBe(false);
  });
});

describe('a run of digits', () => {
  it('ends at the first byte that is none', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0189/:-.a') }), fc.nat(12), (text, start) => {
        const run = /^[0-9]*/.exec(text.slice(start))?.[0] ?? '';
        expect(digitsEnd(utf8(text), start)).toBe(start + run.length);
      }),
    );
  });
});

describe('two spans', () => {
  it('are compared as Node compares them', () => {
    const span = fc.tuple(fc.nat(12), fc.nat(5)).map(([start, length]) => ({ start, end: start + length }));
    const bytes = fc.uint8Array({ minLength: 17, maxLength: 17, max: 2 });
    fc.assert(
      fc.property(bytes, span, span, (all, a, b) => {
        const wanted = Buffer.compare(all.subarray(a.start, a.end), all.subarray(b.start, b.end));
        expect(Math.sign(compareSpans(all, a.start, a.end, b.start, b.end))).toBe(wanted);
        expect(sameBytes(all, a.start, a.end, b.start, b.end)).toBe(wanted === 0);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('a word', () => {
  const bytes = utf8('[null,true,false]');

  it.each([
    ['null', 1],
    ['true', 6],
    ['false', 11],
  ])('%s stands where all of it does, and no other word does', (word, at) => {
    expect(isWord(bytes, at, word)).toBe(true);
    expect(isWord(bytes, at + 1, word)).toBe(false);
    expect(literalEnd(bytes, at)).toBe(at + word.length);
    for (let i = 0; i < word.length; i++) {
      const broken = `${word.slice(0, i)}x${word.slice(i + 1)}`;
      expect(isWord(utf8(broken), 0, word)).toBe(false);
      expect(literalEnd(utf8(broken), 0)).toBe(0);
      expect(literalEnd(utf8(word.slice(0, i)), 0)).toBe(0);
    }
  });
});

describe('a number', () => {
  /** Where it ends, by expressions: of the whole part, the fraction and the exponent. */
  function endOf(text: string): number {
    const minus = text.startsWith('-') ? 1 : 0;
    const whole = /^\d*/.exec(text.slice(minus))?.[0] ?? '';
    if (!/^(0|[1-9]\d*)$/.test(whole)) return -1 - minus;
    let end = minus + whole.length;
    for (const [begins, goesOn] of [
      [/^\./, /^\.\d+/],
      [/^e[+-]?/i, /^e[+-]?\d+/i],
    ] as const) {
      const beginning = begins.exec(text.slice(end))?.[0];
      if (beginning === undefined) continue;
      const part = goesOn.exec(text.slice(end))?.[0];
      if (part === undefined) return -1 - (end + beginning.length);
      end += part.length;
    }
    return end;
  }

  it('ends where the grammar says, or breaks it there', () => {
    const texts = fc.string({ unit: fc.constantFrom(...'0019-+.eE,/:'), maxLength: 9 });
    fc.assert(
      fc.property(texts, (text) => {
        expect(numberEnd(utf8(text), 0, 100)).toBe(endOf(text));
        expect(numberEnd(utf8(`[${text}`), 1, 100)).toBe(endOf(text) < 0 ? endOf(text) - 1 : endOf(text) + 1);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['0', 1],
    ['-0', 2],
    ['01', -1],
    ['-', -2],
    ['', -1],
    ['1.', -3],
    ['1.5', 3],
    ['1e', -3],
    ['1e+', -4],
    ['1E-7', 4],
    ['1.5e10,', 6],
  ])('%s', (text, end) => expect(numberEnd(utf8(text), 0, 100)).toBe(end));
});

it.each(['1', '0.', '1e'])('a number that begins %s is read no further than its bound', (start) => {
  const bytes = new TextEncoder().encode(start + '7'.repeat(1_000_000));
  let reads = 0;
  const counted = new Proxy(bytes, {
    get: (target, name) => {
      reads++;
      return Reflect.get(target, name, target);
    },
  });
  expect(numberEnd(counted, 0, 100)).toBeGreaterThan(100);
  expect(reads).toBeLessThan(1_000);
});
