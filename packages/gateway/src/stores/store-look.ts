/** Looks into a store's file and leaves it as it is: a copy stays the copy whose hash was noted, and one that may not be written can be looked into. */
import { rmSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { SetupError } from '@countersign/core';
import type { AuditReader } from './audit-store.ts';
import { foreignFileProblem } from './foreign-file.ts';
import { nodeSqlite } from './node-sqlite.ts';
import type { RecordStore } from './record-store.ts';
import { auditReader, createSqliteAudit } from './sqlite-audit.ts';
import { eventOf } from './sqlite-event-row.ts';
import { MIGRATIONS } from './sqlite-migrations.ts';
import { heldElsewhere, isBusy, openFault, readHead } from './sqlite-open.ts';
import { createSqliteRecords } from './sqlite-records.ts';
import { statsOf } from './sqlite-upkeep.ts';
import { createSqliteVacuum } from './sqlite-vacuum.ts';
import type { StoreStats, VerifyReport } from './store-upkeep.ts';
import { type VerifiedEvents, verifyStore } from './verify-store.ts';

export interface StoreLook {
  verify(signal?: AbortSignal): Promise<VerifyReport>;
  stats(): Promise<StoreStats>;
  readonly audit: AuditReader;
  readonly records: Pick<RecordStore, 'get'>;
  close(): Promise<void>;
}

/**
 * Opens a file to look into it. No gateway may have it.
 * @throws SetupError where it is no store of this build, cannot be read, or is held by another process
 */
export async function openFileLook(path: string): Promise<StoreLook> {
  const file = resolve(path);
  const { db, close } = openAsItIs(file);
  const never = new AbortController().signal;
  return {
    // Here, and not in another process: nobody waits for this one.
    verify: async (signal = never) => {
      try {
        return await verifyStore(
          { db, path: undefined, events: eventsOf(db), holding: (work) => work() },
          signal,
        );
      } catch (error) {
        if (!isDamage(error)) throw error;
        return {
          events: 0,
          findings: [{ code: 'file-damaged', problem: `The file is damaged: ${error.message}.` }],
        };
      }
    },
    stats: async () => statsOf({ db, path: file, vacuum: createSqliteVacuum(db) }),
    audit: auditReader(createSqliteAudit(db), () => {}),
    records: { get: async (space, key) => createSqliteRecords(db).get(space, key, Date.now()) },
    close: async () => close(),
  };
}

interface OpenFile {
  readonly db: DatabaseSync;
  readonly close: () => void;
}

function openAsItIs(file: string): OpenFile {
  const { DatabaseSync } = nodeSqlite();
  const url = pathToFileURL(file);
  // Whoever has it, or was killed, has a log beside it. Without one nobody writes; if SQLite is not told so it makes one.
  const hasLog = isThere(`${file}-wal`);
  if (!hasLog) url.searchParams.set('immutable', '1');
  const hadIndex = isThere(`${file}-shm`);
  let db: DatabaseSync | undefined;
  const close = (): void => {
    if (db?.isOpen === true) db.close();
    // Of the log; whoever reads it next makes it anew.
    if (hasLog && !hadIndex) rmSync(`${file}-shm`, { force: true });
  };
  try {
    db = new DatabaseSync(url, { readOnly: true });
    refuseOther(db, file);
    return { db, close };
  } catch (error) {
    close();
    throw lookFault(error, file, hasLog);
  }
}

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** @throws SetupError */
function refuseOther(db: DatabaseSync, file: string): void {
  const head = readHead(db);
  const fault = foreignFileProblem(file, head);
  if (fault !== undefined) throw new SetupError('store', fault.problem, fault.remedy);
  if (head.version < MIGRATIONS.length) {
    throw new SetupError(
      'store',
      `${file} has schema version ${head.version}, and this build looks into version ${MIGRATIONS.length}`,
      'Bring it up first: countersign store migrate. An older build does not open it any more then: keep a copy.',
    );
  }
}

/** SQLITE_CORRUPT and SQLITE_NOTADB: so damaged that nothing can be counted. */
function isDamage(error: unknown): error is Error {
  return error instanceof Error && 'errcode' in error && [11, 26].includes(Number(error.errcode) & 0xff);
}

/** SQLITE_CANTOPEN: https://www.sqlite.org/rescode.html */
const CANNOT_OPEN = 14;

/** What SQLite said of a file that was to be looked into, as what to do. */
export function lookFault(error: unknown, file: string, hasLog: boolean): SetupError {
  if (error instanceof SetupError) return error;
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) : 0;
  if (isBusy(code)) return heldElsewhere(file, 0);
  if (!hasLog || (code & 0xff) !== CANNOT_OPEN) return openFault(file, error);
  return new SetupError(
    'store',
    `${file} has a log beside it (-wal), which can be read only in a folder that this process may write to`,
    'Copy both files into such a folder, and look into the copy.',
  );
}

function eventsOf(db: DatabaseSync): VerifiedEvents {
  const page = db.prepare('SELECT place, id FROM events WHERE place > ? ORDER BY place LIMIT ?');
  const event = db.prepare('SELECT * FROM events WHERE id = ?');
  return {
    follow: async ({ after, limit = 100 }) =>
      page.all(after, limit).map(({ place, id }) => ({ place: Number(place), id: String(id) })),
    get: async (id) => {
      const row = event.get(id);
      return row && eventOf(row);
    },
  };
}
