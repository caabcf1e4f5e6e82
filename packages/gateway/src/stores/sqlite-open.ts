/** Opens a SQLite file as a store: ours or new, durable, migrated; anything else is refused before it is changed. */
import { closeSync, openSync } from 'node:fs';
import { resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { SetupError } from '@countersign/core';
import { APPLICATION_ID, MIGRATIONS } from './sqlite-migrations.ts';

export interface SqliteFile {
  /** A file’s path, or `:memory:`. */
  readonly path: string;
  /** The file may not grow past this, its write-ahead log apart. Default: no limit. */
  readonly maxFileBytes?: number;
}

/** How long another process’s lock is waited for. It blocks the event loop, so it is short. */
const BUSY_TIMEOUT_MS = 1_000;
/** Of a new file. Four times SQLite’s default: fewer writes a batch, 20 to 30 percent more events of 1 KB a second. */
const PAGE_BYTES = 16_384;
/** Pages in the log before the commit that reaches it copies them into the file: 16 MB. */
const CHECKPOINT_PAGES = 1_000;
/** After a checkpoint the log shrinks to this. */
const MAX_IDLE_LOG_BYTES = 64 * 1024 * 1024;
/** Holds the pages that a batch changes. Filled on demand. */
const CACHE_KIB = 16 * 1024;

/**
 * @throws SetupError where the file cannot be created or written, is no SQLite file, belongs to another program,
 * or was written by a newer version.
 */
export function openSqliteFile(file: SqliteFile): DatabaseSync {
  const { path } = file;
  if (path === '') throw new SetupError('store', 'the path is empty', 'Name a file, or :memory:.');
  const inMemory = path === ':memory:';
  if (!inMemory) createPrivately(path);
  // An absolute path is never taken for a `file:` URI with parameters.
  const db = attempt(path, () => new DatabaseSync(inMemory ? path : resolve(path)));
  try {
    attempt(path, () => {
      db.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
      refuseForeign(db, path);
      migrate(db, path);
      configure(db, path, inMemory);
      if (file.maxFileBytes !== undefined) limit(db, file.maxFileBytes);
    });
  } catch (error) {
    db.close();
    throw error;
  }
  return db;
}

/** Only the owner may read what senders sent. SQLite gives its log and index files the same mode. */
function createPrivately(path: string): void {
  try {
    closeSync(openSync(path, 'ax', 0o600));
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return;
    throw new SetupError(
      'store',
      `${path} cannot be created (${codeOf(error)})`,
      'Name a file in a directory that exists and that this process may write to.',
    );
  }
}

function refuseForeign(db: DatabaseSync, path: string): void {
  const id = pragma(db, 'application_id');
  const isEmpty = db.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined;
  if (id !== APPLICATION_ID && !(id === 0 && isEmpty)) {
    throw new SetupError(
      'store',
      `${path} is another program’s SQLite file`,
      'Name a file of Countersign’s own, or one that does not exist yet.',
    );
  }
  refuseNewer(pragma(db, 'user_version'), path);
}

function refuseNewer(version: number, path: string): void {
  if (version <= MIGRATIONS.length) return;
  throw new SetupError(
    'store',
    `${path} has schema version ${version}, and this build knows versions up to ${MIGRATIONS.length}`,
    'Start the newer Countersign that wrote it, or name another file. Nothing was changed.',
  );
}

/**
 * In one transaction. It always writes the header, so that a file that can only be read is refused now:
 * `BEGIN IMMEDIATE` alone takes such a file without a word.
 */
function migrate(db: DatabaseSync, path: string): void {
  db.exec(`PRAGMA page_size = ${PAGE_BYTES}`);
  db.exec('BEGIN IMMEDIATE');
  try {
    // Read again under the lock: another process may just have migrated.
    const version = pragma(db, 'user_version');
    refuseNewer(version, path);
    for (const step of MIGRATIONS.slice(version)) db.exec(step);
    db.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${MIGRATIONS.length}`);
    db.exec('COMMIT');
  } catch (error) {
    rollback(db);
    throw error;
  }
}

function configure(db: DatabaseSync, path: string, inMemory: boolean): void {
  const mode = db.prepare('PRAGMA journal_mode = WAL').get()?.['journal_mode'];
  if (mode !== 'wal' && !inMemory) {
    throw new SetupError(
      'store',
      `${path} cannot have a write-ahead log (journal mode ${String(mode)})`,
      'Put the file on a local disk, not on a network file system.',
    );
  }
  // FULL: in WAL mode each commit is synced before it returns. On macOS only fullfsync reaches the platter.
  db.exec(`
    PRAGMA synchronous = FULL;
    PRAGMA fullfsync = ON;
    PRAGMA checkpoint_fullfsync = ON;
    PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES};
    PRAGMA journal_size_limit = ${MAX_IDLE_LOG_BYTES};
    PRAGMA cache_size = -${CACHE_KIB};
    PRAGMA trusted_schema = OFF;
  `);
}

function limit(db: DatabaseSync, maxFileBytes: number): void {
  if (!Number.isSafeInteger(maxFileBytes) || maxFileBytes < 1) {
    throw new SetupError('maxFileBytes', 'is not a whole number of at least 1', 'Give a size in bytes.');
  }
  const pages = Math.max(1, Math.floor(maxFileBytes / pragma(db, 'page_size')));
  db.exec(`PRAGMA max_page_count = ${pages}`);
}

function pragma(db: DatabaseSync, name: string): number {
  return Number(db.prepare(`PRAGMA ${name}`).get()?.[name]);
}

/** Ends a transaction that failed. SQLite has ended it already after some errors, which is as good. */
export function rollback(db: DatabaseSync): void {
  try {
    db.exec('ROLLBACK');
  } catch {
    // No transaction is active.
  }
}

function attempt<T>(path: string, open: () => T): T {
  try {
    return open();
  } catch (error) {
    if (error instanceof SetupError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new SetupError('store', `${path} cannot be opened (${reason})`, remedyOf(reason));
  }
}

/** SQLite’s primary messages are fixed: https://www.sqlite.org/rescode.html */
function remedyOf(reason: string): string {
  if (reason.includes('not a database'))
    return 'Name a file of Countersign’s own, or one that does not exist yet.';
  if (reason.includes('readonly'))
    return 'Give this process the right to write to the file and its directory.';
  if (reason.includes('locked')) return 'Stop the other program that holds it.';
  if (reason.includes('malformed')) return 'The file is damaged: restore a copy, or name another file.';
  return 'Name a file in a directory that exists and that this process may write to.';
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
