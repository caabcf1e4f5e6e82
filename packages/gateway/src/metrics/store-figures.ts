/** What a store tells of itself. */
import type { Histogram } from './histogram.ts';

/** The writes of a store on their way to the disk. */
export interface WriteFigures {
  /** Those that wait. */
  readonly depth: number;
  readonly maxDepth: number;
  /** How long the first of them has waited; 0 where none waits. */
  readonly ageMs: number;
  /** Of each write, from its being queued to its being durable. */
  readonly writes: Histogram;
  /** Of each transaction. */
  readonly commits: Histogram;
  /** Since the start: the queue was full. */
  readonly turnedAway: number;
  /** Since the start: their transaction failed. */
  readonly failed: number;
}

/** What it takes of where it is kept. A member is undefined where that is not known at present, or there is no such thing. */
export interface StoreSpace {
  readonly bytes: number | undefined;
  /** What was written and is not in the file proper yet. */
  readonly logBytes: number | undefined;
  /** Of `bytes`: free for what comes next. */
  readonly reusableBytes: number | undefined;
  /** What the disk still takes. */
  readonly freeBytes: number | undefined;
}

export interface StoreFigures {
  readonly writes: WriteFigures;
  /** Does not reject. */
  space(): Promise<StoreSpace>;
}
