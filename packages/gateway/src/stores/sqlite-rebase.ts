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

/** Looked at in a step: a millisecond. */
const LOOKED_AT = 1_024;
/** A step ends with so many, which take two. */
const CHANGED = 256;

export function createSqliteRebase(db: DatabaseSync, totals: SqliteTotals): SqliteRebase {
  const later = db.prepare(`
    SELECT place, due_ms, set_ms FROM deliveries INDEXED BY deliveries_due
    WHERE destination = ? AND state = 'waiting' AND due_ms >= ? AND (due_ms > ? OR place > ?)
    ORDER BY due_ms, place LIMIT ${LOOKED_AT}`);
  const bring = db.prepare(
    'UPDATE deliveries SET due_ms = due_ms - set_ms + ?1, set_ms = ?1 WHERE place = ?2',
  );
  const namesFrom = (first: string): readonly string[] =>
    totals
      .list('deliveries')
      .flatMap(({ name, state }) => (state === 'waiting' && name >= first ? [name] : []))
      .toSorted();
  return {
    step(nowMs, from) {
      const time = Math.floor(nowMs);
      const [destination, following] = namesFrom(from?.destination ?? '');
      if (destination === undefined) return { changed: 0 };
      // What is due already waits for no clock. What is brought forward is before the cursor.
      const start = { destination, dueMs: time, place: Number.MAX_SAFE_INTEGER };
      const { dueMs, place } = from?.destination === destination ? from : start;
      const rows = later.all(destination, dueMs, dueMs, place);
      let changed = 0;
      let last: (typeof rows)[number] | undefined;
      for (const row of rows) {
        if (changed === CHANGED) break;
        last = row;
        if (Number(row['set_ms']) <= time) continue;
        bring.run(time, Number(row['place']));
        changed++;
      }
      if ((rows.length === LOOKED_AT || changed === CHANGED) && last !== undefined)
        return {
          changed,
          next: { destination, dueMs: Number(last['due_ms']), place: Number(last['place']) },
        };
      if (following === undefined) return { changed };
      return { changed, next: { destination: following, dueMs: time, place: Number.MAX_SAFE_INTEGER } };
    },
  };
}
