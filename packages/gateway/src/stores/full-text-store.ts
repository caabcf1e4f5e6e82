/** The full-text index: which gates' events are in it, and how it keeps up with them. */

/** What of a gate's events is in the index. */
export interface IndexedGate {
  readonly gate: string;
  /** Up to this place all of them are. */
  readonly place: number;
  /** Somebody on the store has called `index` for it within the last hour. Absent where nobody else can. */
  readonly isAsked?: boolean;
}

export interface IndexStep {
  /** Events that were looked at; erased and damaged ones do not go in. */
  readonly looked: number;
  /** Whether there is more to do. */
  readonly hasMore: boolean;
}

/**
 * Writes the index beside everything else, so that no request waits for it.
 *
 * Passes `testFullTextStore` of `@countersign/gateway/testing`.
 */
export interface FullTextStore {
  gates(): Promise<readonly IndexedGate[]>;
  /** One step, of one millisecond and its commit: takes in the next events of a gate, or does what the index needs first. */
  index(gate: string): Promise<IndexStep>;
  /**
   * One step of throwing the whole index away; gates that are to have one are taken in again. After the first nothing is found by words.
   * @returns whether there is more of it: call it again; false as well while another gateway is at it
   */
  reset(): Promise<boolean>;
  /** Whether an index that was thrown away is not gone to its last page. */
  isLeft(): Promise<boolean>;
}
