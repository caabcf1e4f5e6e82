/** Whether a SQLite store takes what it is given, as far as is known without a write that somebody asked for. */
import type { DatabaseSync } from 'node:sqlite';
import type { StoreError } from './store.ts';

export interface SqliteHealth {
  /** A batch was committed. */
  wrote(): void;
  /** One was not. */
  failed(error: StoreError): void;
  /** Why nothing is taken; undefined where it is. Looks at most once a second. */
  fault(): string | undefined;
}

const LOOK_MS = 1_000;

/**
 * @param assertPresent throws where the file is gone
 * @param tryWrite throws where nothing can be written. It is asked only after a write has failed: who is not sent anything any more,
 * because it says that it is unwell, would never learn that the disk has room again.
 */
export function createSqliteHealth(assertPresent: () => void, tryWrite: () => void): SqliteHealth {
  let lookedMs = Number.NEGATIVE_INFINITY;
  let fault: StoreError | undefined;
  const look = (): void => {
    assertPresent();
    if (fault !== undefined) tryWrite();
  };
  return {
    wrote: () => {
      fault = undefined;
    },
    failed: (error) => {
      fault = error;
      lookedMs = performance.now();
    },
    fault: () => {
      const nowMs = performance.now();
      if (nowMs - lookedMs >= LOOK_MS) {
        lookedMs = nowMs;
        try {
          look();
          fault = undefined;
        } catch (error) {
          fault = error as StoreError;
        }
      }
      return fault?.message;
    },
  };
}

/** As much as an event of some size, in a record that has ended. */
const TRIAL_BYTES = 65_536;

/** Makes what writes as much as an event takes, and takes it back, in one durable transaction. */
export function createTrial(db: DatabaseSync): () => void {
  const put = db.prepare(
    `INSERT INTO records (space, key, until_ms, bytes) VALUES ('trial', '', 0, zeroblob(${TRIAL_BYTES}))`,
  );
  const take = db.prepare(`DELETE FROM records WHERE space = 'trial'`);
  return () => {
    put.run();
    take.run();
  };
}
