/** How much of a limit is used, at the marks at which operators are told. */

/** Percent. */
export type LimitMark = 50 | 70 | 90 | 100;

const MARKS: readonly LimitMark[] = [50, 70, 90, 100];

/**
 * Which marks are reached now and were not before, the lowest first; none where less is used than before, so that each is told once on the
 * way up. Exact: 100 is told when the limit is reached, not when it is nearly.
 */
export function marksReached(beforeUsed: number, used: number, limit: number): readonly LimitMark[] {
  if (!(limit > 0)) return [];
  return MARKS.filter((mark) => used * 100 >= limit * mark && beforeUsed * 100 < limit * mark);
}
