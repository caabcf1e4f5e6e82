/** Searches of events in SQLite: a step reads a bounded stretch of the index that leads straightest to what is asked for. */
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { EventSearch, EventSearchOptions } from './event-search.ts';
import type { EventSearchStep, EventSummary } from './event-store.ts';
import { createWordPlaces } from './event-words.ts';
import { SUMMARY_COLUMNS, summaryOf } from './sqlite-event-row.ts';
import type { Query, Row } from './sqlite-row.ts';

export interface SqliteEventSearch {
  step(search: EventSearchOptions): EventSearchStep;
}

/** Rows that a step looks at, at most. */
const LOOKED_AT = 1_000;
/** A step ends then. */
const STEP_MS = 2;
/** Less than so much of a step: the next stretch may be twice as long. */
const QUICK_MS = 0.4;
/** Rows that are looked at without a look at the clock. */
const FIRST_ROWS = 32;
const MOST_ROWS = 256;
/** Texts of headers and bodies that are longer are looked into by whoever asks: SQLite would hold the loop. */
const MOST_SCANNED_BYTES = 4_096;
/** Statements that are kept: each condition is there or not, which makes thousands of texts. */
const MOST_PREPARED = 64;

/** A condition, and the values of its parameters. */
interface Condition {
  readonly sql: string;
  readonly values: readonly SQLInputValue[];
}

/** Rows of one index in its order, from a place on. */
interface Stream {
  readonly index: string;
  readonly conditions: readonly Condition[];
  readonly order: string;
}

export function createSqliteEventSearch(db: DatabaseSync): SqliteEventSearch {
  const all = createQueries(db);
  const cursorOf = (before: string): Cursor => {
    const row = all('SELECT id, place, received_ms FROM events WHERE id <= ? ORDER BY id DESC LIMIT 1', [
      before,
    ])[0];
    if (row === undefined) return { id: before, place: 0, receivedMs: 0 };
    const { id, place, receivedMs } = cursorAt(row);
    const isThere = id === before;
    return { id: before, place: place + (isThere ? 0 : 1), receivedMs: receivedMs + (isThere ? 0 : 1) };
  };
  const rowStep = createRowSteps(all);
  const wordStep = createWordSteps(db, all);
  return {
    step(search) {
      const cursor = search.before === undefined ? undefined : cursorOf(search.before);
      return (search.words === undefined ? rowStep : wordStep)(search, cursor, filtersOf(search));
    },
  };
}

/** The statements that were asked for last stay prepared. */
function createQueries(db: DatabaseSync): Query {
  const prepared = new Map<string, StatementSync>();
  return (sql, values) => {
    const statement = prepared.get(sql) ?? db.prepare(sql);
    prepared.delete(sql);
    prepared.set(sql, statement);
    const [oldest] = prepared.keys();
    if (prepared.size > MOST_PREPARED && oldest !== undefined) prepared.delete(oldest);
    return statement.all(...values);
  };
}

type Step = (
  search: EventSearchOptions,
  cursor: Cursor | undefined,
  filters: readonly Condition[],
) => EventSearchStep;

/** Stretch by stretch of the stream, each as long as the ones before were quick. */
function createRowSteps(all: Query): Step {
  return (search, begin, filters) => {
    const { limit } = search;
    const beganMs = performance.now();
    const events: EventSummary[] = [];
    let looked = 0;
    let cursor = begin;
    for (let atMs = beganMs, length = FIRST_ROWS; ; ) {
      const { index, conditions, order } = streamOf(search, { cursor });
      const from = `FROM events ${index} WHERE ${sqlOf(conditions)}`;
      const values = valuesOf(conditions);
      const [end] = all(`SELECT place, id, received_ms ${from} ORDER BY ${order} LIMIT 1 OFFSET ?`, [
        ...values,
        length - 1,
      ]);
      const stretch = streamOf(search, { cursor, end: end && cursorAt(end) });
      const held = [...stretch.conditions, ...filters];
      const rows = all(
        `SELECT ${SUMMARY_COLUMNS} FROM events ${index} WHERE ${sqlOf(held)} ORDER BY ${order} LIMIT ?`,
        [...valuesOf(held), limit - events.length],
      );
      events.push(...rows.map(summaryOf));
      if (end === undefined) {
        const [count] = all(`SELECT count(*) AS number ${from}`, values);
        return stepOf(events, limit, looked + Number(count?.['number']), undefined);
      }
      looked += length;
      const nowMs = performance.now();
      if (events.length === limit || looked >= LOOKED_AT || nowMs - beganMs >= STEP_MS)
        return stepOf(events, limit, looked, end);
      if (nowMs - atMs < QUICK_MS) length = Math.min(MOST_ROWS, 2 * length);
      length = Math.min(length, LOOKED_AT - looked);
      atMs = nowMs;
      cursor = cursorAt(end);
    }
  };
}

interface Cursor {
  readonly id: string;
  readonly place: number;
  readonly receivedMs: number;
}

function cursorAt(row: Row): Cursor {
  return { id: String(row['id']), place: Number(row['place']), receivedMs: Number(row['received_ms']) };
}

/** A step that is full ends with its last event. */
function stepOf(
  events: readonly EventSummary[],
  limit: number,
  looked: number,
  end: Row | undefined,
): EventSearchStep {
  const last = events.at(-1);
  if (last !== undefined && events.length === limit) return { events, looked, next: last };
  if (end === undefined) return { events, looked };
  return { events, looked, next: { id: String(end['id']), receivedMs: Number(end['received_ms']) } };
}

interface Stretch {
  /** Rows behind this one. */
  readonly cursor: Cursor | undefined;
  /** The last row. Absent: all that follow. */
  readonly end?: Cursor | undefined;
}

/** One bound on each side: of two SQLite takes either, and reads on to the end of the index by the wrong one. */
function streamOf(search: EventSearch, { cursor, end }: Stretch): Stream {
  const { id, sinceMs, untilMs, type, gate, isUnmatched } = search;
  if (id !== undefined) {
    const past = pastPrefix(id);
    const before = cursor !== undefined && cursor.id < past ? cursor.id : past;
    const conditions = [{ sql: 'id >= ? AND id < ?', values: [end?.id ?? id, before] }];
    return { index: '', order: 'id DESC', conditions };
  }
  if (sinceMs !== undefined || untilMs !== undefined)
    return {
      index: 'INDEXED BY events_by_time',
      order: 'received_ms DESC, place DESC',
      conditions: byTime(search, { cursor, end }),
    };
  const conditions: Condition[] = [
    {
      sql: 'place < ? AND place >= ?',
      values: [cursor?.place ?? Number.MAX_SAFE_INTEGER, end?.place ?? 0],
    },
  ];
  const order = 'place DESC';
  if (type !== undefined) {
    conditions.push({ sql: 'type = ?', values: [type] });
    return { order, index: 'INDEXED BY events_by_type', conditions };
  }
  if (isUnmatched === true) conditions.push({ sql: 'destinations = 0', values: [] });
  if (gate !== undefined) conditions.push({ sql: 'gate = ?', values: [gate] });
  const unmatched = gate === undefined ? 'events_unmatched' : 'events_unmatched_by_gate';
  const index = isUnmatched === true ? `INDEXED BY ${unmatched}` : gate === undefined ? 'NOT INDEXED' : '';
  return { order, index, conditions };
}

/** All ids that begin with it are less. */
const pastPrefix = (id: string): string => `${id}\u{10ffff}`;

function byTime(
  { sinceMs = 0, untilMs = Number.MAX_SAFE_INTEGER }: EventSearch,
  { cursor, end }: Stretch,
): readonly Condition[] {
  const lastMs = Math.min(untilMs - 1, cursor?.receivedMs ?? Number.MAX_SAFE_INTEGER);
  const conditions: Condition[] = [
    { sql: 'received_ms >= ? AND received_ms <= ?', values: [end?.receivedMs ?? sinceMs, lastMs] },
  ];
  // Of those that were received in the same millisecond.
  if (cursor !== undefined)
    conditions.push({ sql: '+received_ms < ? OR +place < ?', values: [cursor.receivedMs, cursor.place] });
  if (end !== undefined)
    conditions.push({ sql: '+received_ms > ? OR +place >= ?', values: [end.receivedMs, end.place] });
  return conditions;
}

const REASON = `CASE WHEN instr(verdict, '"refused":') AND json_valid(verdict) THEN verdict ->> '$.refused.reason' END`;
const VERDICTS = {
  accepted: `erased IS NULL AND key_id <> '' AND ${REASON} IS NULL`,
  refused: `${REASON} IS NOT NULL`,
  unsigned: `erased IS NULL AND key_id = ''`,
};

/** What the rows of any stream are held to. */
function filtersOf(search: EventSearch): readonly Condition[] {
  const { gate, type, isUnmatched, id, verdict, reason, sinceMs, untilMs, header, memberValue, words } =
    search;
  const { tenant, masked = [] } = search;
  const filters: Condition[] = [];
  const add = (sql: string, ...values: readonly SQLInputValue[]): void => {
    filters.push({ sql, values });
  };
  const addByValue = (sql: string, value: SQLInputValue): void => {
    if (masked.length === 0) add(sql, value);
    else add(`gate IN (SELECT value FROM json_each(?)) OR ${sql}`, JSON.stringify(masked), value);
  };
  // A + keeps an index out that is none of the stream's.
  if (gate !== undefined) add('+gate = ?', gate);
  if (type !== undefined) add('+type = ?', type);
  if (tenant !== undefined) add('tenant = ?', tenant);
  if (isUnmatched === true) add('+destinations = 0');
  if (id !== undefined) add('+id >= ? AND +id < ?', id, pastPrefix(id));
  if (sinceMs !== undefined) add('+received_ms >= ?', sinceMs);
  if (untilMs !== undefined) add('+received_ms < ?', untilMs);
  if (verdict !== undefined) add(VERDICTS[verdict]);
  if (reason !== undefined) add(`${REASON} = ?`, reason);
  if (header !== undefined) {
    const named = `%"${header.name.replace(/[%_\\]/g, '\\$&')}"%`;
    add(`octet_length(headers) > ${MOST_SCANNED_BYTES} OR headers LIKE ? ESCAPE '\\'`, named);
    if (header.value !== undefined)
      addByValue(
        `octet_length(headers) > ${MOST_SCANNED_BYTES} OR instr(headers, ?) > 0`,
        JSON.stringify(header.value),
      );
  }
  // A compressed body cannot be looked into here, nor one with escapes.
  if (memberValue !== undefined)
    addByValue(
      `encoding = 'zstd' OR encoding IS NULL
       AND (octet_length(body) > ${MOST_SCANNED_BYTES} OR instr(body, ?) > 0 OR instr(body, x'5c') > 0)`,
      Buffer.from(JSON.stringify(memberValue).slice(1, -1)),
    );
  if (words !== undefined) add('+gate IN (SELECT value FROM json_each(?))', JSON.stringify(words.gates));
  return filters;
}

function sqlOf(conditions: readonly Condition[]): string {
  return conditions.length === 0 ? 'TRUE' : conditions.map(({ sql }) => `(${sql})`).join(' AND ');
}

function valuesOf(conditions: readonly Condition[]): readonly SQLInputValue[] {
  return conditions.flatMap(({ values }) => values);
}

/** Both in one aggregate would read the whole table. */
const BOUNDS = 'SELECT (SELECT min(place) FROM events) AS first, (SELECT max(place) FROM events) AS last';

/** The index gives the places that have the words, stretch by stretch. */
function createWordSteps(db: DatabaseSync, all: Query): Step {
  const wordPlaces = createWordPlaces(db, all);
  return ({ words, limit }, cursor, filters) => {
    const places = wordPlaces(words?.text ?? '');
    const isIndexed = all('SELECT 1 FROM full_text LIMIT 1', []).length > 0;
    if (places === undefined || !isIndexed) return { events: [], looked: 0 };
    const [bounds] = all(BOUNDS, []);
    const first = Number(bounds?.['first'] ?? 0);
    const from = Math.min(cursor?.place ?? Number.MAX_SAFE_INTEGER, Number(bounds?.['last'] ?? 0) + 1);
    const endMs = performance.now() + STEP_MS;
    const events: EventSummary[] = [];
    let below = from;
    while (below > first && events.length < limit && performance.now() < endMs) {
      const stretch = places({ below, first, endMs });
      events.push(...eventsAt(all, stretch.places, filters, limit - events.length));
      below = stretch.downTo;
    }
    const [end] =
      below > first
        ? all('SELECT place, id, received_ms FROM events WHERE place >= ? ORDER BY place LIMIT 1', [below])
        : [];
    return stepOf(events, limit, from - below, end);
  };
}

function eventsAt(
  all: Query,
  places: readonly number[],
  filters: readonly Condition[],
  limit: number,
): readonly EventSummary[] {
  if (places.length === 0) return [];
  return all(
    `SELECT ${SUMMARY_COLUMNS} FROM events WHERE place IN (SELECT value FROM json_each(?)) AND ${sqlOf(filters)}
     ORDER BY place DESC LIMIT ?`,
    [JSON.stringify(places), ...valuesOf(filters), limit],
  ).map(summaryOf);
}
