/** Refused requests: kept for a while so that it can be explained why, apart from events, which are kept for good. */

/** A refused request. What it holds is the caller’s to encrypt: a store sees nothing of it in the clear. */
export interface StoredRefusal {
  /** Unique: a second one under the same id takes the place of the first. From 1 to 200 characters. */
  readonly id: string;
  readonly gate: string;
  /** Milliseconds since the epoch, a whole number. */
  readonly receivedMs: number;
  /** Milliseconds since the epoch, a whole number; from then on it is not there any more. */
  readonly untilMs: number;
  /** What a list shows, and more. */
  readonly head: Uint8Array;
  readonly body: Uint8Array;
}

/** A refused request as a list has it. */
export interface ListedRefusal extends Omit<StoredRefusal, 'body'> {
  /** Grows with each that is kept, and never comes again: where a list reads on. */
  readonly place: number;
}

/** What a gate may hold of refused requests; the oldest go first. */
export interface RefusedBounds {
  readonly atMost: number;
  /** Of heads and bodies together. */
  readonly maxBytes: number;
}

export interface RefusedListOptions {
  /** Requests of this gate only. */
  readonly gate?: string;
  /** Only those kept before the one at this place, which need not exist any more. */
  readonly before?: number;
  /** From 1 to 1,000. Default 100. */
  readonly limit?: number;
}

/**
 * Keeps refused requests, within bounds of number, size and time. A promise that resolves is a promise kept, as `Store` says.
 *
 * Passes `testRefusedStore` of `@countersign/gateway/testing`.
 */
export interface RefusedStore {
  /**
   * Keeps refused requests, all or none, in their order; then drops the oldest of each of their gates until it is within its bounds.
   * One that is beyond the bounds by itself is not kept.
   * @param boundsOf a gate by its name
   */
  keep(refusals: readonly StoredRefusal[], boundsOf: (gate: string) => RefusedBounds): Promise<void>;
  /** Undefined where nobody kept it, and from its end on. */
  get(id: string): Promise<StoredRefusal | undefined>;
  /**
   * The last that was kept first, without bodies and without what has ended.
   * @throws RangeError for a limit that is not a whole number from 1 to 1,000.
   */
  list(query?: RefusedListOptions): Promise<readonly ListedRefusal[]>;
  /** Deletes those with these ids, a part at a time. */
  remove(ids: readonly string[]): Promise<void>;
  /** Deletes what has ended, a part at a time, so that nobody waits for it. Until then it takes room, and is not found. */
  sweep(): Promise<void>;
}
