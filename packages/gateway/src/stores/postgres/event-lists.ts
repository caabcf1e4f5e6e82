/**
 * Lists of events over the partitions of their days. Totals say which places a day has events at, so that no more partitions are read than
 * a page needs; each by its name, which leaves the others alone.
 */
import type { EventFollowOptions, EventListOptions, EventSummary } from '../event-store.ts';
import { StoreError } from '../store.ts';
import type { Row, Session, Value } from './database.ts';
import { dayTextOf, partitionOf } from './days.ts';
import { codeOf, NO_TABLE } from './errors.ts';
import { readSummary, SUMMARY_COLUMNS } from './event-rows.ts';
import { settledPlace } from './places.ts';

/** A day that has events, and the places that they are within. */
export interface Stretch {
  readonly day: string;
  readonly first: number;
  readonly last: number;
}

/** Partitions that one statement reads, at most: a list of few events over many days asks more often. */
const MAX_DAYS = 16;

/** Days that have events, of a gate or of all. */
export async function stretchesOf(session: Session, gate?: string): Promise<readonly Stretch[]> {
  const rows = await session.query(
    `SELECT day, min(first_place) AS first, max(last_place) AS last FROM countersign.totals
    WHERE kind = 'events' ${gate === undefined ? '' : 'AND name = $1'} GROUP BY day HAVING sum(number) > 0`,
    gate === undefined ? [] : [gate],
  );
  return rows.map(({ day, first, last }) => ({ day: String(day), first: Number(first), last: Number(last) }));
}

/** What a page is of: conditions on its rows, with the values of `$1` and so on. */
interface Page {
  readonly where: string;
  readonly values: readonly Value[];
  readonly limit: number;
  readonly isBackwards: boolean;
}

export async function listEvents(
  session: Session,
  { gate, before, isUnmatched = false }: EventListOptions,
  limit: number,
): Promise<readonly EventSummary[]> {
  return rereading(async () => {
    const stretches = await stretchesOf(session, gate);
    const place = before === undefined ? Number.MAX_SAFE_INTEGER : await placeBefore(session, before);
    const page = {
      where: `place < $1 ${gate === undefined ? '' : 'AND gate = $2'} ${isUnmatched ? 'AND destinations = 0' : ''}`,
      values: gate === undefined ? [place] : [place, gate],
      limit,
      isBackwards: true,
    };
    const within = stretches.filter(({ first }) => first < place);
    return readPage(
      session,
      within.toSorted((a, b) => b.last - a.last),
      page,
    );
  });
}

/** The oldest of a gate, whether those before them are settled or not. */
export function oldestEvents(
  session: Session,
  gate: string,
  stretches: readonly Stretch[],
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<readonly EventSummary[]> {
  const page = { where: 'place > $1 AND gate = $2', values: [after, gate], limit, isBackwards: false };
  const within = stretches.filter(({ last }) => last > after);
  return readPage(
    session,
    within.toSorted((a, b) => a.first - b.first),
    page,
  );
}

export async function followEvents(
  session: Session,
  { after, gate }: EventFollowOptions,
  limit: number,
): Promise<readonly EventSummary[]> {
  return rereading(async () => {
    const settled = await settledPlace(session);
    const stretches = await stretchesOf(session, gate);
    const page = {
      where: `place > $1 AND place <= $2 ${gate === undefined ? '' : 'AND gate = $3'}`,
      values: gate === undefined ? [after, settled] : [after, settled, gate],
      limit,
      isBackwards: false,
    };
    const within = stretches.filter(({ first, last }) => last > after && first <= settled);
    return readPage(
      session,
      within.toSorted((a, b) => a.first - b.first),
      page,
    );
  });
}

/** The id of the event at a place. */
export async function idAt(session: Session, place: number): Promise<string | undefined> {
  return rereading(async () => {
    const stretches = await stretchesOf(session);
    for (const { day, first, last } of stretches) {
      if (place < first || place > last) continue;
      const [row] = await session.query(`SELECT id FROM ${partitionOf('events', day)} WHERE place = $1`, [
        place,
      ]);
      if (row !== undefined) return String(row['id']);
    }
    return undefined;
  });
}

/** Of an event, or of where it stood: ids are in order of time. Events before it have lesser places. */
export async function placeBefore(session: Session, id: string): Promise<number> {
  const ofId = dayTextOf(id);
  const days = (await stretchesOf(session)).map(({ day }) => day).filter((day) => rank(day) <= rank(ofId));
  for (const day of days.toSorted((a, b) => (rank(a) < rank(b) ? 1 : -1))) {
    const [row] = await session.query(
      `SELECT place, id FROM ${partitionOf('events', day)} WHERE id <= $1 ORDER BY id DESC LIMIT 1`,
      [id],
    );
    if (row !== undefined) return Number(row['place']) + (row['id'] === id ? 0 : 1);
  }
  return 0;
}

/** Names of days as texts that are in order of time. */
function rank(day: string): string {
  return day === 'early' ? '' : day;
}

/** Stretches are in the order of the page. */
async function readPage(
  session: Session,
  stretches: readonly Stretch[],
  page: Page,
): Promise<readonly EventSummary[]> {
  const { limit, isBackwards } = page;
  const isBefore = (a: number, b: number): boolean => (isBackwards ? a > b : a < b);
  let rows: readonly EventSummary[] = [];
  for (let at = 0, count = 1; at < stretches.length; at += count, count = Math.min(2 * count, MAX_DAYS)) {
    const next = stretches[at];
    const last = rows[limit - 1];
    // Whatever follows stands behind the page.
    if (
      last !== undefined &&
      next !== undefined &&
      isBefore(last.place, isBackwards ? next.last : next.first)
    )
      break;
    const more = await readDays(session, stretches.slice(at, at + count), page);
    rows = [...rows, ...more.map(readSummary)]
      .sort((a, b) => (isBefore(a.place, b.place) ? -1 : 1))
      .slice(0, limit);
  }
  return rows;
}

function readDays(session: Session, stretches: readonly Stretch[], page: Page): Promise<readonly Row[]> {
  const { where, values, limit, isBackwards } = page;
  const order = isBackwards ? 'DESC' : 'ASC';
  const parts = stretches.map(
    ({ day }) =>
      `(SELECT ${SUMMARY_COLUMNS} FROM ${partitionOf('events', day)} WHERE ${where} ORDER BY place ${order} LIMIT $${values.length + 1})`,
  );
  return session.query(
    `SELECT * FROM (${parts.join(' UNION ALL ')}) AS day ORDER BY place ${order} LIMIT $${values.length + 1}`,
    [...values, limit],
  );
}

const MAX_TRIES = 4;

/** Reads anew where a day was dropped while it was read: nothing of it is to be found any more. */
export async function rereading<Result>(read: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await read();
    } catch (error) {
      const isDropped = error instanceof StoreError && codeOf(error.cause) === NO_TABLE;
      if (!isDropped || tries === MAX_TRIES) throw error;
    }
  }
}
