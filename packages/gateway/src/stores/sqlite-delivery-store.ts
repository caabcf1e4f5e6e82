/** The deliveries of a SQLite store: what changes them waits for the next commit, what reads them does not. */
import type { DatabaseSync } from 'node:sqlite';
import type { MaybePromise } from '@countersign/core';
import { nextTurn } from '../loop-slices.ts';
import type { CommitQueue } from './commit-queue.ts';
import type { DeliveryStore, DeliveryView, DueDelivery, NewDelivery, Settlement } from './delivery-store.ts';
import { assertIds, checkedLimit } from './event-store.ts';
import type { ReadDelivery, SqliteDeliveries } from './sqlite-deliveries.ts';
import { createSqliteDeliveryLists } from './sqlite-delivery-lists.ts';
import { createSqliteDestinations } from './sqlite-destinations.ts';
import { createSqliteRebase, type RebaseCursor } from './sqlite-rebase.ts';
import type { SqliteTotals } from './sqlite-totals.ts';
import { StoreError } from './store.ts';

export interface DeliveryTables {
  readonly db: DatabaseSync;
  readonly deliveries: SqliteDeliveries;
  readonly totals: SqliteTotals;
  readonly queue: CommitQueue;
  readonly now: () => number;
  /** A clock that only goes on, in milliseconds. */
  readonly monotonicMs: () => number;
}

/** What a change of a delivery adds to a transaction besides an answer: its row, its attempt, and the row of the next of its key. */
const CHANGE_BYTES = 512;
/** Of a page, where its filter passes over many; between two of them others have their turn. */
const STEPS_PER_PAGE = 16;
/** Whose deliveries are read at once. */
const EVENTS_PER_TURN = 32;

export function createDeliveryStore(tables: DeliveryTables): DeliveryStore {
  const { db, deliveries, totals, queue, now, monotonicMs } = tables;
  const lists = createSqliteDeliveryLists(db, { deliveries, totals, monotonicMs });
  const destinations = createSqliteDestinations(db);
  const rebase = createSqliteRebase(db, totals, monotonicMs);
  const write = <Result>(change: (nowMs: number) => Result, bytes: number = CHANGE_BYTES): Promise<Result> =>
    queue.add(bytes, change);
  const settle = async (settlement: Settlement): Promise<boolean> => {
    const { place, lease, attempt } = settlement;
    const bytes = CHANGE_BYTES + (attempt?.answer?.byteLength ?? 0);
    const isOurs = await write((nowMs) => deliveries.settle(settlement, nowMs), bytes);
    deliveries.release(place, lease);
    return isOurs;
  };
  const bury = ({ place, lease }: ReadDelivery): void => {
    const attempt = { startedMs: now(), tookMs: 0, code: 'event-damaged', problem: DAMAGED };
    // Where that cannot be written it is looked at again when its lease has ended.
    settle({ place, lease, state: 'dead', attempt }).catch(() => {});
  };
  return {
    take: (options) => {
      queue.assertOpen();
      return unpacked(deliveries.take(options), bury);
    },
    nextDueMs: (destination) => {
      queue.assertOpen();
      return deliveries.nextDueMs(destination);
    },
    countDue: (destination, beforeMs, limit) => {
      queue.assertOpen();
      return deliveries.countDue(destination, beforeMs, limit);
    },
    settle,
    send: (eventId: string, delivery: NewDelivery) =>
      write((nowMs) => deliveries.send(eventId, delivery, nowMs)),
    get: async (eventId, destination) => {
      queue.assertOpen();
      return lists.get(eventId, destination);
    },
    list: async (query = {}) => {
      const limit = checkedLimit(query.limit);
      const views: DeliveryView[] = [];
      let next = query.before;
      for (let steps = 0; steps < STEPS_PER_PAGE; steps++) {
        if (steps > 0) await nextTurn();
        queue.assertOpen();
        const before = next === undefined ? {} : { before: next };
        const step = lists.list({ ...query, ...before }, limit - views.length);
        views.push(...step.deliveries);
        next = step.next;
        if (next === undefined || views.length === limit) break;
      }
      return { deliveries: views, ...(next !== undefined && { next }) };
    },
    ofEvents: async (eventIds) => {
      assertIds(eventIds);
      const all = new Map<string, readonly DeliveryView[]>();
      for (const [index, id] of eventIds.entries()) {
        if (index > 0 && index % EVENTS_PER_TURN === 0) await nextTurn();
        queue.assertOpen();
        const views = lists.ofEvent(id);
        if (views.length > 0) all.set(id, views);
      }
      return all;
    },
    attempts: async (place, most) => {
      const limit = checkedLimit(most);
      queue.assertOpen();
      return lists.attempts(place, limit);
    },
    change: async (options) => {
      const limit = checkedLimit(options.limit);
      return write((nowMs) => lists.change(options, limit, nowMs), limit * CHANGE_BYTES);
    },
    totals: async () => {
      queue.assertOpen();
      return lists.totals();
    },
    conditions: async () => {
      queue.assertOpen();
      return destinations.list();
    },
    setCondition: (name, condition) => write(() => destinations.set(name, condition)),
    rebase: async (nowMs) => {
      let brought = 0;
      let next: RebaseCursor | undefined;
      do {
        const from = next;
        const step = await write(() => rebase.step(nowMs, from));
        brought += step.changed;
        next = step.next;
      } while (next !== undefined);
      return brought;
    },
  };
}

/** What the operator reads of it. */
const DAMAGED =
  'The event is damaged in the store, or gone, and cannot be sent. Put back the store from a backup, or have the sender send it again.';

/** At once, unless a long body is unpacked. One that is damaged is a dead letter: it must neither hold up the others nor vanish. */
function unpacked(
  taken: readonly ReadDelivery[],
  bury: (damaged: ReadDelivery) => void,
): MaybePromise<readonly DueDelivery[]> {
  const ready = taken.filter(isReady);
  if (ready.length === taken.length) return ready;
  const all = taken.map(async (read): Promise<DueDelivery | undefined> => {
    try {
      const event = await read.event;
      if (event !== undefined) return { ...read, event };
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
    }
    bury(read);
    return undefined;
  });
  return Promise.all(all).then((dues) => dues.filter((due) => due !== undefined));
}

function isReady(due: ReadDelivery): due is DueDelivery {
  return due.event !== undefined && !(due.event instanceof Promise);
}
