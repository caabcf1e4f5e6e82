/** What a PostgreSQL store takes, and what it holds. */
import type { StoreSpace } from '../../metrics/store-figures.ts';
import type { StoreStats } from '../store-upkeep.ts';
import type { Database, Session } from './database.ts';
import { type EventSpan, readSpans } from './event-spans.ts';

/** Tables with their indexes and what stands out of line: each file is looked at, and nothing is counted. */
const BYTES = `
  SELECT coalesce(sum(pg_total_relation_size(oid)), 0)::bigint AS bytes FROM pg_class
  WHERE relnamespace = 'countersign'::regnamespace AND relkind IN ('r', 'S')`;

const COUNTS = `
  SELECT kind, sum(number)::bigint AS number, sum(bytes)::bigint AS bytes FROM countersign.totals GROUP BY kind`;

/** A year of days is ten thousand files. */
const LOOK_MS = 30_000;

async function bytesOf(session: Session): Promise<number> {
  const [row] = await session.query(BYTES);
  return Number(row?.['bytes']);
}

export interface SpaceOptions {
  readonly database: Database;
  readonly monotonicMs: () => number;
}

/** @returns what looks at most every half minute, and does not reject. What else is on the disk PostgreSQL does not say */
export function createPostgresSpace({ database, monotonicMs }: SpaceOptions): () => Promise<StoreSpace> {
  let looked = Number.NEGATIVE_INFINITY;
  let bytes: Promise<number | undefined> = Promise.resolve(undefined);
  return async () => {
    if (monotonicMs() - looked >= LOOK_MS) {
      looked = monotonicMs();
      bytes = bytesOf(database).catch(() => undefined);
    }
    return { bytes: await bytes, logBytes: undefined, reusableBytes: undefined, freeBytes: undefined };
  };
}

export async function readStats(session: Session, database: string): Promise<StoreStats> {
  const [schema] = await session.query('SELECT version FROM countersign.schema');
  const rows = await session.query(COUNTS);
  const counts = new Map(rows.map((row) => [String(row['kind']), row]));
  const countOf = (kind: string, column: string): number => Number(counts.get(kind)?.[column] ?? 0);
  // As many as gates may hold.
  const [refused] = await session.query('SELECT count(*) AS number FROM countersign.refused');
  const spans = await readSpans(session, 'place', undefined);
  const oldestMs = await receivedMs(
    session,
    spans.toSorted((a, b) => a.first - b.first),
    'ASC',
  );
  const newestMs = await receivedMs(
    session,
    spans.toSorted((a, b) => b.last - a.last),
    'DESC',
  );
  return {
    database,
    schemaVersion: Number(schema?.['version']),
    fileBytes: await bytesOf(session),
    logBytes: 0,
    freeBytes: 0,
    // A day that is dropped gives its room back.
    canShrink: true,
    events: countOf('events', 'number'),
    bodyBytes: countOf('events', 'bytes'),
    deliveries: countOf('deliveries', 'number'),
    refused: Number(refused?.['number']),
    ...(oldestMs !== undefined && { oldestMs }),
    ...(newestMs !== undefined && { newestMs }),
  };
}

/** Of the first event in the order, roughly: partitions may overlap. */
async function receivedMs(
  session: Session,
  spans: readonly EventSpan[],
  order: 'ASC' | 'DESC',
): Promise<number | undefined> {
  for (const { table } of spans) {
    const [row] = await session.query(`SELECT received_ms FROM ${table} ORDER BY place ${order} LIMIT 1`);
    if (row !== undefined) return Number(row['received_ms']);
  }
  return undefined;
}
