/** The text that Go's encoding/json would have written for a scanned JSON object: WIRE §1, reading `go`. */
import { isJsonSpace } from './json-bytes.ts';
import { copyRun, inOrder, writeEscape } from './json-rewrite.ts';
import type { JsonObjectText } from './json-scan.ts';

import { escapedPoint, hasEscape, sizeOfEscape, writeDecoded, writeUtf8 } from './json-string.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;

/**
 * Top-level members in that order, `omit` left out; object keys inside their values sorted by code point; no white
 * space; numbers to the letter; strings as Go 1.22 and later escapes them.
 *
 * Undefined where a member is neither in `order` nor `omit`, and where two keys of one object differ by lone
 * surrogates only: Go reads both as U+FFFD and drops one.
 */
export function goObject(
  object: JsonObjectText,
  order: readonly string[],
  omit: string,
): Uint8Array | undefined {
  const members = inOrder(object, order, omit);
  if (!members) return undefined;
  const writer = new GoWriter(object);
  writer.put(OPEN_OBJECT);
  for (const { nameStart, valueStart } of members) {
    if (writer.at > 1) writer.put(COMMA);
    writer.value(nameStart);
    writer.put(COLON);
    writer.value(valueStart);
  }
  writer.put(CLOSE_OBJECT);
  return writer.ambiguous ? undefined : writer.out.subarray(0, writer.at);
}

/** A member of a nested object. Its key's decoded UTF-8 is a span of the text itself where it holds no escape. */
interface GoMember {
  readonly key: Uint8Array;
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly nameStart: number;
  readonly valueStart: number;
}

/** What begins a part of a string that Go writes otherwise: an escape, `<`, `>`, `&`, U+2028 or U+2029. */
const REWRITTEN = [BACKSLASH, 0x3c, 0x3e, 0x26, 0xe2];

/** One output in the making. The text was scanned before, so nothing is checked again. */
class GoWriter {
  readonly bytes: Uint8Array;
  readonly out: Uint8Array;
  /** Whether no string needs rewriting. */
  readonly isPlain: boolean;
  at = 0;
  ambiguous = false;
  /** Offset of an opening bracket → offset after its closing one: no container is walked twice at any depth. */
  readonly ends: Int32Array;
  /** All keys that hold an escape, decoded, one behind the other: decoding makes none longer. */
  keys: Uint8Array | undefined;
  keysEnd = 0;

  constructor({ bytes, start, end }: JsonObjectText) {
    this.bytes = bytes;
    this.isPlain = REWRITTEN.every((byte) => bytes.indexOf(byte) < 0);
    this.out = new Uint8Array(this.isPlain ? end - start : outputBound(bytes, start, end));
    this.ends = containerEnds(bytes, start, end);
  }

  put(byte: number): void {
    this.out[this.at++] = byte;
  }

  value(start: number): void {
    const first = this.bytes[start];
    if (first === QUOTE) this.string(start);
    else if (first === OPEN_OBJECT) this.object(start);
    else if (first === OPEN_ARRAY) this.array(start);
    else this.at = copyRun(this.bytes, start, this.valueEnd(start), this.out, this.at);
  }

  array(start: number): void {
    this.put(OPEN_ARRAY);
    let i = this.space(start + 1);
    while (this.bytes[i] !== CLOSE_ARRAY) {
      this.value(i);
      i = this.space(this.valueEnd(i));
      if (this.bytes[i] !== COMMA) break;
      this.put(COMMA);
      i = this.space(i + 1);
    }
    this.put(CLOSE_ARRAY);
  }

  object(start: number): void {
    const members = sortByKey(this.members(start));
    this.put(OPEN_OBJECT);
    let previous: GoMember | undefined;
    for (const member of members) {
      if (previous) {
        if (compareKeys(previous, member) === 0) this.ambiguous = true;
        this.put(COMMA);
      }
      this.string(member.nameStart);
      this.put(COLON);
      this.value(member.valueStart);
      previous = member;
    }
    this.put(CLOSE_OBJECT);
  }

  members(start: number): GoMember[] {
    const { bytes } = this;
    const members: GoMember[] = [];
    let nameStart = this.space(start + 1);
    while (bytes[nameStart] === QUOTE) {
      const nameEnd = stringEnd(bytes, nameStart);
      const valueStart = this.space(this.space(nameEnd) + 1);
      const escaped = hasEscape(bytes, nameStart + 1, nameEnd - 1);
      if (escaped) {
        const key = this.keys ?? new Uint8Array(bytes.length);
        const keyStart = this.keysEnd;
        const keyEnd = writeDecoded(bytes, nameStart + 1, nameEnd - 1, key, keyStart);
        this.keys = key;
        this.keysEnd = keyEnd;
        members.push({ key, keyStart, keyEnd, nameStart, valueStart });
      } else {
        members.push({ key: bytes, keyStart: nameStart + 1, keyEnd: nameEnd - 1, nameStart, valueStart });
      }
      const next = this.space(this.valueEnd(valueStart));
      if (bytes[next] !== COMMA) break;
      nameStart = this.space(next + 1);
    }
    return members;
  }

  valueEnd(start: number): number {
    const { bytes } = this;
    const first = bytes[start];
    if (first === QUOTE) return stringEnd(bytes, start);
    if (first === OPEN_OBJECT || first === OPEN_ARRAY) return this.ends[start] as number;
    let i = start;
    while (i < bytes.length && !endsScalar(bytes[i] as number)) i++;
    return i;
  }

  space(start: number): number {
    let i = start;
    while (isJsonSpace(this.bytes[i] as number)) i++;
    return i;
  }

  string(start: number): void {
    const { bytes } = this;
    const end = stringEnd(bytes, start) - 1;
    if (this.isPlain) {
      this.at = copyRun(bytes, start, end + 1, this.out, this.at);
      return;
    }
    let runStart = start;
    let i = start + 1;
    while (i < end) {
      const byte = bytes[i] as number;
      if (byte !== BACKSLASH && !isHtml(byte) && !(byte === 0xe2 && isLineSeparator(bytes, i))) {
        i++;
        continue;
      }
      this.at = copyRun(bytes, runStart, i, this.out, this.at);
      if (byte === BACKSLASH) {
        const point = escapedPoint(bytes, i, end);
        i += sizeOfEscape(bytes, i, point);
        this.point(point);
      } else {
        const point = byte === 0xe2 ? 0x2000 | ((bytes[i + 2] as number) & 0x3f) : byte;
        i += byte === 0xe2 ? 3 : 1;
        this.at = writeEscape(this.out, this.at, point);
      }
      runStart = i;
    }
    this.at = copyRun(bytes, runStart, end + 1, this.out, this.at);
  }

  /** A character that came as an escape, as Go writes it. */
  point(point: number): void {
    const short = shortLetter(point);
    if (short > 0) {
      this.put(BACKSLASH);
      this.put(short);
    } else if (point < 0x20 || isHtml(point) || point === 0x2028 || point === 0x2029) {
      this.at = writeEscape(this.out, this.at, point);
    } else {
      this.at = writeUtf8(this.out, this.at, point);
    }
  }
}

/** Only characters that Go escapes grow: `<`, `>`, `&` by 5 bytes, U+2028 and U+2029 (which begin with E2) by 3. */
function outputBound(bytes: Uint8Array, start: number, end: number): number {
  let bound = end - start;
  for (let i = start; i < end; i++) {
    const byte = bytes[i] as number;
    if (byte === 0xe2) bound += 3;
    else if (isHtml(byte)) bound += 5;
  }
  return bound;
}

function containerEnds(bytes: Uint8Array, start: number, end: number): Int32Array {
  const ends = new Int32Array(end);
  const open: number[] = [];
  for (let i = start; i < end; i++) {
    const byte = bytes[i] as number;
    if (byte === QUOTE) i = stringEnd(bytes, i) - 1;
    else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) open.push(i);
    else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) ends[open.pop() as number] = i + 1;
  }
  return ends;
}

/** The offset after the closing quote of the string whose opening quote is at `start`. */
function stringEnd(bytes: Uint8Array, start: number): number {
  let i = start + 1;
  const near = Math.min(start + NEAR, bytes.length);
  while (i < near && bytes[i] !== QUOTE) i += bytes[i] === BACKSLASH ? 2 : 1;
  if (i >= near) {
    // The next quote ends a long string, unless a backslash stands before it.
    const quote = bytes.indexOf(QUOTE, i);
    if (quote > i && bytes[quote - 1] !== BACKSLASH) return quote + 1;
    while (i < bytes.length && bytes[i] !== QUOTE) i += bytes[i] === BACKSLASH ? 2 : 1;
  }
  return i + 1;
}

/** A call of `indexOf` costs as much as looking at about this many bytes by hand. */
const NEAR = 48;

function endsScalar(byte: number): boolean {
  return byte === COMMA || byte === CLOSE_OBJECT || byte === CLOSE_ARRAY || isJsonSpace(byte);
}

function compareKeys(a: GoMember, b: GoMember): number {
  const length = Math.min(a.keyEnd - a.keyStart, b.keyEnd - b.keyStart);
  for (let i = 0; i < length; i++) {
    const difference = (a.key[a.keyStart + i] as number) - (b.key[b.keyStart + i] as number);
    if (difference !== 0) return difference;
  }
  return a.keyEnd - a.keyStart - (b.keyEnd - b.keyStart);
}

/** In place. Senders that sort send sorted, and a call of `sort` costs as much as inserting 16 by hand. */
function sortByKey(members: GoMember[]): GoMember[] {
  if (members.length > 16) return members.sort(compareKeys);
  for (let i = 1; i < members.length; i++) {
    const member = members[i] as GoMember;
    let k = i;
    for (; k > 0 && compareKeys(members[k - 1] as GoMember, member) > 0; k--) {
      members[k] = members[k - 1] as GoMember;
    }
    members[k] = member;
  }
  return members;
}

/** The letter of Go's short escape for a character; 0 where it has none. */
function shortLetter(point: number): number {
  switch (point) {
    case QUOTE:
    case BACKSLASH:
      return point;
    case 0x08:
      return 0x62;
    case 0x09:
      return 0x74;
    case 0x0a:
      return 0x6e;
    case 0x0c:
      return 0x66;
    case 0x0d:
      return 0x72;
    default:
      return 0;
  }
}

/** `<`, `>` and `&`, which Go keeps out of HTML. */
function isHtml(point: number): boolean {
  return point === 0x3c || point === 0x3e || point === 0x26;
}

/** Whether U+2028 or U+2029 stands at `at`. */
function isLineSeparator(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0xe2 && bytes[at + 1] === 0x80 && ((bytes[at + 2] as number) & 0xfe) === 0xa8;
}
