/** Events that go one by one, with their deliveries, attempts and words. */
import { arrayOf } from './arrays.ts';
import type { Row, Session } from './database.ts';
import { dayTextOf } from './days.ts';
import { lockOrderKeys } from './new-deliveries.ts';
import { letNextGo, type OrderKey } from './next-of-key.ts';
import { type Change, insertTotals, totalColumns } from './totals.ts';

/** A delivery of an event that may go. */
interface Delivery {
  readonly eventId: string;
  readonly destination: string;
  readonly state: string;
  /** The key that it blocks. */
  readonly blocked: OrderKey | undefined;
}

export interface EventDeliveries {
  /** Ids of events that wait to be delivered. */
  readonly waiting: ReadonlySet<string>;
  readonly deliveries: readonly Delivery[];
}

/** Deliveries of events, which stay as they are until the transaction ends: its first statement. */
export async function lockDeliveries(session: Session, ids: readonly string[]): Promise<EventDeliveries> {
  const asked = [arrayOf('text', ids)];
  // Keys are locked before rows, by everybody.
  const blocking = await session.query(
    `SELECT event_id, destination, state, order_key, blocks FROM countersign.deliveries
    WHERE event_id = ANY($1::text[]) AND blocks AND order_key IS NOT NULL`,
    asked,
  );
  await lockOrderKeys(
    session,
    blocking.map(deliveryOf).flatMap(({ blocked }) => blocked ?? []),
  );
  const rows = await session.query(
    `SELECT event_id, destination, state, order_key, blocks FROM countersign.deliveries
    WHERE event_id = ANY($1::text[]) ORDER BY event_id, destination FOR UPDATE`,
    asked,
  );
  const deliveries = rows.map(deliveryOf);
  const open = deliveries.filter(({ state }) => state === 'waiting' || state === 'behind');
  return { deliveries, waiting: new Set(open.map(({ eventId }) => eventId)) };
}

function deliveryOf(row: Row): Delivery {
  const { order_key: orderKey, blocks } = row;
  const destination = String(row['destination']);
  return {
    eventId: String(row['event_id']),
    destination,
    state: String(row['state']),
    blocked: blocks === true && typeof orderKey === 'string' ? { destination, orderKey } : undefined,
  };
}

/** Within the transaction that has locked their deliveries; the next of their keys go on. */
export async function dropEvents(
  session: Session,
  ids: readonly string[],
  { deliveries }: EventDeliveries,
  nowMs: number,
): Promise<void> {
  if (ids.length === 0) return;
  const rows = await session.query(
    `WITH attempted AS (DELETE FROM countersign.attempts WHERE event_id = ANY($1::text[])),
    sent AS (DELETE FROM countersign.deliveries WHERE event_id = ANY($1::text[]))
    DELETE FROM countersign.events WHERE id = ANY($1::text[]) RETURNING id, gate, body_bytes`,
    [arrayOf('text', ids)],
  );
  // Only a statement of its own sees words that were written while that waited for the events.
  await session.query('DELETE FROM countersign.words WHERE event_id = ANY($1::text[])', [
    arrayOf('text', ids),
  ]);
  const going = new Set(ids);
  const gone = deliveries.filter(({ eventId }) => going.has(eventId));
  await session.query(insertTotals(1), totalColumns([...rows.map(eventLeaves), ...gone.map(deliveryLeaves)]));
  const keys = gone.flatMap(({ blocked }) => blocked ?? []);
  await letNextGo(session, keys, nowMs);
}

function eventLeaves({ id, gate, body_bytes: bytes }: Row): Change {
  const day = dayTextOf(String(id));
  return { kind: 'events', name: String(gate), state: '', day, number: -1, bytes: -Number(bytes) };
}

function deliveryLeaves({ eventId, destination, state }: Delivery): Change {
  return { kind: 'deliveries', name: destination, state, day: dayTextOf(eventId), number: -1, bytes: 0 };
}
