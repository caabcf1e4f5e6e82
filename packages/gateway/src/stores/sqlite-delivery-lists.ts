/** Lists of deliveries in SQLite: of each page so many rows are looked at, however many there are. */
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
import { attemptOf, deliveryOf, type Row } from './sqlite-delivery-row.ts';
import type { SqliteTotals, Total } from './sqlite-totals.ts';

export interface SqliteDeliveryLists {
  get(eventId: string, destination: string): DeliveryView | undefined;
  list(query: DeliveryListOptions, limit: number): DeliveryPage;
  attempts(place: number, limit: number): readonly Attempt[];
  totals(): readonly DeliveryTotal[];
  /** Within a transaction. */
  change(options: ChangeOptions, limit: number, nowMs: number): ChangeResult;
}

/** Rows looked at for a page: two milliseconds. */
const LOOKED_AT = 1_000;
/** A step of a change is no longer than that: a row takes 50 to 150 microseconds. */
const CHANGED = 256;
/** Beyond so many it ends after these milliseconds. */
const CHANGED_AT_LEAST = 32;
const CHANGE_MS = 2;

export function createSqliteDeliveryLists(
  db: DatabaseSync,
  deliveries: Pick<SqliteDeliveries, 'change'>,
  totals: SqliteTotals,
): SqliteDeliveryLists {
  const sql = {
    ofEvent: db.prepare('SELECT * FROM deliveries WHERE event_id = ? AND place < ? ORDER BY place DESC'),
    all: db.prepare('SELECT * FROM deliveries WHERE place < ? ORDER BY place DESC LIMIT ?'),
    ofState: db.prepare(`
      SELECT * FROM deliveries INDEXED BY deliveries_by_state
      WHERE destination = ? AND state = ? AND place < ? ORDER BY place DESC LIMIT ?`),
    get: db.prepare('SELECT * FROM deliveries WHERE event_id = ? AND destination = ?'),
    attempts: db.prepare('SELECT * FROM attempts WHERE delivery = ? ORDER BY place DESC LIMIT ?'),
  };
  const rowsOf = (match: DeliveryMatch, before: number, limit: number): readonly Row[] => {
    const { eventId, destination, state } = match;
    if (eventId !== undefined) return sql.ofEvent.all(eventId, before);
    if (destination === undefined && state === undefined) return sql.all.all(before, limit);
    const sources = totals.list('deliveries').filter((total) => isOf(total, match));
    return merged(
      sources.map(
        ({ name, state: word }) =>
          (place, count) =>
            sql.ofState.all(name, word, place, count),
      ),
      before,
      limit,
    );
  };
  /** Calls `use` with rows that match, the last first, until it has had enough. @returns where to go on; undefined: nowhere */
  const walk = (
    match: DeliveryMatch,
    before: number,
    limit: number,
    use: (row: Row) => boolean,
    mostMs: number = Number.POSITIVE_INFINITY,
  ): number | undefined => {
    const looked = hasMore(match) ? LOOKED_AT : limit + 1;
    const rows = rowsOf(match, before, looked);
    const untilMs = performance.now() + mostMs;
    let used = 0;
    let last = before;
    for (const row of rows) {
      if (used === limit || (used >= CHANGED_AT_LEAST && performance.now() > untilMs)) return last;
      if (matches(row, match) && use(row)) used++;
      last = Number(row['place']);
    }
    return match.eventId === undefined && rows.length >= looked ? last : undefined;
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
    attempts: (place, limit) => sql.attempts.all(place, limit).reverse().map(attemptOf),
    totals: () =>
      totals.list('deliveries').map(({ name, state, number }) => ({
        destination: name,
        state: DELIVERY_STATES.find((word) => word === state) ?? 'waiting',
        number,
      })),
    change: ({ match, change, before = Number.MAX_SAFE_INTEGER, isDryRun = false }, limit, nowMs) => {
      let changed = 0;
      const use = (row: Row): boolean => {
        const isChanged = isDryRun ? isChangeable(row, change.kind) : deliveries.change(row, change, nowMs);
        if (isChanged) changed++;
        return isChanged;
      };
      const next = walk(match, before, Math.min(limit, CHANGED), use, CHANGE_MS);
      return { changed, ...(next !== undefined && { next }) };
    },
  };
}

function isOf({ name, state }: Total, match: DeliveryMatch): boolean {
  return (match.destination ?? name) === name && (match.state ?? state) === state;
}

/** Whether rows are looked at that do not match. */
function hasMore({ gate, code, fromMs, untilMs }: DeliveryMatch): boolean {
  return [gate, code, fromMs, untilMs].some((value) => value !== undefined);
}

function matches(row: Row, match: DeliveryMatch): boolean {
  const { destination, state, gate, code, fromMs, untilMs } = match;
  const beganMs = Number(row['began_ms']);
  return (
    (destination ?? row['destination']) === row['destination'] &&
    (state ?? row['state']) === row['state'] &&
    (gate ?? row['gate']) === row['gate'] &&
    (code ?? row['code']) === row['code'] &&
    beganMs >= (fromMs ?? beganMs) &&
    beganMs < (untilMs ?? Number.POSITIVE_INFINITY)
  );
}

function isChangeable({ state, blocks }: Row, kind: 'redrive' | 'cancel'): boolean {
  if (kind === 'redrive') return state !== 'behind';
  return state === 'waiting' || state === 'behind' || (state === 'dead' && blocks === 1);
}

/** Gives rows before a place, the last first. */
type Source = (before: number, limit: number) => readonly Row[];

/** The last rows of several sources, in one order. A source is asked for a part at a time, and for more where those are used up. */
function merged(sources: readonly Source[], before: number, limit: number): readonly Row[] {
  const part = Math.max(16, Math.ceil((2 * limit) / Math.max(1, sources.length)));
  const heads = sources.map((source) => ({ source, rows: [...source(before, part)], isWhole: false }));
  for (const head of heads) head.isWhole = head.rows.length < part;
  const rows: Row[] = [];
  while (rows.length < limit) {
    let latest: (typeof heads)[number] | undefined;
    for (const head of heads) if (placeOf(head.rows[0]) > placeOf(latest?.rows[0])) latest = head;
    const row = latest?.rows.shift();
    if (latest === undefined || row === undefined) break;
    rows.push(row);
    if (latest.rows.length > 0 || latest.isWhole) continue;
    latest.rows = [...latest.source(placeOf(row), part)];
    latest.isWhole = latest.rows.length < part;
  }
  return rows;
}

function placeOf(row: Row | undefined): number {
  return Number(row?.['place'] ?? -1);
}
