/** What a gate keeps no longer, in SQLite: events, with their deliveries and attempts, a step at a time. */
import type { DatabaseSync } from 'node:sqlite';
import type { DropOptions, DropResult } from './event-store.ts';
import type { SqliteDeliveries } from './sqlite-deliveries.ts';
import type { Row } from './sqlite-event-row.ts';
import { createPlaces } from './sqlite-places.ts';
import type { SqliteTotals } from './sqlite-totals.ts';

export interface SqliteRetention {
  /** One step, within a transaction. */
  drop(options: DropOptions, nowMs: number): DropResult;
}

/** Looked at in a step: of each a row is read, and its deliveries. Some hundred small ones go in a millisecond. */
const LOOKED_AT = 128;
/** A step ends with these: SQLite overwrites what is deleted. */
const DROPPED_BYTES = 512 * 1024;
/** A step ends then, whatever is left. */
const STEP_MS = 1;
/** Counted for an event besides its body: its row, its headers, its places in the indexes. */
export const ROW_BYTES = 1_000;

export interface RetentionTables {
  readonly deliveries: Pick<SqliteDeliveries, 'change'>;
  readonly totals: SqliteTotals;
}

export function createSqliteRetention(db: DatabaseSync, tables: RetentionTables): SqliteRetention {
  const { deliveries, totals } = tables;
  const places = createPlaces(db);
  const sql = {
    oldest: db.prepare(`
      SELECT place, id, received_ms, body_bytes FROM events
      WHERE gate = ? AND place > ? ORDER BY place LIMIT ${LOOKED_AT}`),
    deliveries: db.prepare('SELECT * FROM deliveries WHERE event_id = ?'),
    lastAttempt: db.prepare('SELECT max(place) AS place FROM attempts WHERE delivery = ?'),
    dropAttempts: db.prepare('DELETE FROM attempts WHERE delivery = ?'),
    dropDelivery: db.prepare('DELETE FROM deliveries WHERE place = ?'),
    drop: db.prepare('DELETE FROM events WHERE place = ?'),
  };
  const dropDelivery = (row: Row, nowMs: number): void => {
    const place = Number(row['place']);
    // The next of its key goes.
    const isEnded = deliveries.change(row, { kind: 'cancel', code: 'event-dropped' }, nowMs);
    const attempt = Number(sql.lastAttempt.get(place)?.['place'] ?? 0);
    if (attempt > 0) places.gone('attempts', attempt);
    sql.dropAttempts.run(place);
    sql.dropDelivery.run(place);
    places.gone('deliveries', place);
    const state = isEnded ? 'cancelled' : String(row['state']);
    totals.add({ kind: 'deliveries', name: String(row['destination']), state }, -1, 0);
  };
  return {
    drop({ gate, after = 0, beforeMs, waitingBeforeMs, maxBytes }, nowMs) {
      const startMs = performance.now();
      const size = sizeOf(totals, gate);
      const step = { dropped: 0, droppedWaiting: 0, bytes: 0 };
      let last = after;
      const rows = sql.oldest.all(gate, after);
      for (const [at, row] of rows.entries()) {
        if (at > 0 && (step.bytes >= DROPPED_BYTES || performance.now() - startMs >= STEP_MS))
          return { ...step, next: last };
        const place = Number(row['place']);
        const receivedMs = Number(row['received_ms']);
        const isOld = beforeMs !== undefined && receivedMs < beforeMs;
        if (!isOld && (maxBytes === undefined || size - step.bytes <= maxBytes)) return step;
        last = place;
        const ofEvent = sql.deliveries.all(String(row['id']));
        const waits = ofEvent.some(({ state }) => state === 'waiting' || state === 'behind');
        if (waits && (waitingBeforeMs === undefined || receivedMs >= waitingBeforeMs)) continue;
        for (const delivery of ofEvent) dropDelivery(delivery, nowMs);
        sql.drop.run(place);
        places.gone('events', place);
        const bodyBytes = Number(row['body_bytes']);
        totals.add({ kind: 'events', name: gate, state: '' }, -1, -bodyBytes);
        step.dropped++;
        if (waits) step.droppedWaiting++;
        step.bytes += bodyBytes + ROW_BYTES;
      }
      return rows.length < LOOKED_AT ? step : { ...step, next: last };
    },
  };
}

/** Of a gate’s events, as they were committed last. */
function sizeOf(totals: SqliteTotals, gate: string): number {
  const total = totals.list('events').find(({ name }) => name === gate);
  return total === undefined ? 0 : total.bytes + total.number * ROW_BYTES;
}
