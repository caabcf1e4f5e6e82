/**
 * Prevents: a figure that looks like a change and is the weather. A paired ratio with its 95 % interval: the median
 * of all pairs, and what it comes to when the processes, and the pairs within each, are drawn again at random.
 */
import { seededRandom } from '../../scripts/seeded-random.ts';
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
  // The same numbers each time: two reports of the same pairs agree.
  const draw = seededRandom(1);
  const random = (): number => draw() / 2 ** 32;
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
