/** Bytes and text: UTF-8, byte strings, ASCII. What cannot be decoded is undefined; nothing throws. */

/** From this length on, what is read or made byte by byte is done in slices, each of which takes about a millisecond: 128 KB. */
export const SLICE_BYTES: number = 128 * 1024;

/** Work in slices: it yields between two, where whatever waits may have its turn. */
export type Sliced<T> = Generator<undefined, T, undefined>;

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

/** Chars in one call of `fromCharCode`: with some 120,000 arguments the runtime's stack overflows. */
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
