/** Opens a SQLite file as a store: ours or new, durable, migrated; anything else is refused before it is changed. */
import { accessSync, closeSync, constants, openSync, realpathSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { SetupError } from '@countersign/core';
import { duration } from '@countersign/core/internal/amounts';
import { isDiskFull, StoreFullError } from './disk-full.ts';
import {
  type FileHeader,
  foreignFileProblem,
  NAME_ANOTHER_FILE,
  NAME_WRITABLE_FILE,
} from './foreign-file.ts';
import { nodeSqlite } from './node-sqlite.ts';
import { APPLICATION_ID, MIGRATIONS } from './sqlite-migrations.ts';

export interface SqliteFile {
  /** A file’s path, or `:memory:`. */
  readonly path: string;
  /** The file may not grow past this, its write-ahead log apart. Default: no limit. */
  readonly maxFileBytes?: number;
  /** How long a file that another process holds is waited for. Default 0. */
  readonly waitMs?: number;
  /** Told once, where it is waited for. */
  readonly onWait?: () => void;
}

/** How often a file that another process holds is tried again; two that wait do not keep step. */
const POLL_MS = 25;
/** Of a new file. Four times SQLite’s default: fewer writes a batch, 20 to 30 percent more events of 1 KB a second. */
const PAGE_BYTES = 16_384;
/** After a checkpoint the log shrinks to this. */
const MAX_IDLE_LOG_BYTES = 64 * 1024 * 1024;
/** Holds the pages that a batch changes. Filled on demand. */
const CACHE_KIB = 16 * 1024;

/**
 * Opens the file for this process alone, until it is closed or the process ends, however that comes about: the lock is the
 * operating system’s, on the file itself, so that neither another path to it nor a container’s own process numbers get past it.
 * @throws SetupError where the file cannot be created or written, is no SQLite file, belongs to another program,
 * was written by a newer version, or is held by another process.
 */
export async function openSqliteFile(file: SqliteFile): Promise<DatabaseSync> {
  const { path, waitMs = 0, onWait } = file;
  if (path === '') throw new SetupError('store', 'the path is empty', 'Name a file, or :memory:.');
  const deadlineMs = performance.now() + waitMs;
  for (let tries = 0; ; tries++) {
    const db = openOnce(file);
    if (db !== undefined) return db;
    const leftMs = deadlineMs - performance.now();
    if (leftMs <= 0) throw heldElsewhere(path, waitMs);
    if (tries === 0) onWait?.();
    await delay(Math.min(leftMs, POLL_MS * (1 + Math.random())));
  }
}

/** Undefined where another process holds the file. */
function openOnce(file: SqliteFile): DatabaseSync | undefined {
  const { path } = file;
  const inMemory = path === ':memory:';
  if (!inMemory) createPrivately(path);
  const { DatabaseSync } = nodeSqlite();
  // An absolute path is never taken for a `file:` URI with parameters.
  const db = attempt(path, () => new DatabaseSync(inMemory ? path : resolve(path)));
  try {
    return attempt(path, () => {
      if (!lock(db, path)) {
        db.close();
        return undefined;
      }
      migrate(db, path);
      configure(db, path, inMemory);
      if (file.maxFileBytes !== undefined) limit(db, file.maxFileBytes);
      return db;
    });
  } catch (error) {
    db.close();
    throw error;
  }
}

/**
 * Begins a transaction under a lock that stays when it has ended. Nothing is read before: in this mode a reader keeps its lock as well, and
 * two that start together would each wait for the other. A new file can give back pages that are free, and what is deleted is overwritten: both
 * together are 2 to 4 per cent more log and no more time, measured with as many events going as come.
 * @returns false where another process holds the file.
 * @see https://www.sqlite.org/pragma.html#pragma_locking_mode and https://www.sqlite.org/wal.html#noshm
 */
function lock(db: DatabaseSync, path: string): boolean {
  db.exec(`PRAGMA page_size = ${PAGE_BYTES}; PRAGMA secure_delete = ON; PRAGMA locking_mode = EXCLUSIVE`);
  try {
    // In a file that has pages it is changed by copying all of them.
    if (isEmpty(path)) db.exec('PRAGMA auto_vacuum = INCREMENTAL');
    db.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if (error instanceof Error && 'errcode' in error && isBusy(error.errcode)) return false;
    throw error;
  }
}

function isEmpty(path: string): boolean {
  return path === ':memory:' || statSync(path).size === 0;
}

/** SQLITE_BUSY and what is derived from it: https://www.sqlite.org/rescode.html */
export function isBusy(code: unknown): boolean {
  return typeof code === 'number' && (code & 0xff) === 5;
}

/** Another process has the store’s file. */
export class StoreHeldError extends SetupError {
  readonly isHeld = true;
}

/** By its member, so that it holds between two copies of this package. */
export function isStoreHeld(error: unknown): boolean {
  return error instanceof SetupError && 'isHeld' in error;
}

export function heldElsewhere(path: string, waitMs: number): StoreHeldError {
  const waited = waitMs === 0 ? '' : `, and was not let go within ${duration(waitMs)}`;
  return new StoreHeldError(
    'store',
    `${path} is held by another process${waited}`,
    'A SQLite file belongs to one gateway: stop the other one, or name another file. For several gateways on one store move it to PostgreSQL: countersign store move.',
  );
}

/** Only the owner may read what senders sent. SQLite gives its log and index files the same mode. */
function createPrivately(path: string): void {
  try {
    closeSync(openSync(path, 'ax', 0o600));
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return;
    if (isDiskFull(error)) throw noRoom(path, 'created');
    throw new SetupError('store', `${path} cannot be created (${codeOf(error)})`, NAME_WRITABLE_FILE);
  }
}

/** What it says of itself. */
export function readHead(db: DatabaseSync): FileHeader {
  return {
    applicationId: pragma(db, 'application_id'),
    version: pragma(db, 'user_version'),
    isNew: db.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined,
  };
}

function refuseForeign(db: DatabaseSync, path: string): void {
  const fault = foreignFileProblem(path, readHead(db));
  if (fault !== undefined) throw new SetupError('store', fault.problem, fault.remedy);
}

/**
 * In the transaction that took the lock. It always writes the header, so that a file that can only be read is refused now:
 * the lock alone is had on such a file without a word. It is synced where there is something to sync: otherwise a start
 * would wait for the disk three times.
 */
function migrate(db: DatabaseSync, path: string): void {
  try {
    refuseForeign(db, path);
    const steps = MIGRATIONS.slice(pragma(db, 'user_version'));
    // The level cannot be changed in a transaction, and the lock outlives it.
    if (steps.length === 0 && wasClosed(path)) db.exec('ROLLBACK; PRAGMA synchronous = OFF; BEGIN EXCLUSIVE');
    for (const step of steps) db.exec(step);
    db.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${MIGRATIONS.length}`);
    db.exec('COMMIT');
  } catch (error) {
    rollback(db);
    throw error;
  }
}

/**
 * Whether whoever had the file before has closed it: then the log is new, and all is on the disk already. What a process that was
 * killed left in the log may not be, and a repeat of it is acknowledged: it must be synced before the first request.
 */
function wasClosed(path: string): boolean {
  return statSync(`${realpathSync(path)}-wal`, { throwIfNoEntry: false })?.size === 0;
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
    PRAGMA wal_autocheckpoint = 0;
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

/** Writes all of it, or nothing. */
export function transaction(db: DatabaseSync, write: () => void): void {
  db.exec('BEGIN IMMEDIATE');
  try {
    write();
    db.exec('COMMIT');
  } catch (error) {
    rollback(db);
    throw error;
  }
}

function attempt<T>(path: string, open: () => T): T {
  try {
    return open();
  } catch (error) {
    throw error instanceof SetupError ? error : openFault(path, error);
  }
}

/** Why a file could not be opened. */
export function openFault(path: string, error: unknown): SetupError {
  if (isDiskFull(error)) return noRoom(path, 'opened');
  return new SetupError('store', `${path} cannot be opened (${reasonOf(path, error)})`, remedyOf(error));
}

function noRoom(path: string, done: 'created' | 'opened'): StoreFullError {
  return new StoreFullError(
    `${path} cannot be ${done}: its disk is full`,
    'Make room on the disk, then do the same again.',
  );
}

/** SQLite says "unable to open database file" for whatever the system refuses. */
function reasonOf(path: string, error: unknown): string {
  const said = error instanceof Error ? error.message : String(error);
  if (primaryCode(error) !== CANNOT_OPEN) return said;
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return said;
  } catch (cause) {
    const code = codeOf(cause);
    return code === 'EACCES' || code === 'EPERM' ? 'permission denied' : code;
  }
}

/** SQLITE_CANTOPEN */
const CANNOT_OPEN = 14;

/** By SQLite’s primary result code, the low byte of what node:sqlite reports: https://www.sqlite.org/rescode.html */
const REMEDIES: ReadonlyMap<number, string> = new Map([
  [8, 'Give this process the right to write to the file and its directory.'],
  [14, 'Give this process the right to write to the file and its directory, or name another file.'],
  [11, 'The file is damaged: restore a copy, or name another file.'],
  [26, NAME_ANOTHER_FILE],
]);

function remedyOf(error: unknown): string {
  return REMEDIES.get(primaryCode(error)) ?? NAME_WRITABLE_FILE;
}

function primaryCode(error: unknown): number {
  return error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
