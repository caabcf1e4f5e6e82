/** Whether a SQLite store takes what it is given, as far as is known without a write that somebody asked for. */
import { realpathSync, type Stats, statSync } from 'node:fs';
import { StoreError } from './store.ts';

export interface SqliteHealth {
  /** Before a batch is committed. @throws StoreError where the store’s file is no longer where it was opened */
  assertPresent(): void;
  /** A batch was committed. */
  wrote(): void;
  /** One was not. */
  failed(error: StoreError): void;
  /** Why nothing is taken; undefined where it is. Looks at most once a second. */
  fault(): string | undefined;
}

const LOOK_MS = 1_000;

/**
 * @param path of the file, which is open
 * @param tryWrite throws where nothing can be written. It is asked only after a write has failed: who is not sent anything any more,
 * because it says that it is unwell, would never learn that the disk has room again.
 */
export function createSqliteHealth(path: string, tryWrite: () => void): SqliteHealth {
  const assertPresent = createPresence(path);
  let lookedMs = Number.NEGATIVE_INFINITY;
  let fault: StoreError | undefined;
  const look = (): void => {
    assertPresent();
    if (fault !== undefined) tryWrite();
  };
  return {
    assertPresent,
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
          if (!(error instanceof StoreError)) throw error;
          fault = error;
        }
      }
      return fault?.message;
    },
  };
}

/**
 * Makes the look for the file: what is written into a deleted one is acknowledged, and gone with the process. It takes some 2 µs a file,
 * beside an fsync of a hundred.
 * @returns what throws a StoreError where the file, or the log beside it, is not the one that was opened. One that was put back is taken again.
 */
function createPresence(path: string): () => void {
  if (path === ':memory:') return () => {};
  const file = realpathSync(path);
  const opened = find(file);
  /** Made with the first write, and there until the file is closed. */
  let log: Stats | undefined;
  return () => {
    const logNow = find(`${file}-wal`);
    log ??= logNow;
    if (isSame(find(file), opened) && isSame(logNow, log)) return;
    throw new StoreError(
      'failed',
      'The store’s file, or the -wal file beside it, was deleted, moved or replaced while the gateway runs, and nothing can be kept. Put both back, or start the gateway again with the file that is to be used.',
    );
  };
}

function find(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
    throw new StoreError(
      'failed',
      `The store’s file, or the -wal file beside it, cannot be looked at (${code}), and nothing can be kept. Look at who may read its folder, and at the disk.`,
      { cause },
    );
  }
}

function isSame(stats: Stats | undefined, other: Stats | undefined): boolean {
  return stats?.ino === other?.ino && stats?.dev === other?.dev;
}
