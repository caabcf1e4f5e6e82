/** Places of a JSON text by name or by path, and which of them lie ahead of where a reader is. */

export interface JsonPlaces {
  /** Of members, wherever they stand. */
  readonly names: readonly string[];
  /** From the top: names of members and places of elements, `*` for each. */
  readonly paths: readonly (readonly string[])[];
}

type Paths = JsonPlaces['paths'];

const NONE: Paths = [];
/** `\u0061`: the longest way to write a part of a name. */
const LONGEST_ESCAPE = 6;

export class PlacesOnTheWay {
  readonly #bytes: Buffer;
  readonly #names: ReadonlySet<string>;
  readonly #lengths: ReadonlySet<number>;
  readonly #paths: Paths;
  readonly #longestName: number;
  readonly #longestPath: number;
  /** By depth: the paths that have led there and lead on. */
  readonly #ahead: Paths[] = [];
  /** By depth: how many elements there were. */
  readonly #elements: number[] = [];
  /** Those that lead into the value that comes. */
  #within: Paths = NONE;

  constructor(bytes: Buffer, { names, paths }: JsonPlaces) {
    this.#bytes = bytes;
    this.#names = new Set(names);
    this.#lengths = new Set(names.map((name) => Buffer.byteLength(name)));
    this.#paths = paths;
    this.#longestName =
      LONGEST_ESCAPE * Math.max(0, ...[...names, ...paths.flat()].map(({ length }) => length));
    this.#longestPath = Math.max(0, ...paths.map(({ length }) => length));
  }

  /** An object or an array begins. @param depth of what it stands in */
  open(depth: number): void {
    if (depth >= this.#longestPath) return;
    if (depth === 0) this.#ahead[0] = this.#paths;
    else this.#ahead[depth] = this.leadOn(depth) ? this.#within : NONE;
    this.#elements[depth] = 0;
  }

  /** Whether a path leads on from an object or array of this depth. */
  leadOn(depth: number): boolean {
    return this.#aheadOf(depth).length > 0;
  }

  /** A member’s name, without its quotes. @param isPlain without escapes, in ASCII @returns whether its value stands at a place */
  member(depth: number, start: number, end: number, isPlain: boolean): boolean {
    const ahead = this.#aheadOf(depth);
    this.#within = NONE;
    const isShort = end - start <= this.#longestName;
    if (ahead.length === 0 && (!isShort || (isPlain && !this.#lengths.has(end - start)))) return false;
    const name = isShort ? this.#textOf(start, end, isPlain) : undefined;
    const isAtPath = this.#lead(ahead, depth, name);
    return isAtPath || (name !== undefined && this.#names.has(name));
  }

  /** An element begins. @returns whether it stands at a place */
  element(depth: number): boolean {
    const index = this.#elements[depth - 1] ?? 0;
    this.#elements[depth - 1] = index + 1;
    return this.#lead(this.#aheadOf(depth), depth, String(index));
  }

  #aheadOf(depth: number): Paths {
    return depth > this.#longestPath ? NONE : (this.#ahead[depth - 1] ?? NONE);
  }

  /** @returns whether one of the paths ends there */
  #lead(ahead: Paths, depth: number, name: string | undefined): boolean {
    const leading = ahead.filter((path) => path[depth - 1] === '*' || path[depth - 1] === name);
    this.#within = leading.filter(({ length }) => length > depth);
    return this.#within.length < leading.length;
  }

  #textOf(start: number, end: number, isPlain: boolean): string {
    return isPlain
      ? this.#bytes.toString('latin1', start, end)
      : String(JSON.parse(this.#bytes.toString('utf8', start - 1, end + 1)));
  }
}
