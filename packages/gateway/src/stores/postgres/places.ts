/**
 * Places: who follows events reads on behind the last one that it has seen, so it may see none while one before it is still to come. Places
 * come from a sequence, and transactions end in another order than they draw them. So each says first, by an advisory lock,
 * from where on it draws: what stands before all of these is settled. Transactions of other programs on the server hold up nobody.
 */
import type { Session } from './database.ts';

/** The ten highest bits of the locks’ keys; the rest is a place. No other lock of a store has a key as great. */
const TAG = 0x217;
const PLACE_BITS = 53;

/** A row of no meaning, from a CTE that is read before `nextval` is called for an event: it announces the transaction. */
export const ANNOUNCED_SQL: string = `
  SELECT pg_advisory_xact_lock_shared((${TAG}::bigint << ${PLACE_BITS}) | last_value) FROM countersign.places`;

/**
 * The last place that is settled: a snapshot that is taken later sees each event up to there that there will ever be.
 *
 * The sequence is read before the locks: who is not among these yet draws places after what was read.
 */
export async function settledPlace(session: Session): Promise<number> {
  const [row] = await session.query(`
    SELECT least(places.last_value, drawing.place) AS place
    FROM countersign.places,
      LATERAL (
        SELECT min(((classid::bigint << 32) | objid::bigint) & ((1::bigint << ${PLACE_BITS}) - 1)) AS place
        FROM pg_locks
        WHERE locktype = 'advisory' AND objsubid = 1 AND classid::bigint >> 21 = ${TAG}
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
          AND places.last_value IS NOT NULL
      ) AS drawing`);
  return Number(row?.['place']);
}

/** The last that was drawn, whether its transaction has ended or not. */
export async function lastPlace(session: Session): Promise<number> {
  const [row] = await session.query('SELECT last_value FROM countersign.places');
  return Number(row?.['last_value']);
}
