/** Random choices that are the same each time. */
import { seededRandom } from '../../../scripts/seeded-random.ts';

/** A number below the given one. */
export type Draw = (below: number) => number;

/** Of fixed seed. */
export function randomOf(seed: number): Draw {
  const random = seededRandom(seed);
  return (below) => random() % below;
}

export const of = <T>(list: readonly T[], draw: Draw): T => list[draw(list.length)] as T;
