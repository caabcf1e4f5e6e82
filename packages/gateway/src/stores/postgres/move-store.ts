/**
 * Moves a SQLite store to PostgreSQL: every row, in batches of which each notes how far it has come, so that one that was killed goes on;
 * then both sides are read and compared (ADR 85).
 */
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { SetupError } from '@countersign/core';
import { type PostgresAddress, shownPostgres } from '../../config/postgres-address.ts';
import { openSqliteStore } from '../sqlite.ts';
import { openSqliteFile } from '../sqlite-open.ts';
import { isLeftByOthers } from './connected.ts';
import type { Database, Session } from './database.ts';
import { createDays, type Days } from './days.ts';
import { isUniqueViolation } from './errors.ts';
import { bytesOfRow, insertRows, type MovedRow, movedRow, targetRows } from './move-rows.ts';
import { type MoveState, readMove, writeMove } from './move-state.ts';
import { MOVED_TABLES, type MovedTable } from './move-tables.ts';
import { countAll } from './move-totals.ts';
import { openDatabase } from './open-database.ts';
import { type RowDigest, RowHash } from './row-hash.ts';

export interface MoveOptions {
  /** The file of the SQLite store. */
  readonly from: string;
  readonly to: PostgresAddress;
  /** Told of rows. `compared`: of those that are read again on both sides. */
  readonly onProgress: (progress: MoveProgress) => void;
  readonly now: () => number;
}

export interface MoveProgress {
  readonly phase: 'moved' | 'compared';
  readonly table: string;
  readonly rows: number;
  /** Of the table, roughly. */
  readonly ofRows: number;
}

/** A table on both sides. */
export interface MovedCount {
  readonly table: string;
  readonly source: RowDigest;
  readonly target: RowDigest;
  readonly isSame: boolean;
}

export interface MoveReport {
  /** Rows that a move before this one, which did not end, has written. */
  readonly resumedAt: number;
  readonly tables: readonly MovedCount[];
  /** Whether all is the same on both sides: only then gateways start with the target. */
  readonly isWhole: boolean;
}

const MAX_ROWS = 500;
const MAX_BYTES = 4 * 1024 * 1024;

/**
 * @throws SetupError where the source is not there or a gateway has it, where the target has other data or is in use, and where the source
 * has changed since a move that is to be gone on with
 */
export async function moveStore(options: MoveOptions): Promise<MoveReport> {
  const { from, to, now } = options;
  if ((statSync(from, { throwIfNoEntry: false })?.size ?? 0) === 0)
    throw new SetupError('from', `there is no store in ${from}`, 'Name the file of a SQLite store.');
  // What a killed gateway had begun is ended first, and the schema is the one that is read below.
  await (await openSqliteStore({ path: from })).close();
  const source = await openSqliteFile({ path: from });
  try {
    const database = await openDatabase({ address: to, isMoveExpected: true });
    try {
      if (!(await isLeftByOthers(database))) throw inUse(to);
      const state = await database.transaction((session) => begin(session, source, { to, nowMs: now() }));
      return await move({ source, database, state }, options);
    } catch (error) {
      // A row that is there already was moved from what the source was then.
      throw isUniqueViolation(error) ? otherSource(to) : error;
    } finally {
      await database.close();
    }
  } finally {
    source.close();
  }
}

function inUse(to: PostgresAddress): SetupError {
  return new SetupError(
    'to',
    `${shownPostgres(to)} is open in a gateway or another command`,
    'Stop all of them first. One that was killed is gone for the server within a minute.',
  );
}

interface Move {
  readonly source: DatabaseSync;
  readonly database: Database;
  readonly state: MoveState;
}

/** The state of the move that goes on, or of a new one. */
async function begin(
  session: Session,
  source: DatabaseSync,
  { to, nowMs }: { readonly to: PostgresAddress; readonly nowMs: number },
): Promise<MoveState> {
  const fingerprint = fingerprintOf(source);
  const state = await readMove(session);
  if (state !== undefined) {
    if (state.source === fingerprint) return state;
    throw otherSource(to);
  }
  for (const { name } of MOVED_TABLES) {
    const [row] = await session.query(`SELECT EXISTS (SELECT FROM countersign.${name}) AS is_used`);
    if (row?.['is_used'] === true)
      throw new SetupError(
        'to',
        `${shownPostgres(to)} has data already: there are ${name} in it`,
        'Name an empty database; or, where its data is not wanted, DROP SCHEMA countersign CASCADE in it.',
      );
  }
  const begun: MoveState = { source: fingerprint, nowMs, table: 0, rows: 0 };
  await writeMove(session, begun);
  return begun;
}

function otherSource(to: PostgresAddress): SetupError {
  return new SetupError(
    'from',
    `is not as it was when the move into ${shownPostgres(to)} was begun, or is another store`,
    'Begin anew: DROP SCHEMA countersign CASCADE in the target, then run it again.',
  );
}

/** What tells the source from another, and from itself once a gateway has run with it. */
function fingerprintOf(source: DatabaseSync): string {
  const lasts = source
    .prepare(`
      SELECT (SELECT max(place) FROM events) AS event, (SELECT max(place) FROM deliveries) AS delivery,
        (SELECT max(place) FROM attempts) AS attempt, (SELECT max(version) FROM records) AS record, (SELECT max(row) FROM claims) AS claim,
        (SELECT max(place) FROM refused) AS refused, (SELECT max(seq) FROM audit) AS audit,
        (SELECT id || hex(body) FROM events ORDER BY place DESC LIMIT 1) AS body,
        (SELECT hex(bytes) FROM records ORDER BY version DESC LIMIT 1) AS bytes,
        (SELECT hex(mac) FROM audit ORDER BY seq DESC LIMIT 1) AS mac`)
    .get();
  return createHash('sha256').update(JSON.stringify(lasts)).digest('hex');
}

async function move(parts: Move, { onProgress }: MoveOptions): Promise<MoveReport> {
  const { state } = parts;
  const days = createDays(parts.database);
  for (const [index, table] of MOVED_TABLES.entries()) {
    if (index < state.table) continue;
    await moveTable(parts, {
      table,
      index,
      skipped: index === state.table ? state.rows : 0,
      days,
      onProgress,
    });
  }
  const tables: MovedCount[] = [];
  for (const table of MOVED_TABLES) tables.push(await compareTable(parts, table, onProgress));
  const isWhole = tables.every(({ isSame }) => isSame);
  if (isWhole) await parts.database.transaction((session) => finish(session, parts.source));
  return { resumedAt: state.rows, tables, isWhole };
}

interface TableMove extends Pick<MoveOptions, 'onProgress'> {
  readonly table: MovedTable;
  readonly index: number;
  /** Rows that are there already. */
  readonly skipped: number;
  readonly days: Days;
}

async function moveTable({ source, database, state }: Move, table: TableMove): Promise<void> {
  const ofRows = countOf(source, table.table);
  let batch: MovedRow[] = [];
  let bytes = 0;
  let rows = 0;
  const write = async (): Promise<void> => {
    const written = batch;
    if (table.table.dayOf !== undefined) await table.days.ensure(idsOf(table.table, written));
    await database.transaction(async (session) => {
      if (written.length > 0) await insertRows(session, table.table, written);
      await writeMove(session, { source: state.source, nowMs: state.nowMs, table: table.index, rows });
    });
    batch = [];
    bytes = 0;
    table.onProgress({ phase: 'moved', table: table.table.name, rows, ofRows });
  };
  for (const row of sourceRows(source, table.table, state.nowMs)) {
    if (rows < table.skipped) {
      rows++;
      continue;
    }
    batch.push(row);
    rows++;
    bytes += bytesOfRow(row);
    if (batch.length >= MAX_ROWS || bytes >= MAX_BYTES) await write();
  }
  await write();
}

function* sourceRows(source: DatabaseSync, table: MovedTable, nowMs: number): Generator<MovedRow> {
  const statement = source.prepare(table.source);
  const rows = table.source.includes(':now') ? statement.iterate({ now: nowMs }) : statement.iterate();
  for (const row of rows) yield movedRow(table, row);
}

function countOf(source: DatabaseSync, table: MovedTable): number {
  return Number(source.prepare(table.count).get()?.['number']);
}

function idsOf({ columns, dayOf }: MovedTable, rows: readonly MovedRow[]): readonly string[] {
  const at = columns.findIndex(({ name }) => name === dayOf);
  return rows.map((row) => String(row[at]));
}

async function compareTable(
  { source, database, state }: Move,
  table: MovedTable,
  onProgress: MoveOptions['onProgress'],
): Promise<MovedCount> {
  const ofRows = countOf(source, table);
  const [ours, theirs] = [new RowHash(), new RowHash()];
  let rows = 0;
  for (const row of sourceRows(source, table, state.nowMs)) ours.add(row);
  for await (const row of targetRows(database, table)) {
    theirs.add(row);
    if (++rows % MAX_ROWS === 0) onProgress({ phase: 'compared', table: table.name, rows, ofRows });
  }
  const [before, after] = [ours.digest(), theirs.digest()];
  return {
    table: table.name,
    source: before,
    target: after,
    isSame: before.rows === after.rows && before.sha256 === after.sha256,
  };
}

/** Places and versions go on behind those of the source, also behind what is gone there. */
async function finish(session: Session, source: DatabaseSync): Promise<void> {
  const last = source
    .prepare(`
      SELECT max(coalesce((SELECT max(place) FROM events), 0), coalesce((SELECT max(place) FROM deliveries), 0),
        coalesce((SELECT max(last) FROM places), 0), coalesce((SELECT max(seq) FROM sqlite_sequence), 0),
        coalesce((SELECT max(place) FROM issues), 0)) AS place`)
    .get();
  await session.query(
    'SELECT setval($1, greatest($2::bigint, (SELECT last_value FROM countersign.places)))',
    ['countersign.places', Number(last?.['place'])],
  );
  await countAll(session);
  await session.query('DELETE FROM countersign.move');
}
