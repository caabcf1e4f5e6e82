/** What two words of the claim table hold: the end to the millisecond, the other end never too early. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  commitWord,
  endOf,
  hasSpan,
  isLease,
  leaseWord,
  lowWord,
  spanOf,
  toHeldMs,
} from '../../src/claim-ends.ts';
import { MAX_DURATION_MS, MAX_TIME_MS } from '../../src/freshness.ts';

const time = fc.oneof(
  fc.integer({ min: 1, max: MAX_TIME_MS + 1 }),
  fc.integer({ min: 1_700_000_000_000, max: 1_900_000_000_000 }),
  fc.constantFrom(1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, MAX_TIME_MS + 1),
);
const span = fc.oneof(
  fc.integer({ min: 0, max: MAX_DURATION_MS }),
  fc.integer({ min: 0, max: 172_800_000 }),
  fc.double({ min: 0, max: 1e6, noNaN: true }),
);

it('holds an end to the millisecond, of a lease and of a commit, whatever the span', () => {
  fc.assert(
    fc.property(time, span, (ms, spanMs) => {
      for (const high of [leaseWord(ms), commitWord(ms, spanMs)]) {
        expect(Uint32Array.of(high)[0]).toBe(high);
        expect(high).not.toBe(0);
        expect(endOf(lowWord(ms), high)).toBe(ms);
      }
      expect([isLease(leaseWord(ms)), isLease(commitWord(ms, spanMs))]).toEqual([true, false]);
      expect([hasSpan(leaseWord(ms)), spanOf(leaseWord(ms))]).toEqual([false, 0]);
    }),
    { numRuns: 2000 },
  );
});

it('holds a span that is never longer, and shorter by 17 s or a 512th of it at most', () => {
  fc.assert(
    fc.property(time, span, (ms, spanMs) => {
      const high = commitWord(ms, spanMs);
      expect(spanOf(high)).toBeLessThanOrEqual(spanMs);
      expect(spanOf(high)).toBeGreaterThan(spanMs - Math.max(16_384, spanMs / 512) - 1);
      expect(hasSpan(high)).toBe(spanOf(high) > 0);
    }),
    { numRuns: 2000 },
  );
});

it.each([
  [Number.NEGATIVE_INFINITY, 1],
  [-5, 1],
  [0, 1],
  [0.5, 1],
  [1.5, 2],
  [1e300, 2 ** 48 - 1],
])('holds %f as %i: not before it where it can, and never nothing', (ms, expected) => {
  expect(toHeldMs(ms)).toBe(expected);
});
