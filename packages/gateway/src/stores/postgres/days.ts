/** Partitions of events, deliveries, attempts and words: one a day, by the time that a UUIDv7 begins with. */
import { isEventId } from '../event-id.ts';
import type { Database, Session } from './database.ts';

const DAY_MS = 86_400_000;

/** Tables that have a partition a day, by the name of the column that holds the event’s id. */
export const PARTITIONED: readonly string[] = ['events', 'deliveries', 'attempts', 'words'];

/** Made ahead, so that a new day finds its partition. */
const AHEAD_DAYS = 2;

export interface Day {
  /** As its partitions' names end, e.g. `20250131`. */
  readonly day: string;
  readonly fromId: string;
  /** Outside. */
  readonly untilId: string;
}

export interface Days {
  /** Makes the partitions of these events where there are none yet. Nearly always without a question to the server. */
  ensure(ids: Iterable<string>): Promise<void>;
  /** Makes those of today and of the next days. */
  ensureAhead(nowMs: number): Promise<void>;
}

/** Which day an id is of: its number since the epoch. Undefined: it has another form, and stands in the partition of those. */
export function dayNumberOf(id: string): number | undefined {
  if (!isEventId(id)) return undefined;
  return Math.floor(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) / DAY_MS);
}

/** Undefined where a date has no such form: after the year 9999. */
export function dayOf(number: number): Day | undefined {
  const ms = number * DAY_MS;
  if (ms > Date.UTC(9999, 0)) return undefined;
  return {
    day: new Date(ms).toISOString().slice(0, 10).replaceAll('-', ''),
    fromId: prefixOf(ms),
    untilId: prefixOf(ms + DAY_MS),
  };
}

function prefixOf(ms: number): string {
  const hex = ms.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}`;
}

/** What of a total’s row says of its event’s day; '' of other ids. */
export function dayTextOf(id: string): string {
  const number = dayNumberOf(id);
  return (number === undefined ? undefined : dayOf(number)?.day) ?? '';
}

export function createDays(database: Database): Days {
  const present = new Set<number>();
  const make = async (number: number): Promise<void> => {
    const day = dayOf(number);
    if (day !== undefined) await database.transaction((session) => createDay(session, day));
    present.add(number);
  };
  return {
    async ensure(ids) {
      for (const id of ids) {
        const number = dayNumberOf(id);
        if (number !== undefined && !present.has(number)) await make(number);
      }
    },
    async ensureAhead(nowMs) {
      const today = Math.floor(nowMs / DAY_MS);
      for (let number = today; number <= today + AHEAD_DAYS; number++)
        if (!present.has(number)) await make(number);
    },
  };
}

/** Of gateways that make one at once, one does. */
const DAYS_LOCK = 0x4373_6701;

async function createDay(session: Session, { day, fromId, untilId }: Day): Promise<void> {
  await session.query('SELECT pg_advisory_xact_lock($1)', [DAYS_LOCK]);
  const rows = await session.query(
    'INSERT INTO countersign.days (day, from_id, until_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING day',
    [day, fromId, untilId],
  );
  if (rows.length === 0) return;
  // Bounds are literals in such a statement; these hold digits and a hyphen.
  for (const table of PARTITIONED)
    await session.query(
      `CREATE TABLE countersign.${table}_${day} PARTITION OF countersign.${table} FOR VALUES FROM ('${fromId}') TO ('${untilId}')`,
    );
}
