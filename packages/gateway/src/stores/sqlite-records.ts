/** Records in SQLite. */
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { type RecordWrite, type StoredRecord, StoreError } from '../store.ts';
import { rollback } from './sqlite-open.ts';
import { storeError } from './sqlite-writer.ts';

export interface SqliteRecords {
  get(space: string, key: string): StoredRecord | undefined;
  /** The records after a version, in the order of their versions; at most `RECORDS_PER_PAGE`. */
  page(space: string, afterVersion: number): readonly StoredRecord[];
  /** On disk when it returns. Undefined where another write came first. @throws StoreError */
  put(write: RecordWrite): number | undefined;
}

export const RECORDS_PER_PAGE = 500;
/** Expired records deleted with each write: faster than they come, and never for long. */
const PURGED_PER_WRITE = 4;

/** Each write is a transaction of its own, as with secrets: a session is a handful of them. */
export function createSqliteRecords(db: DatabaseSync, now: () => number): SqliteRecords {
  const get = db.prepare(
    'SELECT version, key, bytes FROM records WHERE space = ? AND key = ? AND until_ms > ?',
  );
  const page = db.prepare(`
    SELECT version, key, bytes FROM records
    WHERE space = ? AND version > ? AND until_ms > ? ORDER BY version LIMIT ${RECORDS_PER_PAGE}`);
  const purge = db.prepare(`
    DELETE FROM records WHERE version IN (
      SELECT version FROM records WHERE until_ms <= ? ORDER BY until_ms LIMIT ${PURGED_PER_WRITE})`);
  const current = db.prepare('SELECT version FROM records WHERE space = ? AND key = ? AND until_ms > ?');
  const replace = db.prepare(
    'INSERT OR REPLACE INTO records (space, key, until_ms, bytes) VALUES (?, ?, ?, ?) RETURNING version',
  );
  return {
    get: (space, key) => {
      const row = get.get(space, key, now());
      return row && recordOf(row);
    },
    page: (space, afterVersion) => page.all(space, afterVersion, now()).map(recordOf),
    put: ({ space, key, version, bytes, untilMs }) => {
      try {
        db.exec('BEGIN IMMEDIATE');
        const nowMs = now();
        const found = Number(current.get(space, key, nowMs)?.['version'] ?? 0);
        if (found !== version) {
          db.exec('ROLLBACK');
          return undefined;
        }
        purge.run(nowMs);
        const written = Number(replace.get(space, key, untilMs, bytes)?.['version']);
        db.exec('COMMIT');
        return written;
      } catch (cause) {
        rollback(db);
        throw storeError(cause);
      }
    },
  };
}

function recordOf(row: Record<string, SQLOutputValue>): StoredRecord {
  const { version, key, bytes } = row;
  if (typeof key === 'string' && bytes instanceof Uint8Array) return { key, version: Number(version), bytes };
  throw new StoreError('failed', 'A record is damaged in the store.');
}
