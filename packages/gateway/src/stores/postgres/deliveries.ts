/** The deliveries of a PostgreSQL store, which any number of gateways share: each is taken by one of them, under a lease. */
import {
  type Attempt,
  type ChangeOptions,
  type ChangeResult,
  DELIVERY_STATES,
  type DeliveryListOptions,
  type DeliveryPage,
  type DeliveryStore,
  type DeliveryTotal,
  type DeliveryView,
  type DestinationCondition,
  type DueDelivery,
  type NewDelivery,
  type Settlement,
  type TakeOptions,
} from '../delivery-store.ts';
import { assertIds, checkedLimit, type KeptEvent } from '../event-store.ts';
import { arrayOf } from './arrays.ts';
import { BatchQueue } from './batch-queue.ts';
import { createDeliveryChanging } from './change-deliveries.ts';
import { createConditions } from './conditions.ts';
import type { Database, Row } from './database.ts';
import type { DelayedJobs } from './delayed-jobs.ts';
import { createDeliveryPages } from './delivery-pages.ts';
import { attemptOf, deliveryOf, dueOf } from './delivery-row.ts';
import { createDueFloors } from './due-floors.ts';
import { createHeldDeliveries } from './held-deliveries.ts';
import { createLeaseClock } from './lease-clock.ts';
import { rebaseDeliveries } from './rebase-deliveries.ts';
import { createDeliverySettling } from './settle-deliveries.ts';
import { createDeliveryTaking } from './take-deliveries.ts';
import { readEvents } from './taken-events.ts';
import { storable } from './text.ts';
import { readTotals } from './totals.ts';
import { createWaitingDays } from './waiting-days.ts';
import type { WriteMeter } from './write-meter.ts';

export interface PostgresDeliveriesParts {
  readonly database: Database;
  readonly meter: WriteMeter;
  readonly delayed: DelayedJobs;
  readonly now: () => number;
  /** A clock that only goes on, in milliseconds: leases last by it. */
  readonly monotonicMs: () => number;
}

export interface PostgresDeliveries extends DeliveryStore {
  /** Something may wait that another gateway has made, or sent anew. */
  forgetFloors(): void;
  /** Settles when what was queued is written. */
  close(): Promise<void>;
}

/** Settlements of one statement, and bytes of their answers together. */
const MAX_BATCH = 256;
const MAX_BATCH_BYTES = 1024 * 1024;
const SETTLEMENT_BYTES = 256;
/** Statements on their way at once. */
const LANES = 2;
/** Of a page, where its filter passes over many. */
const STEPS_PER_PAGE = 16;

const OF_EVENTS = `
  SELECT * FROM countersign.deliveries WHERE event_id = ANY($1::text[]) ORDER BY place DESC`;

export function createPostgresDeliveries(parts: PostgresDeliveriesParts): PostgresDeliveries {
  return new Deliveries(parts);
}

class Deliveries implements PostgresDeliveries {
  readonly #parts: PostgresDeliveriesParts;
  readonly #held;
  readonly #days;
  readonly #floors;
  readonly #taking;
  readonly #pages;
  readonly #changing;
  readonly #conditions;
  readonly #settlements: BatchQueue<Settlement, boolean>;

  constructor(parts: PostgresDeliveriesParts) {
    const { database, meter, delayed, now, monotonicMs } = parts;
    const clock = createLeaseClock(database, monotonicMs);
    this.#parts = parts;
    this.#held = createHeldDeliveries(database);
    this.#days = createWaitingDays(database);
    this.#floors = createDueFloors();
    this.#taking = createDeliveryTaking({ database, days: this.#days, floors: this.#floors, clock });
    this.#pages = createDeliveryPages(database);
    this.#changing = createDeliveryChanging({ database, pages: this.#pages, clock, days: this.#days, now });
    this.#conditions = createConditions(database, meter);
    const settling = createDeliverySettling({
      database,
      held: this.#held,
      delayed,
      floors: this.#floors,
      now,
    });
    this.#settlements = new BatchQueue({
      maxBatch: MAX_BATCH,
      maxBatchBytes: MAX_BATCH_BYTES,
      bytesOf: ({ attempt }) => SETTLEMENT_BYTES + (attempt?.answer?.byteLength ?? 0),
      lanes: LANES,
      commit: (batch) => settling.settle(batch),
      meter,
    });
  }

  forgetFloors(): void {
    this.#days.forget();
  }

  async close(): Promise<void> {
    await Promise.all([this.#settlements.close(), this.#conditions.close()]);
  }

  async take(options: TakeOptions): Promise<readonly DueDelivery[]> {
    const rows = await this.#taking.take(options);
    if (rows.length === 0) return [];
    const ids = rows.map(({ event_id: id }) => String(id));
    const events = await readEvents(this.#parts.database, ids);
    return rows.flatMap((row) => this.#dueWith(row, events.get(String(row['event_id']))));
  }

  /** One whose event is damaged is a dead letter: it must neither hold up the others nor vanish. */
  #dueWith(row: Row, event: KeptEvent | undefined): readonly DueDelivery[] {
    const due = dueOf(row);
    const { place, lease, orderKey } = due;
    this.#held.add(place, {
      eventId: String(row['event_id']),
      destination: String(row['destination']),
      ...(orderKey !== undefined && { orderKey }),
    });
    if (event !== undefined) return [{ ...due, event }];
    const attempt = { startedMs: this.#parts.now(), tookMs: 0, code: 'event-damaged', problem: DAMAGED };
    // Where that cannot be written it is looked at again when its lease has ended.
    this.settle({ place, lease, state: 'dead', attempt }).catch(() => {});
    return [];
  }

  nextDueMs(destination: string): Promise<number | undefined> {
    return this.#taking.nextDueMs(destination);
  }

  countDue(destination: string, beforeMs: number, limit: number): Promise<number> {
    return this.#taking.countDue(destination, beforeMs, limit);
  }

  settle(settlement: Settlement): Promise<boolean> {
    return this.#settlements.add(settlement);
  }

  send(eventId: string, delivery: NewDelivery): Promise<boolean> {
    return this.#changing.send(eventId, delivery);
  }

  async get(eventId: string, destination: string): Promise<DeliveryView | undefined> {
    const [row] = await this.#parts.database.query(
      'SELECT * FROM countersign.deliveries WHERE event_id = $1 AND destination = $2',
      [storable(eventId), destination],
    );
    return row && deliveryOf(row);
  }

  async list(query: DeliveryListOptions = {}): Promise<DeliveryPage> {
    const limit = checkedLimit(query.limit);
    const views: DeliveryView[] = [];
    let next: number | undefined = query.before ?? Number.MAX_SAFE_INTEGER;
    for (let steps = 0; steps < STEPS_PER_PAGE && next !== undefined && views.length < limit; steps++) {
      const step = await this.#pages.read(query, next, limit - views.length);
      views.push(...step.rows.map(deliveryOf));
      next = step.next;
    }
    return { deliveries: views, ...(next !== undefined && { next }) };
  }

  async ofEvents(eventIds: readonly string[]): Promise<ReadonlyMap<string, readonly DeliveryView[]>> {
    assertIds(eventIds);
    if (eventIds.length === 0) return new Map();
    const rows = await this.#parts.database.query(OF_EVENTS, [arrayOf('text', eventIds)]);
    const all = new Map<string, DeliveryView[]>();
    for (const view of rows.map(deliveryOf)) {
      const views = all.get(view.eventId);
      if (views === undefined) all.set(view.eventId, [view]);
      else views.push(view);
    }
    return all;
  }

  async attempts(place: number, most: number): Promise<readonly Attempt[]> {
    const limit = checkedLimit(most);
    const delivery = (await this.#held.find([place])).get(place);
    if (delivery === undefined) return [];
    const rows = await this.#parts.database.query(
      'SELECT * FROM countersign.attempts WHERE event_id = $1 AND delivery = $2 ORDER BY number DESC LIMIT $3',
      [delivery.eventId, place, limit],
    );
    return rows.map(attemptOf).reverse();
  }

  async change(options: ChangeOptions): Promise<ChangeResult> {
    return this.#changing.change(options, checkedLimit(options.limit));
  }

  async totals(): Promise<readonly DeliveryTotal[]> {
    const totals = await readTotals(this.#parts.database, 'deliveries');
    return totals.map(({ name, state, number }) => ({
      destination: name,
      state: DELIVERY_STATES.find((word) => word === state) ?? 'waiting',
      number,
    }));
  }

  conditions(): Promise<ReadonlyMap<string, DestinationCondition>> {
    return this.#conditions.list();
  }

  setCondition(destination: string, condition: DestinationCondition): Promise<void> {
    return this.#conditions.set(destination, condition);
  }

  rebase(nowMs: number): Promise<number> {
    return rebaseDeliveries(this.#parts.database, this.#days, nowMs);
  }
}

/** What the operator reads of it. */
const DAMAGED =
  'The event is damaged in the store, or gone, and cannot be sent. Put back the store from a backup, or have the sender send it again.';
