/** Connects to the database of a store and brings its schema up; waits for a server that is not there yet. */
import { setTimeout as delay } from 'node:timers/promises';
import { SetupError } from '@countersign/core';
import { duration } from '@countersign/core/internal/amounts';
import { type PostgresAddress, shownPostgres } from '../../config/postgres-address.ts';
import { StoreError } from '../store.ts';
import { connectDatabase, type Database } from './database.ts';
import { codeOf, isAway } from './errors.ts';
import { MIGRATIONS } from './migrations.ts';
import { refuseUnfinishedMove } from './move-state.ts';
import { openFault, rightsFault } from './open-fault.ts';
import { migrate } from './schema.ts';

export interface OpenDatabaseOptions {
  readonly address: PostgresAddress;
  /** How long a server that does not answer, or is starting, is waited for. Default 0. */
  readonly waitMs?: number;
  /** Told once, where it is waited for. */
  readonly onWait?: () => void;
  readonly onProblem?: (message: string, error: unknown) => void;
  /** One that is being moved into is opened as well. Default false. */
  readonly isMoveExpected?: boolean;
}

/** Between two tries; gateways that start together do not keep step. */
const POLL_MS = 250;
/** `xid8`, and partitions that are let go while others read. */
const LEAST_VERSION = 14;

/** @throws SetupError where it cannot be a store of this build, or does not answer for as long */
export async function openDatabase(options: OpenDatabaseOptions): Promise<Database> {
  const database = await connectFor(options.address, options.onProblem);
  try {
    await whenThere(options, async () => {
      await requireServer(database);
      await migrate(database);
      if (options.isMoveExpected !== true) await refuseUnfinishedMove(database);
    });
    return database;
  } catch (error) {
    await database.close();
    throw openFault(error, options.address);
  }
}

async function connectFor(
  address: PostgresAddress,
  onProblem?: OpenDatabaseOptions['onProblem'],
): Promise<Database> {
  try {
    return await connectDatabase({ address, ...(onProblem && { onProblem }) });
  } catch (error) {
    if (address.authoritiesFile === undefined) throw error;
    throw new SetupError(
      'store',
      `${address.authoritiesFile} cannot be read (${codeOf(error)})`,
      'Name a file of certificates as PEM that this process may read.',
    );
  }
}

async function whenThere(
  { address, waitMs = 0, onWait }: OpenDatabaseOptions,
  open: () => Promise<void>,
): Promise<void> {
  const deadlineMs = performance.now() + waitMs;
  for (let tries = 0; ; tries++) {
    try {
      return await open();
    } catch (error) {
      const cause = causeOf(error);
      if (!isAway(cause)) throw error;
      const leftMs = deadlineMs - performance.now();
      if (leftMs <= 0) throw waitMs === 0 ? error : waitedFor(address, codeOf(cause), waitMs);
      if (tries === 0) onWait?.();
      await delay(Math.min(leftMs, POLL_MS * (1 + Math.random())));
    }
  }
}

function waitedFor(address: PostgresAddress, code: string, waitMs: number): SetupError {
  return new SetupError(
    'store',
    `the PostgreSQL at ${shownPostgres(address)} does not answer${code && ` (${code})`}, and did not within ${duration(waitMs)}`,
    'Start it, or correct host and port in the address.',
  );
}

/** @throws SetupError for a server that is too old, or a database in another encoding */
async function requireServer(database: Database): Promise<void> {
  const [row] = await database.query(
    "SELECT current_setting('server_version_num')::integer AS version, current_setting('server_encoding') AS encoding",
  );
  const major = Math.floor(Number(row?.['version']) / 10_000);
  if (major < LEAST_VERSION)
    throw new SetupError(
      'store',
      `is on PostgreSQL ${major}, and a store needs ${LEAST_VERSION} or later`,
      'Upgrade the server, or name another.',
    );
  if (row?.['encoding'] !== 'UTF8')
    throw new SetupError(
      'store',
      'is in a database that is not in UTF-8',
      "Create one that is: CREATE DATABASE name ENCODING 'UTF8' TEMPLATE template0.",
    );
}

/** What a database says of itself, to who changes nothing in it. */
export type DatabaseHead =
  /** Its schema's version. */
  | { readonly kind: 'there'; readonly version: number; readonly isServed: boolean }
  /** It has no schema. The fault keeps a start from making one. */
  | { readonly kind: 'empty'; readonly fault: SetupError | undefined }
  /** It does not answer now; a start waits for it. */
  | { readonly kind: 'away'; readonly fault: SetupError };

/** @throws SetupError where it cannot be used */
export async function headOfDatabase(address: PostgresAddress): Promise<DatabaseHead> {
  const database = await connectFor(address);
  try {
    await requireServer(database);
    const [place] = await database.query("SELECT to_regclass('countersign.schema') IS NOT NULL AS is_there");
    if (place?.['is_there'] !== true) {
      const [right] = await database.query(
        "SELECT has_database_privilege(current_database(), 'CREATE') AS may_make",
      );
      return { kind: 'empty', fault: right?.['may_make'] === true ? undefined : rightsFault(address) };
    }
    const [row] = await database.query('SELECT version, serves_from FROM countersign.schema');
    const isServed = Number(row?.['serves_from']) <= MIGRATIONS.length;
    return { kind: 'there', version: Number(row?.['version']), isServed };
  } catch (error) {
    const fault = openFault(error, address);
    if (fault instanceof SetupError && isAway(causeOf(error))) return { kind: 'away', fault };
    throw fault;
  } finally {
    await database.close();
  }
}

function causeOf(error: unknown): unknown {
  return error instanceof StoreError ? error.cause : error;
}
