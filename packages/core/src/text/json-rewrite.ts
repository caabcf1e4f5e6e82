/** Other texts of a scanned JSON object, each a pure function of its bytes: one member cut out, compact, ASCII only, re-ordered. */
import { concatBytes } from './bytes.ts';
import { isJsonSpace } from './json-bytes.ts';
import type { JsonMember, JsonObjectText } from './json-scan.ts';
import { codePoint, sequenceSize } from './json-string.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const LETTER_U = 0x75;

/**
 * The bytes as received, with a top-level member and one adjoining comma cut out.
 *
 * Behind the first member it is the comma that follows; whether the white space after that comma belonged to the
 * member is not known, so there are two texts then: without that white space, and with it.
 */
export function withoutMember(object: JsonObjectText, member: JsonMember): readonly Uint8Array[] {
  const { bytes, members } = object;
  const index = members.indexOf(member);
  const next = members[index + 1];
  if (index > 0) {
    let comma = member.nameStart - 1;
    while (bytes[comma] !== COMMA) comma--;
    return [cut(bytes, comma, member.valueEnd)];
  }
  if (!next) return [cut(bytes, member.nameStart, member.valueEnd)];
  let afterComma = member.valueEnd;
  while (bytes[afterComma] !== COMMA) afterComma++;
  afterComma++;
  const tight = cut(bytes, member.nameStart, next.nameStart);
  return afterComma === next.nameStart ? [tight] : [tight, cut(bytes, member.nameStart, afterComma)];
}

function cut(bytes: Uint8Array, from: number, to: number): Uint8Array {
  return concatBytes([bytes.subarray(0, from), bytes.subarray(to)]);
}

/**
 * The object without that member and without insignificant white space, strings and numbers kept to the letter.
 * It equals what `withoutMember` gives exactly when it has the same length.
 */
export function compactWithout(object: JsonObjectText, member: JsonMember | undefined): Uint8Array {
  return compactMembers(
    object,
    object.members.filter((other) => other !== member),
  );
}

/**
 * The object with its members in that order, compact, strings and numbers kept to the letter, the member `omit` left out.
 * Undefined where it has a member that is neither in `order` nor `omit`.
 */
export function reorder(
  object: JsonObjectText,
  order: readonly string[],
  omit: string,
): Uint8Array | undefined {
  const members = inOrder(object, order, omit);
  return members && compactMembers(object, members);
}

/** The members in that order, without `omit`; undefined where there is one that is neither in `order` nor `omit`. */
export function inOrder(
  object: JsonObjectText,
  order: readonly string[],
  omit: string,
): readonly JsonMember[] | undefined {
  for (const { name } of object.members) if (name !== omit && !order.includes(name)) return undefined;
  const ordered: JsonMember[] = [];
  for (const name of order) {
    const member = object.members.find((candidate) => candidate.name === name);
    if (member && name !== omit) ordered.push(member);
  }
  return ordered;
}

function compactMembers(object: JsonObjectText, members: readonly JsonMember[]): Uint8Array {
  const { bytes } = object;
  const out = new Uint8Array(object.end - object.start);
  let at = 0;
  out[at++] = OPEN_OBJECT;
  for (const member of members) {
    if (at > 1) out[at++] = COMMA;
    at = copyCompact(bytes, member.nameStart, member.valueEnd, out, at);
  }
  out[at++] = CLOSE_OBJECT;
  return out.subarray(0, at);
}

/** Copies scanned JSON without white space between tokens, run by run; returns the offset after the copy. */
function copyCompact(
  bytes: Uint8Array,
  start: number,
  end: number,
  out: Uint8Array,
  outStart: number,
): number {
  let at = outStart;
  let runStart = start;
  for (let i = start; i < end; i++) {
    const byte = bytes[i] as number;
    if (byte === QUOTE) {
      i++;
      while (bytes[i] !== QUOTE && i < end) i += bytes[i] === BACKSLASH ? 2 : 1;
    } else if (isJsonSpace(byte)) {
      at = copyRun(bytes, runStart, i, out, at);
      runStart = i + 1;
    }
  }
  return copyRun(bytes, runStart, end, out, at);
}

/** Returns the offset after the copy. A call of `set` costs as much as copying about 64 bytes by hand. */
export function copyRun(
  bytes: Uint8Array,
  start: number,
  end: number,
  out: Uint8Array,
  outStart: number,
): number {
  if (end - start > 64) {
    out.set(bytes.subarray(start, end), outStart);
  } else {
    for (let i = start, at = outStart; i < end; i++, at++) out[at] = bytes[i] as number;
  }
  return outStart + end - start;
}

/** U+007F: ASCII, and yet escaped by Python's `json.dumps`, whose writing this is. */
const DELETE = 0x7f;

/**
 * UTF-8, which the caller knows to be valid, with every non-ASCII character as `\uXXXX` in lower case, above U+FFFF as a surrogate pair, as Python's
 * `json.dumps` writes; so is U+007F. The same array where there is nothing to escape.
 */
export function escapeNonAscii(utf8: Uint8Array): Uint8Array {
  let extra = 0;
  for (let i = 0; i < utf8.length; i++) {
    const byte = utf8[i] as number;
    // A sequence of 2, 3, 4 bytes becomes 6, 6, 12: its lead byte takes the difference and continuation bytes nothing.
    if (byte >= 0xc0) extra += byte >= 0xf0 ? 8 : byte >= 0xe0 ? 3 : 4;
    else if (byte === DELETE) extra += 5;
  }
  if (extra === 0) return utf8;
  const out = new Uint8Array(utf8.length + extra);
  let at = 0;
  for (let i = 0; i < utf8.length; ) {
    const byte = utf8[i] as number;
    if (byte < 0x80) {
      if (byte === DELETE) at = writeEscape(out, at, byte);
      else out[at++] = byte;
      i++;
      continue;
    }
    const size = sequenceSize(utf8, i) || 1;
    const point = codePoint(utf8, i, size);
    if (point > 0xffff) at = writeEscape(out, at, 0xd7c0 + (point >> 10));
    at = writeEscape(out, at, point > 0xffff ? 0xdc00 | (point & 0x3ff) : point);
    i += size;
  }
  return out;
}

/** Writes `\uXXXX` in lower case; returns the offset after it. */
export function writeEscape(out: Uint8Array, at: number, unit: number): number {
  out[at] = BACKSLASH;
  out[at + 1] = LETTER_U;
  for (let k = 0; k < 4; k++) {
    const digit = (unit >> (12 - 4 * k)) & 15;
    out[at + 2 + k] = digit < 10 ? 0x30 + digit : 0x57 + digit;
  }
  return at + 6;
}
