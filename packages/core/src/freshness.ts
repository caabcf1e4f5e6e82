/** Time: reads timestamps strictly, and judges their age. */
import { type Objection, objection } from './scheme.ts';

/** Unix seconds, Unix milliseconds, or `YYYY-MM-DDTHH:MM:SSZ`. */
export type TimestampUnit = 's' | 'ms' | 'rfc3339';

export interface Tolerance {
  /** How old a request may be. */
  readonly pastMs: number;
  /** How far ahead its clock may be. */
  readonly futureMs: number;
}

export const SECOND = 1000;
export const MINUTE: number = 60 * SECOND;
export const HOUR: number = 60 * MINUTE;

/** Five minutes both ways: what most providers document. */
export const DEFAULT_TOLERANCE: Tolerance = { pastMs: 5 * MINUTE, futureMs: 5 * MINUTE };

/** 10^14 s is beyond the year 3,000,000; more digits are no timestamp. */
const MAX_DIGITS = 15;

/** Milliseconds since the epoch, or undefined where the text is not exactly of the unit. No sign, no fraction, no white space. */
export function parseTimestamp(text: string, unit: TimestampUnit): number | undefined {
  if (unit === 'rfc3339') return parseUtc(text);
  if (text.length === 0 || text.length > MAX_DIGITS) return undefined;
  let value = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  return unit === 's' ? value * SECOND : value;
}

function parseUtc(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text)) return undefined;
  const ms = Date.parse(text);
  // Date.parse rolls 30 February over; a timestamp that does not print as itself is none.
  return Number.isNaN(ms) || formatTimestamp(ms, 'rfc3339') !== text ? undefined : ms;
}

/** The timestamp's text in a unit; seconds are cut, not rounded. */
export function formatTimestamp(ms: number, unit: TimestampUnit): string {
  if (unit === 'ms') return String(Math.floor(ms));
  if (unit === 's') return String(Math.floor(ms / SECOND));
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** Judges an age. Both bounds are inclusive. */
export function judgeAge(timestampMs: number, nowMs: number, tolerance: Tolerance): Objection | undefined {
  const ageMs = nowMs - timestampMs;
  if (ageMs > tolerance.pastMs) {
    return objection(
      'expired',
      `the request is ${seconds(ageMs)} old; at most ${seconds(tolerance.pastMs)} are allowed`,
    );
  }
  if (-ageMs > tolerance.futureMs) {
    return objection(
      'from-the-future',
      `the request is dated ${seconds(-ageMs)} ahead; at most ${seconds(tolerance.futureMs)} are allowed`,
    );
  }
  return undefined;
}

function seconds(ms: number): string {
  return `${Math.round(ms) / SECOND} s`;
}
