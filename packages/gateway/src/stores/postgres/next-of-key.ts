/** Deliveries of one key go one after the other: once one has ended the next goes. */
import { column } from './arrays.ts';
import type { Session } from './database.ts';
import { countMoves } from './delivery-moves.ts';
import { firstBlocking, orderHash } from './new-deliveries.ts';

export interface OrderKey {
  readonly destination: string;
  readonly orderKey: string;
}

/** Within a transaction that has locked the keys: the first of each that is behind another no more waits for itself alone. */
export async function letNextGo(session: Session, ended: readonly OrderKey[], nowMs: number): Promise<void> {
  if (ended.length === 0) return;
  // Of several of one key the first that is left is let go once.
  const keys = [
    ...new Map(ended.map((key) => [JSON.stringify([key.destination, key.orderKey]), key])).values(),
  ];
  const floor = await firstBlocking(
    session,
    keys.map(({ destination }) => destination),
  );
  const blocking = await session.query(
    `SELECT first.event_id, first.destination, first.state, first.place
    FROM unnest($1::text[], $2::bigint[], $3::text[]) AS key (destination, hash, word)
    CROSS JOIN LATERAL (
      SELECT event_id, destination, state, place FROM countersign.deliveries d
      WHERE d.destination = key.destination AND d.order_hash = key.hash AND d.blocks AND d.order_key = key.word
        AND d.event_id >= $4::text
      ORDER BY d.place LIMIT 1) AS first`,
    [
      column('text', keys, ({ destination }) => destination),
      column('bigint', keys, ({ orderKey }) => orderHash(orderKey)),
      column('text', keys, ({ orderKey }) => orderKey),
      floor,
    ],
  );
  const behind = blocking.filter(({ state }) => state === 'behind');
  if (behind.length === 0) return;
  await session.query(
    `UPDATE countersign.deliveries d SET state = 'waiting', began_ms = $3, set_ms = $3, due_ms = $3
    FROM unnest($1::text[], $2::text[]) AS next (event_id, destination)
    WHERE d.event_id = next.event_id AND d.destination = next.destination AND d.event_id = ANY($1::text[])`,
    [
      column('text', behind, ({ event_id: id }) => String(id)),
      column('text', behind, ({ destination }) => String(destination)),
      Math.floor(nowMs),
    ],
  );
  await countMoves(
    session,
    behind.map((row) => ({
      eventId: String(row['event_id']),
      destination: String(row['destination']),
      place: Number(row['place']),
      from: 'behind',
      to: 'waiting',
    })),
  );
}
