/** Deliveries as they are made, with their event or later. */
import type { NewDelivery } from '../delivery-store.ts';
import type { Session } from './database.ts';
import { dayTextOf } from './days.ts';
import { orderHashOf } from './order-keys.ts';
import { storable } from './text.ts';

export interface DeliveryToMake {
  readonly eventId: string;
  readonly gate: string;
  readonly delivery: NewDelivery;
}

/** Hashes of the keys that must be locked before, in the same transaction: see `lockOrderKeys`. */
export function orderHashesOf(made: readonly DeliveryToMake[]): readonly string[] {
  return made.flatMap(({ delivery: { destination, orderKey, isMuted = false } }) =>
    orderKey === undefined || isMuted ? [] : [orderHashOf({ destination, orderKey })],
  );
}

/** Columns of those that are made, for the arrays of `NEW_DELIVERIES`. */
export function newDeliveryColumns(
  made: readonly DeliveryToMake[],
): readonly (readonly (string | boolean | null)[])[] {
  return [
    made.map(({ eventId }) => eventId),
    made.map(({ delivery }) => delivery.destination),
    made.map(({ gate }) => gate),
    made.map(({ delivery: { orderKey } }) => (orderKey === undefined ? null : storable(orderKey))),
    made.map(({ delivery: { destination, orderKey } }) =>
      orderKey === undefined ? null : orderHashOf({ destination, orderKey }),
    ),
    made.map(({ delivery }) => delivery.parks === true),
    made.map(({ delivery }) => delivery.isMuted === true),
    made.map(({ eventId }) => dayTextOf(eventId)),
  ];
}

/**
 * The state of a delivery that is made: of those of one key the first of what is there and what comes goes, the others wait behind it.
 * Rows (event_id, destination, gate, order_key, order_hash, parks, is_muted, day, state, blocks) in their order, of eight arrays from a parameter on.
 */
export function newDeliveryStates(first: number): string {
  const at = (offset: number): string => `$${first + offset}`;
  return `
    SELECT n.event_id, n.destination, n.gate, n.order_key, n.order_hash, n.parks, n.day, n.is_ordered AS blocks,
      CASE WHEN n.is_muted THEN 'muted'
        WHEN n.is_ordered AND (n.nth_of_key > 1 OR EXISTS (
          SELECT 1 FROM countersign.deliveries b
          WHERE b.destination = n.destination AND b.order_hash = n.order_hash AND b.blocks AND b.order_key = n.order_key)) THEN 'behind'
        ELSE 'waiting' END AS state
    FROM (
      SELECT *, order_key IS NOT NULL AND NOT is_muted AS is_ordered,
        row_number() OVER (PARTITION BY destination, order_key, is_muted ORDER BY nth) AS nth_of_key
      FROM unnest(${at(0)}::text[], ${at(1)}::text[], ${at(2)}::text[], ${at(3)}::text[], ${at(4)}::bigint[], ${at(5)}::boolean[],
          ${at(6)}::boolean[], ${at(7)}::text[])
        WITH ORDINALITY AS input (event_id, destination, gate, order_key, order_hash, parks, is_muted, day, nth)) AS n
    ORDER BY n.nth`;
}

const INSERT = `
  WITH made AS MATERIALIZED (${newDeliveryStates(1)}),
  inserted AS (
    INSERT INTO countersign.deliveries
      (event_id, destination, place, gate, state, began_ms, set_ms, due_ms, order_key, order_hash, parks, blocks)
    SELECT event_id, destination, nextval('countersign.places'), gate, state, $9, $9, $9, order_key, order_hash, parks, blocks FROM made
    ON CONFLICT DO NOTHING RETURNING event_id, destination),
  counted AS (
    INSERT INTO countersign.totals (kind, name, state, day, number, bytes)
    SELECT 'deliveries', destination, state, day, count(*), 0 FROM made JOIN inserted USING (event_id, destination)
    GROUP BY destination, state, day)
  SELECT count(*) AS number FROM inserted`;

/** Within a transaction that has locked the keys, and counts them. @returns how many were made: those of an event and a destination that have one are not */
export async function insertDeliveries(
  session: Session,
  made: readonly DeliveryToMake[],
  nowMs: number,
): Promise<number> {
  const [row] = await session.query(INSERT, [...newDeliveryColumns(made), Math.floor(nowMs)]);
  return Number(row?.['number']);
}
