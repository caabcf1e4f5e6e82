/** The header `Retry-After`: seconds or an HTTP date (RFC 9110 §10.2.3). */
import { DAY } from '../config/units.ts';

/** More than a year is none of a platform's business; it keeps what follows within the range of a date. */
const MAX_MS = 366 * DAY;
const MONTHS = 'Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec';
const TIME = '(?<hour>\\d{2}):(?<minute>\\d{2}):(?<second>\\d{2})';
/** The three forms of RFC 9110 §5.6.7, all of which a recipient must take. */
const DATES: readonly RegExp[] = [
  new RegExp(`^[A-Z][a-z]{2}, (?<day>\\d{2}) (?<month>${MONTHS}) (?<year>\\d{4}) ${TIME} GMT$`),
  new RegExp(`^[A-Z][a-z]{5,8}, (?<day>\\d{2})-(?<month>${MONTHS})-(?<year>\\d{2}) ${TIME} GMT$`),
  new RegExp(`^[A-Z][a-z]{2} (?<month>${MONTHS}) (?<day>[ \\d]\\d) ${TIME} (?<year>\\d{4})$`),
];

/**
 * How long to wait, in milliseconds: 0 for a date that has passed, at most a year.
 * Undefined where the text is neither a number of seconds nor a date.
 */
export function parseRetryAfter(text: string, nowMs: number): number | undefined {
  const waitMs = /^\d+$/.test(text) ? Number(text) * 1_000 : parseHttpDate(text, nowMs) - nowMs;
  return Number.isNaN(waitMs) ? undefined : Math.min(Math.max(waitMs, 0), MAX_MS);
}

/** Milliseconds since the epoch; NaN where the text is no date. */
function parseHttpDate(text: string, nowMs: number): number {
  const parts = DATES.map((pattern) => pattern.exec(text)?.groups).find((groups) => groups !== undefined);
  if (parts === undefined) return Number.NaN;
  const number = (part: string): number => Number(parts[part]);
  const month = MONTHS.split('|').indexOf(parts['month'] ?? '');
  const [day, hour, minute, second] = [number('day'), number('hour'), number('minute'), number('second')];
  const yearText = parts['year'] ?? '';
  const year = yearText.length === 2 ? fullYear(number('year'), nowMs) : number('year');
  const date = new Date(0);
  date.setUTCFullYear(year, month, day);
  // 60 is a leap second.
  const isReal = date.getUTCDate() === day && hour < 24 && minute < 60 && second <= 60;
  return isReal ? date.getTime() + ((hour * 60 + minute) * 60 + second) * 1_000 : Number.NaN;
}

/** Of all years with these two digits the last that is not more than 50 years ahead (RFC 9110 §5.6.7). */
function fullYear(twoDigits: number, nowMs: number): number {
  const latest = new Date(nowMs).getUTCFullYear() + 50;
  return latest - ((latest - twoDigits) % 100);
}
