/**
 * Prevents: a figure that looks like a change and is the weather. A paired ratio with its 95 % interval: the median
 * of all pairs, and what it comes to when the processes, and the pairs within each, are drawn again at random.
 */
import { quantile } from './rounds.ts';

/** What the pairs of one row come to. */
export interface PairedRatio {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

const DRAWS = 2000;

/**
 * @param processes the ratios of the pairs, process by process: the optimising compiler settles differently in each,
 * so that pairs of one process say less than their number.
 */
export function pairedRatio(processes: readonly (readonly number[])[]): PairedRatio {
  const random = randomOf(1);
  const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)] as T;
  const medians = Array.from({ length: DRAWS }, () => {
    const drawn = processes.flatMap(() => {
      const pairs = pick(processes);
      return pairs.map(() => pick(pairs));
    });
    return quantile(drawn, 0.5);
  });
  return {
    median: quantile(processes.flat(), 0.5),
    low: quantile(medians, 0.025),
    high: quantile(medians, 0.975),
  };
}

/** The same numbers each time: two reports of the same pairs agree. Mulberry32. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
