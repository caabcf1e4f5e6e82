/** When the write-ahead log is copied into the file: between two batches, not in the commit that answers wait for. */
import type { DatabaseSync } from 'node:sqlite';

export interface Checkpoints {
  /** Copies the whole log into the file, and cuts it off, unless the file is held: what was overwritten in the file is in no log either. @throws Error where it cannot */
  empty(): void;
  /** Does the same, and copies nothing more until the result is called: the file stays as it is meanwhile, and the log grows. */
  hold(): () => void;
  /** What the log grows by, roughly, with a transaction that is given so many bytes to write: several times as many where they are few. */
  loggedBytes(bytes: number): number;
  /** A transaction was committed. @param bytes what it was given to write. */
  wrote(bytes: number): void;
}

/** Pages of the log that are copied at once: 16 MB, some 20 ms. */
const CHECKPOINT_PAGES = 1_000;
/** Pages that even the smallest transaction writes anew: one of each table and index that it touches. */
const PAGES_PER_COMMIT = 8;
/** What a page holds besides what it is given: keys, lengths, room. */
const FILLING = 1.2;

/** @param onProblem told where it cannot be done: the log grows until it can, and the next batch tells by itself. */
export function createCheckpoints(db: DatabaseSync, onProblem: (error: unknown) => void): Checkpoints {
  const pageBytes = Number(db.prepare('PRAGMA page_size').get()?.['page_size']);
  // PASSIVE waits for nobody. It is made on the connection that writes: there is no other.
  const checkpoint = db.prepare('PRAGMA wal_checkpoint(PASSIVE)');
  const truncate = db.prepare('PRAGMA wal_checkpoint(TRUNCATE)');
  const pagesOf = (bytes: number): number => PAGES_PER_COMMIT + Math.ceil((bytes * FILLING) / pageBytes);
  let pages = 0;
  let scheduled = false;
  let holders = 0;
  const empty = (): void => {
    if (holders > 0) return;
    truncate.get();
    pages = 0;
  };
  const run = (): void => {
    scheduled = false;
    if (!db.isOpen || holders > 0) return;
    try {
      checkpoint.get();
      pages = 0;
    } catch (error) {
      onProblem(error);
    }
  };
  return {
    empty,
    hold() {
      empty();
      holders++;
      let isHeld = true;
      return () => {
        if (isHeld) holders--;
        isHeld = false;
      };
    },
    loggedBytes: (bytes) => pagesOf(bytes) * pageBytes,
    wrote(bytes) {
      pages += pagesOf(bytes);
      if (pages < CHECKPOINT_PAGES || scheduled || holders > 0) return;
      scheduled = true;
      // The answers to this batch are written in the next turn; the turn after that is free.
      setImmediate(() => setImmediate(run));
    },
  };
}
