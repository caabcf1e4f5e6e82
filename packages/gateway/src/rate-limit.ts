/** How many requests one caller may make: a token bucket each, in a table that does not grow without end. */

export interface RateLimit {
  /** Takes one; 0 where the caller may go on, else after how many milliseconds it may come again. */
  take(caller: string): number;
  /** One that was taken has come to nothing. */
  giveBack(caller: string): void;
  /** Refuses the caller for so many milliseconds: somebody who counts for others too says so. */
  refuseFor(caller: string, afterMs: number): void;
}

export interface RateLimitOptions {
  /** How many one caller may make in `perMs`. Whole numbers, 1 or more. */
  readonly requests: number;
  readonly perMs: number;
  /** How many of them at once. Default: `requests`. */
  readonly burst?: number;
  /** Milliseconds, of any clock. */
  readonly now: () => number;
  /** Callers that are remembered; beyond that the one that was quiet longest is forgotten. Default 10,000. */
  readonly maxCallers?: number;
}

interface Bucket {
  /** A request costs `perMs`, and a millisecond gives `requests`: whole numbers, which add up exactly. */
  credit: number;
  atMs: number;
}

export function createRateLimit({
  requests,
  perMs,
  burst = requests,
  now,
  maxCallers = 10_000,
}: RateLimitOptions): RateLimit {
  /** In the order of their last request. */
  const buckets = new Map<string, Bucket>();
  const full = burst * perMs;
  return {
    take(caller) {
      const nowMs = Math.floor(now());
      const bucket = buckets.get(caller) ?? { credit: full, atMs: nowMs };
      // A clock that was set back refills nothing and takes nothing away.
      const passedMs = Math.max(0, nowMs - bucket.atMs);
      bucket.credit = Math.min(full, bucket.credit + passedMs * requests);
      bucket.atMs = nowMs;
      buckets.delete(caller);
      buckets.set(caller, bucket);
      if (buckets.size > maxCallers) buckets.delete(buckets.keys().next().value ?? '');
      if (bucket.credit < perMs) return Math.ceil((perMs - bucket.credit) / requests);
      bucket.credit -= perMs;
      return 0;
    },
    giveBack(caller) {
      const bucket = buckets.get(caller);
      if (bucket !== undefined) bucket.credit = Math.min(full, bucket.credit + perMs);
    },
    refuseFor(caller, afterMs) {
      const bucket = buckets.get(caller);
      if (bucket !== undefined) bucket.credit = Math.min(bucket.credit, perMs - afterMs * requests);
    },
  };
}
