/** The escapes of `$'…'`. @see https://www.gnu.org/software/bash/manual/html_node/ANSI_002dC-Quoting.html */
import type { WordBuilder } from './word-builder.ts';

const BACKSLASH = 0x5c;

const SIMPLE: Readonly<Record<string, number>> = {
  a: 0x07,
  b: 0x08,
  e: 0x1b,
  E: 0x1b,
  f: 0x0c,
  n: 0x0a,
  r: 0x0d,
  t: 0x09,
  v: 0x0b,
  '\\': BACKSLASH,
  "'": 0x27,
  '"': 0x22,
  '?': 0x3f,
};

/** How many hexadecimal digits may follow. */
const HEX_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** Adds what the escape stands for whose backslash is before `at`. @returns where it ends */
export function addAnsiEscape(line: string, at: number, word: WordBuilder): number {
  const char = line.charAt(at);
  const octal = readNumber(line, at, { most: 3, base: 8 });
  if (octal.end > at) {
    word.add(octal.value & 0xff);
    return octal.end;
  }
  const most = HEX_DIGITS[char];
  if (most !== undefined) {
    const hex = readNumber(line, at + 1, { most, base: 16 });
    if (hex.end > at + 1 && (char === 'x' || hex.value <= 0x10ffff)) {
      if (char === 'x') word.add(hex.value);
      else addCodePoint(hex.value, word);
      return hex.end;
    }
  }
  const simple = SIMPLE[char];
  if (simple !== undefined) word.add(simple);
  else {
    word.add(BACKSLASH);
    if (char !== '') word.add(char.charCodeAt(0));
  }
  return at + char.length;
}

interface ReadNumber {
  readonly value: number;
  readonly end: number;
}

function readNumber(
  line: string,
  start: number,
  { most, base }: { readonly most: number; readonly base: number },
): ReadNumber {
  let value = 0;
  let end = start;
  for (; end < start + most; end++) {
    const digit = digitOf(line.charCodeAt(end));
    if (digit >= base) break;
    value = value * base + digit;
  }
  return { value, end };
}

/** 16 where it is none. */
function digitOf(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : 16;
}

/** Its UTF-8 bytes; half a character becomes U+FFFD, as everywhere on the web. */
function addCodePoint(written: number, word: WordBuilder): void {
  const point = written >= 0xd800 && written <= 0xdfff ? 0xfffd : written;
  if (point < 0x80) {
    word.add(point);
    return;
  }
  if (point < 0x800) word.add(0xc0 | (point >> 6));
  else {
    if (point < 0x10000) word.add(0xe0 | (point >> 12));
    else {
      word.add(0xf0 | (point >> 18));
      word.add(0x80 | ((point >> 12) & 0x3f));
    }
    word.add(0x80 | ((point >> 6) & 0x3f));
  }
  word.add(0x80 | (point & 0x3f));
}
