/** How much room a SQLite store takes, and how much there is. */
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { StoreSpace } from '../metrics/store-figures.ts';
import { orUndefined } from './or-undefined.ts';

const PAGES =
  'SELECT page_count * page_size AS bytes, freelist_count * page_size AS reusable FROM pragma_page_count, pragma_page_size, pragma_freelist_count';

/** A disk that takes longer has gone. */
const LOOK_MS = 1_000;

const UNKNOWN: StoreSpace = {
  bytes: undefined,
  logBytes: undefined,
  reusableBytes: undefined,
  freeBytes: undefined,
};

/** @returns what looks, and does not reject. A disk that hangs is asked once, however often somebody asks for it, and nothing is known of it */
export function createSqliteSpace(db: DatabaseSync, path: string): () => Promise<StoreSpace> {
  const look = async (): Promise<StoreSpace> => {
    // A store that is closed, or whose file is gone, says nothing.
    const { bytes, reusable } = orUndefined(() => db.prepare(PAGES).get()) ?? {};
    if (path === ':memory:') return { ...UNKNOWN, bytes: numberOf(bytes), reusableBytes: numberOf(reusable) };
    return { ...(await lookAtFiles(path)), reusableBytes: numberOf(reusable) };
  };
  let isLooking = false;
  let seen: Promise<StoreSpace> = Promise.resolve(UNKNOWN);
  return () => {
    if (isLooking) return seen;
    isLooking = true;
    seen = new Promise((resolve) => {
      const timer = setTimeout(resolve, LOOK_MS, UNKNOWN).unref();
      void look().then((space) => {
        isLooking = false;
        clearTimeout(timer);
        resolve(space);
      });
    });
    return seen;
  };
}

async function lookAtFiles(path: string): Promise<Omit<StoreSpace, 'reusableBytes'>> {
  // Loaded when somebody asks: a start does without it.
  const { stat, statfs } = process.getBuiltinModule('node:fs/promises');
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
