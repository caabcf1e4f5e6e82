/**
 * Time: where numbers of a request become times, and how long a request is fresh.
 *
 * Every interval is half-open, and made here: the instant at which a request ceases to be fresh is the one at which
 * its claim ends, so that there is none at which a repeat is both fresh and forgotten.
 */
import { describeGiven } from './given.ts';
import { type Objection, objection } from './objection.ts';
import { SetupError } from './setup-error.ts';
import { duration } from './text/amounts.ts';

/** Unix seconds, with or without a fraction; whole Unix milliseconds; whole ones of either, told apart by their size; or RFC 3339. */
export type TimestampUnit = 's' | 'ms' | 's-or-ms' | 'rfc3339';

export const TIMESTAMP_UNITS: readonly TimestampUnit[] = ['s', 'ms', 's-or-ms', 'rfc3339'];

export interface Tolerance {
  /** How old a request may be. */
  readonly pastMs: number;
  /** How far ahead its clock may be. */
  readonly futureMs: number;
}

/** From the first instant on, and before the second. */
export interface Interval {
  readonly fromMs: number;
  readonly untilMs: number;
}

export const SECOND = 1000;
export const MINUTE: number = 60 * SECOND;
export const HOUR: number = 60 * MINUTE;

/** Ten years: a longer duration in the options is a mistake, and would make times that nothing can hold. */
export const MAX_DURATION_MS: number = 3653 * 24 * HOUR;

/**
 * The end of the year 9999, the last that RFC 3339 can write. What lies beyond is no time: so a claim ends at an
 * integer that every store can hold, and milliseconds given for seconds (since 1978) are seen as such.
 */
export const MAX_TIME_MS = 253_402_300_799_999;

/** Whether a value is a time that may be signed: milliseconds from 1970 to the end of the year 9999. */
export function isTime(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= MAX_TIME_MS;
}

/** An end in whole Unix seconds, for a field of a message: the last that is a time where it lies beyond. */
export function endInSeconds(ms: number): number {
  return Math.floor(Math.min(ms, MAX_TIME_MS) / SECOND);
}

/** Five minutes both ways: what most providers document. */
export const DEFAULT_TOLERANCE: Tolerance = { pastMs: 5 * MINUTE, futureMs: 5 * MINUTE };

/** A number of Unix seconds as milliseconds, with whatever fraction it has; or why it is no time, e.g. `is no time …`. */
export function timeOfSeconds(seconds: number): number | string {
  return timeOf(seconds * SECOND);
}

/** The same of milliseconds. */
export function timeOf(ms: number): number | string {
  if (Math.abs(ms) <= MAX_TIME_MS) return ms;
  return Math.abs(ms / SECOND) <= MAX_TIME_MS
    ? 'looks like milliseconds, where seconds are meant'
    : 'is not a time before the year 10000';
}

/** When a request of that timestamp is fresh. The last millisecond that the tolerance names counts as a whole. */
export function freshInterval(timestampMs: number, { pastMs, futureMs }: Tolerance): Interval {
  return { fromMs: timestampMs - futureMs, untilMs: Math.floor(timestampMs + pastMs) + 1 };
}

/** Judges an age. A clock that shows no number finds nothing fresh. */
export function judgeAge(timestampMs: number, nowMs: number, tolerance: Tolerance): Objection | undefined {
  const { fromMs, untilMs } = freshInterval(timestampMs, tolerance);
  if (!(nowMs < untilMs)) {
    return objection(
      'expired',
      `the request is ${duration(nowMs - timestampMs)} old; at most ${duration(tolerance.pastMs)} are allowed`,
      ...otherClock(nowMs - timestampMs),
    );
  }
  if (nowMs < fromMs) {
    return objection(
      'from-the-future',
      `the request is dated ${duration(timestampMs - nowMs)} ahead; at most ${duration(tolerance.futureMs)} are allowed`,
      ...otherClock(timestampMs - nowMs),
    );
  }
  return undefined;
}

/** No queue is as slow. */
const MAX_DELAY_MS = 365 * 24 * HOUR;

function otherClock(differenceMs: number): readonly string[] {
  return differenceMs < MAX_DELAY_MS
    ? []
    : ['The time is years off: look at its unit (seconds or milliseconds), and at the sender’s clock.'];
}

/** When a claim ends: a whole number of milliseconds that every store can hold, not before `untilMs`. */
export function claimEnd(untilMs: number): number {
  return Math.min(Math.ceil(untilMs), MAX_TIME_MS + 1);
}

/** A clock that the caller gave, looked at each time: a `Date` in place of a number would add up to a text. */
export function checkedClock(now: () => number): () => number {
  return () => {
    const ms: unknown = now();
    if (typeof ms === 'number') return ms;
    throw new SetupError('now', `it returned ${describeGiven(ms)}`, 'Return milliseconds since the epoch.');
  };
}

/** Days by their date alone. */
export function dateText(ms: number): string {
  if (!(Math.abs(ms) <= MAX_TIME_MS)) return `${ms} ms`;
  return new Date(ms).toISOString().replace('T00:00:00.000Z', '').replace('.000Z', 'Z');
}
