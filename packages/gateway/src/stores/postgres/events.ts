/** The events of a PostgreSQL store: what is kept waits for the next commit, what is read does not. */
import { packBody } from '../body-packing.ts';
import { checkedLimit, type EventStore, type KeepResult } from '../event-store.ts';
import { BatchQueue } from './batch-queue.ts';
import type { Database } from './database.ts';
import type { Days } from './days.ts';
import { followEvents, idAt, listEvents } from './event-lists.ts';
import { type EventWriting, readEvent, readSummary, SUMMARY_COLUMNS } from './event-rows.ts';
import { createBatchKeeper } from './keep-batch.ts';
import { lastPlace } from './places.ts';
import { storable } from './text.ts';
import { readTotals } from './totals.ts';
import type { WriteMeter } from './write-meter.ts';

/** All of `EventStore` but what searches and drops. */
export interface PostgresEvents extends Omit<EventStore, 'search' | 'drop'> {
  /** Settles when what was queued is done. */
  close(): Promise<void>;
}

export interface EventsOptions {
  readonly database: Database;
  readonly days: Days;
  readonly meter: WriteMeter;
  /** Milliseconds since the epoch; may be set. */
  readonly now: () => number;
}

const MAX_BATCH = 256;
const MAX_BATCH_BYTES = 4 * 1024 * 1024;
/** One batch is on its way to the disk while the next is written. */
const LANES = 2;
/** What a write sends besides its body, roughly. */
const EVENT_BYTES = 1_024;
const DELIVERY_BYTES = 256;

export function createPostgresEvents({ database, days, meter, now }: EventsOptions): PostgresEvents {
  const keeper = createBatchKeeper({ database, days, now });
  const queue = new BatchQueue<EventWriting, KeepResult>({
    maxBatch: MAX_BATCH,
    maxBatchBytes: MAX_BATCH_BYTES,
    bytesOf: ({ packed, deliveries = [] }) =>
      packed.bytes.byteLength + EVENT_BYTES + DELIVERY_BYTES * deliveries.length,
    lanes: LANES,
    meter,
    commit: (batch) => keeper.keep(batch),
  });
  const packing = new Set<Promise<unknown>>();
  return {
    keep: (event, further = [], deliveries = undefined) => {
      const packed = packBody(event.body);
      if (!(packed instanceof Promise)) return queue.add({ event, packed, further, deliveries });
      const queued = packed.then((body) => ({
        kept: queue.add({ event, packed: body, further, deliveries }),
      }));
      packing.add(queued);
      return queued.finally(() => packing.delete(queued)).then(({ kept }) => kept);
    },
    get: async (id) => {
      const [row] = await database.query('SELECT * FROM countersign.events WHERE id = $1', [storable(id)]);
      return row && readEvent(row);
    },
    summary: async (id) => {
      const [row] = await database.query(`SELECT ${SUMMARY_COLUMNS} FROM countersign.events WHERE id = $1`, [
        storable(id),
      ]);
      return row && readSummary(row);
    },
    list: async (query = {}) => listEvents(database, query, checkedLimit(query.limit)),
    follow: async (query) => followEvents(database, query, checkedLimit(query.limit)),
    at: async (place) => {
      if (place > (await lastPlace(database))) return { kind: 'ahead' };
      const id = await idAt(database, place);
      return id === undefined ? { kind: 'gone' } : { kind: 'event', id };
    },
    totals: async () => {
      const totals = await readTotals(database, 'events');
      return totals.map(({ name, number, bytes }) => ({ gate: name, number, bodyBytes: bytes }));
    },
    close: async () => {
      await Promise.allSettled(packing);
      await queue.close();
    },
  };
}
