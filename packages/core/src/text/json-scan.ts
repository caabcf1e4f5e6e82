/**
 * The one JSON scanner: strict RFC 8259 on bytes, in one pass, without building values.
 *
 * Stricter than the RFC where two parsers could read two things: duplicate member names (§4 leaves them open),
 * members named `__proto__`, a byte order mark, nesting beyond `MAX_DEPTH`, a value that is no object. And where a
 * text would cost more than it can be worth: more than `MAX_MEMBERS`, very long numbers, names and white space.
 */
import { ByteRuns, IN_STRING, KINDS, NO_SPACE, NON_ASCII } from './byte-runs.ts';
import { SLICE_BYTES } from './bytes.ts';
import { isDigit, isJsonSpace, literalEnd, numberEnd } from './json-bytes.ts';
import { MemberNames } from './json-names.ts';
import {
  type JsonFault,
  type JsonMember,
  type JsonObjectText,
  MAX_DEPTH,
  MAX_MEMBERS,
} from './json-object.ts';
import { escapeSize, sequenceSize, stringFault, stringText } from './json-string.ts';
import { Utf8Ahead } from './utf8-ahead.ts';

/** The longest number that Python reads has 4,300 digits. */
const MAX_NUMBER_BYTES = 4300;

/** Of one member name, and of white space in one place: what is scanned in one go. */
export const MAX_RUN_BYTES: number = 64 * 1024;

const SPACE = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const DASH = 0x2d;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;

/** Scans a JSON object, checking every byte once. Never throws; the bytes must not change afterwards. */
export function scanJsonObject(bytes: Uint8Array): JsonObjectText | JsonFault {
  const scan = new JsonScan(bytes, false);
  for (;;) {
    const scanned = scan.run();
    if (scanned) return scanned;
  }
}

/** Of one slice, which has `SLICE_BYTES` at most. */
const SLICE_MEMBERS = 2000;

const FEW_SPACES = 8;

const TOO_MUCH_SPACE = 'too much white space stands in one place';

/** What methods return in place of the next offset: the fault is noted; or the limit came inside a string. */
const FAULT = -1;
const PAUSED = -2;

/** One pass over one text, which can be made in slices. */
export class JsonScan {
  readonly #bytes: Uint8Array;
  readonly #runs: ByteRuns;
  readonly #utf8: Utf8Ahead;
  readonly #names: MemberNames;
  readonly #members: JsonMember[] = [];
  #fault: JsonFault | undefined;
  #limit = 0;
  /** Where to go on: -1 before the first slice; and whether that is inside a string. */
  #at = -1;
  #inString = false;
  #start = 0;
  #depth = 0;
  /** Whether the innermost is an object, no array. */
  #inObject = false;
  #memberCount = 0;
  #memberLimit = 0;
  /** The top-level member that is being read. */
  #nameStart = 0;
  #nameEnd = 0;
  #nameText: string | undefined;
  #valueStart = 0;
  #hasSpace = false;
  #isEscaped = false;

  /** @param findsUnsorted whether the result tells which objects’ members are not in the order of their names */
  constructor(bytes: Uint8Array, findsUnsorted: boolean) {
    this.#bytes = bytes;
    this.#runs = new ByteRuns(bytes);
    this.#utf8 = new Utf8Ahead(bytes);
    this.#names = new MemberNames(bytes, findsUnsorted);
  }

  /** Goes on for one slice. Undefined where the text is longer: call it again. */
  run(): JsonObjectText | JsonFault | undefined {
    const bytes = this.#bytes;
    this.#limit = Math.min(Math.max(this.#at, 0) + SLICE_BYTES, bytes.length);
    this.#memberLimit = this.#memberCount + SLICE_MEMBERS;
    if (this.#at < 0) {
      this.#start = this.#space(0);
      if (bytes[this.#start] !== OPEN_OBJECT) this.#fail('the text is not a JSON object', this.#start);
      if (this.#fault) return this.#fault;
      this.#at = this.#start;
    }
    const end = this.#value(this.#at);
    if (end === PAUSED) return undefined;
    if (end >= 0) {
      const after = this.#space(end);
      if (after < bytes.length) this.#fail('bytes follow the JSON object', after);
    }
    return this.#fault ?? this.#result(end);
  }

  /** From the first byte of a value to the end of the outermost one. */
  #value(start: number): number {
    const bytes = this.#bytes;
    let i = start;
    for (;;) {
      if (this.#inString) {
        i = this.#string(i, this.#limit);
      } else {
        // A value begins at i.
        if ((i >= this.#limit || this.#memberCount >= this.#memberLimit) && i < bytes.length)
          return this.#pause(i);
        const byte = bytes[i];
        if (byte === QUOTE) {
          i = this.#string(i + 1, this.#limit);
        } else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
          if (this.#depth === MAX_DEPTH) return this.#fail('the text is nested too deep', i);
          this.#depth++;
          this.#names.open(this.#depth, i, byte === OPEN_OBJECT);
          this.#inObject = byte === OPEN_OBJECT;
          i = this.#space(i + 1);
          // In ASCII a closing bracket is its opening one plus 2.
          if (bytes[i] !== byte + 2) {
            if (byte === OPEN_OBJECT) i = this.#name(i);
            if (i < 0) return i;
            continue;
          }
          i = this.#close(i);
        } else {
          i = byte === DASH || isDigit(byte) ? this.#number(i) : this.#literal(i);
        }
      }
      if (i < 0) return i;
      // A value has ended before i: what follows closes brackets, then comes a comma.
      while (this.#depth > 0) {
        const inObject = this.#inObject;
        if (inObject) this.#ended(i);
        // Looked at here, too: a call for each of a million values takes as long as all the rest.
        if ((bytes[i] as number) <= SPACE) i = this.#space(i);
        const next = bytes[i];
        if (next === COMMA) {
          i++;
          if ((bytes[i] as number) <= SPACE) i = this.#space(i);
          if (inObject) i = this.#name(i);
          if (i < 0) return i;
          break;
        }
        if (next !== (inObject ? CLOSE_OBJECT : CLOSE_ARRAY)) {
          return this.#fail('a comma or a closing bracket is missing', i);
        }
        i = this.#close(i);
      }
      if (this.#depth === 0) return i;
    }
  }

  #pause(at: number): number {
    this.#at = at;
    return PAUSED;
  }

  #close(at: number): number {
    this.#names.close(this.#depth, at + 1);
    this.#depth--;
    this.#inObject = this.#names.isObject(this.#depth);
    return at + 1;
  }

  /** A member’s value ends there. */
  #ended(valueEnd: number): void {
    if (this.#depth > 1) {
      this.#names.ended(valueEnd);
      return;
    }
    const name = this.#nameText ?? stringText(this.#bytes, this.#nameStart, this.#nameEnd);
    const nameStart = this.#nameStart - 1;
    this.#members.push({ name, nameStart, valueStart: this.#valueStart, valueEnd });
  }

  /** A name and its colon; returns where the value begins. */
  #name(at: number): number {
    const bytes = this.#bytes;
    if (bytes[at] !== QUOTE) return this.#fail('a member name is missing', at);
    const start = at + 1;
    this.#isEscaped = false;
    const end = this.#stringEnd(start, Math.min(start + MAX_RUN_BYTES, bytes.length));
    if (end < 0) return end;
    if (bytes[end] !== QUOTE) return this.#fail('a member name is too long', end);
    const fault =
      ++this.#memberCount > MAX_MEMBERS
        ? `the text has more than ${MAX_MEMBERS} members`
        : this.#names.add(this.#depth, start, end, this.#isEscaped);
    if (fault !== undefined) return this.#fail(fault, at);
    const colon = this.#space(end + 1);
    if (bytes[colon] !== COLON) return this.#fail('a colon is missing', colon);
    const valueStart = this.#space(colon + 1);
    if (this.#depth === 1) {
      this.#nameStart = start;
      this.#nameEnd = end;
      this.#nameText = this.#names.text;
      this.#valueStart = valueStart;
    }
    return valueStart;
  }

  /** From inside a string to the offset after its closing quote. */
  #string(start: number, limit: number): number {
    const end = this.#stringEnd(start, limit);
    if (end < 0) return end;
    this.#inString = this.#bytes[end] !== QUOTE;
    if (!this.#inString) return end + 1;
    return end < this.#bytes.length ? this.#pause(end) : this.#fail('', end);
  }

  /** From inside a string to its closing quote; or to `limit`, or a few bytes beyond. */
  #stringEnd(start: number, limit: number): number {
    const bytes = this.#bytes;
    const utf8 = this.#utf8;
    let i = start;
    while (i < limit) {
      const byte = bytes[i] as number;
      if (byte === QUOTE) break;
      let size: number;
      if (byte === BACKSLASH) {
        this.#isEscaped = true;
        size = escapeSize(bytes, i);
      } else {
        const isChecked = i < utf8.checkedTo;
        const looked = isChecked ? IN_STRING : IN_STRING | NON_ASCII;
        if (((KINDS[byte] as number) & looked) === 0) {
          i = this.#runs.end(i + 1, isChecked ? Math.min(limit, utf8.checkedTo) : limit, looked);
          continue;
        }
        if (utf8.check(i)) continue;
        size = sequenceSize(bytes, i);
      }
      if (size === 0) {
        this.#fault = { fault: stringFault(bytes, i), offset: i };
        return FAULT;
      }
      i += size;
    }
    return i;
  }

  #number(at: number): number {
    const end = numberEnd(this.#bytes, at, MAX_NUMBER_BYTES);
    if (end < 0) return this.#fail('a number breaks the grammar', -1 - end);
    return end - at > MAX_NUMBER_BYTES ? this.#fail('a number is too long', at) : end;
  }

  #literal(at: number): number {
    return literalEnd(this.#bytes, at) || this.#fail('a value is missing or unknown', at);
  }

  #space(at: number): number {
    const bytes = this.#bytes;
    const most = Math.min(at + MAX_RUN_BYTES, bytes.length);
    const near = Math.min(at + FEW_SPACES, most);
    let i = at;
    while (i < near && ((KINDS[bytes[i] as number] as number) & NO_SPACE) === 0) i++;
    if (i === at) return at;
    this.#hasSpace = true;
    return i < near ? i : this.#runs.end(i, most, NO_SPACE);
  }

  #result(end: number): JsonObjectText {
    const { unsorted } = this.#names;
    return {
      bytes: this.#bytes,
      start: this.#start,
      end,
      members: this.#members,
      hasSpace: this.#hasSpace,
      isAscii: this.#utf8.isAscii,
      ...(unsorted && { unsorted }),
    };
  }

  #fail(fallback: string, offset: number): typeof FAULT {
    const byte = this.#bytes[offset];
    // No one expects white space but where there is too much of it.
    const fault =
      byte === undefined ? 'the text ends too soon' : isJsonSpace(byte) ? TOO_MUCH_SPACE : fallback;
    this.#fault = { fault, offset };
    return FAULT;
  }
}
