/** Lists of deliveries in SQLite, a step at a time: a step ends when it has taken its time, however many rows there are. */
import type { DatabaseSync } from 'node:sqlite';
import {
  type Attempt,
  type ChangeOptions,
  type ChangeResult,
  DELIVERY_STATES,
  type DeliveryListOptions,
  type DeliveryMatch,
  type DeliveryPage,
  type DeliveryTotal,
  type DeliveryView,
} from './delivery-store.ts';
import type { SqliteDeliveries } from './sqlite-deliveries.ts';
import { attemptOf, deliveryOf } from './sqlite-delivery-row.ts';
import type { Row } from './sqlite-row.ts';
import type { SqliteTotals, Total } from './sqlite-totals.ts';

export interface SqliteDeliveryLists {
  get(eventId: string, destination: string): DeliveryView | undefined;
  /** One step: a part of a page. */
  list(query: DeliveryListOptions, limit: number): DeliveryPage;
  /** The last made first. */
  ofEvent(eventId: string): readonly DeliveryView[];
  attempts(place: number, limit: number): readonly Attempt[];
  totals(): readonly DeliveryTotal[];
  /** Within a transaction. */
  change(options: ChangeOptions, limit: number, nowMs: number): ChangeResult;
}

/** Read at once: where their pages are not in memory, 30 microseconds each. */
const ROWS_READ = 32;
/** Looked at in a step at most. */
const ROWS_PER_STEP = 1_024;
/** A step ends once it has taken so long; it looks at the clock every so many rows, of which each that is changed takes 50 to 150 microseconds. */
const STEP_MS = 2;
const ROWS_PER_LOOK = 16;

export interface DeliveryListParts {
  readonly deliveries: Pick<SqliteDeliveries, 'change' | 'hasBody'>;
  readonly totals: SqliteTotals;
  /** A clock that only goes on, in milliseconds. */
  readonly monotonicMs: () => number;
}

export function createSqliteDeliveryLists(
  db: DatabaseSync,
  { deliveries, totals, monotonicMs }: DeliveryListParts,
): SqliteDeliveryLists {
  const sql = {
    ofEvent: db.prepare('SELECT * FROM deliveries WHERE event_id = ? AND place < ? ORDER BY place DESC'),
    all: db.prepare('SELECT * FROM deliveries WHERE place < ? ORDER BY place DESC LIMIT ?'),
    // Of the index alone: of several sources more is read than is used.
    ofState: db.prepare(`
      SELECT place FROM deliveries INDEXED BY deliveries_by_state
      WHERE destination = ? AND state = ? AND place < ? ORDER BY place DESC LIMIT ?`),
    at: db.prepare('SELECT * FROM deliveries WHERE place = ?'),
    get: db.prepare('SELECT * FROM deliveries WHERE event_id = ? AND destination = ?'),
    attempts: db.prepare('SELECT * FROM attempts WHERE delivery = ? ORDER BY place DESC LIMIT ?'),
  };
  /** Those that may match, the last first. */
  function* rowsOf(match: DeliveryMatch, before: number): Generator<Row> {
    const { eventId, destination, state } = match;
    if (eventId !== undefined) yield* sql.ofEvent.all(eventId, before);
    else if (destination === undefined && state === undefined)
      yield* inPieces((place) => sql.all.all(place, ROWS_READ), before);
    else {
      const sources = totals
        .list('deliveries')
        .filter((total) => isOf(total, match))
        .map(({ name, state: word }) =>
          inPieces((place) => sql.ofState.all(name, word, place, ROWS_READ), before),
        );
      for (const { place } of merged(sources)) yield* sql.at.all(Number(place));
    }
  }
  /** One step: calls `use` with rows that match, the last first, until it has had enough. @returns where to go on; undefined: nowhere */
  const walk = (
    match: DeliveryMatch,
    before: number,
    limit: number,
    use: (row: Row) => boolean,
  ): number | undefined => {
    const untilMs = monotonicMs() + STEP_MS;
    let looked = 0;
    let used = 0;
    let last = before;
    for (const row of rowsOf(match, before)) {
      if (used === limit || looked === ROWS_PER_STEP) return last;
      if (looked % ROWS_PER_LOOK === ROWS_PER_LOOK - 1 && monotonicMs() >= untilMs) return last;
      looked++;
      const place = placeOf(row);
      // What `use` has changed may come once more, in its new state.
      if (place >= last) continue;
      last = place;
      if (matches(row, match) && use(row)) used++;
    }
    return undefined;
  };
  return {
    get: (eventId, destination) => {
      const row = sql.get.get(eventId, destination);
      return row && deliveryOf(row);
    },
    list: ({ before = Number.MAX_SAFE_INTEGER, limit: _limit, ...match }, limit) => {
      const views: DeliveryView[] = [];
      const next = walk(match, before, limit, (row) => views.push(deliveryOf(row)) > 0);
      return { deliveries: views, ...(next !== undefined && { next }) };
    },
    ofEvent: (eventId) => sql.ofEvent.all(eventId, Number.MAX_SAFE_INTEGER).map(deliveryOf),
    attempts: (place, limit) => sql.attempts.all(place, limit).reverse().map(attemptOf),
    totals: () =>
      totals.list('deliveries').map(({ name, state, number }) => ({
        destination: name,
        state: DELIVERY_STATES.find((word) => word === state) ?? 'waiting',
        number,
      })),
    change: ({ match, change, before = Number.MAX_SAFE_INTEGER, isDryRun = false }, limit, nowMs) => {
      let changed = 0;
      let withoutBody = 0;
      const use = (row: Row): boolean => {
        if (change.kind === 'redrive' && !deliveries.hasBody(row)) {
          withoutBody++;
          return false;
        }
        const isChanged = isDryRun ? isChangeable(row, change.kind) : deliveries.change(row, change, nowMs);
        if (isChanged) changed++;
        return isChanged;
      };
      const next = walk(match, before, limit, use);
      return {
        changed,
        ...(withoutBody > 0 && { withoutBody }),
        ...(next !== undefined && { next }),
      };
    },
  };
}

function isOf({ name, state }: Total, match: DeliveryMatch): boolean {
  return (match.destination ?? name) === name && (match.state ?? state) === state;
}

function matches(row: Row, match: DeliveryMatch): boolean {
  const { destination, state, gate, code, sinceMs, untilMs } = match;
  const beganMs = Number(row['began_ms']);
  return (
    (destination ?? row['destination']) === row['destination'] &&
    (state ?? row['state']) === row['state'] &&
    (gate ?? row['gate']) === row['gate'] &&
    (code ?? row['code']) === row['code'] &&
    beganMs >= (sinceMs ?? beganMs) &&
    beganMs < (untilMs ?? Number.POSITIVE_INFINITY)
  );
}

function isChangeable({ state, blocks }: Row, kind: 'redrive' | 'cancel'): boolean {
  if (kind === 'redrive') return state !== 'behind';
  return state === 'waiting' || state === 'behind' || (state === 'dead' && blocks === 1);
}

/** @param read gives some rows before a place, the last first; none where there are none */
function* inPieces(read: (before: number) => readonly Row[], before: number): Generator<Row> {
  for (let from = before; ; ) {
    const rows = read(from);
    yield* rows;
    if (rows.length < ROWS_READ) return;
    from = placeOf(rows.at(-1));
  }
}

/** The rows of several sources in one order, the last first. */
function* merged(sources: readonly Generator<Row>[]): Generator<Row> {
  const heads = sources.map((source) => ({ source, row: nextOf(source) }));
  for (;;) {
    let latest: (typeof heads)[number] | undefined;
    for (const head of heads) if (placeOf(head.row) > placeOf(latest?.row)) latest = head;
    if (latest?.row === undefined) return;
    yield latest.row;
    latest.row = nextOf(latest.source);
  }
}

function nextOf(source: Generator<Row>): Row | undefined {
  const { done, value } = source.next();
  return done === true ? undefined : value;
}

function placeOf(row: Row | undefined): number {
  return Number(row?.['place'] ?? -1);
}
