/** The events of a SQLite store: what changes them waits for the next commit, what reads them does not. */
import { packBody } from './body-packing.ts';
import type { CommitQueue } from './commit-queue.ts';
import { checkedLimit, type EventStore, type KeepResult } from './event-store.ts';
import type { SqliteEventSearch } from './sqlite-event-search.ts';
import type { EventWriting, SqliteEvents } from './sqlite-events.ts';
import type { SqliteRetention } from './sqlite-retention.ts';

export interface SqliteEventStore extends EventStore {
  /** Resolves when all long bodies wait for their commit that were to be kept. */
  settled(): Promise<void>;
}

export interface EventStoreParts {
  readonly events: SqliteEvents;
  readonly retention: SqliteRetention;
  readonly search: SqliteEventSearch;
  readonly queue: CommitQueue;
}

/** What a write adds to a transaction besides what its caller gave. */
const EVENT_BYTES = 1_024;
const NEW_DELIVERY_BYTES = 256;
/** What a step of retention writes, roughly. */
const DROP_BYTES = 64 * 1024;

export function createEventStore({ events, retention, search, queue }: EventStoreParts): SqliteEventStore {
  const packing = new Set<Promise<unknown>>();
  const write = (writing: EventWriting): Promise<KeepResult> => {
    const { packed, deliveries = [] } = writing;
    const bytes = packed.bytes.byteLength + EVENT_BYTES + NEW_DELIVERY_BYTES * deliveries.length;
    return queue.add(bytes, (nowMs) => events.keep(writing, nowMs));
  };
  return {
    keep: (event, further = [], deliveries = undefined) => {
      const packed = packBody(event.body);
      if (!(packed instanceof Promise)) return write({ event, packed, further, deliveries });
      const queued = packed.then((body) => ({
        kept: write({ event, packed: body, further, deliveries }),
      }));
      packing.add(queued);
      return queued.finally(() => packing.delete(queued)).then(({ kept }) => kept);
    },
    get: async (id) => {
      queue.assertOpen();
      return events.get(id);
    },
    summary: async (id) => {
      queue.assertOpen();
      return events.summary(id);
    },
    list: async (query = {}) => {
      const limit = checkedLimit(query.limit);
      queue.assertOpen();
      return events.list(query, limit);
    },
    search: async (query) => {
      checkedLimit(query.limit);
      queue.assertOpen();
      return search.step(query);
    },
    follow: async (query) => {
      const limit = checkedLimit(query.limit);
      queue.assertOpen();
      return events.follow(query, limit);
    },
    at: async (place) => {
      queue.assertOpen();
      return events.at(place);
    },
    totals: async () => {
      queue.assertOpen();
      return events.totals();
    },
    drop: (options) => queue.addNext(DROP_BYTES, (nowMs) => retention.drop(options, nowMs)),
    settled: async () => {
      await Promise.allSettled(packing);
    },
  };
}
