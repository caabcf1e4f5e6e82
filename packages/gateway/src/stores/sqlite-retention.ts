/** What a gate keeps no longer, in SQLite: events, with their deliveries and attempts, a step at a time. */
import type { DatabaseSync } from 'node:sqlite';
import { type DropOptions, type DropResult, EVENT_ROW_BYTES } from './event-store.ts';
import type { SqliteDeliveries } from './sqlite-deliveries.ts';
import type { SqliteFullText } from './sqlite-full-text.ts';
import { createPlaces } from './sqlite-places.ts';
import type { Row } from './sqlite-row.ts';
import type { SqliteTotals } from './sqlite-totals.ts';

export interface SqliteRetention {
  /** One step, within a transaction. */
  drop(options: DropOptions, nowMs: number): DropResult;
}

/** Looked at in a step: of each a row is read, and its deliveries. Some hundred small ones go in a millisecond. */
const LOOKED_AT = 128;
/** A step ends with these: SQLite overwrites what is deleted. */
const DROPPED_BYTES = 512 * 1024;
/** A step ends then, also within an event that has many deliveries and attempts. */
const STEP_MS = 2;
/** Events of a step that are taken out of the full-text index: FTS5 overwrites their words when the step is committed, for a millisecond each and more. */
const UNINDEXED = 1;
/** Dropped at once; each may have 4 KB of an answer. */
const ATTEMPTS = 32;

export interface RetentionTables {
  readonly deliveries: Pick<SqliteDeliveries, 'change'>;
  readonly totals: SqliteTotals;
  readonly fullText: Pick<SqliteFullText, 'remove'>;
  /** A clock that only goes on, in milliseconds. */
  readonly monotonicMs: () => number;
}

export function createSqliteRetention(db: DatabaseSync, tables: RetentionTables): SqliteRetention {
  const { deliveries, totals, fullText, monotonicMs } = tables;
  const places = createPlaces(db);
  const sql = {
    oldest: db.prepare(`
      SELECT place, id, received_ms, body_bytes FROM events
      WHERE gate = ? AND place > ? ORDER BY place LIMIT ${LOOKED_AT}`),
    deliveries: db.prepare('SELECT * FROM deliveries WHERE event_id = ?'),
    lastAttempt: db.prepare('SELECT max(place) AS place FROM attempts WHERE delivery = ?'),
    dropAttempts: db.prepare(`
      DELETE FROM attempts WHERE place IN (SELECT place FROM attempts WHERE delivery = ? LIMIT ${ATTEMPTS})`),
    dropDelivery: db.prepare('DELETE FROM deliveries WHERE place = ?'),
    drop: db.prepare('DELETE FROM events WHERE place = ?'),
  };
  /** False where some of it is left. */
  const dropDelivery = (row: Row, isOver: () => boolean): boolean => {
    const place = Number(row['place']);
    const attempt = Number(sql.lastAttempt.get(place)?.['place'] ?? 0);
    if (attempt > 0) places.gone('attempts', attempt);
    while (Number(sql.dropAttempts.run(place).changes) === ATTEMPTS) if (isOver()) return false;
    sql.dropDelivery.run(place);
    places.gone('deliveries', place);
    totals.add({ kind: 'deliveries', name: String(row['destination']), state: String(row['state']) }, -1, 0);
    return true;
  };
  /** Of one event. False where some are left: the event stays until they are gone. */
  const dropDeliveries = (eventId: string, nowMs: number, isOver: () => boolean): boolean => {
    // The next of its key goes. What waited is cancelled at once: the event is seen to wait in one step only.
    for (const row of sql.deliveries.all(eventId))
      deliveries.change(row, { kind: 'cancel', code: 'event-dropped' }, nowMs);
    return sql.deliveries
      .all(eventId)
      .every((row, at) => (at === 0 || !isOver()) && dropDelivery(row, isOver));
  };
  return {
    drop({ gate, after = 0, beforeMs, waitingBeforeMs, maxBytes }, nowMs) {
      const endMs = monotonicMs() + STEP_MS;
      const isOver = (): boolean => monotonicMs() >= endMs;
      const size = sizeOf(totals, gate);
      const step = { dropped: 0, droppedWaiting: 0, bytes: 0 };
      let unindexed = 0;
      let last = after;
      const rows = sql.oldest.all(gate, after);
      for (const [at, row] of rows.entries()) {
        if (at > 0 && (step.bytes >= DROPPED_BYTES || unindexed === UNINDEXED || isOver()))
          return { ...step, next: last };
        const place = Number(row['place']);
        const receivedMs = Number(row['received_ms']);
        const isOld = beforeMs !== undefined && receivedMs < beforeMs;
        if (!isOld && (maxBytes === undefined || size - step.bytes <= maxBytes)) return step;
        const id = String(row['id']);
        const waits = sql.deliveries.all(id).some(({ state }) => state === 'waiting' || state === 'behind');
        if (waits && (waitingBeforeMs === undefined || receivedMs >= waitingBeforeMs)) {
          last = place;
          continue;
        }
        if (waits) step.droppedWaiting++;
        if (!dropDeliveries(id, nowMs, isOver)) return { ...step, next: last };
        last = place;
        if (fullText.remove(place)) unindexed++;
        sql.drop.run(place);
        places.gone('events', place);
        const bodyBytes = Number(row['body_bytes']);
        totals.add({ kind: 'events', name: gate, state: '' }, -1, -bodyBytes);
        step.dropped++;
        step.bytes += bodyBytes + EVENT_ROW_BYTES;
      }
      return rows.length < LOOKED_AT ? step : { ...step, next: last };
    },
  };
}

/** Of a gate’s events: also with what the step before in the same transaction has dropped. */
function sizeOf(totals: SqliteTotals, gate: string): number {
  const { number = 0, bytes = 0 } = totals.list('events').find(({ name }) => name === gate) ?? {};
  const changed = totals.changed({ kind: 'events', name: gate, state: '' });
  return bytes + changed.bytes + (number + changed.number) * EVENT_ROW_BYTES;
}
