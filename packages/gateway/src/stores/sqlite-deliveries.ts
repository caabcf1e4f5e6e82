/** Deliveries in SQLite: made, taken, settled. */
import type { DatabaseSync } from 'node:sqlite';
import type { MaybePromise } from '@countersign/core';
import { createDeliveryLeases, type DeliveryLeases } from './delivery-leases.ts';
import type {
  DeliveryChange,
  DeliveryState,
  DueDelivery,
  NewDelivery,
  Settlement,
  TakeOptions,
} from './delivery-store.ts';
import type { KeptEvent } from './event-store.ts';
import { createSqliteAttempts, type SqliteAttempts } from './sqlite-attempts.ts';
import { dueOf } from './sqlite-delivery-row.ts';
import { DIGEST, eventOf } from './sqlite-event-row.ts';
import { lastPlace } from './sqlite-places.ts';
import type { Row } from './sqlite-row.ts';
import type { SqliteTotals } from './sqlite-totals.ts';
import { StoreError } from './store.ts';

/** A delivery whose event may have a long body, which is unpacked in another thread. */
export interface ReadDelivery extends Omit<DueDelivery, 'event'> {
  /** Undefined where it is damaged, or gone. */
  readonly event: MaybePromise<KeptEvent> | undefined;
}

export interface SqliteDeliveries {
  /** Within a transaction, as is all that changes something. */
  add(event: Pick<KeptEvent, 'id' | 'gate'>, delivery: NewDelivery, nowMs: number): void;
  take(options: TakeOptions): readonly ReadDelivery[];
  nextDueMs(destination: string): number | undefined;
  settle(settlement: Settlement, nowMs: number): boolean;
  send(eventId: string, delivery: NewDelivery, nowMs: number): boolean;
  /** Whether its event can be sent: it was not erased, and is not kept as a hash. */
  hasBody(row: Row): boolean;
  /** False where it is not in a state to be changed so, is on its way, or is to be redriven and has no body. */
  change(row: Row, change: DeliveryChange, nowMs: number): boolean;
  countDue(destination: string, beforeMs: number, limit: number): number;
  /** Nobody has it any more: after the commit. */
  release(place: number, lease: number): void;
}

/** So many of the last made are looked at for those that are due: a third of a millisecond. */
const LAST_LOOKED_AT = 256;

type Statements = ReturnType<typeof prepareStatements>;

function prepareStatements(db: DatabaseSync) {
  const due = 'FROM deliveries INDEXED BY deliveries_due WHERE destination = ?';
  return {
    last: lastPlace(db, 'deliveries'),
    insert: db.prepare(`
      INSERT INTO deliveries
        (place, event_id, destination, gate, state, attempts, round, began_ms, set_ms, due_ms, order_key, parks, blocks)
      VALUES (?, ?, ?, ?, ?, 0, 0, ?, ?, ?, ?, ?, ?)`),
    // Of the index alone: what is taken already costs next to nothing.
    due: db.prepare(
      `SELECT place ${due} AND state = 'waiting' AND due_ms <= ? ORDER BY due_ms, place LIMIT ?`,
    ),
    lastMade: db.prepare(`
      SELECT place FROM (
        SELECT place, due_ms FROM deliveries INDEXED BY deliveries_by_state
        WHERE destination = ?1 AND state = 'waiting' ORDER BY place DESC LIMIT ?3 + ${LAST_LOOKED_AT})
      WHERE due_ms <= ?2 ORDER BY place DESC`),
    next: db.prepare(`SELECT place, due_ms ${due} AND state = 'waiting' ORDER BY due_ms, place LIMIT ?`),
    get: db.prepare('SELECT * FROM deliveries WHERE place = ?'),
    ofEvent: db.prepare('SELECT * FROM deliveries WHERE event_id = ? AND destination = ?'),
    event: db.prepare('SELECT * FROM events WHERE id = ?'),
    eventWithBody: db.prepare(
      'SELECT gate FROM events WHERE id = ? AND erased IS NULL AND encoding IS NOT ?',
    ),
    update: db.prepare(`
      UPDATE deliveries
      SET state = ?, attempts = ?, round = ?, began_ms = ?, set_ms = ?, due_ms = ?, blocks = ?, code = ?
      WHERE place = ?`),
    blocking: db.prepare(`
      SELECT * FROM deliveries INDEXED BY deliveries_by_key
      WHERE destination = ? AND order_key = ? AND blocks = 1 ORDER BY place LIMIT 1`),
  };
}

/** @param monotonicMs a clock that only goes on, from any start: leases last by it */
export function createSqliteDeliveries(
  db: DatabaseSync,
  totals: SqliteTotals,
  monotonicMs: () => number,
): SqliteDeliveries {
  return new Deliveries(db, totals, createDeliveryLeases(monotonicMs));
}

/** What a delivery's row is to become; what is absent stays. */
interface Step {
  readonly state: DeliveryState;
  readonly attempts?: number;
  readonly round?: number;
  readonly beganMs?: number;
  readonly dueMs?: number;
  readonly blocks?: boolean;
  readonly code?: string | null;
}

class Deliveries implements SqliteDeliveries {
  readonly #sql: Statements;
  readonly #totals: SqliteTotals;
  readonly #leases: DeliveryLeases;
  readonly #attempts: SqliteAttempts;
  #lastPlace: number;

  constructor(db: DatabaseSync, totals: SqliteTotals, leases: DeliveryLeases) {
    this.#sql = prepareStatements(db);
    this.#totals = totals;
    this.#leases = leases;
    this.#lastPlace = Number(this.#sql.last.get()?.['place'] ?? 0);
    this.#attempts = createSqliteAttempts(db);
  }

  add({ id, gate }: Pick<KeptEvent, 'id' | 'gate'>, delivery: NewDelivery, nowMs: number): void {
    const { destination, orderKey = null, parks = false, isMuted = false } = delivery;
    const isOrdered = orderKey !== null && !isMuted;
    const isBehind = isOrdered && this.#sql.blocking.get(destination, orderKey) !== undefined;
    const state = isMuted ? 'muted' : isBehind ? 'behind' : 'waiting';
    const time = Math.floor(nowMs);
    this.#sql.insert.run(
      ++this.#lastPlace,
      id,
      destination,
      gate,
      state,
      time,
      time,
      time,
      orderKey,
      Number(parks),
      Number(isOrdered),
    );
    this.#count(destination, state, 1);
  }

  take(options: TakeOptions): readonly ReadDelivery[] {
    const { destination, limit, nowMs, isLastFirst = false } = options;
    // Of those that are taken none may hide one that is not.
    const most = limit + this.#leases.count(destination);
    if (isLastFirst) {
      const last = this.#takeOf(this.#sql.lastMade.all(destination, nowMs, most), options);
      if (last.length > 0) return last;
    }
    return this.#takeOf(this.#sql.due.all(destination, nowMs, most), options);
  }

  #takeOf(
    rows: readonly Row[],
    { destination, limit, maxBytes, leaseMs }: TakeOptions,
  ): readonly ReadDelivery[] {
    const taken: ReadDelivery[] = [];
    let bytes = 0;
    for (const { place: value } of rows) {
      const place = Number(value);
      const row = this.#leases.isTaken(place) ? undefined : this.#sql.get.get(place);
      if (row === undefined) continue;
      const eventRow = this.#sql.event.get(String(row['event_id']));
      bytes += Number(eventRow?.['body_bytes'] ?? 0);
      if (taken.length > 0 && bytes > maxBytes) break;
      const lease = this.#leases.take(place, destination, leaseMs);
      taken.push({ ...dueOf(row), place, lease, event: eventRow && readable(eventRow) });
      if (taken.length === limit) break;
    }
    return taken;
  }

  nextDueMs(destination: string): number | undefined {
    const rows = this.#sql.next.all(destination, this.#leases.count(destination) + 1);
    const row = rows.find(({ place }) => !this.#leases.isTaken(Number(place)));
    return row && Number(row['due_ms']);
  }

  countDue(destination: string, beforeMs: number, limit: number): number {
    const rows = this.#sql.due.all(destination, beforeMs, limit + this.#leases.count(destination));
    const free = rows.filter(({ place }) => !this.#leases.isTaken(Number(place)));
    return Math.min(limit, free.length);
  }

  settle({ place, lease, attempt, state, dueMs }: Settlement, nowMs: number): boolean {
    const row = this.#sql.get.get(place);
    if (row === undefined) return false;
    const attempts = Number(row['attempts']);
    if (attempt !== undefined) this.#attempts.note(row, attempt);
    const tries = attempt === undefined ? 0 : 1;
    const counts = { attempts: attempts + tries, round: Number(row['round']) + tries };
    const code = attempt?.code ?? textOf(row['code']);
    const isOurs = row['state'] === 'waiting' && this.#leases.holds(place, lease);
    if (isOurs || (row['state'] === 'cancelled' && state === 'delivered')) {
      const blocks = Number(row['blocks']) === 1;
      const ends =
        state === 'delivered' || state === 'cancelled' || (state === 'dead' && Number(row['parks']) === 1);
      this.#step(
        row,
        { ...counts, state, code, blocks: blocks && !ends, ...(dueMs !== undefined && { dueMs }) },
        nowMs,
      );
      return true;
    }
    const kept = row['state'] as DeliveryState;
    if (attempt !== undefined) this.#step(row, { ...counts, state: kept }, nowMs);
    return false;
  }

  send(eventId: string, delivery: NewDelivery, nowMs: number): boolean {
    const row = this.#sql.ofEvent.get(eventId, delivery.destination);
    if (row !== undefined) return this.change(row, { kind: 'redrive' }, nowMs);
    const event = this.#sql.eventWithBody.get(eventId, DIGEST);
    if (event === undefined) return false;
    this.add({ id: eventId, gate: String(event['gate']) }, delivery, nowMs);
    return true;
  }

  change(row: Row, change: DeliveryChange, nowMs: number): boolean {
    const { state, place, blocks } = row;
    const isOpen = state === 'waiting' || state === 'behind';
    if (change.kind === 'cancel') {
      if (!isOpen && !(state === 'dead' && blocks === 1)) return false;
      this.#step(row, { state: 'cancelled', blocks: false, code: change.code }, nowMs);
      return true;
    }
    if (state === 'behind' || this.#leases.isTaken(Number(place)) || !this.hasBody(row)) return false;
    this.#step(row, { state: 'waiting', round: 0, beganMs: nowMs, dueMs: nowMs }, nowMs);
    return true;
  }

  hasBody(row: Row): boolean {
    return this.#sql.eventWithBody.get(String(row['event_id']), DIGEST) !== undefined;
  }

  release(place: number, lease: number): void {
    this.#leases.release(place, lease);
  }

  #step(row: Row, step: Step, nowMs: number): void {
    const place = Number(row['place']);
    const destination = String(row['destination']);
    const blocked = Number(row['blocks']) === 1;
    const blocks = step.blocks ?? blocked;
    const isSet = step.dueMs !== undefined;
    this.#sql.update.run(
      step.state,
      step.attempts ?? Number(row['attempts']),
      step.round ?? Number(row['round']),
      Math.floor(step.beganMs ?? Number(row['began_ms'])),
      isSet ? Math.floor(nowMs) : Number(row['set_ms']),
      Math.floor(step.dueMs ?? Number(row['due_ms'])),
      Number(blocks),
      step.code === undefined ? textOf(row['code']) : step.code,
      place,
    );
    const state = row['state'] as DeliveryState;
    if (state !== step.state) {
      this.#count(destination, state, -1);
      this.#count(destination, step.state, 1);
    }
    if (blocked && !blocks) this.#letNextGo(destination, String(row['order_key']), nowMs);
  }

  /** The next of a key waits from now on for itself alone. */
  #letNextGo(destination: string, orderKey: string, nowMs: number): void {
    const next = this.#sql.blocking.get(destination, orderKey);
    if (next?.['state'] !== 'behind') return;
    this.#step(next, { state: 'waiting', beganMs: nowMs, dueMs: nowMs }, nowMs);
  }

  #count(destination: string, state: DeliveryState, number: number): void {
    this.#totals.add({ kind: 'deliveries', name: destination, state }, number, 0);
  }
}

/** Undefined for one that is damaged. */
function readable(row: Row): MaybePromise<KeptEvent> | undefined {
  try {
    return eventOf(row);
  } catch (error) {
    if (error instanceof StoreError) return undefined;
    throw error;
  }
}

function textOf(value: Row[string] | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
