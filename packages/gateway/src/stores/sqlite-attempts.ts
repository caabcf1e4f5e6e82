/** What is noted of attempts in SQLite. */
import type { DatabaseSync } from 'node:sqlite';
import type { Settlement } from './delivery-store.ts';
import { lastPlace } from './sqlite-places.ts';
import type { Row } from './sqlite-row.ts';

export interface SqliteAttempts {
  /** Within a transaction. @param delivery its row, as it is before the attempt is counted */
  note(delivery: Row, attempt: NonNullable<Settlement['attempt']>): void;
}

export function createSqliteAttempts(db: DatabaseSync): SqliteAttempts {
  const insert = db.prepare(`
    INSERT INTO attempts (place, delivery, number, started_ms, took_ms, code, status, problem, answer)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const erased = db.prepare('SELECT 1 FROM events WHERE id = ? AND erased IS NOT NULL');
  // Erasing ends what waits: where a delivery waits its event is whole, and need not be looked up.
  const isErased = ({ state, event_id: id }: Row): boolean =>
    state !== 'waiting' && erased.get(String(id)) !== undefined;
  let last = Number(lastPlace(db, 'attempts').get()?.['place'] ?? 0);
  return {
    note: (delivery, attempt) => {
      const { startedMs, tookMs, code, status = null, problem = null, answer = null } = attempt;
      // What was answered may quote the event, and so may the sentence: neither outlives it.
      const isBare = isErased(delivery);
      insert.run(
        ++last,
        Number(delivery['place']),
        Number(delivery['attempts']) + 1,
        Math.floor(startedMs),
        Math.round(tookMs),
        code,
        status,
        isBare ? null : problem,
        isBare ? null : answer,
      );
    },
  };
}
