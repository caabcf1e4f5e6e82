/** Counts in PostgreSQL: each commit adds rows, so that no two wait for one another; they are added up from time to time. */
import type { Database, Row, Session } from './database.ts';

/** A change of a count: of events by gate, of deliveries by destination and state. */
export interface Change {
  readonly kind: 'events' | 'deliveries';
  readonly name: string;
  /** Empty for events. */
  readonly state: string;
  /** Of the event, as `dayTextOf` gives it. */
  readonly day: string;
  readonly number: number;
  readonly bytes: number;
}

export interface Total {
  readonly name: string;
  readonly state: string;
  readonly number: number;
  readonly bytes: number;
}

/** Those of the same count as one. */
function summedUp(changes: readonly Change[]): readonly Change[] {
  const sums = new Map<string, Change>();
  for (const change of changes) {
    const key = JSON.stringify([change.kind, change.name, change.state, change.day]);
    const sum = sums.get(key);
    if (sum === undefined) sums.set(key, change);
    else
      sums.set(
        key,
        Object.assign({}, change, { number: sum.number + change.number, bytes: sum.bytes + change.bytes }),
      );
  }
  return [...sums.values()].filter(({ number, bytes }) => number !== 0 || bytes !== 0);
}

/** Values of the columns kind, name, state, day, number, bytes of rows of `totals`, for `unnest`. */
export function totalColumns(changes: readonly Change[]): readonly (readonly (string | number)[])[] {
  const sums = summedUp(changes);
  return [
    sums.map(({ kind }) => kind),
    sums.map(({ name }) => name),
    sums.map(({ state }) => state),
    sums.map(({ day }) => day),
    sums.map(({ number }) => number),
    sums.map(({ bytes }) => bytes),
  ];
}

/** Inserts rows of `totals`: six arrays from a parameter on. */
export function insertTotals(first: number): string {
  const at = (offset: number): string => `$${first + offset}`;
  return `INSERT INTO countersign.totals (kind, name, state, day, number, bytes)
    SELECT * FROM unnest(${at(0)}::text[], ${at(1)}::text[], ${at(2)}::text[], ${at(3)}::text[], ${at(4)}::bigint[], ${at(5)}::bigint[])`;
}

/** Those of a kind that are not 0. */
export async function readTotals(database: Database, kind: Change['kind']): Promise<readonly Total[]> {
  const rows = await database.query(
    `SELECT name, state, sum(number)::bigint AS number, sum(bytes)::bigint AS bytes
    FROM countersign.totals WHERE kind = $1 GROUP BY name, state HAVING sum(number) > 0`,
    [kind],
  );
  return rows.map(totalOf);
}

function totalOf({ name, state, number, bytes }: Row): Total {
  return { name: String(name), state: String(state), number: Number(number), bytes: Number(bytes) };
}

const TOTALS_LOCK = 0x4373_6702;

/** Holds off whoever adds them up, until the transaction ends: for who deletes some of them. */
export async function lockTotals(session: Session): Promise<void> {
  await session.query('SELECT pg_advisory_xact_lock($1)', [TOTALS_LOCK]);
}

/** Makes one row of each count that has several. Where another gateway is at it, nothing is done. */
export async function compactTotals(database: Database): Promise<void> {
  await database.transaction(async (session) => {
    const [lock] = await session.query('SELECT pg_try_advisory_xact_lock($1) AS is_ours', [TOTALS_LOCK]);
    if (lock?.['is_ours'] !== true) return;
    await session.query(`
      WITH several AS (
        SELECT kind, name, state, day FROM countersign.totals GROUP BY kind, name, state, day
        HAVING count(*) > 1 OR (sum(number) = 0 AND sum(bytes) = 0)
      ), gone AS (
        DELETE FROM countersign.totals USING several
        WHERE totals.kind = several.kind AND totals.name = several.name
          AND totals.state = several.state AND totals.day = several.day
        RETURNING totals.*
      )
      INSERT INTO countersign.totals (kind, name, state, day, number, bytes, first_place, last_place, first_ms, last_ms)
      SELECT kind, name, state, day, sum(number), sum(bytes),
        -- Where some were added and nobody said at which places, they are anywhere.
        CASE WHEN bool_and(number <= 0 OR last_place IS NOT NULL) THEN min(first_place) END,
        CASE WHEN bool_and(number <= 0 OR last_place IS NOT NULL) THEN max(last_place) END,
        min(first_ms), max(last_ms)
      FROM gone
      GROUP BY kind, name, state, day HAVING sum(number) <> 0 OR sum(bytes) <> 0`);
  });
}
