/** Sealed secrets in SQLite. */
import type { DatabaseSync } from 'node:sqlite';
import { StoreError } from '../store.ts';
import { storeError } from './sqlite-writer.ts';

export interface SqliteSecrets {
  get(name: string): Uint8Array | undefined;
  /** On disk when it returns. @throws StoreError */
  put(name: string, sealed: Uint8Array): void;
}

/**
 * Each write is a transaction, and an fsync, of its own: there are a few a day, so they need no place in the queue
 * that events share. The queue commits a batch in one turn of the event loop, so no write of ours falls into one.
 */
export function createSqliteSecrets(db: DatabaseSync): SqliteSecrets {
  const get = db.prepare('SELECT sealed FROM secrets WHERE name = ?');
  const put = db.prepare(`
    INSERT INTO secrets (name, sealed) VALUES (?, ?)
    ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed`);
  return {
    get: (name) => {
      const sealed = get.get(name)?.['sealed'];
      if (sealed === undefined || sealed instanceof Uint8Array) return sealed;
      throw new StoreError('failed', 'A secret is damaged in the store.');
    },
    put: (name, sealed) => {
      try {
        put.run(name, sealed);
      } catch (cause) {
        throw storeError(cause);
      }
    },
  };
}
