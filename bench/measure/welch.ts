/** Whether two sets of times have the same mean, as far as so many samples tell (Welch's t-test, for unequal variances). */

export interface Comparison {
  /** Beyond 4.5 either way the means differ: of a million pairs that are alike, a handful comes there by chance. */
  readonly t: number;
  /** Of the second over the first. */
  readonly difference: number;
  readonly mean: number;
  readonly samples: number;
}

/** The bound that tests of leaks use (Reparaz, Balasch, Verbauwhede: dude, is my code constant time?). */
export const T_BOUND = 4.5;

/** @param cropped the share of the longest times, of both together, that is left out: they are the machine's */
export function welch(first: Float64Array, second: Float64Array, cropped = 0.1): Comparison {
  const both = Float64Array.from([...first, ...second]).sort();
  const most = both[Math.floor((both.length - 1) * (1 - cropped))] as number;
  const a = momentsOf(first, most);
  const b = momentsOf(second, most);
  const difference = b.mean - a.mean;
  const error = Math.sqrt(a.variance / a.count + b.variance / b.count);
  return {
    t: error === 0 ? 0 : difference / error,
    difference,
    mean: a.mean,
    samples: Math.min(a.count, b.count),
  };
}

interface Moments {
  readonly count: number;
  readonly mean: number;
  readonly variance: number;
}

/** Of the times up to a bound (Welford). */
function momentsOf(times: Float64Array, most: number): Moments {
  let count = 0;
  let mean = 0;
  let squares = 0;
  for (const time of times) {
    if (time > most) continue;
    count++;
    const from = time - mean;
    mean += from / count;
    squares += from * (time - mean);
  }
  return { count, mean, variance: count > 1 ? squares / (count - 1) : 0 };
}
