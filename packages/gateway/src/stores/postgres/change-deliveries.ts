/** Deliveries that an operator changes: sent, redriven, cancelled. */
import type { ChangeOptions, ChangeResult, DeliveryChange, NewDelivery } from '../delivery-store.ts';
import { DIGEST } from '../sqlite-event-row.ts';
import { column } from './arrays.ts';
import type { Database, Row, Session } from './database.ts';
import { dayTextOf } from './days.ts';
import { countMoves, type DeliveryMove } from './delivery-moves.ts';
import type { DeliveryPages } from './delivery-pages.ts';
import { isUniqueViolation } from './errors.ts';
import type { LeaseClock } from './lease-clock.ts';
import {
  type DeliveryWriting,
  deliveryParameters,
  firstBlocking,
  insertDeliveries,
  isOrdered,
  lockOrderKeys,
} from './new-deliveries.ts';
import { letNextGo, type OrderKey } from './next-of-key.ts';
import { storable } from './text.ts';
import type { WaitingDays } from './waiting-days.ts';

export interface DeliveryChanging {
  send(eventId: string, delivery: NewDelivery): Promise<boolean>;
  change(options: ChangeOptions, limit: number): Promise<ChangeResult>;
}

export interface DeliveryChangingParts {
  readonly database: Database;
  readonly pages: DeliveryPages;
  readonly clock: LeaseClock;
  readonly days: WaitingDays;
  readonly now: () => number;
}

export function createDeliveryChanging(parts: DeliveryChangingParts): DeliveryChanging {
  return new Changing(parts);
}

/** Of these the body can be sent. The events stay as they are until the transaction ends: none is erased under a delivery that begins to wait. */
const WITH_BODY = `
  SELECT id, gate FROM countersign.events
  WHERE id = ANY($1::text[]) AND erased IS NULL AND encoding IS DISTINCT FROM '${DIGEST}' ORDER BY id FOR SHARE`;

const LOCKED = `
  SELECT d.* FROM countersign.deliveries d
  JOIN unnest($1::text[], $2::text[]) AS picked (event_id, destination)
    ON d.event_id = picked.event_id AND d.destination = picked.destination
  WHERE d.event_id = ANY($1::text[]) ORDER BY d.event_id, d.destination FOR UPDATE OF d`;

const CANCEL = `
  UPDATE countersign.deliveries d SET state = 'cancelled', blocks = false, code = $3
  FROM unnest($1::text[], $2::text[]) AS picked (event_id, destination)
  WHERE d.event_id = picked.event_id AND d.destination = picked.destination AND d.event_id = ANY($1::text[])`;

const REDRIVE = `
  UPDATE countersign.deliveries d SET state = 'waiting', round = 0, began_ms = $3, set_ms = $3, due_ms = $3
  FROM unnest($1::text[], $2::text[]) AS picked (event_id, destination)
  WHERE d.event_id = picked.event_id AND d.destination = picked.destination AND d.event_id = ANY($1::text[])`;

const SEND = `
  WITH events AS (SELECT id, gate FROM countersign.events WHERE id = $2),
  sent AS (${insertDeliveries('events', 1, 4)})
  INSERT INTO countersign.totals (kind, name, state, day, number, bytes, first_place, last_place)
  SELECT 'deliveries', destination, state, $3, 1, 0, place, place FROM sent`;

class Changing implements DeliveryChanging {
  readonly #parts: DeliveryChangingParts;

  constructor(parts: DeliveryChangingParts) {
    this.#parts = parts;
  }

  async send(id: string, delivery: NewDelivery): Promise<boolean> {
    const { database, clock, days } = this.#parts;
    const eventId = storable(id);
    const leaseNowMs = await clock.nowMs();
    try {
      const isSent = await database.transaction((session) =>
        this.#send(session, { eventId, ...delivery }, leaseNowMs),
      );
      if (isSent) days.forget(delivery.destination);
      return isSent;
    } catch (error) {
      // Somebody else has made it meanwhile: it is on its way.
      if (isUniqueViolation(error)) return false;
      throw error;
    }
  }

  async #send(session: Session, delivery: DeliveryWriting, leaseNowMs: number): Promise<boolean> {
    const { eventId, destination, orderKey } = delivery;
    if (orderKey !== undefined && isOrdered(delivery))
      await lockOrderKeys(session, [{ destination, orderKey }]);
    const events = await session.query(WITH_BODY, [[eventId]]);
    if (events.length === 0) return false;
    const rows = await session.query(LOCKED, [[eventId], [destination]]);
    if (rows.length > 0) return (await this.#redrive(session, rows, leaseNowMs)).length > 0;
    await session.query(SEND, [
      Math.floor(this.#parts.now()),
      eventId,
      dayTextOf(eventId),
      ...deliveryParameters([delivery], await firstBlocking(session, [destination])),
    ]);
    return true;
  }

  async change(options: ChangeOptions, limit: number): Promise<ChangeResult> {
    const { database, pages, clock, days } = this.#parts;
    const { match, change, before = Number.MAX_SAFE_INTEGER, isDryRun = false } = options;
    const { rows, next } = await pages.read(match, before, limit);
    const leaseNowMs = await clock.nowMs();
    const { changed, withoutBody } =
      rows.length === 0
        ? { changed: 0, withoutBody: 0 }
        : await database.transaction((session) =>
            isDryRun
              ? dryRun(session, rows, change)
              : this.#changeAll(session, rows, change, leaseNowMs, match),
          );
    if (changed > 0 && !isDryRun) days.forget();
    return { changed, ...(withoutBody > 0 && { withoutBody }), ...(next !== undefined && { next }) };
  }

  /** @param rows as they were read: they are read anew once they are locked */
  async #changeAll(
    session: Session,
    rows: readonly Row[],
    change: DeliveryChange,
    leaseNowMs: number,
    { state }: ChangeOptions['match'],
  ): Promise<Counts> {
    if (change.kind === 'cancel') await lockOrderKeys(session, rows.flatMap(keyOf));
    const sendable = change.kind === 'redrive' ? await sendableOf(session, rows) : rows;
    const locked = await session.query(LOCKED, columnsOf(sendable));
    const current = locked.filter((row) => (state ?? row['state']) === row['state']);
    const changed =
      change.kind === 'cancel'
        ? await this.#cancel(session, current, change.code)
        : await this.#redrive(session, current, leaseNowMs);
    return { changed: changed.length, withoutBody: rows.length - sendable.length };
  }

  async #redrive(session: Session, rows: readonly Row[], leaseNowMs: number): Promise<readonly Row[]> {
    const idle = rows.filter((row) => {
      const leaseUntilMs = row['leased_until_ms'];
      return row['state'] !== 'behind' && !(typeof leaseUntilMs === 'number' && leaseUntilMs > leaseNowMs);
    });
    if (idle.length === 0) return [];
    await session.query(REDRIVE, [...columnsOf(idle), Math.floor(this.#parts.now())]);
    await countMoves(session, movesTo(idle, 'waiting'));
    return idle;
  }

  async #cancel(session: Session, rows: readonly Row[], code: string): Promise<readonly Row[]> {
    const open = rows.filter((row) => isChangeable(row, 'cancel'));
    if (open.length === 0) return [];
    await session.query(CANCEL, [...columnsOf(open), code]);
    await countMoves(session, movesTo(open, 'cancelled'));
    const keys = open.filter(({ blocks }) => blocks === true).flatMap(keyOf);
    await letNextGo(session, keys, this.#parts.now());
    return open;
  }
}

interface Counts {
  readonly changed: number;
  readonly withoutBody: number;
}

async function dryRun(session: Session, rows: readonly Row[], change: DeliveryChange): Promise<Counts> {
  const sendable = change.kind === 'redrive' ? await sendableOf(session, rows) : rows;
  const changed = sendable.filter((row) => isChangeable(row, change.kind)).length;
  return { changed, withoutBody: rows.length - sendable.length };
}

async function sendableOf(session: Session, rows: readonly Row[]): Promise<readonly Row[]> {
  const events = await session.query(WITH_BODY, [rows.map(({ event_id: id }) => String(id))]);
  const ids = new Set(events.map(({ id }) => id));
  return rows.filter(({ event_id: id }) => ids.has(id));
}

function isChangeable({ state, blocks }: Row, kind: DeliveryChange['kind']): boolean {
  if (kind === 'redrive') return state !== 'behind';
  return state === 'waiting' || state === 'behind' || (state === 'dead' && blocks === true);
}

function keyOf({ destination, order_key: orderKey }: Row): readonly OrderKey[] {
  return typeof orderKey === 'string' ? [{ destination: String(destination), orderKey }] : [];
}

/** Ids of events and names of destinations, for `unnest`. */
function columnsOf(rows: readonly Row[]): readonly [Buffer, Buffer] {
  return [
    column('text', rows, ({ event_id: id }) => String(id)),
    column('text', rows, ({ destination }) => String(destination)),
  ];
}

function movesTo(rows: readonly Row[], to: string): readonly DeliveryMove[] {
  return rows.map((row) => ({
    eventId: String(row['event_id']),
    destination: String(row['destination']),
    place: Number(row['place']),
    from: String(row['state']),
    to,
  }));
}
