/** How the time of a request is written. */
import { MAX_TIME_MS, SECOND, type TimestampUnit, timeOf } from '../freshness.ts';
import { millisecondsOf, parseRfc3339 } from '../text/rfc3339.ts';

/** 10^14 s is beyond the year 3,000,000; more digits are no timestamp. */
const MAX_DIGITS = 15;

/**
 * Reads a timestamp strictly: no sign, no exponent, no white space. Fractions of a millisecond are cut.
 * @returns milliseconds since the epoch, or why it is none, e.g. `is not Unix seconds`.
 */
export function parseTimestamp(text: string, unit: TimestampUnit): number | string {
  if (unit === 'rfc3339') {
    const ms = parseRfc3339(text);
    return ms === undefined ? NOT_OF_UNIT[unit] : timeOf(ms);
  }
  let value = 0;
  let at = 0;
  for (; at < text.length && at <= MAX_DIGITS; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  if (at === 0 || at > MAX_DIGITS) return NOT_OF_UNIT[unit];
  if (unit === 'ms') {
    if (at !== text.length) return NOT_OF_UNIT[unit];
    return value <= MAX_TIME_MS ? value : 'is no time before the year 10000';
  }
  if (at === text.length) return timeOf(value * SECOND);
  const fraction = text.slice(at);
  return /^\.\d+$/.test(fraction)
    ? timeOf(value * SECOND + millisecondsOf(fraction.slice(1)))
    : NOT_OF_UNIT[unit];
}

const NOT_OF_UNIT: Readonly<Record<TimestampUnit, string>> = {
  s: 'is not Unix seconds',
  ms: 'is not whole Unix milliseconds',
  rfc3339: 'is not of the form YYYY-MM-DDTHH:MM:SS, a fraction if any, and Z or an offset such as +02:00',
};

/** The timestamp's text in a unit; seconds are cut, not rounded. */
export function formatTimestamp(ms: number, unit: TimestampUnit): string {
  if (unit === 'ms') return String(Math.floor(ms));
  if (unit === 's') return String(Math.floor(ms / SECOND));
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
