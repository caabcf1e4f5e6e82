/**
 * Prevents: one contender measured on a quiet machine and the next on a busy one. All contenders take turns in
 * short slices of one run, in another order each round; a result is the median of the ratios within each round.
 */

import { type Contender, calibrate, runSlice } from './slices.ts';

export interface RoundsOptions {
  readonly rounds: number;
  /** How long one contender's slice takes, of CPU time. */
  readonly sliceMs: number;
}

/** Long enough that a slice holds hundreds of calls, short enough that drift of the machine cancels out. */
export const DEFAULT_ROUNDS: RoundsOptions = { rounds: 40, sliceMs: 8 };

/** One contender against the base of its comparison. */
export interface Measured {
  readonly name: string;
  /** Speed relative to the base, the median of all rounds: 2 is twice as fast. */
  readonly ratio: number;
  /** The middle half of the rounds lies between these. */
  readonly lowerQuartile: number;
  readonly upperQuartile: number;
  /** Median; for information, never a result. */
  readonly callsPerSecond: number;
}

/** Measures all contenders; the first is the base. @throws Error where a contender does not do what it should. */
export async function compareInRounds(
  contenders: readonly Contender[],
  options: RoundsOptions = DEFAULT_ROUNDS,
): Promise<readonly Measured[]> {
  const calls: number[] = [];
  for (const contender of contenders) calls.push(await calibrate(contender, options.sliceMs));
  const speeds: number[][] = contenders.map(() => []);
  for (let round = 0; round < options.rounds; round++) {
    for (let turn = 0; turn < contenders.length; turn++) {
      // A fixed order would give the one after a heavy allocator its garbage every time.
      const at = ((round % 2 === 0 ? turn : contenders.length - 1 - turn) + round) % contenders.length;
      const count = calls[at] as number;
      const cpuMs = await runSlice(contenders[at] as Contender, count);
      speeds[at]?.push((count * 1000) / cpuMs);
    }
  }
  const base = speeds[0] as readonly number[];
  return contenders.map(({ name }, at) => {
    const own = speeds[at] as readonly number[];
    const ratios = own.map((speed, round) => speed / (base[round] as number));
    return {
      name,
      ratio: quantile(ratios, 0.5),
      lowerQuartile: quantile(ratios, 0.25),
      upperQuartile: quantile(ratios, 0.75),
      callsPerSecond: quantile(own, 0.5),
    };
  });
}

/** The value below which that share of the numbers lies. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const low = sorted[Math.floor(at)] as number;
  const high = sorted[Math.ceil(at)] as number;
  return low + (high - low) * (at - Math.floor(at));
}
