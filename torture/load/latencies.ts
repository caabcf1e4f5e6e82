/** Latencies of a phase, and what is told of them. */

export interface Percentiles {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** Exact, of all samples: the least value that so large a part of them does not exceed. Of none: NaN. */
export function percentilesOf(samplesMs: readonly number[]): Percentiles {
  const sorted = Float64Array.from(samplesMs).sort();
  const at = (part: number): number => sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN;
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99), p999: at(0.999), max: at(1) };
}

export function percentilesText({ p50, p90, p99, p999, max }: Percentiles): string {
  return [p50, p90, p99, p999, max].map((ms) => ms.toFixed(2).padStart(9)).join('');
}

export const PERCENTILES_HEAD: string = ['p50', 'p90', 'p99', 'p99.9', 'max']
  .map((name) => name.padStart(9))
  .join('');
