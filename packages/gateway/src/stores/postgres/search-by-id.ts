/** Searches for how ids begin, in the order of ids, the last first. */
import type { EventSearchOptions } from '../event-search.ts';
import type { EventSearchStep } from '../event-store.ts';
import type { Session } from './database.ts';
import { type EventPosition, positionOf } from './event-spans.ts';
import { createParameters } from './parameters.ts';
import { filterOf } from './search-filters.ts';
import { Progress, readStretch } from './search-stretch.ts';
import { storable } from './text.ts';

/** Partitions that a statement may read: to open one takes a tenth of a millisecond. */
const MOST_DAYS = 32;
/** Days that a step may pass. */
const PASSED_DAYS = 512;

/** No id of an event is greater: U+10FFFF is no character. */
const PAST = '\u{10ffff}';

export async function searchById(session: Session, search: EventSearchOptions): Promise<EventSearchStep> {
  const progress = new Progress(search.limit);
  const least = storable(search.id ?? '');
  let below = lower(`${least}${PAST}`, search.before === undefined ? PAST : storable(search.before));
  const days = await startsOf(session, below, least);
  for (let at = 0, width = 1; ; ) {
    const from = days[at + width - 1] ?? (days.length < PASSED_DAYS ? least : days.at(-1)) ?? least;
    const parameters = createParameters();
    const { length } = progress;
    // These bounds choose the partitions.
    const rows = `SELECT * FROM countersign.events WHERE id >= ${parameters.add(from)} AND id < ${parameters.add(below)}
      ORDER BY id DESC LIMIT ${length}`;
    const stretch = await readStretch(session, { rows, filter: filterOf(search, parameters), parameters });
    progress.add(stretch);
    const { end } = stretch;
    if (end !== undefined && stretch.looked === length) {
      below = end.id;
      while (at < days.length && (days[at] ?? '') >= below) at++;
      if (progress.isOver) return progress.step(end);
      continue;
    }
    if (from === least) return progress.step(undefined);
    below = from;
    at += width;
    // Days without an event are passed soon.
    width = Math.min(MOST_DAYS, 2 * width);
    if (progress.isOver || at >= PASSED_DAYS) return progress.step({ id: from, receivedMs: msOfDay(from) });
  }
}

/** The event with this id or, where it is gone, the one before it in the order of ids. */
export async function eventUpTo(session: Session, id: string): Promise<EventPosition | undefined> {
  const [row] = await session.query('SELECT id, place, received_ms FROM countersign.events WHERE id = $1', [
    storable(id),
  ]);
  if (row !== undefined) return positionOf(row);
  for (let before = `${storable(id)}\u{1}`; ; ) {
    const { events, next } = await searchById(session, { before, limit: 1 });
    if (events[0] !== undefined || next === undefined) return events[0];
    before = next.id;
  }
}

/** The lower of two ids, by UTF-8, as PostgreSQL has it in the collation C. */
function lower(a: string, b: string): string {
  return Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0 ? a : b;
}

/** Where days begin, the newest first. */
async function startsOf(session: Session, below: string, above: string): Promise<readonly string[]> {
  const rows = await session.query(
    `SELECT from_id FROM countersign.days WHERE from_id < $1 AND from_id > $2 ORDER BY from_id DESC LIMIT ${PASSED_DAYS}`,
    [below, above],
  );
  return rows.map((row) => String(row['from_id']));
}

/** When a day begins, by how its ids do. */
function msOfDay(fromId: string): number {
  return Number.parseInt(fromId.slice(0, 8) + fromId.slice(9, 13), 16);
}
