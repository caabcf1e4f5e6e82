/** How often a key proved requests, as a value: what gateways have counted of one key is added up. */
import { isObject } from '@countersign/core/internal/is-object';
import { HOUR, MINUTE } from '../config/units.ts';
import type { ProofCount } from '../metrics/verdict-counts.ts';

const MINUTES = 60;
const HOURS = 24;
/** Of one key: a scheme has fewer readings, but earlier versions of the configuration may have named others. */
const MAX_WAYS = 16;

export interface KeyWay extends Pick<ProofCount, 'reading' | 'lastMs'> {
  readonly hits: number;
}

/** Of one key. Times are milliseconds since the epoch. */
export interface KeyTally {
  /** Since when it is counted. */
  readonly sinceMs: number;
  /** By minute and by hour of the epoch; only those that are looked at. */
  readonly minutes: ReadonlyMap<number, number>;
  readonly hours: ReadonlyMap<number, number>;
  readonly ways: readonly KeyWay[];
}

export function newTally(sinceMs: number): KeyTally {
  return { sinceMs, minutes: new Map(), hours: new Map(), ways: [] };
}

/** Hits are put where they are noticed, seconds late at most. */
export function hitsAt(
  { count, reading, lastMs }: Readonly<Omit<ProofCount, 'keyId'>>,
  nowMs: number,
): KeyTally {
  return {
    sinceMs: nowMs,
    minutes: new Map([[Math.floor(nowMs / MINUTE), count]]),
    hours: new Map([[Math.floor(nowMs / HOUR), count]]),
    ways: [{ reading, hits: count, lastMs }],
  };
}

/** Both together: in any order the same. @param nowMs what is too long ago, or lies ahead, is left out of minutes and hours */
export function addTallies(a: KeyTally, b: KeyTally | undefined, nowMs: number): KeyTally {
  if (b === undefined) return a;
  return {
    sinceMs: Math.min(a.sinceMs, b.sinceMs),
    minutes: addSlots([a.minutes, b.minutes], Math.floor(nowMs / MINUTE), MINUTES),
    hours: addSlots([a.hours, b.hours], Math.floor(nowMs / HOUR), HOURS),
    ways: addWays([...a.ways, ...b.ways]),
  };
}

/** One ahead is a gateway's whose clock is. */
function addSlots(
  all: readonly ReadonlyMap<number, number>[],
  slot: number,
  span: number,
): ReadonlyMap<number, number> {
  const sums = new Map<number, number>();
  for (const slots of all)
    for (const [at, hits] of slots)
      if (at > slot - span && at <= slot + 1) sums.set(at, (sums.get(at) ?? 0) + hits);
  return sums;
}

/** The readings that were used last. */
function addWays(ways: readonly KeyWay[]): readonly KeyWay[] {
  const sums = new Map<string | undefined, KeyWay>();
  for (const { reading, hits, lastMs } of ways) {
    const way = sums.get(reading);
    sums.set(reading, {
      reading,
      hits: hits + (way?.hits ?? 0),
      lastMs: Math.max(lastMs, way?.lastMs ?? lastMs),
    });
  }
  const all = [...sums.values()];
  return all.length <= MAX_WAYS ? all : all.toSorted((a, b) => b.lastMs - a.lastMs).slice(0, MAX_WAYS);
}

export function hitsOf({ ways }: KeyTally): number {
  return ways.reduce((sum, { hits }) => sum + hits, 0);
}

/** Undefined: none was used. */
export function lastUseOf({ ways }: KeyTally): number | undefined {
  return ways.length === 0 ? undefined : Math.max(...ways.map(({ lastMs }) => lastMs));
}

export function hitsLastHour({ minutes }: KeyTally, nowMs: number): number {
  return sumSince(minutes, Math.floor(nowMs / MINUTE) - MINUTES);
}

export function hitsLastDay({ hours }: KeyTally, nowMs: number): number {
  return sumSince(hours, Math.floor(nowMs / HOUR) - HOURS);
}

function sumSince(slots: ReadonlyMap<number, number>, after: number): number {
  let sum = 0;
  for (const [slot, hits] of slots) if (slot > after) sum += hits;
  return sum;
}

/** As a value of JSON. */
export function tallyValue({ sinceMs, minutes, hours, ways }: KeyTally): unknown {
  return { sinceMs, minutes: [...minutes], hours: [...hours], ways };
}

/** Undefined for what `tallyValue` has not made. */
export function tallyIn(value: unknown): KeyTally | undefined {
  if (!isObject(value)) return undefined;
  const { sinceMs, minutes, hours, ways } = value;
  // One more than is kept: a clock may be ahead.
  if (
    typeof sinceMs !== 'number' ||
    !isPairs(minutes, MINUTES + 1) ||
    !isPairs(hours, HOURS + 1) ||
    !isWays(ways)
  )
    return undefined;
  return {
    sinceMs,
    minutes: new Map(minutes),
    hours: new Map(hours),
    ways: ways.map(({ reading, hits, lastMs }) => ({ reading, hits, lastMs })),
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
