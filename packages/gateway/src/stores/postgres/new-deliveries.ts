/** Deliveries as they are made with their event, or later for one that is there. */
import { createHash } from 'node:crypto';
import type { NewDelivery } from '../new-delivery.ts';
import { arrayOf, column } from './arrays.ts';
import type { Session, Value } from './database.ts';
import { firstIdOf } from './days.ts';
import { storable } from './text.ts';

/** A delivery of an event. */
export interface DeliveryWriting extends NewDelivery {
  readonly eventId: string;
}

/** What is found by an order key, which may be long: the first 48 bits of its SHA-256. */
export function orderHash(orderKey: string): number {
  return createHash('sha256').update(storable(orderKey)).digest().readUIntBE(0, 6);
}

const ORDER_LOCKS = 0x4373_6703;

/**
 * Holds off whoever else makes, ends or lets go deliveries of these keys, until the transaction ends. Before any other statement of it:
 * those see what the one before has left.
 */
export async function lockOrderKeys(
  session: Session,
  keys: Iterable<{ readonly destination: string; readonly orderKey: string }>,
): Promise<void> {
  const locks = new Set([...keys].map(lockOf));
  if (locks.size === 0) return;
  await session.query(
    `SELECT pg_advisory_xact_lock(${ORDER_LOCKS}, lock::integer)
    FROM (SELECT lock FROM unnest($1::bigint[]) AS lock ORDER BY lock) AS sorted`,
    [arrayOf('bigint', [...locks])],
  );
}

function lockOf({
  destination,
  orderKey,
}: {
  readonly destination: string;
  readonly orderKey: string;
}): number {
  return createHash('sha256')
    .update(storable(`${destination}\n${orderKey}`))
    .digest()
    .readInt32BE(0);
}

/**
 * The id from which on deliveries of these destinations may block their keys: partitions of days before are not looked into. Once their keys
 * are locked.
 */
export async function firstBlocking(session: Session, destinations: readonly string[]): Promise<string> {
  const rows = await session.query(
    `SELECT DISTINCT day FROM (
      SELECT day FROM countersign.totals
      WHERE kind = 'deliveries' AND name = ANY($1::text[]) AND state IN ('waiting', 'behind', 'dead')
      GROUP BY name, state, day HAVING sum(number) > 0) AS held`,
    [arrayOf('text', [...new Set(destinations)])],
  );
  return rows.map(({ day }) => firstIdOf(String(day))).sort()[0] ?? NONE_BLOCKS;
}

/** Behind all days: where no delivery of a batch has a key, none is looked for. */
export const NONE_BLOCKS = '\u{10ffff}';

/** Whether it waits for others of its key. */
export function isOrdered({ orderKey, isMuted = false }: NewDelivery): boolean {
  return orderKey !== undefined && !isMuted;
}

/** The parameters of `insertDeliveries`. @param floor of `firstBlocking` */
export function deliveryParameters(deliveries: readonly DeliveryWriting[], floor: string): readonly Value[] {
  return [
    column('text', deliveries, ({ eventId }) => eventId),
    column('text', deliveries, ({ destination }) => destination),
    column('text', deliveries, ({ orderKey }) => orderKey ?? null),
    column('bigint', deliveries, ({ orderKey }) => (orderKey === undefined ? null : orderHash(orderKey))),
    column('bigint', deliveries, ({ parks = false, isMuted = false }) =>
      isMuted ? MUTED : parks ? PARKS : PLAIN,
    ),
    floor,
  ];
}

const PLAIN = 0;
const PARKS = 1;
const MUTED = 2;

/**
 * Inserts rows of `deliveries`, in their order; their keys are locked. Gives `event_id`, `destination`, `state` and `place` of each.
 * @param events a relation of `id` and `gate`: only deliveries of these are made
 * @param now the parameter that is the time @param first of `deliveryParameters`
 */
export function insertDeliveries(events: string, now: number, first: number): string {
  const at = (offset: number): string => `$${first + offset}`;
  return `INSERT INTO countersign.deliveries
      (place, event_id, destination, gate, state, began_ms, set_ms, due_ms, order_key, order_hash, parks, blocks)
    SELECT nextval('countersign.places'), event_id, destination, gate,
      CASE WHEN kind = ${MUTED} THEN 'muted' WHEN is_ordered AND (number_of_key > 1 OR is_blocked) THEN 'behind' ELSE 'waiting' END,
      $${now}::bigint, $${now}::bigint, $${now}::bigint, order_key, order_hash, kind = ${PARKS}, is_ordered
    FROM (
      SELECT made.*, events.gate, is_ordered,
        row_number() OVER (PARTITION BY made.destination, made.order_key, is_ordered ORDER BY made.number) AS number_of_key,
        is_ordered AND EXISTS (
          SELECT FROM countersign.deliveries AS earlier
          WHERE earlier.destination = made.destination AND earlier.order_hash = made.order_hash
            AND earlier.order_key = made.order_key AND earlier.blocks AND earlier.event_id >= ${at(5)}::text) AS is_blocked
      FROM unnest(${at(0)}::text[], ${at(1)}::text[], ${at(2)}::text[], ${at(3)}::bigint[], ${at(4)}::bigint[])
        WITH ORDINALITY AS made (event_id, destination, order_key, order_hash, kind, number)
      JOIN ${events} AS events ON events.id = made.event_id
      CROSS JOIN LATERAL (SELECT made.order_key IS NOT NULL AND made.kind <> ${MUTED} AS is_ordered) AS ordered
    ) AS delivery
    ORDER BY number
    RETURNING event_id, destination, state, place`;
}
