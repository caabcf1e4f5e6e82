/** How long something took, counted by length. An observation costs some 12 ns and allocates nothing (ADR 38). */

/**
 * The upper ends of the buckets, in seconds: three a decade would be finer than anybody looks, one too coarse to tell a slow day. From
 * what a proof takes to what a sender waits.
 */
export const BUCKET_SECONDS: readonly number[] = [
  0.00001, 0.00003, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30,
];

const BUCKET_MS: readonly number[] = BUCKET_SECONDS.map((seconds) => seconds * 1000);
const SUM = BUCKET_MS.length + 1;

/** Counts durations. What it takes does not grow. */
export class Histogram {
  /** Of each bucket, of what is longer than the last, and their sum in milliseconds. */
  readonly #cells = new Float64Array(SUM + 1);

  observe(ms: number): void {
    const cells = this.#cells;
    let bucket = 0;
    while (bucket < BUCKET_MS.length && ms > (BUCKET_MS[bucket] as number)) bucket++;
    cells[bucket] = (cells[bucket] as number) + 1;
    cells[SUM] = (cells[SUM] as number) + ms;
  }

  /** How many were so long or shorter: of each of `BUCKET_SECONDS`, and of all. */
  cumulated(): readonly number[] {
    const counts: number[] = [];
    let count = 0;
    for (const cell of this.#cells.subarray(0, SUM)) {
      count += cell;
      counts.push(count);
    }
    return counts;
  }

  get sumSeconds(): number {
    return (this.#cells[SUM] as number) / 1000;
  }
}
