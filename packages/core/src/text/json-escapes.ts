/** How Python and Go escape characters in JSON strings. */
import { writeUtf8 } from './json-string.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** What one character can become: a surrogate pair of escapes. */
export const LONGEST_PIECE = 12;

/** A character that came as an escape, as Go writes it; returns the offset after it. */
export function writeAsGo(out: Uint8Array, view: DataView, at: number, point: number): number {
  const short = point < 0x80 ? (SHORT_LETTERS[point] as number) : 0;
  if (short > 0) {
    out[at] = BACKSLASH;
    out[at + 1] = short;
    return at + 2;
  }
  return point < 0x20 || isHtml(point) || point === 0x2028 || point === 0x2029
    ? writeEscape(view, at, point)
    : writeUtf8(out, at, point);
}

/** The bytes of a character, by the first of them. */
export function byteCount(lead: number): number {
  return lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

/** Writes `\uXXXX` in lower case; returns the offset after it. Two stores take a third of the time that six do. */
export function writeEscape(out: DataView, at: number, unit: number): number {
  out.setUint16(at, BACKSLASH_U);
  out.setUint32(at + 2, ((DIGITS[unit >> 8] as number) << 16) | (DIGITS[unit & 0xff] as number));
  return at + 6;
}

const BACKSLASH_U = 0x5c75;

/** By byte: its two hexadecimal digits, as one number. */
const DIGITS: Uint16Array = /* @__PURE__ */ new Uint16Array(256).map(
  (_, byte) => (hexDigit(byte >> 4) << 8) | hexDigit(byte & 15),
);

function hexDigit(value: number): number {
  return value < 10 ? 0x30 + value : 0x57 + value;
}

/** By char code below 0x80: the letter of Go’s short escape for it; 0 where it has none. */
export const SHORT_LETTERS: Uint8Array = /* @__PURE__ */ shortLetters();

function shortLetters(): Uint8Array {
  const letters = new Uint8Array(128);
  letters[QUOTE] = QUOTE;
  letters[BACKSLASH] = BACKSLASH;
  for (const [code, letter] of [
    [0x08, 0x62],
    [0x09, 0x74],
    [0x0a, 0x6e],
    [0x0c, 0x66],
    [0x0d, 0x72],
  ] as const) {
    letters[code] = letter;
  }
  return letters;
}

/** By the letter behind a backslash: 1 where Go writes the same escape for its character. */
export const GO_ESCAPES: Uint8Array = /* @__PURE__ */ new Uint8Array(256).map((_, letter) =>
  '"\\bfnrt'.includes(String.fromCharCode(letter)) ? 1 : 0,
);

/** `<`, `>` and `&`, which Go keeps out of HTML. */
function isHtml(point: number): boolean {
  return point === 0x3c || point === 0x3e || point === 0x26;
}

/** Whether the 0xE2 at `at` begins U+2028 or U+2029. */
export function isLineSeparator(bytes: Uint8Array, at: number): boolean {
  return bytes[at + 1] === 0x80 && ((bytes[at + 2] as number) & 0xfe) === 0xa8;
}
