/** Searches through a guard’s tables for room: each looks at a part, and the next goes on there. */

import type { ClaimTable, GiveUpLimit, Told } from './claim-table.ts';

/** Slots of one table. */
interface Part {
  readonly table: ClaimTable;
  readonly slots: number;
}

/** Slots looked at before `full` is said (15 µs). A flood of new claims must not buy a scan of the whole table each. */
const SEARCHED = 2048;
/** Slots looked at to tell how many claims could be given up. */
const SAMPLED = 512;
/**
 * Of the claims that a search finds and that may be given up, the oldest part goes. Where claims lie is chance, so what a search sees
 * is a fair sample of all. A larger part would make searches rarer, and what is given up younger.
 */
const GIVEN_UP = 1 / 16;

export class ClaimSearch {
  readonly #tables: readonly ClaimTable[];
  /** The table that the next search starts in. */
  #searched = 0;
  /** What searches gather: 16 KB, made by the first. */
  #ends = new Float64Array(0);

  constructor(tables: readonly ClaimTable[]) {
    this.#tables = tables;
  }

  /** Frees claims that have expired: looks through the tables, wholly while they are small, else through a part. */
  sweep(nowMs: number, reclaimed: Told): number {
    let freed = 0;
    for (const part of this.#next(SEARCHED)) {
      const { table, slots } = part;
      const before = table.held;
      this.#passOn(part, table.sweep(nowMs, slots, reclaimed));
      freed += before - table.held;
    }
    return freed;
  }

  /** Gives up the oldest of the claims in a part of the tables that may be given up. @returns how many */
  giveUp(nowMs: number, givenUp: Told): number {
    const parts = this.#next(SEARCHED);
    if (this.#ends.length === 0) this.#ends = new Float64Array(SEARCHED);
    const ends = this.#ends;
    let stale = 0;
    for (const { table, slots } of parts) stale += table.gatherStale(nowMs, slots, ends.subarray(stale));
    const most = Math.ceil(stale * GIVEN_UP);
    const limit: GiveUpLimit = { staleSinceMs: ends.subarray(0, stale).sort()[most - 1] ?? 0, most };
    for (const part of parts) this.#passOn(part, part.table.giveUp(limit, part.slots, givenUp));
    return most - limit.most;
  }

  /** The share of the claims that could be given up, from 0 to 1, estimated from a sample. */
  spare(nowMs: number): number {
    const ends = new Float64Array(SAMPLED);
    let [stale, held] = [0, 0];
    for (const { table, slots } of this.#next(SAMPLED)) {
      stale += table.gatherStale(nowMs, slots, ends);
      held += (slots * table.held) / table.slots;
    }
    return held === 0 ? 0 : Math.min(1, stale / held);
  }

  /** Where a search of so many slots goes on. */
  #next(slots: number): readonly Part[] {
    const parts: Part[] = [];
    for (let left = slots, looked = 0; looked < this.#tables.length && left > 0; looked++) {
      const table = this.#tables[(this.#searched + looked) % this.#tables.length] as ClaimTable;
      parts.push({ table, slots: Math.min(left, table.slots) });
      left -= table.slots;
    }
    return parts;
  }

  /** The next search starts in the next table where this one was looked through to its end. */
  #passOn({ table, slots }: Part, ended: boolean): void {
    if (ended || slots === table.slots) this.#searched = (this.#searched + 1) % this.#tables.length;
  }
}
