/**
 * Erases events in PostgreSQL: what is left is a tombstone in each row, and then no file of the store's tables has the rest. An update leaves the old row
 * where it was, and clearing it away leaves its bytes in the page: so partitions of the days that had one are written anew.
 */
import type { DeliveryStore } from '../delivery-store.ts';
import type { EventStore } from '../event-store.ts';
import { digestOf, inPages, matchingEvents } from '../matching-events.ts';
import { matchingRefusals } from '../matching-refusals.ts';
import type { RefusedStore } from '../refused-store.ts';
import type { EraseOptions, EraseReport } from '../store-upkeep.ts';
import { arrayOf } from './arrays.ts';
import type { Database, Session } from './database.ts';
import { forgetAnswers } from './forget-answers.ts';
import { rewriteDays, type WithoutLimits } from './rewrite-days.ts';

export interface ErasureParts {
  readonly database: Database;
  readonly withoutLimits: WithoutLimits;
  readonly events: Pick<EventStore, 'get' | 'follow'>;
  readonly deliveries: Pick<DeliveryStore, 'change'>;
  readonly refused: RefusedStore;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export async function erasePostgres(
  parts: ErasureParts,
  options: EraseOptions,
  signal: AbortSignal,
): Promise<EraseReport> {
  const { database, events, refused } = parts;
  const isLeft = (id: string): Promise<boolean> => hasAnswers(database, id);
  const ids = await matchingEvents({ events, isLeft }, options, signal);
  const refusals = await matchingRefusals(refused, { ...options, signal });
  const counts = { events: ids.length, refused: refusals.length };
  if (options.isDryRun === true) return { ...counts, cancelled: 0 };
  await inPages(ids, (page) => begin(database, page));
  await refused.remove(refusals);
  const { cancelled, copiedMs } = await finishErasure(parts, signal);
  return { ...counts, cancelled, ...(copiedMs !== undefined && { copiedMs }) };
}

type Finished = Pick<EraseReport, 'cancelled' | 'copiedMs'>;

/** Ends all that was begun, by whichever gateway: each step of it may be done twice. */
export async function finishErasure(parts: ErasureParts, signal: AbortSignal): Promise<Finished> {
  const { database } = parts;
  const rows = await database.query('SELECT event_id FROM countersign.erasures ORDER BY event_id');
  const ids = rows.map(({ event_id: id }) => String(id));
  if (ids.length === 0) return { cancelled: 0 };
  let cancelled = 0;
  for (const id of ids) {
    cancelled += await eraseOne(parts, id);
    signal.throwIfAborted();
  }
  const copiedMs = await rewriteDays(parts, ids, signal);
  await inPages(ids, (page) => end(database, page));
  return { cancelled, copiedMs };
}

async function begin(session: Session, ids: readonly string[]): Promise<void> {
  await session.query(
    'INSERT INTO countersign.erasures (event_id) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING',
    [arrayOf('text', ids)],
  );
}

/** It is made sure that nothing is left of them. */
async function end(session: Session, ids: readonly string[]): Promise<void> {
  await session.query('DELETE FROM countersign.erasures WHERE event_id = ANY($1::text[])', [
    arrayOf('text', ids),
  ]);
}

async function hasAnswers(session: Session, id: string): Promise<boolean> {
  const rows = await session.query(
    'SELECT 1 FROM countersign.attempts WHERE event_id = $1 AND (problem IS NOT NULL OR answer IS NOT NULL) LIMIT 1',
    [id],
  );
  return rows.length > 0;
}

/** @returns how many deliveries were cancelled */
async function eraseOne(parts: ErasureParts, id: string): Promise<number> {
  const { database, events, now } = parts;
  const event = await events.get(id);
  // Retention may have taken it meanwhile.
  if (event === undefined) return 0;
  let cancelled = await cancel(parts, id);
  if (event.erased === undefined) {
    const tombstone = JSON.stringify({ ...digestOf(event), erasedMs: Math.floor(now()) });
    await database.transaction(async (session) => {
      await session.query(TOMBSTONE, [id, tombstone]);
      await session.query('DELETE FROM countersign.words WHERE event_id = $1', [id]);
    });
    // Of those that were made, or sent again, in between.
    cancelled += await cancel(parts, id);
  }
  await forgetAnswers(database, id);
  return cancelled;
}

const TOMBSTONE = `
  UPDATE countersign.events SET key_id = '', tenant = NULL, type = NULL, url = '', encoding = NULL, verdict = NULL, refused = NULL, erased = $2,
    forwarded = NULL, withheld = NULL, sealed = NULL, headers = '[]', body = ''
  WHERE id = $1 AND erased IS NULL`;

async function cancel({ deliveries }: ErasureParts, eventId: string): Promise<number> {
  let cancelled = 0;
  for (let before: number | undefined = Number.MAX_SAFE_INTEGER; before !== undefined; ) {
    const { changed, next } = await deliveries.change({
      match: { eventId },
      change: { kind: 'cancel', code: 'event-erased' },
      before,
    });
    cancelled += changed;
    before = next;
  }
  return cancelled;
}
