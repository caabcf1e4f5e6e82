/** How the writes of a PostgreSQL store fare, over all of its queues; and how many may wait. */
import { Histogram } from '../../metrics/histogram.ts';
import type { WriteFigures } from '../../metrics/store-figures.ts';
import { StoreError } from '../store.ts';

export class WriteMeter implements WriteFigures {
  readonly writes: Histogram = new Histogram();
  readonly commits: Histogram = new Histogram();
  readonly maxDepth: number;
  turnedAway = 0;
  failed = 0;
  depth = 0;
  /** What nobody has heard the end of, by when the first of them came. */
  #oldestMs: number | undefined;
  #fault: StoreError | undefined;

  constructor(maxDepth: number) {
    this.maxDepth = maxDepth;
  }

  get ageMs(): number {
    return this.depth === 0 || this.#oldestMs === undefined ? 0 : performance.now() - this.#oldestMs;
  }

  /** Why the last write failed; undefined once one has succeeded. */
  get fault(): StoreError | undefined {
    return this.#fault;
  }

  /** Counts one in, or says why it is not taken. */
  admit(): StoreError | undefined {
    if (this.depth >= this.maxDepth) {
      this.turnedAway++;
      return new StoreError(
        'queue-full',
        `The store is behind: ${this.depth} writes wait for PostgreSQL. Send again later; if this lasts, the database is too slow for the load.`,
      );
    }
    if (this.depth === 0) this.#oldestMs = performance.now();
    this.depth++;
    return undefined;
  }

  /** A batch is durable. */
  committed(beganMs: number, batch: readonly { readonly queuedMs: number }[]): void {
    const nowMs = performance.now();
    this.commits.observe(nowMs - beganMs);
    for (const { queuedMs } of batch) this.writes.observe(nowMs - queuedMs);
    this.#leave(batch.length);
    this.#fault = undefined;
  }

  failedAll(count: number, error: unknown): void {
    this.failed += count;
    this.#leave(count);
    if (error instanceof StoreError && error.code === 'failed') this.#fault = error;
  }

  #leave(count: number): void {
    this.depth -= count;
    // The next in the queue is not known here: it came while those were on their way, so it is younger.
    this.#oldestMs = performance.now();
  }
}
