/** Numbers that look random and are the same for the same seed. */
import { seededRandom } from '../../../../scripts/seeded-random.ts';

export interface Random {
  /** A whole number from 0 up to, and without, `below`. */
  below(below: number): number;
  pick<T>(values: readonly [T, ...T[]]): T;
}

export function createRandom(seed: number): Random {
  const next = seededRandom(seed);
  const below = (bound: number): number => next() % bound;
  return { below, pick: (values) => values[below(values.length)] ?? values[0] };
}
