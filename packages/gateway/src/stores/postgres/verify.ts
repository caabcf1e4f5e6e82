/** Looks whether all is whole that a PostgreSQL store holds, while gateways write to it: counts by one snapshot, then each event as who delivers it reads it. */
import type { VerifyReport } from '../store-upkeep.ts';
import { bodyFindings, findingsOf, readBodies, type VerifiedEvents } from '../verify-store.ts';
import type { Database, Row, Session } from './database.ts';
import { partitionOf } from './days.ts';
import { rereading } from './event-lists.ts';

export interface VerifyParts {
  readonly database: Database;
  readonly events: VerifiedEvents;
}

/** Rows of a statement: it takes some ten milliseconds. */
const PAGE = 10_000;

/** Until it ends, nothing is cleared away that is deleted meanwhile. */
const SNAPSHOT = 'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY; SET LOCAL jit = off';

export async function verifyPostgres(
  { database, events }: VerifyParts,
  signal: AbortSignal,
): Promise<VerifyReport> {
  const counts = await rereading(() =>
    database.transaction(async (session) => {
      await session.query(SNAPSHOT);
      return countAll(session, signal);
    }),
  );
  const { events: read, damaged } = await readBodies(events, signal);
  const findings = findingsOf({
    // What PostgreSQL has found is in its log, and in what it answers: none of it comes here.
    integrity: [{ integrity_check: 'ok' }],
    totals: counts.differing.map((name) => ({ name })),
    deliveries: [{ number: counts.deliveries }],
    attempts: [{ number: counts.attempts }],
    erasures: [{ number: counts.erasures }],
  });
  return { events: read, findings: [...findings, ...bodyFindings(counts.bodies + damaged)] };
}

interface Counts {
  /** Names whose totals are not what is there. */
  readonly differing: readonly string[];
  /** Without their event. */
  readonly deliveries: number;
  /** Without their delivery. */
  readonly attempts: number;
  readonly erasures: number;
  /** Not as long as they were. */
  readonly bodies: number;
}

async function countAll(session: Session, signal: AbortSignal): Promise<Counts> {
  const sums = new Sums();
  let deliveries = 0;
  let attempts = 0;
  let bodies = 0;
  const days = await session.query(
    "SELECT day FROM countersign.days UNION ALL VALUES ('early'), ('late') ORDER BY day",
  );
  for (const { day } of days) {
    const table = (name: string): string => partitionOf(name, String(day));
    const pages = (paged: PagedTable) => pagesOf(session, paged, signal);
    const ofEvents = pages({ table: table('events'), id: 'id', select: EVENTS, groupBy: 'gate' });
    for await (const row of ofEvents) {
      sums.add(['events', row['gate'], ''], row);
      bodies += Number(row['wrong']);
    }
    const ofDeliveries = pages({
      table: table('deliveries'),
      id: 'event_id',
      select: deliveriesOf(table('events')),
      groupBy: 'destination, state',
    });
    for await (const row of ofDeliveries) {
      sums.add(['deliveries', row['destination'], row['state']], row);
      deliveries += Number(row['wrong']);
    }
    const ofAttempts = pages({
      table: table('attempts'),
      id: 'event_id',
      select: attemptsOf(table('deliveries')),
    });
    for await (const row of ofAttempts) attempts += Number(row['wrong']);
  }
  const totals = await session.query(`
    SELECT kind, name, state, sum(number)::bigint AS number, sum(bytes)::bigint AS bytes
    FROM countersign.totals GROUP BY kind, name, state`);
  const [erasures] = await session.query('SELECT count(*) AS number FROM countersign.erasures');
  return {
    differing: sums.differing(totals),
    deliveries,
    attempts,
    bodies,
    erasures: Number(erasures?.['number']),
  };
}

const EVENTS = `gate, count(*) AS number, sum(body_bytes) AS bytes,
  count(*) FILTER (WHERE encoding IS NULL AND erased IS NULL AND octet_length(body) <> body_bytes) AS wrong`;

function deliveriesOf(events: string): string {
  return `destination, state, count(*) AS number, 0 AS bytes,
    count(*) FILTER (WHERE NOT EXISTS (SELECT 1 FROM ${events} AS events WHERE events.id = paged.event_id)) AS wrong`;
}

function attemptsOf(deliveries: string): string {
  return `count(*) FILTER (WHERE NOT EXISTS (
    SELECT 1 FROM ${deliveries} AS deliveries WHERE deliveries.event_id = paged.event_id AND deliveries.place = paged.delivery)) AS wrong`;
}

interface PagedTable {
  readonly table: string;
  /** The column of the event's id: rows of one stay together. */
  readonly id: string;
  readonly select: string;
  readonly groupBy?: string;
}

/** Rows of aggregates, page by page. */
async function* pagesOf(
  session: Session,
  { table, id, select, groupBy }: PagedTable,
  signal: AbortSignal,
): AsyncGenerator<Row> {
  for (let after: string | undefined = ''; after !== undefined; ) {
    signal.throwIfAborted();
    const [end]: readonly Row[] = await session.query(
      `SELECT ${id} AS id FROM ${table} WHERE ${id} > $1 ORDER BY ${id} OFFSET ${PAGE - 1} LIMIT 1`,
      [after],
    );
    const last: string | undefined = end === undefined ? undefined : String(end['id']);
    yield* await session.query(
      `SELECT ${select} FROM ${table} AS paged WHERE ${id} > $1 ${last === undefined ? '' : `AND ${id} <= $2`}
      ${groupBy === undefined ? '' : `GROUP BY ${groupBy}`}`,
      last === undefined ? [after] : [after, last],
    );
    after = last;
  }
}

/** Of rows, by what a total is of: kind, name and state. */
class Sums {
  readonly #sums = new Map<string, { number: number; bytes: number }>();

  add(key: readonly unknown[], { number, bytes }: Row): void {
    const sum = this.#sums.get(JSON.stringify(key)) ?? { number: 0, bytes: 0 };
    this.#sums.set(JSON.stringify(key), {
      number: sum.number + Number(number),
      bytes: sum.bytes + Number(bytes),
    });
  }

  differing(totals: readonly Row[]): readonly string[] {
    const left = new Map(this.#sums);
    const names = new Set<string>();
    for (const { kind, name, state, number, bytes } of totals) {
      const key = JSON.stringify([kind, name, state]);
      const sum = left.get(key) ?? { number: 0, bytes: 0 };
      left.delete(key);
      if (sum.number !== Number(number) || sum.bytes !== Number(bytes)) names.add(String(name));
    }
    for (const key of left.keys()) {
      const [, name]: readonly unknown[] = JSON.parse(key);
      names.add(String(name));
    }
    return [...names].sort();
  }
}
