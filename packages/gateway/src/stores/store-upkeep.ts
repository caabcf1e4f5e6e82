/** What an operator does with a store as a whole. */

/** Looks after what a store holds, beside those who write to it. */
export interface StoreUpkeep {
  /**
   * One step of giving free room back to the disk, in a millisecond.
   * @returns whether there is more to give back
   */
  shrink(): Promise<boolean>;
}
