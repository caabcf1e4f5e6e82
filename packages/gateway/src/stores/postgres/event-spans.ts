/** Between which places, or times of receipt, the events of each partition are: so most partitions are not even opened. */
import type { Row, Session } from './database.ts';
import { partitionOf } from './days.ts';
import { storable } from './text.ts';

/** The order of a search. */
export type SpanKey = 'place' | 'received_ms';

export interface EventSpan {
  /** The partition of events, as a statement names it. */
  readonly table: string;
  /** That of their words. */
  readonly words: string;
  /** By the key; both within. Some of these may be gone. */
  readonly first: number;
  readonly last: number;
}

const COLUMNS: Readonly<Record<SpanKey, readonly [first: string, last: string]>> = {
  place: ['first_place', 'last_place'],
  received_ms: ['first_ms', 'last_ms'],
};

/** Where an event stands in either order. */
export interface EventPosition {
  readonly id: string;
  readonly place: number;
  readonly receivedMs: number;
}

export function positionOf(row: Row): EventPosition {
  return { id: String(row['id']), place: Number(row['place']), receivedMs: Number(row['received_ms']) };
}

/** Of partitions that hold events, of some gates where these are given. They are kept with the totals: what is committed is in them. */
export async function readSpans(
  session: Session,
  key: SpanKey,
  gates: readonly string[] | undefined,
): Promise<readonly EventSpan[]> {
  const [first, last] = COLUMNS[key];
  const rows = await session.query(
    `SELECT day, min(${first}) AS first, max(${last}) AS last FROM countersign.totals
    WHERE kind = 'events' AND ${gates === undefined ? 'true' : 'name = ANY($1::text[])'} GROUP BY day HAVING sum(number) > 0`,
    gates === undefined ? [] : [gates.map(storable)],
  );
  return rows.map(spanOf);
}

function spanOf({ day, first, last }: Row): EventSpan {
  return {
    table: partitionOf('events', String(day)),
    words: partitionOf('words', String(day)),
    first: Number(first),
    last: Number(last),
  };
}

interface SpanBounds {
  /** Both within. */
  readonly last: number;
  readonly least: number;
  /** Partitions, roughly. */
  readonly merged: number;
}

interface NewestSpans {
  readonly some: readonly EventSpan[];
  /** No other partition has events from there to the last. */
  readonly from: number;
}

export function newestSpans(spans: readonly EventSpan[], { last, least, merged }: SpanBounds): NewestSpans {
  const endOf = (span: EventSpan): number => Math.min(span.last, last);
  const all = spans
    .filter((span) => span.first <= last && span.last >= least)
    .sort((a, b) => endOf(b) - endOf(a));
  const next = all.slice(merged).find((span) => endOf(span) < last);
  if (next === undefined) return { some: all, from: least };
  const from = Math.max(least, endOf(next) + 1);
  return { some: all.filter((span) => endOf(span) >= from), from };
}

/** The event from which on all were looked at; undefined where it is gone meanwhile. */
export async function firstFrom(
  session: Session,
  spans: readonly EventSpan[],
  key: SpanKey,
  from: number,
): Promise<EventPosition | undefined> {
  const order = key === 'place' ? 'place' : 'received_ms, place';
  const selects = spans.map(
    ({ table }) =>
      `(SELECT id, place, received_ms FROM ${table} WHERE ${key} >= $1::bigint ORDER BY ${order} LIMIT 1)`,
  );
  const [row] = await session.query(
    `SELECT * FROM (${selects.join(' UNION ALL ')}) AS firsts ORDER BY ${order} LIMIT 1`,
    [from],
  );
  return row === undefined ? undefined : positionOf(row);
}
