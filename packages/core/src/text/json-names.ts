/** The names of the members of the objects that a JSON scan stands in: each once, none `__proto__`. */
import { compareSpans, isWord, sameBytes } from './json-bytes.ts';
import { stringText } from './json-string.ts';
import { NameTable } from './name-table.ts';

/** An object below the top level. */
export interface NestedObject {
  /** Offset of `{`. */
  readonly start: number;
  /** Offset after `}`. */
  readonly end: number;
  /**
   * Three offsets for each member: after its name’s opening quote, of its closing one (negative where the name holds an
   * escape), after its value.
   */
  readonly spans: readonly number[];
  /** By member: its decoded name, where comparing it has made it. */
  readonly texts: readonly (string | undefined)[];
}

const PROTO = '__proto__';

/** Up to here names are compared one by one; beyond, a table is cheaper and never quadratic. */
const FEW_NAMES = 16;

/** Longer names go into a Set at once: sixteen of 64 KB would be compared byte by byte a hundred times. */
const LONG_NAME_BYTES = 64;

const PER_MEMBER = 3;

export class MemberNames {
  readonly #bytes: Uint8Array;
  /** The objects out of order; undefined where nobody asks. */
  readonly unsorted: NestedObject[] | undefined;
  /** The last name’s text, where comparing it has made it. */
  text: string | undefined;
  /** By depth: where an object’s spans begin; -1 for an array. */
  readonly #bases: number[] = [];
  /** By depth: where an object begins, where that is asked for. */
  readonly #starts: number[] | undefined;
  /** The spans of the open objects, innermost last. */
  readonly #spans: number[] = [];
  /** And the texts, where objects out of order are asked for. */
  readonly #texts: (string | undefined)[] = [];
  #top = 0;
  /** By depth: all names of an object that has many, as long as they can be told apart by their bytes. */
  #tables: (NameTable | undefined)[] | undefined;
  /** By depth: all names of an object of which one is long or escaped. */
  #sets: (Set<string> | undefined)[] | undefined;

  constructor(bytes: Uint8Array, findsUnsorted: boolean) {
    this.#bytes = bytes;
    this.unsorted = findsUnsorted ? [] : undefined;
    this.#starts = findsUnsorted ? [] : undefined;
  }

  open(depth: number, start: number, isObject: boolean): void {
    this.#bases[depth] = isObject ? this.#top : -1;
    if (this.#starts) this.#starts[depth] = start;
  }

  isObject(depth: number): boolean {
    return (this.#bases[depth] as number) >= 0;
  }

  /** Notes a name of the innermost object. @returns what is wrong with it */
  add(depth: number, start: number, end: number, isEscaped: boolean): string | undefined {
    const base = this.#bases[depth] as number;
    let set = this.#sets?.[depth];
    this.text = undefined;
    if (set === undefined && (isEscaped || end - start > LONG_NAME_BYTES || this.#isCrowded(depth))) {
      set = this.#openSet(depth, base);
    }
    const fault = set
      ? this.#addText(set, start, end)
      : this.#top - base < PER_MEMBER * FEW_NAMES
        ? this.#compare(base, start, end)
        : this.#addBytes(this.#tables?.[depth] ?? this.#openTable(depth, base), start, end);
    this.#spans[this.#top] = start;
    this.#spans[this.#top + 1] = isEscaped ? -end : end;
    if (this.unsorted) this.#texts[this.#top / PER_MEMBER] = this.text;
    this.#top += PER_MEMBER;
    return fault;
  }

  /** The innermost object’s last member ends there. */
  ended(end: number): void {
    this.#spans[this.#top - 1] = end;
  }

  close(depth: number, end: number): void {
    const base = this.#bases[depth] as number;
    if (base < 0) return;
    if (this.unsorted && depth > 1 && !this.#isSorted(base)) {
      const spans = this.#spans.slice(base, this.#top);
      const texts = this.#texts.slice(base / PER_MEMBER, this.#top / PER_MEMBER);
      this.unsorted.push({ start: this.#starts?.[depth] as number, end, spans, texts });
    }
    this.#top = base;
    if (this.#sets) this.#sets[depth] = undefined;
    if (this.#tables) this.#tables[depth] = undefined;
  }

  #isCrowded(depth: number): boolean {
    return this.#tables?.[depth]?.isCrowded === true;
  }

  /** Names without escapes are equal when their bytes are. */
  #compare(base: number, start: number, end: number): string | undefined {
    const bytes = this.#bytes;
    if (end - start === PROTO.length && isWord(bytes, start, PROTO)) return NAMED_PROTO;
    const spans = this.#spans;
    for (let k = base; k < this.#top; k += PER_MEMBER) {
      if (sameBytes(bytes, spans[k] as number, spans[k + 1] as number, start, end)) return TWICE;
    }
    return undefined;
  }

  #addBytes(table: NameTable, start: number, end: number): string | undefined {
    if (end - start === PROTO.length && isWord(this.#bytes, start, PROTO)) return NAMED_PROTO;
    return table.add(start, end) ? undefined : TWICE;
  }

  /** The innermost object’s table, begun with the names that were compared one by one so far. */
  #openTable(depth: number, base: number): NameTable {
    const table = new NameTable(this.#bytes);
    const spans = this.#spans;
    for (let k = base; k < this.#top; k += PER_MEMBER) table.add(spans[k] as number, spans[k + 1] as number);
    this.#tables ??= [];
    this.#tables[depth] = table;
    return table;
  }

  #addText(set: Set<string>, start: number, end: number): string | undefined {
    const name = stringText(this.#bytes, start, end);
    this.text = name;
    const { size } = set;
    set.add(name);
    if (set.size === size) return TWICE;
    return name === PROTO ? NAMED_PROTO : undefined;
  }

  /** The innermost object’s set, begun with the names that it has so far. */
  #openSet(depth: number, base: number): Set<string> {
    const set = new Set<string>();
    const spans = this.#spans;
    for (let k = base; k < this.#top; k += PER_MEMBER) {
      set.add(stringText(this.#bytes, spans[k] as number, spans[k + 1] as number));
    }
    this.#sets ??= [];
    this.#sets[depth] = set;
    return set;
  }

  /** Whether the names are known to stand in the order of their UTF-8. */
  #isSorted(base: number): boolean {
    const spans = this.#spans;
    for (let k = base + PER_MEMBER; k < this.#top; k += PER_MEMBER) {
      const [start, end] = [spans[k] as number, spans[k + 1] as number];
      const [lastStart, lastEnd] = [spans[k - PER_MEMBER] as number, spans[k - PER_MEMBER + 1] as number];
      if (Math.min(lastEnd, end) < 0 || compareSpans(this.#bytes, lastStart, lastEnd, start, end) >= 0) {
        return false;
      }
    }
    return true;
  }
}

/** The fault of a name that is there already: its offset is the second one’s. */
export const TWICE: string = 'a member name occurs twice in one object';
const NAMED_PROTO = 'a member is named __proto__';
