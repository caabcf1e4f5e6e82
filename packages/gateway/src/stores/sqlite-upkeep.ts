/** Looks after a SQLite store as a whole. */
import type { DatabaseSync } from 'node:sqlite';
import { SetupError } from '@countersign/core';
import type { CommitQueue } from './commit-queue.ts';
import { copyStore } from './copy-store.ts';
import { eraseEvents, finishErasure } from './erase-events.ts';
import type { EventStore } from './event-store.ts';
import { createOwnFile, logBytesOf } from './own-file.ts';
import type { RefusedStore } from './refused-store.ts';
import type { Checkpoints } from './sqlite-checkpoints.ts';
import type { SqliteErasure } from './sqlite-erasure.ts';
import type { SqliteVacuum } from './sqlite-vacuum.ts';
import type { StoreStats, StoreUpkeep } from './store-upkeep.ts';
import { createUpkeepTurns } from './upkeep-turns.ts';
import { verifyStore } from './verify-store.ts';

export interface UpkeepParts {
  readonly db: DatabaseSync;
  /** Undefined in memory. */
  readonly path: string | undefined;
  readonly queue: CommitQueue;
  readonly checkpoints: Checkpoints;
  readonly vacuum: SqliteVacuum;
  readonly erasure: SqliteErasure;
  readonly events: EventStore;
  readonly refused: RefusedStore;
}

export interface SqliteUpkeep extends StoreUpkeep {
  /** Ends what a process has begun that was killed, before anybody uses the store. */
  resume(): Promise<void>;
  /** Ends what is under way. */
  stop(): Promise<void>;
  /** After the database is closed. */
  close(): void;
}

/** What a step of giving room back writes, roughly. */
const SHRINK_BYTES = 512 * 1024;

export function createUpkeep(parts: UpkeepParts): SqliteUpkeep {
  const { path, queue, checkpoints, vacuum } = parts;
  const file = path === undefined ? undefined : createOwnFile(path);
  const turns = createUpkeepTurns(() => queue.assertOpen());
  /** While the file stays as it is. */
  const holding = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    const release = checkpoints.hold();
    try {
      return await work();
    } finally {
      release();
    }
  };
  return {
    shrink: () => queue.addNext(SHRINK_BYTES, () => vacuum.shrink()),
    backup: (target, signal) =>
      turns.run(signal, async (until) => {
        if (file !== undefined) return holding(() => copyStore(file, target, until));
        throw new SetupError('store', 'is in memory: there is nothing to copy', 'Name a file as the store.');
      }),
    verify: (signal) => turns.run(signal, (until) => verifyStore({ ...parts, holding }, until)),
    stats: async () => {
      queue.assertOpen();
      return statsOf(parts);
    },
    erase: (options) =>
      turns.run(options.signal, (until) => eraseEvents({ ...parts, file, holding }, options, until)),
    resume: () => finishErasure(parts),
    stop: () => turns.stop(),
    close: () => file?.close(),
  };
}

export function statsOf({ db, path, vacuum }: Pick<UpkeepParts, 'db' | 'path' | 'vacuum'>): StoreStats {
  const numberOf = (sql: string): number | undefined => {
    const [value] = Object.values(db.prepare(sql).get() ?? {});
    return typeof value === 'number' ? value : undefined;
  };
  const count = (sql: string): number => numberOf(sql) ?? 0;
  const pageBytes = count('PRAGMA page_size');
  const oldestMs = numberOf('SELECT received_ms FROM events ORDER BY place LIMIT 1');
  const newestMs = numberOf('SELECT received_ms FROM events ORDER BY place DESC LIMIT 1');
  return {
    ...(path !== undefined && { file: path }),
    schemaVersion: count('PRAGMA user_version'),
    fileBytes: count('PRAGMA page_count') * pageBytes,
    logBytes: path === undefined ? 0 : logBytesOf(path),
    freeBytes: count('PRAGMA freelist_count') * pageBytes,
    canShrink: vacuum.canShrink,
    events: count(`SELECT total(number) FROM totals WHERE kind = 'events'`),
    bodyBytes: count(`SELECT total(bytes) FROM totals WHERE kind = 'events'`),
    deliveries: count(`SELECT total(number) FROM totals WHERE kind = 'deliveries'`),
    refused: count('SELECT count(*) FROM refused'),
    ...(oldestMs !== undefined && { oldestMs }),
    ...(newestMs !== undefined && { newestMs }),
  };
}
