/** Keys of deliveries that go one after the other. Whoever makes one, ends one or lets the next go has the key alone until it commits. */
import { createHash } from 'node:crypto';
import type { Session } from './database.ts';
import { storable } from './text.ts';

export interface OrderKey {
  readonly destination: string;
  readonly orderKey: string;
}

/** What is indexed and locked in place of the key, which may be long: 64 bits, as PostgreSQL reads a bigint. */
export function orderHashOf({ destination, orderKey }: OrderKey): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([destination, storable(orderKey)]))
    .digest();
  return digest.readBigInt64BE().toString();
}

/** Within a transaction, before the statements that read what the key decides: each of those sees what was committed by then. */
export async function lockOrderKeys(session: Session, hashes: Iterable<string>): Promise<void> {
  const sorted = [...new Set(hashes)].sort();
  if (sorted.length === 0) return;
  // In one order, whoever asks: of two none waits for the other.
  await session.query('SELECT pg_advisory_xact_lock(hash) FROM unnest($1::bigint[]) AS hash', [sorted]);
}

/** Within a transaction that has locked the keys: the first of each that is behind another no more waits for itself alone. @returns them */
export async function letNextGo(
  session: Session,
  keys: readonly OrderKey[],
  nowMs: number,
): Promise<readonly NextOfKey[]> {
  if (keys.length === 0) return [];
  const blocking = await session.query(
    `SELECT first.event_id, first.destination, first.state
    FROM unnest($1::text[], $2::bigint[], $3::text[]) AS key (destination, hash, word)
    CROSS JOIN LATERAL (
      SELECT event_id, destination, state FROM countersign.deliveries d
      WHERE d.destination = key.destination AND d.order_hash = key.hash AND d.blocks AND d.order_key = key.word
      ORDER BY d.place LIMIT 1) AS first`,
    [
      keys.map(({ destination }) => destination),
      keys.map(orderHashOf),
      keys.map(({ orderKey }) => storable(orderKey)),
    ],
  );
  const behind = blocking.filter(({ state }) => state === 'behind');
  if (behind.length === 0) return [];
  await session.query(
    `UPDATE countersign.deliveries d SET state = 'waiting', began_ms = $3, set_ms = $3, due_ms = $3
    FROM unnest($1::text[], $2::text[]) AS next (event_id, destination)
    WHERE d.event_id = next.event_id AND d.destination = next.destination AND d.event_id = ANY($1::text[])`,
    [
      behind.map(({ event_id: id }) => String(id)),
      behind.map(({ destination }) => String(destination)),
      Math.floor(nowMs),
    ],
  );
  return behind.map((row) => ({
    eventId: String(row['event_id']),
    destination: String(row['destination']),
  }));
}

/** A delivery that was behind another. */
export interface NextOfKey {
  readonly eventId: string;
  readonly destination: string;
}
