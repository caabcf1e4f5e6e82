/** Lengths of time as people write them, where a number of milliseconds is due. */
import { counted } from './text/amounts.ts';

const UNITS = [
  { ms: 1, name: 'millisecond', words: /^(?:|ms|msecs?|millis|milliseconds?)$/ },
  { ms: 1_000, name: 'second', words: /^(?:s|secs?|seconds?)$/ },
  { ms: 60_000, name: 'minute', words: /^(?:m|mins?|minutes?)$/ },
  { ms: 3_600_000, name: 'hour', words: /^(?:h|hrs?|hours?)$/ },
  { ms: 86_400_000, name: 'day', words: /^(?:d|days?)$/ },
] as const;

/** `Give 300000 for 5 minutes.` for `5m` and its like; undefined for what is no length of time up to `mostMs`. */
export function durationRemedy(value: unknown, mostMs: number): string | undefined {
  const match = typeof value === 'string' ? /^(\d{1,12})\s*([a-z]{0,12})$/i.exec(value.trim()) : null;
  const word = match?.[2]?.toLowerCase();
  const unit = word === undefined ? undefined : UNITS.find(({ words }) => words.test(word));
  if (unit === undefined) return undefined;
  const count = Number(match?.[1]);
  const ms = count * unit.ms;
  if (ms > mostMs) return undefined;
  return `Give ${ms} for ${counted(count, unit.name)}.`;
}
