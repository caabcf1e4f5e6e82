/** What is left of an erased event in SQLite: its tombstone. And which events are being erased, so that a killed process goes on with it. */
import type { DatabaseSync } from 'node:sqlite';
import type { BodyDigest } from './event-store.ts';
import { recordImage, slicesOf } from './record-image.ts';
import type { SqliteDeliveries } from './sqlite-deliveries.ts';
import type { SqliteFullText } from './sqlite-full-text.ts';
import type { Row } from './sqlite-row.ts';

/** All but `pending` within a transaction. */
export interface SqliteErasure {
  /** Notes that these are being erased. */
  begin(ids: readonly string[]): void;
  /** Those that were noted, and not ended. */
  pending(): readonly string[];
  /** Whether its attempts still say what they were answered. */
  isLeft(id: string): boolean;
  /** Takes out what the event holds, and what its attempts were answered; its deliveries that wait are cancelled. */
  erase(event: ErasedEvent, nowMs: number): ErasedRow | undefined;
  /**
   * One step of throwing the full-text index away: words of what was erased may stand in free room of its pages. It is built again.
   * @returns whether there is more of it
   */
  resetWords(): boolean;
  /** It is proved that nothing is left of them. */
  end(ids: readonly string[]): void;
}

export interface ErasedEvent {
  readonly id: string;
  readonly digest: BodyDigest;
  /** Others that are being erased: what they hold as well tells nothing of what is kept. */
  readonly others: ReadonlySet<string>;
}

export interface ErasedRow {
  /** By which leavings of it are told. */
  readonly slices: readonly Buffer[];
  readonly cancelled: number;
  /** Whether it was in the full-text index, of which leavings are not told by slices. */
  readonly wasIndexed: boolean;
}

/** Kept beside it: what they hold as well is no leaving. */
const NEIGHBOURS = 4;

export interface ErasureTables {
  readonly deliveries: Pick<SqliteDeliveries, 'change'>;
  readonly fullText: Pick<SqliteFullText, 'remove' | 'reset'>;
}

export function createSqliteErasure(
  db: DatabaseSync,
  { deliveries, fullText }: ErasureTables,
): SqliteErasure {
  const near = (where: string): string =>
    `SELECT * FROM (SELECT * FROM events WHERE gate = ?1 AND place ${where} LIMIT ${2 * NEIGHBOURS})`;
  const sql = {
    begin: db.prepare('INSERT OR IGNORE INTO erasures (event_id) VALUES (?)'),
    pending: db.prepare('SELECT event_id FROM erasures'),
    end: db.prepare('DELETE FROM erasures WHERE event_id = ?'),
    event: db.prepare('SELECT * FROM events WHERE id = ?'),
    near: db.prepare(`${near('< ?2 ORDER BY place DESC')} UNION ALL ${near('> ?2 ORDER BY place')}`),
    erase: db.prepare(`
      UPDATE events SET key_id = '', tenant = NULL, type = NULL, url = '', encoding = NULL, verdict = NULL, erased = ?, forwarded = NULL, withheld = NULL,
        sealed = NULL, headers = '[]', body = x''
      WHERE id = ?`),
    deliveries: db.prepare('SELECT * FROM deliveries WHERE event_id = ?'),
    forgetKeys: db.prepare('UPDATE deliveries SET order_key = NULL WHERE event_id = ? AND blocks = 0'),
    attempts: db.prepare('SELECT * FROM attempts WHERE delivery = ?'),
    forgetAnswers: db.prepare('UPDATE attempts SET problem = NULL, answer = NULL WHERE delivery = ?'),
  };
  const hasAnswer = ({ problem, answer }: Row): boolean => problem !== null || answer !== null;
  const cancel = (id: string, nowMs: number): number => {
    const rows = sql.deliveries.all(id);
    return rows.filter((row) => deliveries.change(row, { kind: 'cancel', code: 'event-erased' }, nowMs))
      .length;
  };
  const forgetAnswers = (id: string): readonly Buffer[] =>
    sql.deliveries.all(id).flatMap(({ place = null }) => {
      const images = sql.attempts.all(place).map((row) => recordImage(Object.values(row)));
      sql.forgetAnswers.run(place);
      const left = sql.attempts.all(place).map((row) => recordImage(Object.values(row)));
      return images.flatMap((image) => slicesOf(image, left));
    });
  return {
    begin: (ids) => {
      for (const id of ids) sql.begin.run(id);
    },
    pending: () => sql.pending.all().map(({ event_id: id }) => String(id)),
    isLeft: (id) =>
      sql.deliveries.all(id).some(({ place = null }) => sql.attempts.all(place).some(hasAnswer)),
    erase({ id, digest, others }, nowMs) {
      const row = sql.event.get(id);
      if (row === undefined) return undefined;
      if (row['erased'] !== null) return { slices: forgetAnswers(id), cancelled: 0, wasIndexed: false };
      const neighbours = sql.near
        .all(String(row['gate']), Number(row['place']))
        .filter((neighbour) => neighbour['erased'] === null && !others.has(String(neighbour['id'])))
        .slice(0, NEIGHBOURS);
      const wasIndexed = fullText.remove(Number(row['place']));
      sql.erase.run(JSON.stringify({ ...digest, erasedMs: Math.floor(nowMs) }), id);
      const kept = [...neighbours, sql.event.get(id) ?? {}].map((neighbour) =>
        recordImage(Object.values(neighbour)),
      );
      const cancelled = cancel(id, nowMs);
      sql.forgetKeys.run(id);
      const slices = [...slicesOf(recordImage(Object.values(row)), kept), ...forgetAnswers(id)];
      return { slices, cancelled, wasIndexed };
    },
    resetWords: () => fullText.reset(),
    end: (ids) => {
      for (const id of ids) sql.end.run(id);
    },
  };
}
