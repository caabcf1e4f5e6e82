/** Bytes and text: UTF-8, hex, base64, base64url, base32. Decoders take the canonical form only and never throw. */

const ENCODER = /* @__PURE__ */ new TextEncoder();
/** `ignoreBOM: true` keeps a byte order mark as U+FEFF: dropping it would hide bytes that a signature covers. */
const DECODER = /* @__PURE__ */ new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The UTF-8 bytes of a text; a lone surrogate becomes U+FFFD, as everywhere on the web. */
export function utf8(text: string): Uint8Array {
  return ENCODER.encode(text);
}

/** Whether a text holds whole characters only: a lone surrogate encodes as U+FFFD, so that several texts would be the same bytes. */
export function isWellFormed(text: string): boolean {
  // Native where there is one: the regular expression takes 1 ms a megabyte.
  const { isWellFormed: native } = text as { isWellFormed?: () => boolean };
  return native ? native.call(text) : !/\p{Surrogate}/u.test(text);
}

/**
 * A text as a byte string. HTTP delivers one char a byte; text with chars above U+00FF did not come from the wire
 * and stands for its UTF-8 bytes. (Cutting such chars to their low byte would let two texts sign alike.)
 */
export function byteString(text: string): string {
  return isByteString(text) ? text : byteText(utf8(text));
}

/** From here on the expression is faster: of a text that V8 holds as bytes it knows without a look that it does not match. */
const LONG_TEXT = 24;

const ABOVE_BYTES = /[^\0-\xff]/;

/** Whether no char is above U+00FF. */
function isByteString(text: string): boolean {
  if (text.length >= LONG_TEXT) return !ABOVE_BYTES.test(text);
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0xff) return false;
  return true;
}

/** The text of UTF-8 bytes, byte order mark kept; undefined where they are not valid UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return DECODER.decode(bytes);
  } catch {
    return undefined;
  }
}

/** The bytes of a byte string (one char a byte, as HTTP delivers headers); undefined where a char is above U+00FF. */
export function latin1(text: string): Uint8Array | undefined {
  const out = new Uint8Array(text.length);
  let all = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    all |= code;
    out[i] = code;
  }
  return all > 0xff ? undefined : out;
}

/** Chars in one call of `fromCharCode`: with some 120,000 arguments the engine's stack overflows. */
const CHUNK = 4096;

/** The text of UTF-16 code units, or the byte string of bytes: one char each, as HTTP delivers headers. */
export function unitText(units: Uint8Array | Uint16Array): string {
  let text = '';
  for (let i = 0; i < units.length; i += CHUNK) {
    // Spreading an array of numbers walks an iterator, which takes ten times as long.
    const chunk: unknown = units.subarray(i, i + CHUNK);
    text += String.fromCharCode.apply(undefined, chunk as number[]);
  }
  return text;
}

/** The byte string of bytes: one char a byte, whatever they are. */
export function byteText(bytes: Uint8Array): string {
  return bytes.length > SHORT_TEXT ? unitText(bytes) : shortByteText(bytes, 0, bytes.length);
}

/** Up to here building by fours is cheaper than one call with many arguments. */
const SHORT_TEXT = 48;

function shortByteText(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  let i = start;
  for (; i + 4 <= end; i += 4) {
    text += String.fromCharCode(
      bytes[i] as number,
      bytes[i + 1] as number,
      bytes[i + 2] as number,
      bytes[i + 3] as number,
    );
  }
  for (; i < end; i++) text += String.fromCharCode(bytes[i] as number);
  return text;
}

// The platform's own search: a loop over a long text takes as long as parsing it.
const BEYOND_ASCII = /[^\0-\x7f]/;

export function isAscii(text: string): boolean {
  return !BEYOND_ASCII.test(text);
}

/** The byte string of a text's UTF-8 bytes. */
export function utf8Text(text: string): string {
  return isAscii(text) ? text : byteText(utf8(text));
}

/**
 * The text of ASCII bytes from `start` up to `end`, which the caller knows to be ASCII.
 *
 * A TextDecoder call costs about 110 ns on Node 24 whatever the length; building by eights costs 20 to 50 ns up to 12 chars.
 */
export function asciiText(bytes: Uint8Array, start: number, end: number): string {
  return end - start > 12 ? DECODER.decode(bytes.subarray(start, end)) : shortByteText(bytes, start, end);
}

/** Whether two texts of bytes are the same. Not in constant time: for nothing that a secret is compared with. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** The whole number of 32 bits that stands at `at`, its highest byte first. */
export function uint32At(bytes: Uint8Array, at: number): number {
  const low =
    ((bytes[at + 1] as number) << 16) | ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number);
  return (((bytes[at] as number) << 24) | low) >>> 0;
}

/** One array of all parts, in order. */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const out = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

const HEX = '0123456789abcdef';
const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

const PADDING = 0x3d;

/** Above every digit's value, so that one OR over all digits shows a bad one. */
const BAD = 0x80;

const HEX_LOWER_VALUES = /* @__PURE__ */ digitValues(HEX);
const HEX_ANY_VALUES = /* @__PURE__ */ digitValues(HEX, HEX.toUpperCase());
const BASE64_VALUES = /* @__PURE__ */ digitValues(BASE64);
const BASE64URL_VALUES = /* @__PURE__ */ digitValues(BASE64URL);
const BASE32_VALUES = /* @__PURE__ */ digitValues(BASE32, BASE32.toLowerCase());
const HEX_PAIRS: readonly string[] = /* @__PURE__ */ Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).padStart(2, '0'),
);

/** Char code below 128 → value of the digit, or `BAD`. */
function digitValues(...alphabets: readonly string[]): Uint8Array {
  const values = new Uint8Array(128).fill(BAD);
  for (const alphabet of alphabets) {
    for (let i = 0; i < alphabet.length; i++) values[alphabet.charCodeAt(i)] = i;
  }
  return values;
}

/** The value of a digit; `BAD` or more where it is none. The masks spare the engine a check for codes beyond the table. */
function digit(values: Uint8Array, text: string, at: number): number {
  const code = text.charCodeAt(at);
  return (values[code & 0x7f] as number) | (code & 0xff80);
}

/**
 * Bytes from hexadecimal digits; `upperCase: true` takes A–F as well as a–f. Undefined where a char or the length is wrong.
 * What stands before `start` and from `end` on is left alone: V8 reads a substring’s chars at a fraction of the speed.
 */
export function decodeHex(
  text: string,
  options: { readonly upperCase: boolean },
  start = 0,
  end: number = text.length,
): Uint8Array | undefined {
  const digits = end - start;
  if (digits % 2 !== 0) return undefined;
  const values = options.upperCase ? HEX_ANY_VALUES : HEX_LOWER_VALUES;
  const out = new Uint8Array(digits / 2);
  let all = 0;
  for (let i = 0; i < out.length; i++) {
    const high = digit(values, text, start + 2 * i);
    const low = digit(values, text, start + 2 * i + 1);
    all |= high | low;
    out[i] = (high << 4) | low;
  }
  return all >= BAD ? undefined : out;
}

/** Bytes from base64 (RFC 4648 §4): padding required, spare bits zero, no white space; else undefined. */
export function decodeBase64(text: string, start = 0, end: number = text.length): Uint8Array | undefined {
  if ((end - start) % 4 !== 0) return undefined;
  let digitsEnd = end;
  for (let pad = 0; pad < 2 && digitsEnd > start && text.charCodeAt(digitsEnd - 1) === PADDING; pad++)
    digitsEnd--;
  return decodeQuads(text, start, digitsEnd, BASE64_VALUES);
}

/**
 * Bytes from base64url (RFC 4648 §5): no padding, spare bits zero, no white space; else undefined.
 * @param into where they are put if there is room: memory of its own costs a microsecond from 65 bytes on
 */
export function decodeBase64url(
  text: string,
  start = 0,
  end: number = text.length,
  into?: Uint8Array,
): Uint8Array | undefined {
  return decodeQuads(text, start, end, BASE64URL_VALUES, into);
}

function decodeQuads(
  text: string,
  start: number,
  end: number,
  values: Uint8Array,
  into?: Uint8Array,
): Uint8Array | undefined {
  const rest = (end - start) % 4;
  if (rest === 1) return undefined;
  const whole = end - rest;
  const bytes = ((whole - start) / 4) * 3 + (rest === 0 ? 0 : rest - 1);
  const out = into !== undefined && bytes <= into.length ? into.subarray(0, bytes) : new Uint8Array(bytes);
  let all = 0;
  let at = 0;
  for (let i = start; i < whole; i += 4) {
    const a = digit(values, text, i);
    const b = digit(values, text, i + 1);
    const c = digit(values, text, i + 2);
    const d = digit(values, text, i + 3);
    all |= a | b | c | d;
    out[at++] = (a << 2) | (b >> 4);
    out[at++] = (b << 4) | (c >> 2);
    out[at++] = (c << 6) | d;
  }
  if (rest !== 0) {
    const a = digit(values, text, whole);
    const b = digit(values, text, whole + 1);
    const c = rest === 3 ? digit(values, text, whole + 2) : 0;
    all |= a | b | c;
    out[at++] = (a << 2) | (b >> 4);
    if (rest === 3) out[at++] = (b << 4) | (c >> 2);
    // Spare bits that are not zero would make two texts of one value.
    if (((rest === 2 ? b << 4 : c << 6) & 0xff) !== 0) return undefined;
  }
  return all >= BAD ? undefined : out;
}

/** Bytes from base32 (RFC 4648 §6): either case, padding whole or absent, spare bits zero; else undefined. */
export function decodeBase32(text: string): Uint8Array | undefined {
  let digits = text.length;
  while (digits > 0 && text.charCodeAt(digits - 1) === 0x3d) digits--;
  if (digits !== text.length && (text.length % 8 !== 0 || text.length - digits >= 8)) return undefined;
  const rest = digits % 8;
  if (rest === 1 || rest === 3 || rest === 6) return undefined;
  const out = new Uint8Array(Math.floor((digits * 5) / 8));
  let all = 0;
  let bits = 0;
  let pending = 0;
  let at = 0;
  for (let i = 0; i < digits; i++) {
    const value = digit(BASE32_VALUES, text, i);
    all |= value;
    pending = ((pending << 5) | (value & 31)) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      out[at++] = pending >> bits;
    }
  }
  if (all >= BAD || (pending & ((1 << bits) - 1)) !== 0) return undefined;
  return out;
}

/** The value of the hexadecimal digit, of either case, that an ASCII byte is; -1 where it is none. */
export function hexValue(byte: number | undefined): number {
  const value = HEX_ANY_VALUES[byte ?? 0];
  return value === undefined || value === BAD ? -1 : value;
}

/** Lower-case hexadecimal digits. */
export function encodeHex(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i++) text += HEX_PAIRS[bytes[i] as number];
  return text;
}

/** Base64 with padding (RFC 4648 §4). */
export function encodeBase64(bytes: Uint8Array): string {
  const text = encodeTriples(bytes, BASE64);
  return bytes.length % 3 === 0 ? text : text + (bytes.length % 3 === 1 ? '==' : '=');
}

/** Base64url without padding (RFC 4648 §5). */
export function encodeBase64url(bytes: Uint8Array): string {
  return encodeTriples(bytes, BASE64URL);
}

function encodeTriples(bytes: Uint8Array, alphabet: string): string {
  const digits = new Uint8Array(Math.ceil((bytes.length * 4) / 3));
  let at = 0;
  let i = 0;
  for (; i + 3 <= bytes.length; i += 3) {
    const triple = ((bytes[i] as number) << 16) | ((bytes[i + 1] as number) << 8) | (bytes[i + 2] as number);
    digits[at++] = alphabet.charCodeAt(triple >> 18);
    digits[at++] = alphabet.charCodeAt((triple >> 12) & 63);
    digits[at++] = alphabet.charCodeAt((triple >> 6) & 63);
    digits[at++] = alphabet.charCodeAt(triple & 63);
  }
  if (i < bytes.length) {
    const first = bytes[i] as number;
    const second = i + 1 < bytes.length ? (bytes[i + 1] as number) : 0;
    digits[at++] = alphabet.charCodeAt(first >> 2);
    digits[at++] = alphabet.charCodeAt(((first & 3) << 4) | (second >> 4));
    if (i + 1 < bytes.length) digits[at++] = alphabet.charCodeAt((second & 15) << 2);
  }
  return asciiText(digits, 0, digits.length);
}
