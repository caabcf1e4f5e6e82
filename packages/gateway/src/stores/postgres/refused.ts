/**
 * Refused requests in PostgreSQL. No partitions: their bounds keep them at some tens of megabytes, whatever the load, and an id must be
 * unique among all of them.
 */
import { checkedLimit } from '../event-store.ts';
import type {
  ListedRefusal,
  RefusedBounds,
  RefusedListOptions,
  RefusedStore,
  StoredRefusal,
} from '../refused-store.ts';
import { StoreError } from '../store.ts';
import { BatchQueue } from './batch-queue.ts';
import type { Database, Row } from './database.ts';
import { packed } from './packed.ts';
import type { PostgresStatesOptions } from './records.ts';
import { retried } from './retried.ts';
import { storable } from './text.ts';

export interface PostgresRefused extends RefusedStore {
  /** Finishes what is queued, and takes nothing more. */
  close(): Promise<void>;
}

interface Keeping {
  readonly refusals: readonly StoredRefusal[];
  readonly boundsOf: (gate: string) => RefusedBounds;
}

const MAX_BATCH = 64;
const MAX_BATCH_BYTES = 2 * 1024 * 1024;
/** What a row has besides its head and body. */
const REFUSAL_BYTES = 512;
/** Deleted at a time. */
const REMOVED = 256;

/** The place is that of the one that is kept last: of one id no other stays. */
const INSERT = `
  INSERT INTO countersign.refused (id, gate, received_ms, until_ms, bytes, head, body)
  SELECT id, gate, received_ms, until_ms, head_length + body_length,
    substring($8::bytea FROM start FOR head_length), substring($8::bytea FROM start + head_length FOR body_length)
  FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::int[], $6::int[], $7::int[]) WITH ORDINALITY
    AS input (id, gate, received_ms, until_ms, start, head_length, body_length, at)
  ORDER BY at
  ON CONFLICT (id) DO UPDATE SET place = excluded.place, gate = excluded.gate, received_ms = excluded.received_ms,
    until_ms = excluded.until_ms, bytes = excluded.bytes, head = excluded.head, body = excluded.body`;

/**
 * Of each gate what is beyond its bounds. It is a statement of its own, after the insertion is committed: of gateways that keep at once,
 * the last that trims sees what all of them have kept. Until then what they are keeping stands beside the bounds.
 */
const TRIM = `
  DELETE FROM countersign.refused WHERE place = ANY (ARRAY(
    SELECT place FROM countersign.refused JOIN (
      SELECT place, row_number() OVER newer AS number, sum(bytes) OVER newer AS total, at_most, max_bytes
      FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS bounds (gate, at_most, max_bytes)
      JOIN countersign.refused USING (gate)
      WINDOW newer AS (PARTITION BY gate ORDER BY place DESC)
    ) AS counted USING (place)
    WHERE number > at_most OR total > max_bytes
    ORDER BY place FOR UPDATE OF refused SKIP LOCKED))`;

const GET = 'SELECT * FROM countersign.refused WHERE id = $1 AND until_ms > $2';

const REMOVE = `
  DELETE FROM countersign.refused WHERE place = ANY (ARRAY(
    SELECT place FROM countersign.refused WHERE id = ANY ($1::text[]) ORDER BY place FOR UPDATE))`;

const SWEEP = `
  DELETE FROM countersign.refused WHERE place = ANY (ARRAY(
    SELECT place FROM countersign.refused WHERE until_ms <= $1 ORDER BY until_ms LIMIT ${REMOVED} FOR UPDATE SKIP LOCKED))
  RETURNING place`;

export function createPostgresRefused({ database, meter, now }: PostgresStatesOptions): PostgresRefused {
  const queue = new BatchQueue<Keeping, undefined>({
    maxBatch: MAX_BATCH,
    maxBatchBytes: MAX_BATCH_BYTES,
    bytesOf: ({ refusals }) => refusals.reduce((sum, refusal) => sum + REFUSAL_BYTES + bytesOf(refusal), 0),
    commit: async (batch) => {
      await keepAll(database, batch);
      return batch.map(() => undefined);
    },
    meter,
  });
  return {
    keep: (refusals, boundsOf) => queue.add({ refusals, boundsOf }),
    async get(id) {
      const [row] = await database.query(GET, [storable(id), now()]);
      return row && { ...refusalOf(row), body: bytesIn(row['body']) };
    },
    async list(query = {}) {
      const limit = checkedLimit(query.limit);
      return list(database, query, limit, now());
    },
    async remove(ids) {
      for (let at = 0; at < ids.length; at += REMOVED) {
        const some = ids.slice(at, at + REMOVED).map(storable);
        await retried(() => database.query(REMOVE, [some]));
      }
    },
    async sweep() {
      for (let removed = REMOVED; removed === REMOVED; )
        removed = (await retried(() => database.query(SWEEP, [now()]))).length;
    },
    close: () => queue.close(),
  };
}

async function keepAll(database: Database, batch: readonly Keeping[]): Promise<void> {
  const kept = new Map<string, StoredRefusal>();
  const bounds = new Map<string, RefusedBounds>();
  for (const { refusals, boundsOf } of batch)
    for (const refusal of refusals) {
      const { id, gate } = refusal;
      const ofGate = boundsOf(gate);
      bounds.set(storable(gate), ofGate);
      if (bytesOf(refusal) > ofGate.maxBytes) continue;
      // Before those that come after it: so it is where its second is kept.
      kept.delete(id);
      kept.set(id, refusal);
    }
  if (kept.size > 0) await insert(database, [...kept.values()]);
  const gates = [...bounds.keys()].sort();
  if (gates.length > 0)
    await retried(() =>
      database.query(TRIM, [
        gates,
        gates.map((gate) => bounds.get(gate)?.atMost ?? 0),
        gates.map((gate) => bounds.get(gate)?.maxBytes ?? 0),
      ]),
    );
}

async function insert(database: Database, refusals: readonly StoredRefusal[]): Promise<void> {
  const { bytes, starts } = packed(refusals.flatMap(({ head, body }) => [head, body]));
  await retried(() =>
    database.query(INSERT, [
      refusals.map(({ id }) => storable(id)),
      refusals.map(({ gate }) => storable(gate)),
      refusals.map(({ receivedMs }) => receivedMs),
      refusals.map(({ untilMs }) => untilMs),
      starts.filter((_, at) => at % 2 === 0),
      refusals.map(({ head }) => head.byteLength),
      refusals.map(({ body }) => body.byteLength),
      bytes,
    ]),
  );
}

/** In the order of places alone: an index of another order (+ 0 keeps it out) would sort all that there is for a page. */
async function list(
  database: Database,
  { gate, before = Number.MAX_SAFE_INTEGER }: RefusedListOptions,
  limit: number,
  nowMs: number,
): Promise<readonly ListedRefusal[]> {
  const ofGate = gate === undefined ? '' : 'AND gate = $4';
  const rows = await database.query(
    `SELECT place, id, gate, received_ms, until_ms, head FROM countersign.refused
    WHERE place < $1 AND until_ms + 0 > $2 ${ofGate} ORDER BY place DESC LIMIT $3`,
    [before, nowMs, limit, ...(gate === undefined ? [] : [storable(gate)])],
  );
  return rows.map((row) => ({ ...refusalOf(row), place: Number(row['place']) }));
}

function bytesOf({ head, body }: StoredRefusal): number {
  return head.byteLength + body.byteLength;
}

function refusalOf(row: Row): Omit<StoredRefusal, 'body'> {
  return {
    id: String(row['id']),
    gate: String(row['gate']),
    receivedMs: Number(row['received_ms']),
    untilMs: Number(row['until_ms']),
    head: bytesIn(row['head']),
  };
}

function bytesIn(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new StoreError('damaged', 'A refused request is damaged in the store.');
}
