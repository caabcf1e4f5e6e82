/** Records in SQLite. */
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { RecordWrite, StoredRecord } from './record-store.ts';
import { NEVER_MS } from './sqlite-migrations.ts';
import { StoreError } from './store.ts';

export interface SqliteRecords {
  get(space: string, key: string, nowMs: number): StoredRecord | undefined;
  /** The records after a version, in the order of their versions; at most `RECORDS_PER_PAGE`. */
  page(space: string, afterVersion: number, nowMs: number): readonly StoredRecord[];
  /** Within a transaction. Undefined where another write came first. */
  put(write: RecordWrite, nowMs: number): number | undefined;
}

export const RECORDS_PER_PAGE = 500;
/** Expired records deleted with each write: faster than they come, and never for long. */
const PURGED_PER_WRITE = 4;

export function createSqliteRecords(db: DatabaseSync): SqliteRecords {
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
    get: (space, key, nowMs) => {
      const row = get.get(space, key, nowMs);
      return row && recordOf(row);
    },
    page: (space, afterVersion, nowMs) => page.all(space, afterVersion, nowMs).map(recordOf),
    put: ({ space, key, version, bytes, untilMs = NEVER_MS }, nowMs) => {
      const currentVersion = Number(current.get(space, key, nowMs)?.['version'] ?? 0);
      if (currentVersion !== version) return undefined;
      purge.run(nowMs);
      return Number(replace.get(space, key, untilMs, bytes)?.['version']);
    },
  };
}

function recordOf(row: Record<string, SQLOutputValue>): StoredRecord {
  const { version, key, bytes } = row;
  if (typeof key === 'string' && bytes instanceof Uint8Array) return { key, version: Number(version), bytes };
  throw new StoreError('failed', 'A record is damaged in the store.');
}
