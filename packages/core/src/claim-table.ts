/** A growing hash table from 16-byte identities to expiry times: 24 bytes a slot, at most 48 a claim. */

/** What a slot holds: nothing (0), a commit until +time, or a lease until −time, in epoch milliseconds. */
export type Expiry = number;

/** Slots of an empty table: 384 bytes. */
const MIN_SLOTS = 16;
/** Linear probing reads about 8 slots for an unknown claim at this load; beyond, that rises steeply. */
const MAX_LOAD = 0.75;
/** Growing by half, not by two, keeps the load above one half: 24 B / 0.5 = 48 B a claim. */
const GROWTH = 1.5;
/** Six 32-bit words a slot: four of identity, two that hold the expiry as one double. */
const WORDS = 6;

/**
 * Open addressing with linear probing; removal shifts back, so there are no tombstones.
 * The home slot is monotone in the identity’s second word, so growing reads and writes in sequence.
 * Times are doubles: exact for every millisecond, no base to outgrow, nothing to rebase when a clock jumps.
 */
export class ClaimTable {
  /** Claims held, expired ones that were not yet reclaimed included. */
  held = 0;
  #slots = 0;
  #words = new Uint32Array(0);
  #times = new Float64Array(0);
  #scale = 0;
  #cursor = 0;
  readonly #reclaimed: (table: ClaimTable, slot: number) => void;

  /** @param reclaimed told of each expired claim that `sweep` frees, while the slot still holds it. */
  constructor(reclaimed: (table: ClaimTable, slot: number) => void) {
    this.#reclaimed = reclaimed;
    this.#allocate(MIN_SLOTS);
  }

  get slots(): number {
    return this.#slots;
  }

  /** The slot of a claim, or -1. */
  find(a: number, b: number, c: number, d: number): number {
    const words = this.#words;
    const times = this.#times;
    let slot = (b * this.#scale) | 0;
    for (;;) {
      if (times[slot * 3 + 2] === 0) return -1;
      const w = slot * WORDS;
      if (words[w] === a && words[w + 1] === b && words[w + 2] === c && words[w + 3] === d) return slot;
      if (++slot === this.#slots) slot = 0;
    }
  }

  expiry(slot: number): Expiry {
    return this.#times[slot * 3 + 2] as number;
  }

  setExpiry(slot: number, expiry: Expiry): void {
    this.#times[slot * 3 + 2] = expiry;
  }

  /** Adds a claim that the table does not hold. */
  insert(a: number, b: number, c: number, d: number, expiry: Expiry): void {
    if (this.held + 1 > this.#slots * MAX_LOAD) this.#resize(Math.ceil(this.#slots * GROWTH));
    this.#place(a, b, c, d, expiry);
    this.held++;
  }

  /** Frees a slot, moving the claims behind it so that every probe still finds them. */
  remove(slot: number): void {
    const words = this.#words;
    const times = this.#times;
    const slots = this.#slots;
    let hole = slot;
    let next = slot;
    for (;;) {
      if (++next === slots) next = 0;
      if (times[next * 3 + 2] === 0) break;
      const home = ((words[next * WORDS + 1] as number) * this.#scale) | 0;
      // A claim may move into the hole only if the hole lies between its home and where it is now.
      const fromHome = next >= home ? next - home : next - home + slots;
      const fromHole = next >= hole ? next - hole : next - hole + slots;
      if (fromHome < fromHole) continue;
      words.copyWithin(hole * WORDS, next * WORDS, next * WORDS + WORDS);
      hole = next;
    }
    times[hole * 3 + 2] = 0;
    this.held--;
  }

  /**
   * Looks at the next `slots` slots, going on where it last stopped, and frees those that have expired.
   * @returns whether the end of the table was passed.
   */
  sweep(nowMs: number, slots: number): boolean {
    const times = this.#times;
    let ended = false;
    for (let left = slots; left > 0; left--) {
      const expiry = times[this.#cursor * 3 + 2] as number;
      if (expiry !== 0 && Math.abs(expiry) <= nowMs) {
        this.#reclaimed(this, this.#cursor);
        // The slot is looked at again: another claim may have moved into it.
        this.remove(this.#cursor);
      } else if (++this.#cursor === this.#slots) {
        this.#cursor = 0;
        ended = true;
      }
    }
    // After a burst the memory goes back.
    if (ended && this.#slots > MIN_SLOTS && this.held < this.#slots / 8) {
      this.#resize(Math.max(MIN_SLOTS, this.held * 2));
    }
    return ended;
  }

  /** A claim’s identity as a string of 8 UTF-16 units. */
  keyAt(slot: number): string {
    const w = slot * WORDS;
    const words = this.#words;
    return keyOf(words[w] as number, words[w + 1] as number, words[w + 2] as number, words[w + 3] as number);
  }

  #allocate(slots: number): void {
    const buffer = new ArrayBuffer(slots * WORDS * 4);
    this.#slots = slots;
    this.#words = new Uint32Array(buffer);
    this.#times = new Float64Array(buffer);
    // A power of two apart from an integer, so the product is exact and always below `slots`.
    this.#scale = slots / 0x1_0000_0000;
    this.#cursor = 0;
  }

  #resize(slots: number): void {
    const words = this.#words;
    const times = this.#times;
    const before = this.#slots;
    this.#allocate(slots);
    for (let slot = 0; slot < before; slot++) {
      const expiry = times[slot * 3 + 2] as number;
      if (expiry === 0) continue;
      const w = slot * WORDS;
      this.#place(
        words[w] as number,
        words[w + 1] as number,
        words[w + 2] as number,
        words[w + 3] as number,
        expiry,
      );
    }
  }

  #place(a: number, b: number, c: number, d: number, expiry: Expiry): void {
    const words = this.#words;
    const times = this.#times;
    let slot = (b * this.#scale) | 0;
    while (times[slot * 3 + 2] !== 0) if (++slot === this.#slots) slot = 0;
    const w = slot * WORDS;
    words[w] = a;
    words[w + 1] = b;
    words[w + 2] = c;
    words[w + 3] = d;
    times[slot * 3 + 2] = expiry;
  }
}

/** An identity’s four words as a string of 8 UTF-16 units, for a `Map`. */
export function keyOf(a: number, b: number, c: number, d: number): string {
  return String.fromCharCode(
    a >>> 16,
    a & 0xffff,
    b >>> 16,
    b & 0xffff,
    c >>> 16,
    c & 0xffff,
    d >>> 16,
    d & 0xffff,
  );
}
