/** Partitions of events, deliveries, attempts and words: one a day, by the time that a UUIDv7 begins with. */
import type { Database, Session } from './database.ts';
import { withoutSamples } from './unsampled.ts';

export const DAY_MS = 86_400_000;

/** Tables that have a partition a day, by the name of the column that holds the event’s id. */
export const PARTITIONED: readonly string[] = ['events', 'deliveries', 'attempts', 'words'];

/** Made ahead, so that a new day finds its partition. */
const AHEAD_DAYS = 2;

/** Days from 2020 on, and before 2100, have partitions of their own: no stranger’s ids make more than these. So the schema has it. */
const FIRST_NUMBER = Date.UTC(2020, 0) / DAY_MS;
const END_NUMBER = Date.UTC(2100, 0) / DAY_MS;

export interface Day {
  /** As its partitions’ names end, e.g. `20250131`; `early` and `late`: of all ids before and after days of their own. */
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
  /** Somebody has dropped some: `ensure` looks again. */
  forget(): void;
}

function prefixOf(number: number): string {
  const hex = (number * DAY_MS).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}`;
}

const FIRST_ID = prefixOf(FIRST_NUMBER);
const END_ID = prefixOf(END_NUMBER);

const EARLY: Day = { day: 'early', fromId: '', untilId: FIRST_ID };
const LATE: Day = { day: 'late', fromId: END_ID, untilId: '\u{10ffff}' };

/** The day whose partition holds an id, whatever its form is: as the server compares it with the bounds. */
export function dayOfId(id: string): Day {
  if (id < FIRST_ID) return EARLY;
  if (id >= END_ID) return LATE;
  return dayOf(/^[0-9a-f]{8}-[0-9a-f]{4}/.test(id) ? numberIn(id) : numberUpTo(id));
}

function numberIn(id: string): number {
  return Math.floor(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) / DAY_MS);
}

/** The last day whose first id is not after this one. */
function numberUpTo(id: string): number {
  let number = FIRST_NUMBER;
  let end = END_NUMBER;
  while (end - number > 1) {
    const middle = Math.floor((number + end) / 2);
    if (prefixOf(middle) <= id) number = middle;
    else end = middle;
  }
  return number;
}

/** The last that was asked for: nearly always of today. */
let last: { readonly number: number; readonly day: Day } | undefined;

function dayOf(number: number): Day {
  if (last?.number !== number) last = { number, day: newDay(number) };
  return last.day;
}

function newDay(number: number): Day {
  return {
    day: new Date(number * DAY_MS).toISOString().slice(0, 10).replaceAll('-', ''),
    fromId: prefixOf(number),
    untilId: prefixOf(number + 1),
  };
}

/** What of a total’s row says of its event’s day. */
export function dayTextOf(id: string): string {
  return dayOfId(id).day;
}

/** What a day’s ids are from on. @param day as `Day` has it */
export function firstIdOf(day: string): string {
  if (day === EARLY.day) return EARLY.fromId;
  if (day === LATE.day) return LATE.fromId;
  const ms = Date.UTC(Number(day.slice(0, 4)), Number(day.slice(4, 6)) - 1, Number(day.slice(6)));
  return prefixOf(ms / DAY_MS);
}

/** The partition of a day, as a statement names it. @param day as `Day` has it */
export function partitionOf(table: string, day: string): string {
  if (!/^(?:\d{8}|early|late)$/.test(day)) throw new RangeError('not the name of a day');
  return `countersign.${table}_${day}`;
}

export function createDays(database: Database): Days {
  const present = new Set<string>([EARLY.day, LATE.day]);
  const make = async (day: Day): Promise<void> => {
    await database.transaction((session) => createDay(session, day));
    present.add(day.day);
  };
  return {
    async ensure(ids) {
      for (const id of ids) {
        const day = dayOfId(id);
        if (!present.has(day.day)) await make(day);
      }
    },
    async ensureAhead(nowMs) {
      const today = Math.floor(nowMs / DAY_MS);
      for (let number = today; number <= today + AHEAD_DAYS; number++) {
        const day = dayOfId(prefixOf(number));
        if (!present.has(day.day)) await make(day);
      }
    },
    forget() {
      present.clear();
      present.add(EARLY.day).add(LATE.day);
    },
  };
}

/** Of gateways that make one at once, or drop one, one does. */
const DAYS_LOCK = 0x4373_6701;

/** Holds off whoever makes or drops a day, until the transaction ends. */
export async function lockDays(session: Session): Promise<void> {
  await session.query('SELECT pg_advisory_xact_lock($1)', [DAYS_LOCK]);
}

async function createDay(session: Session, { day, fromId, untilId }: Day): Promise<void> {
  await lockDays(session);
  const rows = await session.query(
    'INSERT INTO countersign.days (day, from_id, until_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING day',
    [day, fromId, untilId],
  );
  if (rows.length === 0) return;
  for (const table of PARTITIONED) await attach(session, table, day, `FROM ('${fromId}') TO ('${untilId}')`);
}

/** Made first and attached then: that waits for nobody who reads or writes. Bounds are literals in such a statement; these hold digits and a hyphen. */
async function attach(session: Session, table: string, day: string, bounds: string): Promise<void> {
  const partition = partitionOf(table, day);
  await session.query(
    `CREATE TABLE ${partition} (LIKE countersign.${table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE)`,
  );
  await session.query(withoutSamples(table, partition));
  await session.query(`ALTER TABLE countersign.${table} ATTACH PARTITION ${partition} FOR VALUES ${bounds}`);
}
