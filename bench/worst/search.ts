/** A search for the genome that costs the most: random ones first, then changes of the worst. */
import { seededRandom } from '../../scripts/seeded-random.ts';
import { GENES, type Genome } from './genome.ts';

/** Numbers from 0 up to 1, the same for the same seed. */
export type Random = () => number;

export function randomOf(seed: number): Random {
  const next = seededRandom(seed);
  return () => next() / 2 ** 32;
}

export interface SearchOptions {
  readonly random: Random;
  /** How many genomes are tried at random, and how many changes of the worst. */
  readonly atRandom: number;
  readonly changes: number;
}

/** The worst genome that was found. @param fitness more is worse */
export async function findWorst(
  fitness: (genome: Genome) => Promise<number>,
  { random, atRandom, changes }: SearchOptions,
): Promise<Genome> {
  let worst: Genome = Array.from({ length: GENES }, random);
  let most = await fitness(worst);
  const judge = async (genome: Genome): Promise<void> => {
    const cost = await fitness(genome);
    if (cost <= most) return;
    most = cost;
    worst = genome;
  };
  for (let i = 1; i < atRandom; i++) await judge(Array.from({ length: GENES }, random));
  for (let i = 0; i < changes; i++) {
    const changed = [...worst];
    for (let n = 1 + Math.floor(random() * 3); n > 0; n--) changed[Math.floor(random() * GENES)] = random();
    await judge(changed);
  }
  return worst;
}
