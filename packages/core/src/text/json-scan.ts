/**
 * The one JSON scanner: strict RFC 8259 on bytes, in one pass, without building values.
 *
 * Stricter than the RFC where two parsers could read two things: duplicate member names (§4 leaves them open),
 * members named `__proto__`, a byte order mark, nesting beyond `MAX_DEPTH`, a value that is no object.
 */
import { digitsEnd, isDigit, isJsonSpace, isWord, sameBytes } from './json-bytes.ts';
import { hasEscape, plainEnd, scanString, stringFault, stringText } from './json-string.ts';

/** Objects and arrays inside each other, the outermost counted: 200. */
export const MAX_DEPTH = 200;

/** Why a text was refused: a short sentence that holds nothing of it, and the offset of the byte. */
export interface JsonFault {
  readonly fault: string;
  readonly offset: number;
}

/** A member of the top-level object. */
export interface JsonMember {
  /** Decoded. */
  readonly name: string;
  /** Offset of the name's opening quote. */
  readonly nameStart: number;
  readonly valueStart: number;
  /** Exclusive. */
  readonly valueEnd: number;
}

/** A scanned text: the bytes, and where in them things are. */
export interface JsonObjectText {
  readonly bytes: Uint8Array;
  /** Offset of `{`. */
  readonly start: number;
  /** Offset after `}`. */
  readonly end: number;
  /** The top-level members as received. */
  readonly members: readonly JsonMember[];
  /** Whether there is insignificant white space anywhere. */
  readonly hasSpace: boolean;
}

/** Whether a scan came to a fault. */
export function isJsonFault(scanned: JsonObjectText | JsonFault): scanned is JsonFault {
  return 'fault' in scanned;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const DASH = 0x2d;
const ZERO = 0x30;
const DOT = 0x2e;
const PLUS = 0x2b;
const UPPER_E = 0x45;
const LOWER_E = 0x65;
const LITERALS = ['true', 'false', 'null'] as const;
const PROTO = '__proto__';

const TWICE = 'a member name occurs twice in one object';
const NAMED_PROTO = 'a member is named __proto__';
const BAD_NUMBER = 'a number breaks the grammar';

/** Up to here names are compared one by one; beyond, a Set is cheaper and never quadratic. */
const FEW_NAMES = 16;

/** Scans a JSON object, checking every byte once. Never throws; the bytes must not change afterwards. */
export function scanJsonObject(bytes: Uint8Array): JsonObjectText | JsonFault {
  return new Scan(bytes).run();
}

/** One pass over one text. Methods return the next offset, or -1 with `fault` set. */
class Scan {
  readonly bytes: Uint8Array;
  readonly members: JsonMember[] = [];
  fault: JsonFault | undefined;
  depth = 0;
  /** By depth: where an object's names begin in `spans`; -1 for an array. */
  readonly bases: number[] = [-1];
  /** Start and end of each name in the open objects, innermost last; the end is negative where it holds an escape. */
  readonly spans: number[] = [];
  top = 0;
  /** By depth: all names of an object that has many. */
  sets: (Set<string> | undefined)[] | undefined;
  /** The top-level member that is being read. */
  nameStart = 0;
  nameEnd = 0;
  valueStart = 0;
  hasSpace = false;
  /** The name's text, where comparing it has already made it. */
  nameText: string | undefined;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  run(): JsonObjectText | JsonFault {
    const { bytes } = this;
    const start = this.space(0);
    if (bytes[start] !== OPEN_OBJECT) this.fail('the text is not a JSON object', start);
    const end = this.fault ? -1 : this.value(start);
    const after = end < 0 ? end : this.space(end);
    if (end >= 0 && after < bytes.length) this.fail('bytes follow the JSON object', after);
    return this.fault ?? { bytes, start, end, members: this.members, hasSpace: this.hasSpace };
  }

  /** From the first byte of the outermost value over everything inside. */
  value(start: number): number {
    const { bytes } = this;
    let i = start;
    for (;;) {
      // A value begins at i.
      const byte = bytes[i];
      if (byte === QUOTE) {
        i = this.string(i);
      } else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
        if (this.depth === MAX_DEPTH) return this.fail('the text is nested too deep', i);
        this.depth++;
        this.bases[this.depth] = byte === OPEN_OBJECT ? this.top : -1;
        i = this.space(i + 1);
        // In ASCII a closing bracket is its opening one plus 2.
        if (bytes[i] !== byte + 2) {
          if (byte === OPEN_OBJECT) i = this.name(i);
          if (i < 0) return -1;
          continue;
        }
        i = this.close(i);
      } else {
        i = byte === DASH || isDigit(byte) ? this.number(i) : this.literal(i);
      }
      if (i < 0) return -1;
      // A value has ended before i: what follows closes brackets, then comes a comma.
      while (this.depth > 0) {
        if (this.depth === 1) this.member(i);
        i = this.space(i);
        const inObject = (this.bases[this.depth] as number) >= 0;
        const next = bytes[i];
        if (next === COMMA) {
          i = this.space(i + 1);
          if (inObject) i = this.name(i);
          if (i < 0) return -1;
          break;
        }
        if (next !== (inObject ? CLOSE_OBJECT : CLOSE_ARRAY)) {
          return this.fail('a comma or a closing bracket is missing', i);
        }
        i = this.close(i);
      }
      if (this.depth === 0) return i;
    }
  }

  close(at: number): number {
    const base = this.bases[this.depth] as number;
    if (base >= 0) {
      this.top = base;
      if (this.sets) this.sets[this.depth] = undefined;
    }
    this.depth--;
    return at + 1;
  }

  member(valueEnd: number): void {
    const { nameStart, nameEnd, valueStart } = this;
    const name = this.nameText ?? stringText(this.bytes, nameStart + 1, nameEnd);
    this.nameText = undefined;
    this.members.push({ name, nameStart, valueStart, valueEnd });
  }

  /** A name and its colon; returns where the value begins. */
  name(at: number): number {
    const { bytes } = this;
    if (bytes[at] !== QUOTE) return this.fail('a member name is missing', at);
    const plain = plainEnd(bytes, at + 1);
    const after = bytes[plain] === QUOTE ? plain + 1 : this.string(at);
    if (after < 0) return -1;
    const escaped = after !== plain + 1 && hasEscape(bytes, plain, after - 1);
    if (!this.isNewName(at + 1, after - 1, escaped)) return -1;
    const colon = this.space(after);
    if (bytes[colon] !== COLON) return this.fail('a colon is missing', colon);
    const valueStart = this.space(colon + 1);
    if (this.depth === 1) {
      this.nameStart = at;
      this.nameEnd = after - 1;
      this.valueStart = valueStart;
    }
    return valueStart;
  }

  /** Notes a name in the innermost object, or refuses it. */
  isNewName(start: number, end: number, escaped: boolean): boolean {
    const { bytes, spans } = this;
    const base = this.bases[this.depth] as number;
    const set = this.sets?.[this.depth];
    if (set || this.top - base >= 2 * FEW_NAMES) {
      return this.isNewText(set ?? this.openSet(base), stringText(bytes, start, end), start);
    }
    const text = escaped ? stringText(bytes, start, end) : undefined;
    if (text === PROTO || (end - start === PROTO.length && isWord(bytes, start, PROTO))) {
      return this.refuseName(NAMED_PROTO, start);
    }
    for (let k = base; k < this.top; k += 2) {
      const seenStart = spans[k] as number;
      const seenEnd = spans[k + 1] as number;
      // Names without escapes are equal when their bytes are.
      const same =
        text === undefined && seenEnd > 0
          ? sameBytes(bytes, seenStart, seenEnd, start, end)
          : this.spanText(k) === (text ?? stringText(bytes, start, end));
      if (same) return this.refuseName(TWICE, start);
    }
    spans[this.top] = start;
    spans[this.top + 1] = escaped ? -end : end;
    this.top += 2;
    return true;
  }

  spanText(k: number): string {
    return stringText(this.bytes, this.spans[k] as number, Math.abs(this.spans[k + 1] as number));
  }

  isNewText(set: Set<string>, name: string, start: number): boolean {
    if (set.has(name)) return this.refuseName(TWICE, start);
    if (name === PROTO) return this.refuseName(NAMED_PROTO, start);
    set.add(name);
    if (this.depth === 1) this.nameText = name;
    return true;
  }

  /** The innermost object's set, begun with the names that were compared one by one so far. */
  openSet(base: number): Set<string> {
    const set = new Set<string>();
    for (let k = base; k < this.top; k += 2) set.add(this.spanText(k));
    this.sets ??= [];
    this.sets[this.depth] = set;
    return set;
  }

  refuseName(fault: string, start: number): false {
    this.fail(fault, start - 1);
    return false;
  }

  /** From a quote to the offset after the closing one. */
  string(at: number): number {
    const close = scanString(this.bytes, at + 1);
    return close < 0 ? this.fail(stringFault(this.bytes, -1 - close), -1 - close) : close + 1;
  }

  /** `-? (0 | [1-9] digits) (. digits)? ([eE] [+-]? digits)?`; what may follow is checked by the caller. */
  number(at: number): number {
    const { bytes } = this;
    const first = bytes[at] === DASH ? at + 1 : at;
    let end = digitsEnd(bytes, first);
    if (end === first || (bytes[first] === ZERO && end > first + 1)) return this.fail(BAD_NUMBER, first);
    if (bytes[end] === DOT) {
      const fraction = end + 1;
      end = digitsEnd(bytes, fraction);
      if (end === fraction) return this.fail(BAD_NUMBER, end);
    }
    if (bytes[end] === UPPER_E || bytes[end] === LOWER_E) {
      const sign = bytes[end + 1];
      const exponent = sign === PLUS || sign === DASH ? end + 2 : end + 1;
      end = digitsEnd(bytes, exponent);
      if (end === exponent) return this.fail(BAD_NUMBER, end);
    }
    return end;
  }

  literal(at: number): number {
    for (const literal of LITERALS) if (isWord(this.bytes, at, literal)) return at + literal.length;
    return this.fail('a value is missing or unknown', at);
  }

  space(at: number): number {
    const { bytes } = this;
    let i = at;
    while (i < bytes.length && isJsonSpace(bytes[i] as number)) i++;
    if (i > at) this.hasSpace = true;
    return i;
  }

  fail(fault: string, offset: number): -1 {
    this.fault = { fault: offset < this.bytes.length ? fault : 'the text ends too soon', offset };
    return -1;
  }
}
