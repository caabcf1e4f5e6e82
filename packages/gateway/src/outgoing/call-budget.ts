/** Counts calls in a sliding window, so that a documented limit is kept before the other side has to refuse. */

export interface CallBudget {
  /** Takes one call: 0 where it may be made now, else in how many milliseconds the next one may. */
  take(): number;
}

export interface CallBudgetOptions {
  /** Calls in any window. */
  readonly limit: number;
  readonly windowMs: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Makes one. It counts in memory: another process with the same account is not seen, and a restart forgets. */
export function createCallBudget({ limit, windowMs, now }: CallBudgetOptions): CallBudget {
  /** Times of the calls in the window, the oldest first; at most `limit`. */
  let times: number[] = [];
  return {
    take: () => {
      const nowMs = now();
      // A time ahead of the clock was taken before the clock was set back: it counts from now, and no longer.
      times = times.map((ms) => Math.min(ms, nowMs)).filter((ms) => nowMs - ms < windowMs);
      const oldest = times[0];
      if (times.length >= limit) return oldest === undefined ? windowMs : oldest + windowMs - nowMs;
      times.push(nowMs);
      return 0;
    },
  };
}
