/** A compact multimap in memory from claims’ hashes to the rows that hold them: at most 32 bytes a claim. */

const MIN_SLOTS = 64;
const MAX_LOAD = 0.75;
const GROWTH = 1.5;
/** Keys are whole numbers below this: what a double holds exactly. */
const KEYS = 2 ** 53;

/**
 * Open addressing with linear probing; rows are positive whole numbers. An entry only hints at a row: the caller
 * reads the row to see whose it is, so an entry too many costs a read and does no harm.
 */
export class ClaimIndex {
  #slots = 0;
  #keys = new Float64Array(0);
  #rows = new Float64Array(0);
  #held = 0;
  readonly #oldestRow: () => number;

  /** @param oldestRow entries of rows before this are dropped whenever the index grows. */
  constructor(oldestRow: () => number) {
    this.#oldestRow = oldestRow;
    this.#allocate(MIN_SLOTS);
  }

  /** Entries held. */
  get size(): number {
    return this.#held;
  }

  /** The first row under the key that `matches`; 0 if none does. */
  find(key: number, matches: (row: number) => boolean): number {
    for (let slot = this.#home(key); ; slot = slot + 1 === this.#slots ? 0 : slot + 1) {
      const row = this.#rows[slot] as number;
      if (row === 0) return 0;
      if (this.#keys[slot] === key && matches(row)) return row;
    }
  }

  /** Makes room for so many entries at once. */
  reserve(entries: number): void {
    const slots = Math.ceil((this.#held + entries) / MAX_LOAD);
    if (slots > this.#slots) this.#rebuild(slots, 0);
  }

  add(key: number, row: number): void {
    if (this.#held + 1 > this.#slots * MAX_LOAD) this.#grow();
    this.#place(key, row);
  }

  /** Does nothing if there is no such entry. */
  delete(key: number, row: number): void {
    let hole = this.#home(key);
    while (this.#keys[hole] !== key || this.#rows[hole] !== row) {
      if (this.#rows[hole] === 0) return;
      if (++hole === this.#slots) hole = 0;
    }
    // Entries behind move up where their home allows it, so that every probe still finds them.
    let next = hole;
    for (;;) {
      if (++next === this.#slots) next = 0;
      if (this.#rows[next] === 0) break;
      const home = this.#home(this.#keys[next] as number);
      const fromHome = next >= home ? next - home : next - home + this.#slots;
      const fromHole = next >= hole ? next - hole : next - hole + this.#slots;
      if (fromHome < fromHole) continue;
      this.#keys[hole] = this.#keys[next] as number;
      this.#rows[hole] = this.#rows[next] as number;
      hole = next;
    }
    this.#rows[hole] = 0;
    this.#held--;
    if (this.#slots > MIN_SLOTS && this.#held < this.#slots / 8) {
      this.#rebuild(Math.max(MIN_SLOTS, this.#held * 2), 0);
    }
  }

  #home(key: number): number {
    return Math.floor((key / KEYS) * this.#slots);
  }

  #place(key: number, row: number): void {
    let slot = this.#home(key);
    while (this.#rows[slot] !== 0) if (++slot === this.#slots) slot = 0;
    this.#keys[slot] = key;
    this.#rows[slot] = row;
    this.#held++;
  }

  #grow(): void {
    const oldestRow = this.#oldestRow();
    const left = this.#rows.reduce((count, row) => (row !== 0 && row >= oldestRow ? count + 1 : count), 0);
    this.#rebuild(left > this.#slots / 2 ? Math.ceil(this.#slots * GROWTH) : this.#slots, oldestRow);
  }

  #rebuild(slots: number, oldestRow: number): void {
    const keys = this.#keys;
    const rows = this.#rows;
    this.#allocate(slots);
    for (let slot = 0; slot < rows.length; slot++) {
      const row = rows[slot] as number;
      if (row !== 0 && row >= oldestRow) this.#place(keys[slot] as number, row);
    }
  }

  #allocate(slots: number): void {
    this.#slots = slots;
    this.#keys = new Float64Array(slots);
    this.#rows = new Float64Array(slots);
    this.#held = 0;
  }
}

/** The key of a claim: 53 bits of a hash over all of it. */
export function claimKey(gate: string, identity: Uint8Array): number {
  let high = 0x811c9dc5;
  for (let i = 0; i < gate.length; i++) high = Math.imul(high ^ gate.charCodeAt(i), 0x01000193);
  let low = ~high;
  for (let i = 0; i < identity.length; i++) {
    const byte = identity[i] as number;
    high = Math.imul(high ^ byte, 0x01000193);
    low = Math.imul(low ^ byte, 0x5bd1e995) + i;
  }
  return (mixed(high) >>> 11) * 0x1_0000_0000 + (mixed(low ^ (high << 7)) >>> 0);
}

/** The finaliser of MurmurHash3: every bit of the input moves every bit of the output. */
function mixed(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}
