/** The texts that other programs would have printed for a scanned JSON object, made in chunks. */
import { ByteRuns, DELETE, GO, IN_STRING, KINDS, NO_SPACE, NON_ASCII, TOKEN } from './byte-runs.ts';
import type { Sliced } from './bytes.ts';
import {
  byteCount,
  GO_ESCAPES,
  isLineSeparator,
  LONGEST_PIECE,
  writeAsGo,
  writeEscape,
} from './json-escapes.ts';
import type { NestedObject } from './json-names.ts';
import type { JsonMember, JsonObjectText } from './json-object.ts';
import { FEW_MEMBERS, type NamedSpan, namedSpans, type Span, sortFew, sortKey } from './json-spans.ts';
import { codePoint, escapedPoint, sizeOfEscape } from './json-string.ts';
import { sortByKey } from './sorting.ts';

/**
 * All without white space, numbers to the letter.
 * - `compact`: strings to the letter.
 * - `ascii`: with every character but printable ASCII as `\uXXXX` in lower case, above U+FFFF as a surrogate pair, as
 *   Python’s `json.dumps` writes.
 * - `go`: strings as Go 1.22 and later escapes them, and the members of objects below the top level sorted by code point.
 */
export type PrintStyle = 'compact' | 'ascii' | 'go';

const SPACE = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const LETTER_U = 0x75;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Of one chunk; and of what is read for one, so that each takes about a millisecond at most. */
const CHUNK_BYTES = 64 * 1024;
const READ_BYTES = 64 * 1024;

/** A longer text, where it is more than three times the object, is no reading of it: it would cost as many times the proof. */
const MAX_GROWTH = 3;
const GROWTH_FREE_BYTES = 128 * 1024;

/** What in a string cannot just be copied, by style. */
const LOOKED_AT: Readonly<Record<PrintStyle, number>> = {
  compact: IN_STRING,
  ascii: IN_STRING | NON_ASCII | DELETE,
  go: IN_STRING | GO,
};

/** Most runs are shorter, and cost no call. */
const SHORT_RUN = 8;

/** Whether Go writes every string as it stands, and the object’s members below the top level are sorted. */
export function isGoText({ bytes, unsorted }: JsonObjectText): boolean {
  return (
    unsorted?.length === 0 && [BACKSLASH, 0x3c, 0x3e, 0x26, 0xe2].every((byte) => bytes.indexOf(byte) < 0)
  );
}

/**
 * Prints an object’s members, in that order. A chunk is good until the next is asked for.
 * @returns whether the text is whole. It is not where it grows beyond all measure; nor, as Go has it, where a string holds a
 * lone surrogate: Go reads that as U+FFFD, and whoever reads the body as what it is would be told another text than was signed.
 */
export function* printJson(
  object: JsonObjectText,
  members: readonly JsonMember[],
  style: PrintStyle,
): Generator<Uint8Array, boolean> {
  const size = object.end - object.start;
  const out = new Uint8Array(Math.min(CHUNK_BYTES, 2 * size) + 2 * LONGEST_PIECE);
  const printer = new Printer(object, style, out);
  printer.begin(members);
  const most = Math.max(GROWTH_FREE_BYTES, MAX_GROWTH * size);
  let total = 0;
  while (printer.print()) {
    yield out.subarray(0, printer.at);
    total += printer.at;
    printer.at = 0;
    if (total > most) return false;
  }
  yield out.subarray(0, printer.at);
  return !printer.hasHalf;
}

class Printer {
  readonly #bytes: Uint8Array;
  readonly #out: Uint8Array;
  readonly #outView: DataView;
  readonly #style: PrintStyle;
  readonly #lookedAt: number;
  readonly #runs: ByteRuns;
  readonly #unsorted: ReadonlyMap<number, NestedObject>;
  /** What is yet to be printed, the next last. */
  readonly #spans: Span[] = [];
  #inString = false;
  #toSort: Sliced<readonly NamedSpan[]> | undefined;
  at = 0;
  /** Half a surrogate pair. */
  hasHalf = false;

  constructor({ bytes, unsorted }: JsonObjectText, style: PrintStyle, out: Uint8Array) {
    this.#bytes = bytes;
    this.#out = out;
    this.#outView = new DataView(out.buffer, out.byteOffset, out.length);
    this.#style = style;
    this.#lookedAt = LOOKED_AT[style];
    this.#runs = new ByteRuns(bytes);
    this.#unsorted = new Map(style === 'go' ? unsorted?.map((object) => [object.start, object]) : undefined);
  }

  begin(members: readonly JsonMember[]): void {
    this.#out[this.at++] = OPEN_OBJECT;
    this.#push(members.map(({ nameStart, valueEnd }) => ({ at: nameStart, end: valueEnd, before: COMMA })));
  }

  #push(spans: readonly Span[]): void {
    for (let i = spans.length - 1; i >= 0; i--) this.#spans.push(spans[i] as Span);
    const first = spans[0];
    if (first) first.before = 0;
  }

  /** Goes on until a chunk is full or enough is read; false where all is printed, or nothing more is to be. */
  print(): boolean {
    if (this.#toSort && !this.#sort(this.#toSort)) return true;
    let read = 0;
    for (;;) {
      const span = this.#spans.at(-1);
      if (!span) {
        this.#out[this.at++] = CLOSE_OBJECT;
        return false;
      }
      if (span.before !== 0) this.#out[this.at++] = span.before;
      span.before = 0;
      const from = span.at;
      span.at = this.#copy(from, Math.min(span.end, from + READ_BYTES - read));
      if (this.hasHalf) return false;
      read += span.at - from;
      if (span.at >= span.end) this.#spans.pop();
      else if (!this.#inString && this.#unsorted.has(span.at) && !this.#open(span)) return true;
      if (this.at + LONGEST_PIECE >= this.#out.length || read >= READ_BYTES) return true;
    }
  }

  /** Puts an object’s members before the rest of the span that it stands in, which begins with its closing bracket then. */
  #open(span: Span): boolean {
    const nested = this.#unsorted.get(span.at) as NestedObject;
    this.#out[this.at++] = OPEN_OBJECT;
    span.at = nested.end - 1;
    const members = namedSpans(nested);
    if (members.length > FEW_MEMBERS || members.some(({ nameEnd }) => nameEnd < 0)) {
      this.#toSort = sortByKey(members, (member) => sortKey(this.#bytes, member));
      return this.#sort(this.#toSort);
    }
    sortFew(this.#bytes, members);
    this.#push(members);
    return true;
  }

  /** Goes on with what is to be sorted; false where enough is done for one slice. */
  #sort(sorting: Sliced<readonly NamedSpan[]>): boolean {
    const { done, value: members } = sorting.next();
    if (!done) return false;
    this.#push(members);
    this.#toSort = undefined;
    return true;
  }

  /** Copies up to about `end`; stops before an object that is to be sorted, and where the chunk is full. */
  #copy(start: number, end: number): number {
    const bytes = this.#bytes;
    const out = this.#out;
    const lookedAt = this.#lookedAt;
    const full = out.length - LONGEST_PIECE;
    const isGo = this.#style === 'go';
    let inString = this.#inString;
    let at = this.at;
    let i = start;
    // What stays as it is, is copied run by run.
    let runStart = start;
    let most = Math.min(end, full - at + runStart);
    for (;;) {
      const kinds = inString ? lookedAt : TOKEN;
      // Each run begins here, without a call: most are short.
      let near = Math.min(i + SHORT_RUN, most);
      while (i < near && ((KINDS[bytes[i] as number] as number) & kinds) === 0) i++;
      if (i === near) i = this.#runs.longEnd(i, most, kinds);
      if (i >= most) break;
      const byte = bytes[i] as number;
      if (byte === QUOTE) {
        inString = !inString;
        i++;
      } else if (byte === OPEN_OBJECT) {
        if (this.#unsorted.has(i)) break;
        i++;
      } else if (!inString) {
        at = copyRun(bytes, runStart, i, out, at);
        near = Math.min(i + SHORT_RUN, end);
        do i++;
        while (i < near && (bytes[i] as number) <= SPACE);
        if (i === near) i = this.#runs.longEnd(i, end, NO_SPACE);
        runStart = i;
        most = Math.min(end, full - at + runStart);
      } else if (byte === BACKSLASH && (!isGo || GO_ESCAPES[bytes[i + 1] as number] === 1)) {
        do i += bytes[i + 1] === LETTER_U ? 6 : 2;
        while (i < most && bytes[i] === BACKSLASH && !isGo);
      } else if (byte === 0xe2 && isGo && !isLineSeparator(bytes, i)) {
        i += 3;
      } else {
        at = copyRun(bytes, runStart, i, out, at);
        if (byte === BACKSLASH) {
          const point = escapedPoint(bytes, i);
          if (point < 0) {
            this.hasHalf = true;
            this.at = at;
            return i;
          }
          i += sizeOfEscape(bytes, i, point);
          at = writeAsGo(out, this.#outView, at, point);
        } else {
          i = this.#escape(i, at);
          at = this.at;
        }
        runStart = i;
        most = Math.min(end, full - at + runStart);
      }
    }
    this.at = copyRun(bytes, runStart, i, out, at);
    this.#inString = inString;
    return i;
  }

  /**
   * Escapes the character at `start` and those that follow, what stands between them copied byte by byte, until for a
   * while none has to be. Returns where it ends; `this.at` is where its text does.
   */
  #escape(start: number, outStart: number): number {
    const bytes = this.#bytes;
    const out = this.#out;
    const view = this.#outView;
    const lookedAt = this.#lookedAt;
    const full = out.length - LONGEST_PIECE;
    const isGo = this.#style === 'go';
    let at = outStart;
    let i = start;
    for (let plain = 0; plain < SHORT_RUN && at < full; ) {
      const byte = bytes[i] as number;
      if (((KINDS[byte] as number) & lookedAt) === 0) {
        out[at++] = byte;
        plain++;
        i++;
        continue;
      }
      if (byte === QUOTE || byte === BACKSLASH || (byte === 0xe2 && isGo && !isLineSeparator(bytes, i)))
        break;
      plain = 0;
      const size = byteCount(byte);
      const point = size === 1 ? byte : codePoint(bytes, i, size);
      if (size === 4) at = writeEscape(view, at, 0xd7c0 + (point >> 10));
      at = writeEscape(view, at, size === 4 ? 0xdc00 | (point & 0x3ff) : point);
      i += size;
    }
    this.at = at;
    return i;
  }
}

/** Returns the offset after the copy. A call of `set` costs as much as copying about 40 bytes by hand. */
function copyRun(bytes: Uint8Array, start: number, end: number, out: Uint8Array, outStart: number): number {
  if (end - start > 40) out.set(bytes.subarray(start, end), outStart);
  else for (let i = start, at = outStart; i < end; i++, at++) out[at] = bytes[i] as number;
  return outStart + end - start;
}
