/**
 * How often and when each key of a gate proved requests: what all gateways have in the store, and what this one has counted since. Read of
 * `ProofCounts` now and then: a request pays for a count only.
 */
import type { ProofCounts } from '../metrics/verdict-counts.ts';
import {
  addTallies,
  hitsAt,
  hitsLastDay,
  hitsLastHour,
  hitsOf,
  type KeyTally,
  type KeyWay,
  lastUseOf,
  newTally,
} from './key-tally.ts';
import type { Tallies } from './key-use-records.ts';

/** Of one key, by all gateways on the store. Times are milliseconds since the epoch. */
export interface KeyUse {
  readonly hits: number;
  /** Since when they are counted. */
  readonly sinceMs: number;
  readonly lastMs: number | undefined;
  /** How long nobody has used it, and for how long it is watched: milliseconds, whatever was done to clocks while this gateway ran. */
  readonly unusedMs: number | undefined;
  readonly watchedMs: number;
  readonly hitsLastHour: number;
  readonly hitsLastDay: number;
  readonly ways: readonly KeyWay[];
  /** Those that this gateway has counted since its start. */
  readonly ownHits: number;
}

/** The clocks of one moment: milliseconds since the epoch, and of one that only goes on. */
export interface Moment {
  readonly nowMs: number;
  readonly monotonicMs: number;
}

/** Keys that are counted and are none of the gate's list may be any number, as those of a key set. */
const MAX_COUNTED = 256;

export class KeyUses {
  #counts: ProofCounts;
  /** What of each count is in a tally. */
  #taken = new WeakMap<object, number>();
  /** As the store had it when it was read last; undefined: it was not. */
  #stored: Tallies | undefined;
  /** On its way into the store. */
  #sent = new Map<string, KeyTally>();
  /** Counted here since. */
  #counted = new Map<string, KeyTally>();
  /** Since when keys are watched that were there when the gate was opened. */
  readonly #opened: Moment;
  /** Others are met from then on. */
  #isWatching = false;
  /** When a use was noticed here last, and when the key was met with first: by the clock that only goes on. */
  readonly #noticedMs = new Map<string, number>();
  readonly #metMs = new Map<string, number>();
  readonly #ownHits = new Map<string, number>();
  #readMs: number | undefined;
  #sampledMs: number;

  constructor(counts: ProofCounts, moment: Moment) {
    this.#counts = counts;
    this.#opened = moment;
    this.#sampledMs = moment.monotonicMs;
  }

  /** The gate was opened anew, and counts there. */
  attach(counts: ProofCounts, moment: Moment): void {
    this.#sample(moment);
    this.#counts = counts;
  }

  /** How long ago the store was read, in milliseconds. Infinity: never. */
  unreadMs({ monotonicMs }: Moment): number {
    return this.#readMs === undefined ? Number.POSITIVE_INFINITY : monotonicMs - this.#readMs;
  }

  of(keyId: string, moment: Moment): KeyUse {
    this.#sample(moment);
    const { nowMs, monotonicMs } = moment;
    const parts = [this.#stored?.get(keyId), this.#sent.get(keyId), this.#counted.get(keyId)];
    const tally = parts
      .filter((part) => part !== undefined)
      .reduce<KeyTally | undefined>((sum, part) => addTallies(part, sum, nowMs), undefined);
    const begin = this.#isWatching ? moment : this.#opened;
    const { sinceMs, ways } = tally ?? newTally(begin.nowMs);
    const lastMs = tally && lastUseOf(tally);
    const metMs = this.#metMs.get(keyId) ?? (tally === undefined ? begin.monotonicMs : undefined);
    const noticedMs = this.#noticedMs.get(keyId);
    return {
      hits: tally === undefined ? 0 : hitsOf(tally),
      sinceMs,
      lastMs,
      unusedMs: lastMs === undefined ? undefined : soonest(nowMs - lastMs, noticedMs, monotonicMs),
      watchedMs: soonest(nowMs - sinceMs, metMs, monotonicMs),
      hitsLastHour: tally === undefined ? 0 : hitsLastHour(tally, nowMs),
      hitsLastDay: tally === undefined ? 0 : hitsLastDay(tally, nowMs),
      ways: ways.map((way) => ({ ...way })),
      ownHits: this.#ownHits.get(keyId) ?? 0,
    };
  }

  /** Another key may get the id. */
  forget(keyId: string): void {
    this.#counts.forget(keyId);
    this.#counted.delete(keyId);
    this.#sent.delete(keyId);
    this.#ownHits.delete(keyId);
    this.#noticedMs.delete(keyId);
    this.#metMs.delete(keyId);
  }

  /** What the store has now. Not while something is on its way there. */
  read(stored: Tallies, { monotonicMs }: Moment): void {
    for (const [keyId, tally] of stored) {
      const before = this.#stored?.get(keyId);
      // What was there at the start was used some time before, and nobody here knows when but by the time that stands there.
      if (this.#stored === undefined) continue;
      if (before === undefined) this.#metMs.set(keyId, this.#metMs.get(keyId) ?? monotonicMs);
      if (hitsOf(tally) > (before === undefined ? 0 : hitsOf(before)))
        this.#noticedMs.set(keyId, monotonicMs);
    }
    this.#stored = stored;
    this.#readMs = monotonicMs;
  }

  /**
   * What is to be added to the store; undefined: nothing. It stays on its way until it is `written`.
   * @param keyIds of those that are worth it
   */
  send(keyIds: Iterable<string>, moment: Moment): Tallies | undefined {
    this.#sample(moment);
    for (const keyId of keyIds) {
      // Also that a key is watched and was not used.
      const isNew = !this.#stored?.has(keyId) && !this.#sent.has(keyId);
      const counted = this.#counted.get(keyId) ?? (isNew ? this.#watch(keyId, moment) : undefined);
      if (counted === undefined) continue;
      this.#sent.set(keyId, addTallies(counted, this.#sent.get(keyId), moment.nowMs));
      this.#counted.delete(keyId);
    }
    this.#isWatching = true;
    return this.#sent.size === 0 ? undefined : this.#sent;
  }

  /** @param tallies all that the store has now */
  written(tallies: Tallies, { monotonicMs }: Moment): void {
    this.#sent = new Map();
    this.#stored = tallies;
    this.#readMs = monotonicMs;
  }

  #watch(keyId: string, moment: Moment): KeyTally {
    const begin = this.#isWatching ? moment : this.#opened;
    if (!this.#metMs.has(keyId)) this.#metMs.set(keyId, begin.monotonicMs);
    return newTally(begin.nowMs);
  }

  #sample(moment: Moment): void {
    const { nowMs, monotonicMs } = moment;
    const sampledMs = this.#sampledMs;
    this.#sampledMs = monotonicMs;
    for (const count of this.#counts.list()) {
      const hits = count.count - (this.#taken.get(count) ?? 0);
      if (hits === 0) continue;
      this.#taken.set(count, count.count);
      const { keyId, lastMs } = count;
      const isNew = !this.#stored?.has(keyId) && !this.#sent.has(keyId) && !this.#counted.has(keyId);
      const before = this.#counted.get(keyId) ?? (isNew ? this.#watch(keyId, moment) : undefined);
      this.#counted.set(keyId, addTallies(hitsAt({ ...count, count: hits }, nowMs), before, nowMs));
      this.#ownHits.set(keyId, (this.#ownHits.get(keyId) ?? 0) + hits);
      // The last of them came since it was looked at last, whatever the clock says.
      const agoMs = Math.min(Math.max(0, nowMs - lastMs), monotonicMs - sampledMs);
      this.#noticedMs.set(keyId, monotonicMs - agoMs);
    }
    if (this.#counted.size > MAX_COUNTED) this.#forgetQuietest();
  }

  /** A key that is in use and not counted would look as if it could be retired. */
  #forgetQuietest(): void {
    const last = ([, tally]: readonly [string, KeyTally]): number => lastUseOf(tally) ?? tally.sinceMs;
    const quietest = [...this.#counted]
      .sort((a, b) => last(a) - last(b))
      .slice(0, this.#counted.size - MAX_COUNTED);
    for (const [keyId] of quietest) {
      this.#counted.delete(keyId);
      this.#ownHits.delete(keyId);
      this.#noticedMs.delete(keyId);
      this.#metMs.delete(keyId);
    }
  }
}

/** The shorter of a time by the clock that can be set, and the one since a moment of the other. */
function soonest(spanMs: number, sinceMs: number | undefined, monotonicMs: number): number {
  return sinceMs === undefined ? spanMs : Math.min(spanMs, monotonicMs - sinceMs);
}
