/** How many trials each cell is given, so that there are as many as were asked for. */
import type { Cell } from './cells.ts';

export interface Budget {
  /** No cell has more of its variants tried than this, before chance begins. */
  readonly cap: number;
  /** Trials by chance, for each cell. */
  readonly drawn: number;
}

/** Some draws change nothing, and on a forgery there is no second attack. */
const SPARE = 1.1;

/** The variants first, as far as they fit; what is left is drawn. */
export function budgetOf(cells: readonly Cell[], total: number): Budget {
  const counts = cells.flatMap(({ count }) => (typeof count === 'number' && count > 0 ? [count] : []));
  const taken = (cap: number): number => counts.reduce((sum, count) => sum + Math.min(count, cap), 0);
  let [low, high] = [1, Math.max(1, ...counts)];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (taken(middle) <= total) low = middle;
    else high = middle - 1;
  }
  const drawn = ((total - taken(low)) / Math.max(1, counts.length)) * SPARE;
  return { cap: low, drawn: Math.max(0, Math.ceil(drawn)) };
}

/** Which of a cell’s trials to make: spread over its variants where not all fit. */
export function numbersOf({ count }: Cell, { cap, drawn }: Budget): readonly number[] {
  if (typeof count === 'string' || count === 0) return [];
  const tried = Math.min(count, cap);
  const variants = Array.from({ length: tried }, (_, i) => Math.floor((i * count) / tried));
  return [...variants, ...Array.from({ length: drawn }, (_, i) => count + i)];
}
