/** How often and when each key of a gate proved requests, over restarts. Read of `ProofCounts` now and then: a request pays for a count only. */

import { isObject } from '@countersign/core/internal/is-object';
import { HOUR, MINUTE } from '../config/units.ts';
import type { ProofCount, ProofCounts } from '../metrics/verdict-counts.ts';

const MINUTES = 60;
const HOURS = 24;
/** Of one key: a scheme has fewer readings, but earlier versions of the configuration may have named others. */
const MAX_WAYS = 16;

/** Of one key. Times are milliseconds since the epoch. */
export interface KeyUse {
  readonly hits: number;
  /** Since when they are counted. */
  readonly sinceMs: number;
  readonly lastMs: number | undefined;
  readonly hitsLastHour: number;
  readonly hitsLastDay: number;
  readonly ways: readonly KeyWay[];
}

export interface KeyWay extends Pick<ProofCount, 'reading' | 'lastMs'> {
  readonly hits: number;
}

interface Tally {
  sinceMs: number;
  /** By minute and by hour of the epoch; only those that are looked at. */
  readonly minutes: Map<number, number>;
  readonly hours: Map<number, number>;
  readonly ways: { reading: string | undefined; hits: number; lastMs: number }[];
  isWritten: boolean;
}

export class KeyUses {
  readonly #sinceMs: number;
  readonly #tallies: Map<string, Tally>;
  #counts: ProofCounts;
  /** What of each count is in a tally. */
  #taken = new WeakMap<object, number>();

  /** @param stored what `written` gave, by key; what is none of it is left out */
  constructor(counts: ProofCounts, nowMs: number, stored: ReadonlyMap<string, unknown> = new Map()) {
    this.#counts = counts;
    this.#sinceMs = nowMs;
    this.#tallies = new Map(
      [...stored].flatMap(([keyId, value]) => {
        const tally = tallyIn(value);
        return tally === undefined ? [] : [[keyId, tally] as const];
      }),
    );
  }

  /** The gate was opened anew, and counts there. */
  attach(counts: ProofCounts, nowMs: number): void {
    this.#sample(nowMs);
    this.#counts = counts;
  }

  of(keyId: string, nowMs: number): KeyUse {
    this.#sample(nowMs);
    const tally = this.#tallies.get(keyId);
    if (tally === undefined)
      return {
        hits: 0,
        sinceMs: this.#sinceMs,
        lastMs: undefined,
        hitsLastHour: 0,
        hitsLastDay: 0,
        ways: [],
      };
    const { sinceMs, minutes, hours, ways } = tally;
    return {
      hits: ways.reduce((sum, { hits }) => sum + hits, 0),
      sinceMs,
      lastMs: ways.length === 0 ? undefined : Math.max(...ways.map(({ lastMs }) => lastMs)),
      hitsLastHour: sumSince(minutes, Math.floor(nowMs / MINUTE) - MINUTES),
      hitsLastDay: sumSince(hours, Math.floor(nowMs / HOUR) - HOURS),
      ways: ways.map((way) => ({ ...way })),
    };
  }

  /** Another key may get the id. */
  forget(keyId: string): void {
    this.#tallies.delete(keyId);
    this.#counts.forget(keyId);
  }

  /** What has changed since the last call, by key, as values of JSON. @param keyIds of those that are worth it */
  written(keyIds: ReadonlySet<string>, nowMs: number): readonly (readonly [keyId: string, value: unknown])[] {
    this.#sample(nowMs);
    // Also that a key is watched and was not used.
    for (const keyId of keyIds)
      if (!this.#tallies.has(keyId)) this.#tallies.set(keyId, newTally(this.#sinceMs));
    return [...this.#tallies].flatMap(([keyId, tally]) => {
      if (tally.isWritten || !keyIds.has(keyId)) return [];
      tally.isWritten = true;
      const { sinceMs, minutes, hours, ways } = tally;
      return [[keyId, { v: 1, sinceMs, minutes: [...minutes], hours: [...hours], ways }] as const];
    });
  }

  #sample(nowMs: number): void {
    for (const count of this.#counts.list()) {
      const hits = count.count - (this.#taken.get(count) ?? 0);
      if (hits === 0) continue;
      this.#taken.set(count, count.count);
      let tally = this.#tallies.get(count.keyId);
      if (tally === undefined) {
        tally = newTally(this.#sinceMs);
        this.#tallies.set(count.keyId, tally);
      }
      add(tally, count, hits, nowMs);
    }
  }
}

function newTally(sinceMs: number): Tally {
  return { sinceMs, minutes: new Map(), hours: new Map(), ways: [], isWritten: false };
}

/** Hits are put where they are noticed, a minute late at most. */
function add(tally: Tally, count: Readonly<ProofCount>, hits: number, nowMs: number): void {
  const { reading, lastMs } = count;
  addAt(tally.minutes, Math.floor(nowMs / MINUTE), MINUTES, hits);
  addAt(tally.hours, Math.floor(nowMs / HOUR), HOURS, hits);
  const way = tally.ways.find((other) => other.reading === reading);
  if (way === undefined) tally.ways.push({ reading, hits, lastMs });
  else {
    way.hits += hits;
    way.lastMs = Math.max(way.lastMs, lastMs);
  }
  while (tally.ways.length > MAX_WAYS) tally.ways.shift();
  tally.isWritten = false;
}

function addAt(slots: Map<number, number>, slot: number, kept: number, hits: number): void {
  slots.set(slot, (slots.get(slot) ?? 0) + hits);
  for (const other of slots.keys()) if (other <= slot - kept || other > slot) slots.delete(other);
}

function sumSince(slots: ReadonlyMap<number, number>, after: number): number {
  let sum = 0;
  for (const [slot, hits] of slots) if (slot > after) sum += hits;
  return sum;
}

/** Undefined for what `written` has not made. */
function tallyIn(value: unknown): Tally | undefined {
  if (!isObject(value) || value['v'] !== 1) return undefined;
  const { sinceMs, minutes, hours, ways } = value;
  if (typeof sinceMs !== 'number' || !isPairs(minutes, MINUTES) || !isPairs(hours, HOURS) || !isWays(ways))
    return undefined;
  return {
    sinceMs,
    minutes: new Map(minutes),
    hours: new Map(hours),
    ways: ways.map(({ reading, hits, lastMs }) => ({ reading, hits, lastMs })),
    isWritten: true,
  };
}

function isPairs(value: unknown, most: number): value is [number, number][] {
  return (
    Array.isArray(value) &&
    value.length <= most &&
    value.every((pair) => Array.isArray(pair) && pair.length === 2 && pair.every(Number.isSafeInteger))
  );
}

function isWays(value: unknown): value is KeyWay[] {
  const isText = (text: unknown): boolean => text === undefined || typeof text === 'string';
  return (
    Array.isArray(value) &&
    value.length <= MAX_WAYS &&
    value.every(
      (way) =>
        isObject(way) &&
        isText(way['reading']) &&
        Number.isSafeInteger(way['hits']) &&
        typeof way['lastMs'] === 'number',
    )
  );
}
