/** Single values of a JSON text, found by the way that leads to them; in slices, for a text may be long. */
import { asciiText, SLICE_BYTES, type Sliced } from './bytes.ts';
import { isJsonSpace } from './json-bytes.ts';
import { MAX_RUN_BYTES } from './json-scan.ts';
import { stringText } from './json-string.ts';
import { findMember, isJsonFault, type JsonObjectText, JsonScan } from './json-text.ts';

/** A value of a JSON text. */
export type JsonValue =
  /** `text` is absent where the string has more than `MAX_STRING_BYTES` bytes. */
  | { readonly kind: 'string'; readonly text?: string }
  /** As written. */
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'true' | 'false' | 'null' | 'object' | 'list' };

/** Of one string, as it is written: what is longer is not decoded, which would take long. */
const MAX_STRING_BYTES: number = 64 * 1024;

/** A text without a fault in it: its bytes, and where its value begins. */
export interface JsonText {
  readonly bytes: Uint8Array;
  readonly start: number;
  /** Of a text that is an object: its members. */
  readonly object?: JsonObjectText;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_OBJECT = 0x7b;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;

/** What stands before and after a list, for the scanner takes objects only. */
const BEFORE = /* @__PURE__ */ Uint8Array.of(OPEN_OBJECT, QUOTE, QUOTE, 0x3a);
const AFTER = 0x7d;

/** Checks a text, an object or a list, by the rules of `JsonScan`. Undefined where it breaks one. */
export function* scanJson(bytes: Uint8Array): Sliced<JsonText | undefined> {
  const isList = bytes[spaceEnd(bytes.subarray(0, MAX_RUN_BYTES), 0)] === OPEN_LIST;
  const scan = new JsonScan(isList ? yield* asObject(bytes) : bytes, false);
  let scanned = scan.run();
  for (; scanned === undefined; scanned = scan.run()) yield;
  if (isJsonFault(scanned)) return undefined;
  if (!isList) return { bytes, start: scanned.start, object: scanned };
  const [list, second] = scanned.members;
  // `[],"a":1` would be an object with two members.
  return list && !second ? { bytes: scanned.bytes, start: list.valueStart } : undefined;
}

function* asObject(bytes: Uint8Array): Sliced<Uint8Array> {
  const object = new Uint8Array(BEFORE.length + bytes.length + 1);
  object.set(BEFORE);
  for (let at = 0; at < bytes.length; at += COPIED_BYTES) {
    if (at > 0) yield;
    object.set(bytes.subarray(at, at + COPIED_BYTES), BEFORE.length + at);
  }
  object[object.length - 1] = AFTER;
  return object;
}

/** In one go. */
const COPIED_BYTES: number = 8 * SLICE_BYTES;

/**
 * The value at the end of a path: a name leads from an object to its member, digits from a list to its element.
 * Undefined where a step leads nowhere.
 */
export function* valueAt(text: JsonText, path: readonly string[]): Sliced<JsonValue | undefined> {
  const [first, ...inner] = path;
  const isNoted = text.object !== undefined && first !== undefined;
  const start = isNoted ? findMember(text.object, first)?.valueStart : text.start;
  if (start === undefined) return undefined;
  const walk = new Walk(text.bytes, start);
  for (const step of isNoted ? inner : path) if (!(yield* walk.enter(step))) return undefined;
  return yield* walk.value();
}

/** A way through a text that was scanned: nothing in it is wrong. */
class Walk {
  /** The first byte of a value. */
  at: number;
  readonly #bytes: Uint8Array;
  #limit: number;
  /** Of the value that is being skipped: open brackets, and whether a string is. */
  #depth = 0;
  #isInString = false;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.at = at;
    this.#limit = at + SLICE_BYTES;
  }

  /** Goes to a member or element of the value that it is at. */
  *enter(step: string): Sliced<boolean> {
    const bytes = this.#bytes;
    const isObject = bytes[this.at] === OPEN_OBJECT;
    if (!isObject && (bytes[this.at] !== OPEN_LIST || !INDEX.test(step))) return false;
    const index = isObject ? -1 : Number(step);
    this.#to(this.at + 1);
    // In ASCII a closing bracket is its opening one plus 2.
    if (bytes[this.at] === (isObject ? OPEN_OBJECT : OPEN_LIST) + 2) return false;
    for (let i = 0; ; i++) {
      let isMeant = i === index;
      if (isObject) {
        const start = this.at + 1;
        while (!this.#skip()) yield;
        isMeant = stringText(bytes, start, this.at - 1) === step;
        // The colon.
        this.#to(spaceEnd(bytes, this.at) + 1);
      }
      if (isMeant) return true;
      while (!this.#skip()) yield;
      const next = spaceEnd(bytes, this.at);
      if (bytes[next] !== COMMA) return false;
      this.#to(next + 1);
    }
  }

  /** What it is at. */
  *value(): Sliced<JsonValue> {
    const bytes = this.#bytes;
    const start = this.at;
    switch (bytes[start]) {
      case OPEN_OBJECT:
        return { kind: 'object' };
      case OPEN_LIST:
        return { kind: 'list' };
      case QUOTE: {
        while (!this.#skip()) yield;
        if (this.at - start > MAX_STRING_BYTES) return { kind: 'string' };
        return { kind: 'string', text: stringText(bytes, start + 1, this.at - 1) };
      }
      case 0x74:
        return { kind: 'true' };
      case 0x66:
        return { kind: 'false' };
      case 0x6e:
        return { kind: 'null' };
      default:
        return { kind: 'number', text: asciiText(bytes, start, scalarEnd(bytes, start)) };
    }
  }

  /** Goes over the white space that stands there. */
  #to(at: number): void {
    this.at = spaceEnd(this.#bytes, at);
  }

  /**
   * Goes to the end of the value that it is at; false where that takes longer than a slice: call it again. No generator: one for each
   * element of a list takes longer than to read it.
   */
  #skip(): boolean {
    const bytes = this.#bytes;
    let { at } = this;
    do {
      if (at >= this.#limit) {
        this.at = at;
        this.#limit = at + SLICE_BYTES;
        return false;
      }
      const byte = bytes[at] as number;
      if (this.#isInString || byte === QUOTE) {
        at = stringEnd(bytes, this.#isInString ? at : at + 1, this.#limit);
        this.#isInString = bytes[at] !== QUOTE;
        if (!this.#isInString) at++;
      } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
        this.#depth++;
        at++;
      } else if (byte === OPEN_OBJECT + 2 || byte === OPEN_LIST + 2) {
        this.#depth--;
        at++;
      } else {
        at = isMark(byte) ? at + 1 : scalarEnd(bytes, at);
      }
    } while (this.#depth > 0 || this.#isInString);
    this.at = at;
    return true;
  }
}

const INDEX = /^(?:0|[1-9]\d{0,14})$/;

/** The offset of the closing quote; or the limit, or one byte beyond. */
function stringEnd(bytes: Uint8Array, start: number, limit: number): number {
  let i = start;
  while (i < limit && bytes[i] !== QUOTE) i += bytes[i] === BACKSLASH ? 2 : 1;
  return i;
}

/** Where a number or a literal ends. */
function scalarEnd(bytes: Uint8Array, start: number): number {
  let i = start;
  while (i < bytes.length && !isMark(bytes[i] as number)) i++;
  return i;
}

/** Whether it stands between values: white space, a comma, a colon, a closing bracket. */
function isMark(byte: number): boolean {
  return (
    byte <= 0x20 || byte === COMMA || byte === 0x3a || byte === OPEN_OBJECT + 2 || byte === OPEN_LIST + 2
  );
}

function spaceEnd(bytes: Uint8Array, start: number): number {
  let i = start;
  while (i < bytes.length && isJsonSpace(bytes[i] as number)) i++;
  return i;
}
