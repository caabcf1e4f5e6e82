/** A JSON text, read as `JSON.parse` reads it, byte by byte and in slices: tells of the values that stand at some places. */
import { SLICE_BYTES } from '../loop-slices.ts';
import { beginNumber, escapeSize, isSpace, literalEnd, mayEndNumber, numberState } from './json-grammar.ts';
import { type JsonPlaces, PlacesOnTheWay } from './json-places.ts';

/** Names and places that are looked at in a slice. */
const SLICE_LOOKS = 2_000;

/** What comes next. */
const VALUE = 0;
const VALUE_OR_END = 1;
const NAME = 2;
const NAME_OR_END = 3;
const COLON = 4;
const COMMA_OR_END = 5;
const IN_NAME = 6;
const IN_STRING = 7;
const IN_NUMBER = 8;
const NOTHING = 9;

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const FAULT = -1;

export interface JsonWalkOptions {
  readonly bytes: Buffer;
  readonly places: JsonPlaces;
  /** Of objects and arrays in one another, beside what stands at a place. Deeper ones count as broken. */
  readonly maxDepth: number;
  /** Told of each value at a place: where it begins, and where it has ended. What stands within it is at no place. */
  readonly onValue: (start: number, end: number) => void;
}

/**
 * As `JSON.parse` reads the text, and not as core does, which refuses a name that stands twice: both are told of here. What is no UTF-8
 * within a text stands for itself.
 */
export class JsonWalk {
  readonly #options: JsonWalkOptions;
  readonly #bytes: Buffer;
  readonly #places: PlacesOnTheWay;
  readonly #kinds = new Kinds();
  #at = 0;
  #next = VALUE;
  #depth = 0;
  #number = 0;
  #nameStart = 0;
  #isPlain = true;
  /** Whether what begins next stands at a place. */
  #isPlace = false;
  /** Where the value at a place begins that it is within, and how deep that stands; -1 for none. */
  #valueStart = -1;
  #valueDepth = 0;
  #looks = 0;

  constructor(options: JsonWalkOptions) {
    this.#options = options;
    this.#bytes = options.bytes;
    this.#places = new PlacesOnTheWay(options.bytes, options.places);
  }

  /** Up to where it is decided what stands at a place. */
  get decidedTo(): number {
    return this.#valueStart < 0 ? this.#at : this.#valueStart;
  }

  /** Goes on for one slice. @returns whether it is whole; undefined: there is more of it */
  run(): boolean | undefined {
    const bytes = this.#bytes;
    const limit = Math.min(this.#at + SLICE_BYTES, bytes.length);
    this.#looks = 0;
    let at = this.#at;
    while (at < limit && this.#looks < SLICE_LOOKS) {
      at = this.#step(at, limit);
      if (at < 0) return false;
    }
    this.#at = at;
    if (at < bytes.length) return undefined;
    if (this.#next === IN_NUMBER && this.#depth === 0) return mayEndNumber(this.#number);
    return this.#next === NOTHING;
  }

  #step(at: number, limit: number): number {
    const byte = this.#bytes[at] as number;
    switch (this.#next) {
      case IN_STRING:
        return this.#string(at, limit);
      case IN_NAME:
        return this.#name(at, limit);
      case IN_NUMBER:
        return this.#inNumber(at, limit);
      default:
        return isSpace(byte) ? at + 1 : this.#token(at, byte);
    }
  }

  /** What is neither white space nor within a text or a number. */
  #token(at: number, byte: number): number {
    switch (this.#next) {
      case VALUE:
        return this.#begin(at, byte);
      case VALUE_OR_END:
        return byte === 0x5d ? this.#close(at + 1) : this.#begin(at, byte);
      case NAME_OR_END:
        if (byte === 0x7d) return this.#close(at + 1);
        return this.#openName(at, byte);
      case NAME:
        return this.#openName(at, byte);
      case COLON:
        if (byte !== 0x3a) return FAULT;
        this.#next = VALUE;
        return at + 1;
      case COMMA_OR_END:
        return this.#afterValue(at, byte);
      default:
        return FAULT;
    }
  }

  #afterValue(at: number, byte: number): number {
    const isObject = this.#kinds.isObject(this.#depth);
    if (byte === COMMA) {
      this.#next = isObject ? NAME : VALUE;
      return at + 1;
    }
    return byte === (isObject ? 0x7d : 0x5d) ? this.#close(at + 1) : FAULT;
  }

  #openName(at: number, byte: number): number {
    if (byte !== QUOTE) return FAULT;
    this.#next = IN_NAME;
    this.#nameStart = at + 1;
    this.#isPlain = true;
    return at + 1;
  }

  #name(at: number, limit: number): number {
    const end = this.#textEnd(at, limit);
    if (end < 0 || end >= limit) return end;
    if (this.#valueStart < 0) {
      this.#looks++;
      this.#isPlace = this.#places.member(this.#depth, this.#nameStart, end, this.#isPlain);
    }
    this.#next = COLON;
    return end + 1;
  }

  #string(at: number, limit: number): number {
    const end = this.#textEnd(at, limit);
    if (end < 0 || end >= limit) return end;
    return this.#ended(end + 1);
  }

  /** @returns where the closing quote is, or `limit`, or a few bytes behind it */
  #textEnd(start: number, limit: number): number {
    const bytes = this.#bytes;
    let at = start;
    while (at < limit) {
      const byte = bytes[at] as number;
      if (byte === QUOTE) return at;
      if (byte < 0x20) return FAULT;
      if (byte === BACKSLASH) {
        const size = escapeSize(bytes, at);
        if (size === 0) return FAULT;
        this.#isPlain = false;
        at += size;
      } else {
        if (byte >= 0x80) this.#isPlain = false;
        at++;
      }
    }
    return at;
  }

  #inNumber(start: number, limit: number): number {
    const bytes = this.#bytes;
    let state = this.#number;
    for (let at = start; at < limit; at++) {
      const after = numberState(state, bytes[at] as number);
      if (after < 0) return mayEndNumber(state) ? this.#ended(at) : FAULT;
      state = after;
    }
    this.#number = state;
    return limit;
  }

  #begin(at: number, byte: number): number {
    if (this.#valueStart < 0) {
      if (this.#depth > 0 && !this.#kinds.isObject(this.#depth) && this.#places.leadOn(this.#depth)) {
        this.#looks++;
        this.#isPlace = this.#places.element(this.#depth);
      }
      if (this.#isPlace) {
        this.#valueStart = at;
        this.#valueDepth = this.#depth;
        this.#isPlace = false;
      }
    }
    if (byte === 0x7b || byte === 0x5b) return this.#open(at, byte === 0x7b);
    if (byte === QUOTE) {
      this.#next = IN_STRING;
      return at + 1;
    }
    const number = beginNumber(byte);
    if (number >= 0) {
      this.#number = number;
      this.#next = IN_NUMBER;
      return at + 1;
    }
    const end = literalEnd(this.#bytes, at);
    return end < 0 ? FAULT : this.#ended(end);
  }

  #open(at: number, isObject: boolean): number {
    if (this.#valueStart < 0) {
      if (this.#depth === this.#options.maxDepth) return FAULT;
      this.#looks++;
      this.#places.open(this.#depth);
    }
    this.#depth++;
    this.#kinds.set(this.#depth, isObject);
    this.#next = isObject ? NAME_OR_END : VALUE_OR_END;
    return at + 1;
  }

  #close(end: number): number {
    this.#depth--;
    return this.#ended(end);
  }

  #ended(end: number): number {
    if (this.#valueStart >= 0 && this.#depth === this.#valueDepth) {
      this.#options.onValue(this.#valueStart, end);
      this.#valueStart = -1;
    }
    this.#next = this.#depth === 0 ? NOTHING : COMMA_OR_END;
    return end;
  }
}

const PAGE_BYTES = 4_096;
const PAGE_LEVELS = 8 * PAGE_BYTES;

/** Whether it is within an object or an array, by depth: a bit each, since a text may be nested as deep as it is long. */
class Kinds {
  readonly #pages: Uint8Array[] = [];

  set(depth: number, isObject: boolean): void {
    const number = Math.floor(depth / PAGE_LEVELS);
    const page = this.#pages[number] ?? new Uint8Array(PAGE_BYTES);
    this.#pages[number] = page;
    const place = (depth % PAGE_LEVELS) >> 3;
    const bit = 1 << (depth & 7);
    const rest = (page[place] as number) & ~bit;
    page[place] = isObject ? rest | bit : rest;
  }

  isObject(depth: number): boolean {
    const page = this.#pages[Math.floor(depth / PAGE_LEVELS)];
    return (((page?.[(depth % PAGE_LEVELS) >> 3] ?? 0) >> (depth & 7)) & 1) === 1;
  }
}
