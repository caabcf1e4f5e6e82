/** Records in PostgreSQL. */
import { checkRecord, type RecordStore, type RecordWrite, type StoredRecord } from '../record-store.ts';
import { StoreError } from '../store.ts';
import { BatchQueue } from './batch-queue.ts';
import type { Database, Row } from './database.ts';
import { NEVER_MS } from './migrations.ts';
import { packed } from './packed.ts';
import { retried } from './retried.ts';
import type { WriteMeter } from './write-meter.ts';

export interface PostgresStatesOptions {
  readonly database: Database;
  readonly meter: WriteMeter;
  /** Milliseconds since the epoch; may be set. */
  readonly now: () => number;
}

export interface PostgresRecords extends RecordStore {
  /** Finishes what is queued, and takes nothing more. */
  close(): Promise<void>;
}

/** Each of 64 KiB at most. */
const RECORDS_PER_PAGE = 100;
const MAX_BATCH = 256;
const MAX_BATCH_BYTES = 2 * 1024 * 1024;
/** What a row has besides its bytes. */
const RECORD_BYTES = 256;
/** Expired records deleted with each write: faster than they come, and never for long. */
const PURGED_PER_WRITE = 4;

const GET =
  'SELECT key, version, bytes FROM countersign.records WHERE space = $1 AND key = $2 AND until_ms > $3';

const PAGE = `
  SELECT key, version, bytes FROM countersign.records
  WHERE space = $1 AND key > $2 AND until_ms > $3 ORDER BY key LIMIT ${RECORDS_PER_PAGE}`;

/**
 * Each key stands in it once. Rows are locked in their order before any is written, so that two gateways never wait for each other. What another
 * gateway has inserted since the statement began is seen where the index refuses a second: it stays unless it has expired.
 */
const PUT = `
  WITH input AS MATERIALIZED (
    SELECT space, key, version, until_ms, substring($8::bytea FROM start FOR length) AS bytes
    FROM unnest($2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::int[], $7::int[])
      AS input (space, key, version, until_ms, start, length)
  ), held AS MATERIALIZED (
    SELECT space, key, CASE WHEN until_ms > $1 THEN version ELSE 0 END AS version FROM countersign.records
    WHERE (space, key) IN (SELECT space, key FROM input) ORDER BY space, key FOR UPDATE
  ), changed AS (
    UPDATE countersign.records AS record
    SET version = nextval('countersign.places'), until_ms = input.until_ms, bytes = input.bytes
    FROM input JOIN held USING (space, key, version)
    WHERE input.version <> 0 AND record.space = input.space AND record.key = input.key
    RETURNING record.space, record.key, record.version
  ), made AS (
    INSERT INTO countersign.records AS record (space, key, until_ms, bytes)
    SELECT space, key, until_ms, bytes FROM input
    WHERE version = 0 AND NOT EXISTS (SELECT FROM held WHERE held.space = input.space AND held.key = input.key AND held.version <> 0)
    ORDER BY space, key
    ON CONFLICT (space, key) DO UPDATE
    SET version = excluded.version, until_ms = excluded.until_ms, bytes = excluded.bytes WHERE record.until_ms <= $1
    RETURNING space, key, version
  ), purged AS (
    DELETE FROM countersign.records WHERE ctid = ANY (ARRAY(
      SELECT ctid FROM countersign.records
      WHERE until_ms <= $1 AND (space, key) NOT IN (SELECT space, key FROM input)
      ORDER BY until_ms LIMIT $9 FOR UPDATE SKIP LOCKED))
  )
  SELECT space, key, version FROM changed UNION ALL SELECT space, key, version FROM made`;

export function createPostgresRecords({ database, meter, now }: PostgresStatesOptions): PostgresRecords {
  const queue = new BatchQueue<RecordWrite, number | undefined>({
    maxBatch: MAX_BATCH,
    maxBatchBytes: MAX_BATCH_BYTES,
    bytesOf: ({ bytes }) => bytes.byteLength + RECORD_BYTES,
    commit: (batch) => putAll(database, batch, now()),
    meter,
  });
  return {
    async get(space, key) {
      const [row] = await database.query(GET, [named(space), named(key), now()]);
      return row && recordOf(row);
    },
    async *list(space) {
      for (let after = '', more = true; more; ) {
        const page = await database.query(PAGE, [named(space), after, now()]);
        for (const row of page) yield recordOf(row);
        more = page.length === RECORDS_PER_PAGE;
        after = String(page.at(-1)?.['key'] ?? after);
      }
    },
    async put(write) {
      checkRecord(write);
      return queue.add(write);
    },
    close: () => queue.close(),
  };
}

interface Waiting {
  readonly write: RecordWrite;
  /** Of its space and key. */
  readonly name: string;
  /** In the batch. */
  readonly at: number;
}

/** As though one were put after the other: of each key the first that may win is tried, then whether those after it still can. */
async function putAll(
  database: Database,
  batch: readonly RecordWrite[],
  nowMs: number,
): Promise<readonly (number | undefined)[]> {
  const versions = new Array<number | undefined>(batch.length);
  let waiting: readonly Waiting[] = batch.map((write, at) => ({ write, at, name: nameOf(write) }));
  while (waiting.length > 0) {
    const tried = new Map<string, Waiting>();
    for (const each of waiting) if (!tried.has(each.name)) tried.set(each.name, each);
    const won = await putOnce(database, [...tried.values()], nowMs);
    for (const { name, at } of tried.values()) versions[at] = won.get(name);
    waiting = waiting.filter(({ name, at, write }) => {
      const before = tried.get(name);
      if (before === undefined || before.at === at) return false;
      // A version never comes again: after a write there is none that was read before it, but for none at all.
      if (won.has(name)) return write.version === 0 && untilOf(before.write) <= nowMs;
      return write.version !== before.write.version;
    });
  }
  return versions;
}

/** Gives the new versions of those that were written. */
async function putOnce(
  database: Database,
  waiting: readonly Waiting[],
  nowMs: number,
): Promise<ReadonlyMap<string, number>> {
  const writes = waiting.map(({ write }) => write);
  const { bytes, starts, lengths } = packed(writes.map((write) => write.bytes));
  const rows = await retried(() =>
    database.query(PUT, [
      nowMs,
      writes.map(({ space }) => named(space)),
      writes.map(({ key }) => named(key)),
      writes.map(({ version }) => version),
      writes.map(untilOf),
      starts,
      lengths,
      bytes,
      PURGED_PER_WRITE * writes.length,
    ]),
  );
  return new Map(
    rows.map(({ space, key, version }) => [`${String(space)} "${String(key)}`, Number(version)]),
  );
}

function untilOf({ untilMs = NEVER_MS }: RecordWrite): number {
  return untilMs;
}

/** As it is stored: any text of 200 characters in at most 1,200 bytes, and no two as one, whatever is in them. */
function named(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** No stored name has a quotation mark without a backslash. */
function nameOf({ space, key }: RecordWrite): string {
  return `${named(space)} "${named(key)}`;
}

function recordOf({ key, version, bytes }: Row): StoredRecord {
  if (typeof key === 'string' && bytes instanceof Uint8Array)
    return { key: String(JSON.parse(`"${key}"`)), version: Number(version), bytes };
  throw new StoreError('damaged', 'A record is damaged in the store.');
}
