/** How many requests one caller may make: a token bucket each, in a table that does not grow without end. */
import { MINUTE } from './config/units.ts';

export interface RateLimit {
  /** Takes one; 0 where the caller may go on, else after how many milliseconds it may come again. */
  take(caller: string): number;
}

export interface RateLimitOptions {
  /** Calls that one caller may make in a minute; it may make all of them at once. */
  readonly perMinute: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Callers that are remembered; beyond that the one that was quiet longest is forgotten. Default 10,000. */
  readonly maxCallers?: number;
}

interface Bucket {
  /** A request costs `MINUTE`, and a millisecond gives `perMinute`: whole numbers, which add up exactly. */
  credit: number;
  atMs: number;
}

export function createRateLimit({ perMinute, now, maxCallers = 10_000 }: RateLimitOptions): RateLimit {
  /** In the order of their last request. */
  const buckets = new Map<string, Bucket>();
  return {
    take(caller) {
      const nowMs = now();
      const full = perMinute * MINUTE;
      const bucket = buckets.get(caller) ?? { credit: full, atMs: nowMs };
      // A clock that was set back refills nothing and takes nothing away.
      const passedMs = Math.max(0, nowMs - bucket.atMs);
      bucket.credit = Math.min(full, bucket.credit + passedMs * perMinute);
      bucket.atMs = nowMs;
      buckets.delete(caller);
      buckets.set(caller, bucket);
      if (buckets.size > maxCallers) buckets.delete(buckets.keys().next().value ?? '');
      if (bucket.credit < MINUTE) return Math.ceil((MINUTE - bucket.credit) / perMinute);
      bucket.credit -= MINUTE;
      return 0;
    },
  };
}
