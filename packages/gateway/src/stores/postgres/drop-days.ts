/**
 * Days that go as a whole. Their partitions are emptied, which holds up nobody who is at other days, and gives their room back at once; and
 * dropped once nobody is at any for a moment, for that locks what they are partitions of.
 */

import { StoreError } from '../store.ts';
import type { Database, Row, Session } from './database.ts';
import { DAY_MS, lockDays, PARTITIONED, partitionOf } from './days.ts';
import { codeOf, NO_TABLE } from './errors.ts';
import { lockTotals } from './totals.ts';

/** A day that is older than all keep that have events of it. */
export interface OldDay {
  readonly day: string;
  /** All of its events were received before then. Infinity: it has none. */
  readonly beforeMs: number;
}

/** What a gate had of a day that is empty now. */
export interface EmptiedDay {
  readonly number: number;
  readonly bytes: number;
}

/** `busy`: somebody reads or writes it; it may go later. `needed`: something of it is kept. `blocking`: deliveries of these events hold up others. */
export type DayOutcome =
  | { readonly kind: 'emptied'; readonly byGate: ReadonlyMap<string, EmptiedDay> }
  | { readonly kind: 'busy' | 'needed' }
  | { readonly kind: 'blocking'; readonly ids: readonly string[] };

/** Who comes meanwhile waits for as long at most. */
const LOCK_MS = 50;
/** A day that has ended so long ago gets no events any more, but imported ones. */
const QUIET_MS = 2 * DAY_MS;
/** A sweep that was longer ago says nothing of what is kept today. */
const NOTED = "interval '1 hour'";
const BLOCKING = 128;

/** What a gate keeps no longer. */
export async function noteBefore(database: Database, gate: string, beforeMs: number): Promise<void> {
  await database.query(
    `INSERT INTO countersign.retention (gate, before_ms, noted) VALUES ($1, $2, clock_timestamp())
    ON CONFLICT (gate) DO UPDATE SET before_ms = excluded.before_ms, noted = excluded.noted`,
    [gate, beforeMs],
  );
}

export interface AgeingDays {
  /** They may go, the oldest first. */
  readonly old: readonly OldDay[];
  /** They will within a day: all gates that have events of them have said that the first of these may go. */
  readonly ageing: ReadonlySet<string>;
}

export async function ageingDays(database: Database, nowMs: number): Promise<AgeingDays> {
  const rows = await database.query(
    `SELECT days.day, count(held.name) AS gates, count(before_ms) AS noted, min(before_ms) AS before_ms
    FROM countersign.days
    LEFT JOIN (
      SELECT day, name FROM countersign.totals WHERE kind = 'events' GROUP BY day, name HAVING sum(number) > 0
    ) AS held ON held.day = days.day
    LEFT JOIN countersign.retention ON gate = held.name AND noted > clock_timestamp() - ${NOTED}
    GROUP BY days.day ORDER BY days.day`,
  );
  const days = rows.filter(({ gates, noted }) => gates === noted).map(oldDayOf);
  const endsBefore = ({ day }: OldDay, ms: number): boolean => endOf(day) <= ms;
  return {
    old: days.filter((day) => endsBefore(day, Math.min(day.beforeMs, nowMs - QUIET_MS))),
    ageing: new Set(
      days
        .filter((day) => !endsBefore(day, day.beforeMs) && endsBefore(day, day.beforeMs + DAY_MS))
        .map(({ day }) => day),
    ),
  };
}

function oldDayOf({ day, before_ms: beforeMs }: Row): OldDay {
  return { day: String(day), beforeMs: beforeMs === null ? Number.POSITIVE_INFINITY : Number(beforeMs) };
}

function endOf(day: string): number {
  return Date.UTC(Number(day.slice(0, 4)), Number(day.slice(4, 6)) - 1, Number(day.slice(6)) + 1);
}

/** Takes all out of a day’s partitions. */
export async function emptyDay(database: Database, { day, beforeMs }: OldDay): Promise<DayOutcome> {
  // First without a lock, which would hold up whoever is at it for nothing.
  if (await isNeeded(database, { day, beforeMs })) return { kind: 'needed' };
  return unlessBusy(database, async (session): Promise<DayOutcome> => {
    const partitions = PARTITIONED.map((table) => partitionOf(table, day)).join(', ');
    await lockTotals(session);
    await session.query(`LOCK TABLE ${partitions} IN ACCESS EXCLUSIVE MODE`);
    if (await isNeeded(session, { day, beforeMs })) return { kind: 'needed' };
    const blocking = await session.query(
      `SELECT event_id FROM ${partitionOf('deliveries', day)}
      WHERE blocks AND order_hash IS NOT NULL LIMIT ${BLOCKING}`,
    );
    if (blocking.length > 0) return { kind: 'blocking', ids: blocking.map(({ event_id: id }) => String(id)) };
    const rows = await session.query(
      `SELECT name, sum(number)::bigint AS number, sum(bytes)::bigint AS bytes FROM countersign.totals
      WHERE kind = 'events' AND day = $1 GROUP BY name`,
      [day],
    );
    await session.query(`TRUNCATE ${partitions}`);
    await session.query('DELETE FROM countersign.totals WHERE day = $1', [day]);
    return {
      kind: 'emptied',
      byGate: new Map(
        rows.map(({ name, number, bytes }) => [
          String(name),
          { number: Number(number), bytes: Number(bytes) },
        ]),
      ),
    };
  });
}

/** Somebody may have kept an event of that day since it was looked at. */
async function isNeeded(session: Session, { day, beforeMs }: OldDay): Promise<boolean> {
  const [row] = await session.query(
    `SELECT
      (SELECT max(received_ms) FROM ${partitionOf('events', day)}) AS last_ms,
      EXISTS (
        SELECT FROM countersign.totals WHERE kind = 'deliveries' AND day = $1 AND state IN ('waiting', 'behind')
        GROUP BY name HAVING sum(number) > 0) AS waits,
      EXISTS (
        SELECT FROM countersign.totals WHERE kind = 'events' AND day = $1
          AND name NOT IN (SELECT gate FROM countersign.retention WHERE noted > clock_timestamp() - ${NOTED} AND before_ms >= $2)
        GROUP BY name HAVING sum(number) > 0) AS kept`,
    [day, Math.min(beforeMs, Number.MAX_SAFE_INTEGER)],
  );
  const lastMs = row?.['last_ms'];
  return (
    row?.['waits'] === true || row?.['kept'] === true || (typeof lastMs === 'number' && lastMs >= beforeMs)
  );
}

/** Drops the partitions of a day that has nothing. @returns whether they are gone */
export async function dropDay(database: Database, day: string): Promise<boolean> {
  const outcome = await unlessBusy(database, async (session): Promise<DayOutcome> => {
    await lockDays(session);
    await session.query(
      `LOCK TABLE ONLY ${PARTITIONED.map((table) => `countersign.${table}`).join(', ONLY ')} IN ACCESS EXCLUSIVE MODE`,
    );
    for (const table of PARTITIONED) {
      const rows = await session.query(`SELECT 1 AS one FROM ${partitionOf(table, day)} LIMIT 1`);
      if (rows.length > 0) return { kind: 'needed' };
    }
    await session.query(`DROP TABLE ${PARTITIONED.map((table) => partitionOf(table, day)).join(', ')}`);
    await session.query('DELETE FROM countersign.days WHERE day = $1', [day]);
    return { kind: 'emptied', byGate: new Map() };
  });
  return outcome.kind === 'emptied';
}

/** PostgreSQL’s SQLSTATE: a lock that did not come in time; a table that another gateway has dropped. */
const BUSY: ReadonlySet<string> = new Set(['55P03', NO_TABLE]);

async function unlessBusy(
  database: Database,
  work: (session: Session) => Promise<DayOutcome>,
): Promise<DayOutcome> {
  try {
    return await database.transaction(async (session) => {
      await session.query(`SET LOCAL lock_timeout = ${LOCK_MS}`);
      return work(session);
    });
  } catch (error) {
    if (error instanceof StoreError && BUSY.has(codeOf(error.cause))) return { kind: 'busy' };
    throw error;
  }
}
