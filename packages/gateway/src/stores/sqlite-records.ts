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
  return new Records(db);
}

type Statements = ReturnType<typeof prepareStatements>;

function prepareStatements(db: DatabaseSync) {
  return {
    get: db.prepare('SELECT version, key, bytes FROM records WHERE space = ? AND key = ? AND until_ms > ?'),
    page: db.prepare(`
      SELECT version, key, bytes FROM records
      WHERE space = ? AND version > ? AND until_ms > ? ORDER BY version LIMIT ${RECORDS_PER_PAGE}`),
    purge: db.prepare(`
      DELETE FROM records WHERE version IN (
        SELECT version FROM records WHERE until_ms <= ? ORDER BY until_ms LIMIT ${PURGED_PER_WRITE})`),
    current: db.prepare('SELECT version FROM records WHERE space = ? AND key = ? AND until_ms > ?'),
    replace: db.prepare(
      'INSERT OR REPLACE INTO records (space, key, until_ms, bytes) VALUES (?, ?, ?, ?) RETURNING version',
    ),
  };
}

class Records implements SqliteRecords {
  readonly #sql: Statements;

  constructor(db: DatabaseSync) {
    this.#sql = prepareStatements(db);
  }

  get(space: string, key: string, nowMs: number): StoredRecord | undefined {
    const row = this.#sql.get.get(space, key, nowMs);
    return row && recordOf(row);
  }

  page(space: string, afterVersion: number, nowMs: number): readonly StoredRecord[] {
    return this.#sql.page.all(space, afterVersion, nowMs).map(recordOf);
  }

  put({ space, key, version, bytes, untilMs = NEVER_MS }: RecordWrite, nowMs: number): number | undefined {
    const { current, purge, replace } = this.#sql;
    const currentVersion = Number(current.get(space, key, nowMs)?.['version'] ?? 0);
    if (currentVersion !== version) return undefined;
    purge.run(nowMs);
    return Number(replace.get(space, key, untilMs, bytes)?.['version']);
  }
}

function recordOf(row: Record<string, SQLOutputValue>): StoredRecord {
  const { version, key, bytes } = row;
  if (typeof key === 'string' && bytes instanceof Uint8Array) return { key, version: Number(version), bytes };
  throw new StoreError('damaged', 'A record is damaged in the store.');
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
