/** A time: how long ago, beside the time in the reader's zone. */
import { NOW_EVERY_MS, useNow } from './use-now.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

export interface TimeProps {
  /** ISO 8601, or milliseconds since the epoch. */
  readonly at: string | number;
  /** `relative`: the absolute time is in the title only, for rows that are narrow. */
  readonly show?: 'both' | 'relative' | 'clock';
}

export function Time({ at, show = 'both' }: TimeProps) {
  const now = useNow();
  const date = new Date(at);
  const absolute = absoluteText(date, now);
  const differenceMs = date.getTime() - now;
  // The clock that is shared by all lags by so much: what just happened is not to come.
  const relative = relativeText(differenceMs > 0 && differenceMs < NOW_EVERY_MS ? 0 : differenceMs);
  const text = { both: `${absolute} · ${relative}`, relative, clock: absolute }[show];
  return (
    <time dateTime={date.toISOString()} title={fullText(date)}>
      {text}
    </time>
  );
}

/** With the zone. */
export function fullText(date: Date): string {
  return date.toLocaleString(undefined, { dateStyle: 'full', timeStyle: 'long' });
}

function absoluteText(date: Date, nowMs: number): string {
  const isRecent = Math.abs(nowMs - date.getTime()) < DAY_MS;
  return isRecent
    ? date.toLocaleTimeString(undefined, { hour12: false })
    : date.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}

const UNITS: readonly { readonly unit: Intl.RelativeTimeFormatUnit; readonly ms: number }[] = [
  { unit: 'day', ms: DAY_MS },
  { unit: 'hour', ms: 60 * 60 * 1000 },
  { unit: 'minute', ms: 60 * 1000 },
  { unit: 'second', ms: 1000 },
];

const FORMAT = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' });

/** @param differenceMs negative for what is past */
export function relativeText(differenceMs: number): string {
  const { unit, ms } = UNITS.find((row) => Math.abs(differenceMs) >= row.ms) ?? { unit: 'second', ms: 1000 };
  return FORMAT.format(Math.trunc(differenceMs / ms), unit);
}
