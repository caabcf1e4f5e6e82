/**
 * Prevents: a test run that nobody waits for, and a search that is too short to find anything.
 * `npm test` searches a part of what `npm run test:long` searches; both use the same seeds and the same properties.
 */

/** Whether this is a long run. */
export const isLong: boolean = process.env['COUNTERSIGN_TEST_LONG'] === '1';

/** The share of a long search that a short run does. */
const SHORT_SHARE = 1 / 20;

/** Fewer than these find little. */
const FEWEST = 50;

/** How many cases to try now, of those that a long run tries. */
export function runs(long: number): number {
  return isLong ? long : Math.min(long, Math.max(FEWEST, Math.ceil(long * SHORT_SHARE)));
}
