/** Deliveries that a clock which was ahead has put off, in SQLite: brought forward a step at a time, however many wait. */
import type { DatabaseSync } from 'node:sqlite';
import type { SqliteTotals } from './sqlite-totals.ts';

/** Where a step goes on. */
export interface RebaseCursor {
  readonly destination: string;
  readonly dueMs: number;
  readonly place: number;
}

export interface RebaseStep {
  /** Brought forward. */
  readonly changed: number;
  /** Absent: all were looked at. */
  readonly next?: RebaseCursor;
}

export interface SqliteRebase {
  /** One step, within a transaction. */
  step(nowMs: number, from: RebaseCursor | undefined): RebaseStep;
}

/** Read at once. Where their pages are not in memory, that is a tenth of a millisecond each. */
const ROWS_READ = 32;
/** A step reads no more once it has taken so long. */
const STEP_MS = 2;

/** @param monotonicMs a clock that only goes on, in milliseconds */
export function createSqliteRebase(
  db: DatabaseSync,
  totals: SqliteTotals,
  monotonicMs: () => number,
): SqliteRebase {
  const later = db.prepare(`
    SELECT place, due_ms, set_ms FROM deliveries INDEXED BY deliveries_due
    WHERE destination = ? AND state = 'waiting' AND due_ms >= ? AND (due_ms > ? OR place > ?)
    ORDER BY due_ms, place LIMIT ${ROWS_READ}`);
  const bring = db.prepare(
    'UPDATE deliveries SET due_ms = due_ms - set_ms + ?1, set_ms = ?1 WHERE place = ?2',
  );
  const namesFrom = (first: string): readonly string[] =>
    totals
      .list('deliveries')
      .flatMap(({ name, state }) => (state === 'waiting' && name >= first ? [name] : []))
      .toSorted();
  /** `next`: where to read on; absent: these were the last of the destination. */
  const readOn = (time: number, { destination, dueMs, place }: RebaseCursor): RebaseStep => {
    const rows = later.all(destination, dueMs, dueMs, place);
    const ahead = rows.filter((row) => Number(row['set_ms']) > time);
    for (const row of ahead) bring.run(time, Number(row['place']));
    const last = rows.length === ROWS_READ ? rows.at(-1) : undefined;
    return {
      changed: ahead.length,
      ...(last && { next: { destination, dueMs: Number(last['due_ms']), place: Number(last['place']) } }),
    };
  };
  return {
    step(nowMs, from) {
      const untilMs = monotonicMs() + STEP_MS;
      const time = Math.floor(nowMs);
      const [destination, following] = namesFrom(from?.destination ?? '');
      if (destination === undefined) return { changed: 0 };
      // What is due already waits for no clock. What is brought forward is before the cursor.
      const startOf = (name: string): RebaseCursor => ({
        destination: name,
        dueMs: time,
        place: Number.MAX_SAFE_INTEGER,
      });
      let next = from?.destination === destination ? from : startOf(destination);
      let changed = 0;
      for (;;) {
        const read = readOn(time, next);
        changed += read.changed;
        if (read.next === undefined)
          return { changed, ...(following !== undefined && { next: startOf(following) }) };
        next = read.next;
        if (monotonicMs() >= untilMs) return { changed, next };
      }
    },
  };
}
