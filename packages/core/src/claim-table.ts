/** A growing hash table from 16-byte identities to the ends of their claims: 24 bytes a slot, at most 48 a claim. */

import { endOf, hasSpan, isLease, spanOf } from './claim-ends.ts';
import { uint32At } from './text/bytes.ts';

/** Slots of an empty table: 384 bytes. */
const MIN_SLOTS = 16;
/** Linear probing reads about 8 slots for an unknown claim at this load; beyond, that rises steeply. */
const MAX_LOAD = 0.75;
/** Growing by half, not by two, keeps the load above one half: 24 B / 0.5 = 48 B a claim. */
const GROWTH = 1.5;
/** Six 32-bit words a slot: four of identity, and the low and the high word of `claim-ends.ts`. */
const WORDS = 6;
/** Where the low word stands in a slot. */
const LOW = 4;
/** Where the high word stands: 0 in a slot that is free. */
const HIGH = 5;

/** Told of a claim, while the slot still holds it. */
export type Told = (table: ClaimTable, slot: number) => void;

/** Which claims a search may give up. */
export interface GiveUpLimit {
  /** Those whose copies ceased to be fresh at that time or before. */
  readonly staleSinceMs: number;
  /** So many at most; counted down. */
  most: number;
}

/**
 * Open addressing with linear probing; removal shifts back, so there are no tombstones.
 * The home slot is monotone in the identity’s second word, so growing reads and writes in sequence.
 * Times are whole milliseconds since the epoch: no base to outgrow, nothing to rebase when a clock jumps.
 */
export class ClaimTable {
  /** Claims held, expired ones that were not yet reclaimed included. */
  held = 0;
  #slots = 0;
  #words = new Uint32Array(0);
  #scale = 0;
  #cursor = 0;

  constructor() {
    this.#allocate(MIN_SLOTS);
  }

  get slots(): number {
    return this.#slots;
  }

  /** The slot of a claim, or -1. */
  find(a: number, b: number, c: number, d: number): number {
    const words = this.#words;
    let slot = (b * this.#scale) | 0;
    for (;;) {
      const w = slot * WORDS;
      if (words[w + HIGH] === 0) return -1;
      if (words[w] === a && words[w + 1] === b && words[w + 2] === c && words[w + 3] === d) return slot;
      if (++slot === this.#slots) slot = 0;
    }
  }

  /** The slot of an identity’s claim, or -1. @param identity 16 bytes */
  slotOf(identity: Uint8Array): number {
    return this.find(
      uint32At(identity, 0),
      uint32At(identity, 4),
      uint32At(identity, 8),
      uint32At(identity, 12),
    );
  }

  /** When the claim ends, or its lease. */
  endAt(slot: number): number {
    return endOf(this.#words[slot * WORDS + LOW] as number, this.#words[slot * WORDS + HIGH] as number);
  }

  isLeaseAt(slot: number): boolean {
    return isLease(this.#words[slot * WORDS + HIGH] as number);
  }

  /** Since when, or from when on, no copy of a committed request is fresh. */
  staleAt(slot: number): number {
    return this.endAt(slot) - spanOf(this.#words[slot * WORDS + HIGH] as number);
  }

  set(slot: number, low: number, high: number): void {
    const w = slot * WORDS;
    this.#words[w + LOW] = low;
    this.#words[w + HIGH] = high;
  }

  /** Adds a claim that the table does not hold. */
  insert(a: number, b: number, c: number, d: number, low: number, high: number): void {
    if (this.held + 1 > this.#slots * MAX_LOAD) this.#resize(Math.ceil(this.#slots * GROWTH));
    this.#place(a, b, c, d, low, high);
    this.held++;
  }

  /** Frees a slot, moving the claims behind it so that every probe still finds them. */
  remove(slot: number): void {
    const words = this.#words;
    const slots = this.#slots;
    let hole = slot;
    let next = slot;
    for (;;) {
      if (++next === slots) next = 0;
      if (words[next * WORDS + HIGH] === 0) break;
      const home = ((words[next * WORDS + 1] as number) * this.#scale) | 0;
      // A claim may move into the hole only if the hole lies between its home and where it is now.
      const fromHome = next >= home ? next - home : next - home + slots;
      const fromHole = next >= hole ? next - hole : next - hole + slots;
      if (fromHome < fromHole) continue;
      words.copyWithin(hole * WORDS, next * WORDS, next * WORDS + WORDS);
      hole = next;
    }
    words[hole * WORDS + HIGH] = 0;
    this.held--;
  }

  /**
   * Looks at the next `slots` slots, going on where it last stopped, and frees the claims that have expired.
   * @param reclaimed told of each that is freed
   * @returns whether the end of the table was passed.
   */
  sweep(nowMs: number, slots: number, reclaimed: Told): boolean {
    const words = this.#words;
    let ended = false;
    for (let left = slots; left > 0; left--) {
      const w = this.#cursor * WORDS;
      const high = words[w + HIGH] as number;
      if (high !== 0 && endOf(words[w + LOW] as number, high) <= nowMs) {
        reclaimed(this, this.#cursor);
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

  /** As `sweep`, of the claims that may be given up. */
  giveUp(limit: GiveUpLimit, slots: number, givenUp: Told): boolean {
    const words = this.#words;
    let ended = false;
    for (let left = slots; left > 0; left--) {
      const w = this.#cursor * WORDS;
      const high = words[w + HIGH] as number;
      if (
        limit.most > 0 &&
        hasSpan(high) &&
        endOf(words[w + LOW] as number, high) - spanOf(high) <= limit.staleSinceMs
      ) {
        limit.most--;
        givenUp(this, this.#cursor);
        this.remove(this.#cursor);
      } else if (++this.#cursor === this.#slots) {
        this.#cursor = 0;
        ended = true;
      }
    }
    return ended;
  }

  /**
   * Gathers when the copies of claims ceased to be fresh: of those in the next `slots` slots that have another end, and of whose
   * copies none is fresh any more. Changes nothing.
   * @returns how many were written, from the start of `into`
   */
  gatherStale(nowMs: number, slots: number, into: Float64Array): number {
    const words = this.#words;
    let gathered = 0;
    for (let slot = this.#cursor, left = slots; left > 0; left--) {
      const w = slot * WORDS;
      const high = words[w + HIGH] as number;
      if (hasSpan(high)) {
        const staleMs = endOf(words[w + LOW] as number, high) - spanOf(high);
        if (staleMs <= nowMs) into[gathered++] = staleMs;
      }
      if (++slot === this.#slots) slot = 0;
    }
    return gathered;
  }

  /** A claim’s identity as a string of 8 UTF-16 units. */
  keyAt(slot: number): string {
    const w = slot * WORDS;
    const words = this.#words;
    return keyOf(words[w] as number, words[w + 1] as number, words[w + 2] as number, words[w + 3] as number);
  }

  /** The 16 bytes of a claim’s identity. */
  identityAt(slot: number): Uint8Array {
    const identity = new Uint8Array(16);
    const view = new DataView(identity.buffer);
    for (let word = 0; word < 4; word++) view.setUint32(4 * word, this.#words[slot * WORDS + word] as number);
    return identity;
  }

  #allocate(slots: number): void {
    this.#slots = slots;
    this.#words = new Uint32Array(slots * WORDS);
    // A power of two apart from an integer, so the product is exact and always below `slots`.
    this.#scale = slots / 0x1_0000_0000;
    this.#cursor = 0;
  }

  #resize(slots: number): void {
    const words = this.#words;
    const before = this.#slots;
    this.#allocate(slots);
    for (let slot = 0; slot < before; slot++) {
      const w = slot * WORDS;
      const high = words[w + HIGH] as number;
      if (high === 0) continue;
      this.#place(
        words[w] as number,
        words[w + 1] as number,
        words[w + 2] as number,
        words[w + 3] as number,
        words[w + LOW] as number,
        high,
      );
    }
  }

  #place(a: number, b: number, c: number, d: number, low: number, high: number): void {
    const words = this.#words;
    let slot = (b * this.#scale) | 0;
    while (words[slot * WORDS + HIGH] !== 0) if (++slot === this.#slots) slot = 0;
    const w = slot * WORDS;
    words[w] = a;
    words[w + 1] = b;
    words[w + 2] = c;
    words[w + 3] = d;
    words[w + LOW] = low;
    words[w + HIGH] = high;
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
