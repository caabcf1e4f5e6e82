/** Bytes as text: hex, base64, base64url, base32. Decoders take the canonical form only and never throw. */
import { asciiText } from './bytes.ts';

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

/** Char code below 256 → value of the digit, or `BAD`. */
function digitValues(...alphabets: readonly string[]): Uint8Array {
  const values = new Uint8Array(256).fill(BAD);
  for (const alphabet of alphabets) {
    for (let i = 0; i < alphabet.length; i++) values[alphabet.charCodeAt(i)] = i;
  }
  return values;
}

/** The value of a digit; `BAD` or more where it is none. */
function digit(values: Uint8Array, text: string, at: number): number {
  const code = text.charCodeAt(at);
  return digitOf(values, code) | beyondTable(code);
}

/** The mask spares the runtime a check for codes beyond the table, which `beyondTable` makes once for several. */
function digitOf(values: Uint8Array, code: number): number {
  return values[code & 0xff] as number;
}

/** Above `BAD` where one of the codes that these bits are of has no place in the table. */
function beyondTable(codes: number): number {
  return codes & 0xff00;
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
  for (let i = 0, at = start; i < out.length; i++, at += 2) {
    const first = text.charCodeAt(at);
    const second = text.charCodeAt(at + 1);
    const high = digitOf(values, first);
    const low = digitOf(values, second);
    all |= high | low | beyondTable(first | second);
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

/** Bytes from base64 without its padding, which must be absent; spare bits zero, no white space; else undefined. */
export function decodeUnpaddedBase64(
  text: string,
  start = 0,
  end: number = text.length,
): Uint8Array | undefined {
  return decodeQuads(text, start, end, BASE64_VALUES);
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
    const first = text.charCodeAt(i);
    const second = text.charCodeAt(i + 1);
    const third = text.charCodeAt(i + 2);
    const fourth = text.charCodeAt(i + 3);
    const a = digitOf(values, first);
    const b = digitOf(values, second);
    const c = digitOf(values, third);
    const d = digitOf(values, fourth);
    all |= a | b | c | d | beyondTable(first | second | third | fourth);
    const triple = (a << 18) | (b << 12) | (c << 6) | d;
    out[at] = triple >> 16;
    out[at + 1] = triple >> 8;
    out[at + 2] = triple;
    at += 3;
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
