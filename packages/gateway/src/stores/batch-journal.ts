/** What is kept in memory beside the rows of a batch, and goes back with them where they are taken back. */
export interface BatchJournal {
  /** A point to go back to, within a transaction. */
  mark(): number;
  /** Takes back what was done since; 0: all of the transaction. */
  undo(mark: number): void;
  /** Writes what was gathered, once for the whole batch, before it is committed. */
  flush(): void;
  /** The transaction is committed. */
  settle(): void;
}
