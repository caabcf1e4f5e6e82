/** Whether the wall clock was set since it was looked at last: times that are kept are times of that clock. */

export interface ClockWatchOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** A clock that only goes on, in milliseconds from any start. */
  readonly monotonicMs: () => number;
}

/** `back`: what was set before is later than it was meant. `forward`: much is due of which nobody knows yet. */
export type ClockChange = 'back' | 'forward' | 'none';

/** A clock that is corrected by less puts nothing off for long. */
const CORRECTION_MS = 5_000;

/** Looks once at the start. @returns what looks again */
export function createClockWatch({ now, monotonicMs }: ClockWatchOptions): () => ClockChange {
  let lastMs = now();
  let lastMonotonicMs = monotonicMs();
  return () => {
    const [beforeMs, beforeMonotonicMs] = [lastMs, lastMonotonicMs];
    lastMs = now();
    lastMonotonicMs = monotonicMs();
    if (lastMs < beforeMs - CORRECTION_MS) return 'back';
    return lastMs - beforeMs > lastMonotonicMs - beforeMonotonicMs + CORRECTION_MS ? 'forward' : 'none';
  };
}
