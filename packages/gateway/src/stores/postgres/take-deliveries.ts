/** Deliveries that are due, taken by one gateway of several. */
import type { TakeOptions } from '../delivery-store.ts';
import type { Database, Row } from './database.ts';
import type { DueFloors } from './due-floors.ts';
import type { LeaseClock } from './lease-clock.ts';
import { withRetry } from './retry.ts';
import type { WaitingDays } from './waiting-days.ts';

export interface DeliveryTaking {
  /** Rows of `deliveries`, each under a lease of its own; the first is the first due, or the last made. */
  take(options: TakeOptions): Promise<readonly Row[]>;
  nextDueMs(destination: string): Promise<number | undefined>;
  countDue(destination: string, beforeMs: number, limit: number): Promise<number>;
}

/** So many of the last made are looked at for those that are due. */
const LAST_LOOKED_AT = 256;

/** Of $1, in the partitions from $2 on, that nobody has at $3. */
const FREE = `destination = $1 AND event_id >= $2 AND state = 'waiting'
  AND (leased_until_ms IS NULL OR leased_until_ms <= $3)`;

const FIRST_DUE = `
  SELECT event_id, place, due_ms FROM countersign.deliveries
  WHERE ${FREE} AND due_ms BETWEEN $8::bigint AND $4 ORDER BY due_ms, place LIMIT $5 FOR UPDATE SKIP LOCKED`;

/** Locked are those that are taken, and none that is looked at only. */
const LAST_MADE = `
  SELECT event_id, place, due_ms FROM countersign.deliveries
  WHERE ${FREE} AND due_ms <= $4 AND event_id = ANY(ARRAY(
    SELECT event_id FROM (
      SELECT event_id, due_ms FROM countersign.deliveries
      WHERE ${FREE} AND state || '' = 'waiting' ORDER BY place DESC LIMIT $5 + ${LAST_LOOKED_AT}) AS looked
    WHERE due_ms <= $4))
  ORDER BY place DESC LIMIT $5 FOR UPDATE SKIP LOCKED`;

/** What another has locked is passed over; what is longer than fits is let go with the statement. */
function leasing(due: string, order: string): string {
  return `
  WITH due AS MATERIALIZED (${due}),
  sized AS MATERIALIZED (
    SELECT event_id, row_number() OVER (ORDER BY ${order}) AS nth,
      sum(coalesce((SELECT e.body_bytes FROM countersign.events e WHERE e.id = due.event_id AND e.id >= $2), 0))
        OVER (ORDER BY ${order}) AS bytes
    FROM due)
  UPDATE countersign.deliveries d SET lease = d.lease + 1, leased_until_ms = $6
  FROM sized
  WHERE (sized.nth = 1 OR sized.bytes <= $7) AND d.event_id = sized.event_id AND d.destination = $1 AND d.event_id >= $2
  RETURNING d.*, sized.nth`;
}

const TAKE_FIRST = leasing(FIRST_DUE, 'due_ms, place');
const TAKE_LAST = leasing(LAST_MADE, 'place DESC');

export interface DeliveryTakingParts {
  readonly database: Database;
  readonly days: WaitingDays;
  readonly floors: DueFloors;
  readonly clock: LeaseClock;
}

export function createDeliveryTaking(parts: DeliveryTakingParts): DeliveryTaking {
  return new Taking(parts);
}

class Taking implements DeliveryTaking {
  readonly #parts: DeliveryTakingParts;

  constructor(parts: DeliveryTakingParts) {
    this.#parts = parts;
  }

  async take(options: TakeOptions): Promise<readonly Row[]> {
    const { destination, limit, maxBytes, leaseMs, isLastFirst = false } = options;
    const { database, days, floors, clock } = this.#parts;
    const firstId = await days.floorOf(destination);
    if (firstId === undefined) return [];
    const leaseNowMs = await clock.nowMs();
    const nowMs = Math.floor(options.nowMs);
    const leaseUntilMs = leaseNowMs + Math.ceil(leaseMs);
    const values = [destination, firstId, leaseNowMs, nowMs, limit, leaseUntilMs, maxBytes];
    if (isLastFirst) {
      const last = await withRetry(() => database.query(TAKE_LAST, values));
      if (last.length > 0) return inOrder(last);
    }
    const floorMs = floors.floorOf(destination, nowMs);
    const beganMs = performance.now();
    const rows = inOrder(await withRetry(() => database.query(TAKE_FIRST, [...values, floorMs])));
    const firstMs = rows[0] && Number(rows[0]['due_ms']);
    floors.looked(destination, { floorMs, nowMs, firstMs, tookMs: performance.now() - beganMs });
    return rows;
  }

  async nextDueMs(destination: string): Promise<number | undefined> {
    const { database, days, floors, clock } = this.#parts;
    const firstId = await days.floorOf(destination);
    if (firstId === undefined) return undefined;
    const floorMs = floors.floorOf(destination, Number.MAX_SAFE_INTEGER);
    const [row] = await database.query(
      `SELECT due_ms FROM countersign.deliveries WHERE ${FREE} AND due_ms >= $4 ORDER BY due_ms, place LIMIT 1`,
      [destination, firstId, await clock.nowMs(), floorMs],
    );
    return row && Number(row['due_ms']);
  }

  async countDue(destination: string, beforeMs: number, limit: number): Promise<number> {
    const { database, days, clock } = this.#parts;
    const firstId = await days.floorOf(destination);
    if (firstId === undefined) return 0;
    const [row] = await database.query(
      `SELECT count(*) AS number FROM (
        SELECT 1 FROM countersign.deliveries WHERE ${FREE} AND due_ms <= $4 LIMIT $5) AS due`,
      [destination, firstId, await clock.nowMs(), Math.floor(beforeMs), limit],
    );
    return Number(row?.['number']);
  }
}

function inOrder(rows: readonly Row[]): readonly Row[] {
  return rows.toSorted((a, b) => Number(a['nth']) - Number(b['nth']));
}
