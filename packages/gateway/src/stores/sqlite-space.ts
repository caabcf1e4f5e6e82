/** How much room a SQLite store takes, and how much there is. */
import { stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { StoreSpace } from '../metrics/store-figures.ts';

/** @returns what looks, and does not reject; who asks while it looks is told the same, so that a disk that hangs is asked once */
export function createSqliteSpace(db: DatabaseSync, path: string): () => Promise<StoreSpace> {
  const pages = db.prepare(
    'SELECT page_count * page_size AS bytes, freelist_count * page_size AS reusable FROM pragma_page_count, pragma_page_size, pragma_freelist_count',
  );
  const look = async (): Promise<StoreSpace> => {
    const { bytes, reusable } = orNothing(() => pages.get()) ?? {};
    const files = path === ':memory:' ? NO_FILES : await lookAtFiles(path);
    return {
      bytes: path === ':memory:' ? numberOf(bytes) : files.bytes,
      logBytes: files.logBytes,
      reusableBytes: numberOf(reusable),
      freeBytes: files.freeBytes,
    };
  };
  let looking: Promise<StoreSpace> | undefined;
  return () => {
    looking ??= look().finally(() => {
      looking = undefined;
    });
    return looking;
  };
}

const NO_FILES: Pick<StoreSpace, 'bytes' | 'logBytes' | 'freeBytes'> = {
  bytes: undefined,
  logBytes: undefined,
  freeBytes: undefined,
};

async function lookAtFiles(path: string): Promise<typeof NO_FILES> {
  const [file, log, disk] = await Promise.allSettled([
    stat(path),
    stat(`${path}-wal`),
    statfs(dirname(path)),
  ]);
  return {
    bytes: file.status === 'fulfilled' ? file.value.size : undefined,
    // It is made with the first write.
    logBytes: log.status === 'fulfilled' ? log.value.size : 0,
    freeBytes: disk.status === 'fulfilled' ? disk.value.bavail * disk.value.bsize : undefined,
  };
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/** A store that is closed, or whose file is gone, says nothing. */
function orNothing<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
