/** The deliveries of a SQLite store: what changes them waits for the next commit, what reads them does not. */
import type { DatabaseSync } from 'node:sqlite';
import type { MaybePromise } from '@countersign/core';
import type { CommitQueue } from './commit-queue.ts';
import type { DeliveryStore, DueDelivery, NewDelivery } from './delivery-store.ts';
import { checkedLimit } from './event-store.ts';
import type { ReadDelivery, SqliteDeliveries } from './sqlite-deliveries.ts';
import { createSqliteDeliveryLists } from './sqlite-delivery-lists.ts';
import { createSqliteDestinations } from './sqlite-destinations.ts';
import type { SqliteTotals } from './sqlite-totals.ts';
import { StoreError } from './store.ts';

export interface DeliveryTables {
  readonly db: DatabaseSync;
  readonly deliveries: SqliteDeliveries;
  readonly totals: SqliteTotals;
  readonly queue: CommitQueue;
  readonly now: () => number;
}

/** What a write adds to a transaction besides an answer. */
const DELIVERY_BYTES = 512;

export function createDeliveryStore({ db, deliveries, totals, queue, now }: DeliveryTables): DeliveryStore {
  const lists = createSqliteDeliveryLists(db, deliveries, totals);
  const destinations = createSqliteDestinations(db);
  const open = (): void => {
    if (queue.closed) throw new StoreError('closed', 'The store is closed.');
  };
  const write = <Result>(
    change: (nowMs: number) => Result,
    bytes: number = DELIVERY_BYTES,
  ): Promise<Result> => queue.add(bytes, change);
  return {
    take: (options) => {
      open();
      return unpacked(deliveries.take(options));
    },
    nextDueMs: (destination) => {
      open();
      return deliveries.nextDueMs(destination, now());
    },
    countDue: (destination, beforeMs, limit) => {
      open();
      return deliveries.countDue(destination, beforeMs, limit, now());
    },
    settle: async (settlement) => {
      const { place, lease, attempt } = settlement;
      const bytes = DELIVERY_BYTES + (attempt?.answer?.byteLength ?? 0);
      const isOurs = await write((nowMs) => deliveries.settle(settlement, nowMs), bytes);
      deliveries.release(place, lease);
      return isOurs;
    },
    send: (eventId: string, delivery: NewDelivery) =>
      write((nowMs) => deliveries.send(eventId, delivery, nowMs)),
    get: async (eventId, destination) => {
      open();
      return lists.get(eventId, destination);
    },
    list: async (query = {}) => {
      const limit = checkedLimit(query.limit);
      open();
      return lists.list(query, limit);
    },
    attempts: async (place) => {
      open();
      return lists.attempts(place);
    },
    change: async (options) => {
      const limit = checkedLimit(options.limit);
      return write((nowMs) => lists.change(options, limit, nowMs), limit * DELIVERY_BYTES);
    },
    totals: async () => {
      open();
      return lists.totals();
    },
    conditions: async () => {
      open();
      return destinations.list();
    },
    setCondition: (name, condition) => write(() => destinations.set(name, condition)),
    rebase: (nowMs) => write(() => deliveries.rebase(nowMs)),
  };
}

/** At once, unless a long body is unpacked. One that is damaged is left out: it is looked at again when its lease has ended. */
function unpacked(taken: readonly ReadDelivery[]): MaybePromise<readonly DueDelivery[]> {
  const ready = taken.filter(isReady);
  if (ready.length === taken.length) return ready;
  const all = taken.map(async (due) => ({ ...due, event: await due.event }));
  return Promise.allSettled(all).then((results) =>
    results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])),
  );
}

function isReady(due: ReadDelivery): due is DueDelivery {
  return !(due.event instanceof Promise);
}
