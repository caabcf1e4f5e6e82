/** JSON strings as bytes: their grammar (RFC 8259 §7), UTF-8 (RFC 3629 §4), and their decoded text. */
import { IN_STRING, KINDS, NON_ASCII } from './byte-runs.ts';
import { asciiText } from './bytes.ts';
import { hexValue } from './encodings.ts';

const BACKSLASH = 0x5c;
const LETTER_U = 0x75;

/** What is wrong with the byte at which a scan of a string had to stop. Holds nothing of the text. */
export function stringFault(bytes: Uint8Array, offset: number): string {
  const byte = bytes[offset];
  if (byte === undefined) return 'the text ends inside a string';
  if (byte < 0x20) return 'a control character stands in a string';
  if (byte === BACKSLASH) return 'a string holds an unknown or broken escape';
  return 'the text is not valid UTF-8';
}

/** By the letter behind a backslash: the length of the escape; 6 for `u`, 0 where it is none. */
const ESCAPE_SIZES: Uint8Array = /* @__PURE__ */ new Uint8Array(256).map((_, letter) => {
  if (letter === LETTER_U) return 6;
  return '"\\/bfnrt'.includes(String.fromCharCode(letter)) ? 2 : 0;
});

/** Length of the escape at a backslash, 0 where it is none. */
export function escapeSize(bytes: Uint8Array, at: number): number {
  // Behind the last byte stands nothing, which counts as byte 0.
  const size = ESCAPE_SIZES[(bytes[at + 1] as number) | 0] as number;
  return size === 6 && codeUnit(bytes, at) < 0 ? 0 : size;
}

/** The code unit of the `\uXXXX` at `at`, whose backslash and `u` are not looked at; -1 where four hex digits do not follow. */
function codeUnit(bytes: Uint8Array, at: number): number {
  let unit = 0;
  for (let i = at + 2; i < at + 6; i++) {
    const value = hexValue(bytes[i]);
    if (value < 0) return -1;
    unit = (unit << 4) | value;
  }
  return unit;
}

/** Length of the UTF-8 sequence at a byte; 0 for an ASCII one, and 0 where it is overlong, a surrogate, above U+10FFFF or cut. */
export function sequenceSize(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] as number;
  if (lead < 0xc2) return 0;
  // What is beyond the last byte counts as 0 here, and so is no continuation.
  if (lead < 0xe0) return ((bytes[at + 1] as number) & 0xc0) === 0x80 ? 2 : 0;
  if (lead > 0xf4) return 0;
  const size = lead < 0xf0 ? 3 : 4;
  if (at + size > bytes.length) return 0;
  const second = bytes[at + 1] as number;
  // RFC 3629 §4: only the second byte's range depends on the lead byte.
  const low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high) return 0;
  for (let i = at + 2; i < at + size; i++) if (((bytes[i] as number) & 0xc0) !== 0x80) return 0;
  return size;
}

/** The code point of a valid UTF-8 sequence of `size` bytes. */
export function codePoint(bytes: Uint8Array, at: number, size: number): number {
  let point = (bytes[at] as number) & (0xff >> (size + 1));
  for (let i = at + 1; i < at + size; i++) point = (point << 6) | ((bytes[i] as number) & 0x3f);
  return point;
}

/** The char code of the escape letter after a backslash, `\u` aside. */
function shortEscape(letter: number): number {
  switch (letter) {
    case 0x62:
      return 0x08;
    case 0x66:
      return 0x0c;
    case 0x6e:
      return 0x0a;
    case 0x72:
      return 0x0d;
    case 0x74:
      return 0x09;
    default:
      return letter;
  }
}

/** The decoded text of a scanned string's contents, without its quotes. A lone surrogate escape stays a lone surrogate. */
export function stringText(bytes: Uint8Array, start: number, end: number): string {
  if (end - start <= SHORT_BYTES) {
    return isPlain(bytes, start, end) ? asciiText(bytes, start, end) : shortText(bytes, start, end);
  }
  const text = DECODER.decode(bytes.subarray(start, end));
  // The platform's own parser: by hand, a long string of escapes takes ten times as long.
  return text.includes('\\') ? (JSON.parse(`"${text}"`) as string) : text;
}

/** Up to here decoding by hand is cheaper than two calls of the platform. */
const SHORT_BYTES = 32;

function isPlain(bytes: Uint8Array, start: number, end: number): boolean {
  let all = 0;
  for (let i = start; i < end; i++) all |= KINDS[bytes[i] as number] as number;
  return (all & (IN_STRING | NON_ASCII)) === 0;
}

function shortText(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let i = start; i < end; ) {
    const byte = bytes[i] as number;
    if (byte === BACKSLASH) {
      const isUnit = bytes[i + 1] === LETTER_U;
      text += String.fromCharCode(isUnit ? codeUnit(bytes, i) : shortEscape(bytes[i + 1] as number));
      i += isUnit ? 6 : 2;
    } else if (byte < 0x80) {
      text += String.fromCharCode(byte);
      i++;
    } else {
      const size = sequenceSize(bytes, i);
      text += String.fromCodePoint(codePoint(bytes, i, size));
      i += size;
    }
  }
  return text;
}

const DECODER = /* @__PURE__ */ new TextDecoder('utf-8', { ignoreBOM: true });

/** The character of the escape at a backslash; -1 for a lone surrogate, which is none. */
export function escapedPoint(bytes: Uint8Array, at: number): number {
  const letter = bytes[at + 1] as number;
  if (letter !== LETTER_U) return shortEscape(letter);
  const unit = codeUnit(bytes, at);
  if (unit < 0xd800 || unit > 0xdfff) return unit;
  if (unit < 0xdc00 && bytes[at + 6] === BACKSLASH && bytes[at + 7] === LETTER_U) {
    const low = codeUnit(bytes, at + 6);
    if (low >= 0xdc00 && low <= 0xdfff) return 0x10000 + ((unit & 0x3ff) << 10) + (low & 0x3ff);
  }
  return -1;
}

/** Length of the escape whose character is `point`. */
export function sizeOfEscape(bytes: Uint8Array, at: number, point: number): number {
  if (bytes[at + 1] !== LETTER_U) return 2;
  return point > 0xffff ? 12 : 6;
}

/** Writes a character; returns the offset after it. */
export function writeUtf8(out: Uint8Array, start: number, point: number): number {
  let at = start;
  if (point < 0x80) {
    out[at++] = point;
  } else if (point < 0x800) {
    out[at++] = 0xc0 | (point >> 6);
    out[at++] = 0x80 | (point & 0x3f);
  } else {
    if (point < 0x10000) {
      out[at++] = 0xe0 | (point >> 12);
    } else {
      out[at++] = 0xf0 | (point >> 18);
      out[at++] = 0x80 | ((point >> 12) & 0x3f);
    }
    out[at++] = 0x80 | ((point >> 6) & 0x3f);
    out[at++] = 0x80 | (point & 0x3f);
  }
  return at;
}
