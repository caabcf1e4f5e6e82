/** Deliveries that a clock which was ahead has put off, in PostgreSQL: brought forward a step at a time, however many wait. */
import type { Database } from './database.ts';
import { withRetry } from './retry.ts';
import { readTotals } from './totals.ts';
import type { WaitingDays } from './waiting-days.ts';

/** Looked at in a step. */
const ROWS_PER_STEP = 512;

/** What is brought forward is before the step’s end, and not seen again. */
const STEP = `
  WITH page AS MATERIALIZED (
    SELECT event_id, due_ms, place, set_ms FROM countersign.deliveries
    WHERE destination = $1 AND event_id >= $2 AND state = 'waiting' AND (due_ms, place) > ($4::bigint, $5::bigint)
    ORDER BY due_ms, place LIMIT ${ROWS_PER_STEP}),
  ahead AS MATERIALIZED (
    SELECT event_id FROM countersign.deliveries
    WHERE destination = $1 AND event_id >= $2 AND event_id IN (SELECT event_id FROM page WHERE set_ms > $3)
      AND state = 'waiting' AND set_ms > $3
    ORDER BY event_id FOR UPDATE),
  changed AS (
    UPDATE countersign.deliveries d SET due_ms = d.due_ms - d.set_ms + $3, set_ms = $3
    FROM ahead WHERE d.event_id = ahead.event_id AND d.destination = $1 AND d.event_id >= $2 RETURNING 1)
  SELECT (SELECT count(*) FROM changed) AS changed, (SELECT count(*) FROM page) AS looked_at, last.due_ms, last.place
  FROM (SELECT due_ms, place FROM page ORDER BY due_ms DESC, place DESC LIMIT 1) AS last`;

/** @returns how many were brought forward */
export async function rebaseDeliveries(
  database: Database,
  days: WaitingDays,
  nowMs: number,
): Promise<number> {
  const timeMs = Math.floor(nowMs);
  const totals = await readTotals(database, 'deliveries');
  let brought = 0;
  for (const { name } of totals.filter(({ state }) => state === 'waiting')) {
    const floor = await days.floorOf(name);
    // What is due already waits for no clock.
    let from = floor === undefined ? undefined : { dueMs: timeMs, place: Number.MAX_SAFE_INTEGER };
    while (from !== undefined) {
      const values = [name, floor ?? '', timeMs, from.dueMs, from.place];
      const [row] = await withRetry(() => database.query(STEP, values));
      brought += Number(row?.['changed'] ?? 0);
      const isFull = Number(row?.['looked_at'] ?? 0) === ROWS_PER_STEP;
      from = isFull ? { dueMs: Number(row?.['due_ms']), place: Number(row?.['place']) } : undefined;
    }
  }
  return brought;
}
