/** The names of one object of many members, told apart by their bytes: no text is made of them. */
import { sameBytes } from './json-bytes.ts';

/** At first. At least twice as many places as names; a full table grows fourfold. */
const LEAST_PLACES = 64;
const GROWTH = 4;

/** Names that were made to meet in one place are given up on: the platform's `Set` has a secret to hash with. */
const MAX_MEETINGS = 4;

/** Names in places by a hash of their bytes. */
export class NameTable {
  readonly #bytes: Uint8Array;
  /** By place: where a name begins, and ends; 0 where there is none: no name begins at 0. */
  #starts = new Uint32Array(LEAST_PLACES);
  #ends = new Uint32Array(LEAST_PLACES);
  #size = 0;
  #meetings = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Whether so many names met in one place that another way is cheaper. */
  get isCrowded(): boolean {
    return this.#meetings > MAX_MEETINGS * (this.#size + LEAST_PLACES);
  }

  /** Notes a name. @returns false where it is there already */
  add(start: number, end: number): boolean {
    if (2 * this.#size >= this.#starts.length) this.#grow();
    if (!this.#put(start, end)) return false;
    this.#size++;
    return true;
  }

  #put(start: number, end: number): boolean {
    const starts = this.#starts;
    const ends = this.#ends;
    const last = starts.length - 1;
    for (let place = this.#hash(start, end) & last; ; place = (place + 1) & last) {
      const other = starts[place] as number;
      if (other === 0) {
        starts[place] = start;
        ends[place] = end;
        return true;
      }
      if (sameBytes(this.#bytes, other, ends[place] as number, start, end)) return false;
      this.#meetings++;
    }
  }

  #hash(start: number, end: number): number {
    const bytes = this.#bytes;
    let hash = end - start;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193);
    return hash ^ (hash >>> 15);
  }

  #grow(): void {
    const starts = this.#starts;
    const ends = this.#ends;
    this.#starts = new Uint32Array(GROWTH * starts.length);
    this.#ends = new Uint32Array(GROWTH * starts.length);
    for (let place = 0; place < starts.length; place++) {
      const start = starts[place] as number;
      if (start !== 0) this.#put(start, ends[place] as number);
    }
  }
}
