/** How often something may be done: so many times at once, and then so many a second. */

export interface TokenBucket {
  /** Whether it may be done once more now. @param nowMs of any clock; one that is set back gives nothing */
  take(nowMs: number): boolean;
  /** It has turned out not to count. */
  giveBack(): void;
}

export function createTokenBucket({
  atOnce,
  perSecond,
}: {
  readonly atOnce: number;
  readonly perSecond: number;
}): TokenBucket {
  let left = atOnce;
  let filledMs: number | undefined;
  return {
    take(nowMs) {
      const sinceMs = Math.max(0, nowMs - (filledMs ?? nowMs));
      filledMs = nowMs;
      left = Math.min(atOnce, left + (sinceMs / 1000) * perSecond);
      if (left < 1) return false;
      left--;
      return true;
    },
    giveBack() {
      left = Math.min(atOnce, left + 1);
    },
  };
}
