/** Counts what was moved, a day's partition at a time. */
import type { Session } from './database.ts';
import { partitionOf } from './days.ts';

/** Days of ids that have none of their own. */
const OTHERS = ['early', 'late'];

/** Within a transaction, into a store that has no totals yet. */
export async function countAll(session: Session): Promise<void> {
  const rows = await session.query('SELECT day FROM countersign.days');
  for (const day of [...rows.map((row) => String(row['day'])), ...OTHERS]) {
    await session.query(
      `INSERT INTO countersign.totals (kind, name, state, day, number, bytes, first_place, last_place, first_ms, last_ms)
      SELECT 'events', gate, '', $1, count(*), sum(body_bytes), min(place), max(place), min(received_ms), max(received_ms)
      FROM ${partitionOf('events', day)} GROUP BY gate`,
      [day],
    );
    await session.query(
      `INSERT INTO countersign.totals (kind, name, state, day, number, bytes)
      SELECT 'deliveries', destination, state, $1, count(*), 0 FROM ${partitionOf('deliveries', day)} GROUP BY destination, state`,
      [day],
    );
  }
}
