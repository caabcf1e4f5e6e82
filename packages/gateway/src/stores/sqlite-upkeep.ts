/** Looks after a SQLite store as a whole. */
import type { CommitQueue } from './commit-queue.ts';
import type { SqliteVacuum } from './sqlite-vacuum.ts';
import type { StoreUpkeep } from './store-upkeep.ts';

/** What a step of giving room back writes, roughly. */
const SHRINK_BYTES = 512 * 1024;

export function createUpkeep(vacuum: SqliteVacuum, queue: CommitQueue): StoreUpkeep {
  return { shrink: () => queue.add(SHRINK_BYTES, () => vacuum.shrink()) };
}
