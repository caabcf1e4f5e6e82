/** How often something came, by minute of the last hour and by hour of the last two days: at most 108 numbers, whatever comes. */
import { HOUR, MINUTE } from '../config/units.ts';
import { SERIES_HOURS, SERIES_MINUTES } from '../stores/merge-issue.ts';

export class TimeSeries {
  readonly #minutes = new Buckets(MINUTE, SERIES_MINUTES);
  readonly #hours = new Buckets(HOUR, SERIES_HOURS);

  add(count: number, nowMs: number): void {
    this.#minutes.add(count, nowMs);
    this.#hours.add(count, nowMs);
  }

  /** Number of the minute since the epoch and count in turn, the first first; those without any are left out. */
  get minutes(): readonly number[] {
    return this.#minutes.pairs();
  }

  get hours(): readonly number[] {
    return this.#hours.pairs();
  }
}

/** The counts of the last so many spans, the current one last. @param pairs as `TimeSeries` gives them */
export function countsUntil(
  nowMs: number,
  {
    pairs,
    spanMs,
    length,
  }: { readonly pairs: readonly number[]; readonly spanMs: number; readonly length: number },
): readonly number[] {
  const counts = new Array<number>(length).fill(0);
  const first = Math.floor(nowMs / spanMs) - length + 1;
  for (let at = 0; at + 1 < pairs.length; at += 2) {
    const place = (pairs[at] ?? 0) - first;
    if (place >= 0 && place < length) counts[place] = pairs[at + 1] ?? 0;
  }
  return counts;
}

class Buckets {
  readonly #spanMs: number;
  readonly #most: number;
  readonly #counts = new Map<number, number>();

  constructor(spanMs: number, most: number) {
    this.#spanMs = spanMs;
    this.#most = most;
  }

  add(count: number, nowMs: number): void {
    const bucket = Math.floor(nowMs / this.#spanMs);
    const before = this.#counts.get(bucket);
    this.#counts.set(bucket, (before ?? 0) + count);
    if (before !== undefined) return;
    // What a clock that was set back has left ahead is out of range as well.
    for (const other of this.#counts.keys())
      if (other <= bucket - this.#most || other > bucket) this.#counts.delete(other);
  }

  pairs(): readonly number[] {
    return [...this.#counts].sort(([a], [b]) => a - b).flat();
  }
}
