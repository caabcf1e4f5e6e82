/**
 * Prevents: a test run that nobody waits for, and a search that is too short to find anything.
 * `npm test` tries a part of what `npm run test:long` tries, by the same properties and seeds: of a search some cases, of
 * a table one row of each kind. What nothing smaller stands for is in both.
 */

/** Whether this is a long run. */
export const isLong: boolean = process.env['COUNTERSIGN_TEST_LONG'] === '1';

/** For the title of a test that a short run leaves out. */
export const longReason: string = isLong ? '' : ' (skipped: npm run test:long runs it)';

/** The share of a long search that a short run does. */
const SHORT_SHARE = 1 / 50;

/** Fewer than these find little. */
const FEWEST = 20;

/** How many cases to try now, of those that a long run tries. */
export function runs(long: number): number {
  return isLong ? long : Math.min(long, Math.max(FEWEST, Math.ceil(long * SHORT_SHARE)));
}

/** The rows of a table to try now: a short run tries the first of each kind. */
export function rowsOf<Row>(rows: readonly Row[], kindOf: (row: Row) => string): readonly Row[] {
  if (isLong) return rows;
  const firsts = new Map<string, Row>();
  for (const row of rows) if (!firsts.has(kindOf(row))) firsts.set(kindOf(row), row);
  return [...firsts.values()];
}

/** The rows of a table to try now, where all are of one kind: a short run tries one of each `every`, and with another `turn` others. */
export function someOf<Row>(rows: readonly Row[], every: number, turn = 0): readonly Row[] {
  return rows.filter((_, i) => isLong || (i + turn) % every === 0);
}
