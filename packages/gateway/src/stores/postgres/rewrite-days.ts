/** Writes the partitions of some days anew, so that their files hold what their rows hold, and nothing else. */
import { StoreError } from '../store.ts';
import type { Database } from './database.ts';
import { dayTextOf, PARTITIONED, partitionOf } from './days.ts';
import { codeOf, NO_TABLE } from './errors.ts';
import { forgetAnswers } from './forget-answers.ts';

/** Gives a connection on which a statement may take as long as it takes, and waits for a lock for two seconds. */
export type WithoutLimits = <Result>(work: (database: Database) => Promise<Result>) => Promise<Result>;

export interface RewriteParts {
  readonly database: Database;
  readonly withoutLimits: WithoutLimits;
}

/** Looks at whether somebody still sees what was there before. */
const VIEW_TRIES = 300;
const VIEW_PAUSE_MS = 100;
const LOCK_TRIES = 30;
/** Those who were held up while this waited for its lock come first. */
const LOCK_PAUSE_MS = 250;

/** PostgreSQL’s SQLSTATE. */
const NO_LOCK = '55P03';

/** @returns how long partitions were locked, in milliseconds */
export async function rewriteDays(
  { database, withoutLimits }: RewriteParts,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  for (let isLeft = true; isLeft; ) {
    await outlastViews(database, signal);
    isLeft = false;
    // An attempt that was under way may have written since: it did not see the tombstone.
    for (const id of ids) isLeft = (await forgetAnswers(database, id)) || isLeft;
  }
  const days = new Set(ids.map(dayTextOf));
  return withoutLimits(async (unlimited) => {
    let tookMs = 0;
    for (const day of days)
      for (const table of PARTITIONED) {
        signal.throwIfAborted();
        tookMs += await rewrite(unlimited, partitionOf(table, day), signal);
      }
    return Math.ceil(tookMs);
  });
}

/**
 * Whoever has begun before may still see the rows as they were, and PostgreSQL copies these too.
 * @see https://github.com/postgres/postgres/blob/REL_15_STABLE/src/backend/access/heap/heapam_handler.c: HEAPTUPLE_RECENTLY_DEAD
 */
async function outlastViews(database: Database, signal: AbortSignal): Promise<void> {
  // A number of its own: all that was written before has a lesser one.
  const [mark] = await database.query('SELECT pg_current_xact_id()::text AS number');
  const number = String(mark?.['number']);
  for (let tries = 1; ; tries++) {
    const [row] = await database.query(OLDER_VIEWS, [number]);
    if (Number(row?.['number']) === 0) return;
    if (tries === VIEW_TRIES)
      throw new StoreError(
        'failed',
        'The events are erased, and nobody is shown them any more, but their bytes are still in the tables: another session of the database (a dump, a transaction that was left open, a replication slot) sees it as it was before. End that session, and erase the same again, or start the gateway again.',
      );
    await pause(VIEW_PAUSE_MS, signal);
  }
}

/**
 * Of other users PostgreSQL says this only to members of pg_read_all_stats. Who clears away a table sees none of its rows.
 * @see https://github.com/postgres/postgres/blob/REL_15_STABLE/src/backend/storage/ipc/procarray.c: ComputeXidHorizons
 */
const OLDER_VIEWS = `
  SELECT count(*) AS number FROM (
    SELECT unnest(ARRAY[backend_xmin, backend_xid]) AS seen FROM pg_stat_activity
    WHERE pid <> pg_backend_pid() AND (datname = current_database() OR datname IS NULL)
      AND pid NOT IN (SELECT pid FROM pg_stat_progress_vacuum)
    UNION ALL SELECT xmin FROM pg_replication_slots
    UNION ALL SELECT transaction FROM pg_prepared_xacts WHERE database = current_database()
  ) AS views WHERE age(seen) >= age($1::text::xid8::xid)`;

/** @returns how long it took, in milliseconds */
async function rewrite(database: Database, partition: string, signal: AbortSignal): Promise<number> {
  for (let tries = 1; ; tries++) {
    const beganMs = performance.now();
    try {
      await database.query(`VACUUM (FULL) ${partition}`);
      return performance.now() - beganMs;
    } catch (error) {
      const code = error instanceof StoreError ? codeOf(error.cause) : '';
      // Retention has dropped it.
      if (code === NO_TABLE) return 0;
      if (code !== NO_LOCK || tries === LOCK_TRIES) throw error;
    }
    await pause(LOCK_PAUSE_MS, signal);
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
  signal.throwIfAborted();
}
