/** Searches in the order of places or of times of receipt, the last first. Partitions are by id: those are merged that may have events there. */
import type { EventSearch, EventSearchOptions } from '../event-search.ts';
import type { EventSearchStep } from '../event-store.ts';
import type { Session } from './database.ts';
import {
  type EventPosition,
  type EventSpan,
  firstFrom,
  newestSpans,
  readSpans,
  type SpanKey,
} from './event-spans.ts';
import { createParameters, type Parameters } from './parameters.ts';
import { eventUpTo } from './search-by-id.ts';
import { filterOf } from './search-filters.ts';
import { Progress, readStretch } from './search-stretch.ts';
import { storable } from './text.ts';

/** Partitions that a statement reads, where one follows the other; more while they hold nothing. */
const FIRST_MERGED = 2;
const MOST_MERGED = 32;

/** Where rows are looked at that come before it in the order of the search. */
interface Position {
  /** A place, or a time of receipt. */
  readonly key: number;
  /** Among those of one time; 0: before all of them. */
  readonly place: number;
}

export async function searchMerged(
  session: Session,
  search: EventSearchOptions,
  key: SpanKey,
): Promise<EventSearchStep> {
  const progress = new Progress(search.limit);
  const least = key === 'place' ? 0 : Math.ceil(search.sinceMs ?? 0);
  const spans = await readSpans(session, key, search.gate === undefined ? undefined : [search.gate]);
  let position = await beginOf(session, search, key);
  for (let merged = FIRST_MERGED; ; ) {
    const { some, from } = newestSpans(spans, { last: position.key, least, merged });
    if (some.length === 0) return progress.step(undefined);
    const parameters = createParameters();
    const { length } = progress;
    const rows = rowsOf(some, { search, key, position, from, length }, parameters);
    const stretch = await readStretch(session, { rows, filter: filterOf(search, parameters), parameters });
    progress.add(stretch);
    const { end } = stretch;
    if (end !== undefined && stretch.looked === length) {
      position = positionOf(end, key);
      if (progress.isOver) return progress.step(end);
      continue;
    }
    if (from <= least) return progress.step(undefined);
    position = { key: from, place: 0 };
    if (progress.isOver) {
      // The next step goes on behind an event, of whichever kind that is.
      const edge = await firstFrom(session, some, key, from);
      if (edge !== undefined) return progress.step(edge);
    }
    merged = Math.min(MOST_MERGED, 2 * merged);
  }
}

function positionOf({ place, receivedMs }: Omit<EventPosition, 'id'>, key: SpanKey): Position {
  return { key: key === 'place' ? place : receivedMs, place };
}

/** Behind nothing, or behind an event, which need not exist any more: then behind those that came after the one before it. */
async function beginOf(
  session: Session,
  { before, untilMs }: EventSearchOptions,
  key: SpanKey,
): Promise<Position> {
  const end: Position = {
    key: key === 'place' ? Number.MAX_SAFE_INTEGER : Math.ceil(untilMs ?? Number.MAX_SAFE_INTEGER),
    place: 0,
  };
  if (before === undefined) return end;
  const event = await eventUpTo(session, before);
  if (event === undefined) return { key: 0, place: 0 };
  const past = event.id === before ? 0 : 1;
  const position = positionOf({ place: event.place + past, receivedMs: event.receivedMs + past }, key);
  return position.key < end.key ? position : end;
}

interface MergedRows {
  readonly search: EventSearch;
  readonly key: SpanKey;
  readonly position: Position;
  readonly from: number;
  /** At most. */
  readonly length: number;
}

function rowsOf(
  spans: readonly EventSpan[],
  { search, key, position, from, length }: MergedRows,
  { add }: Parameters,
): string {
  const { condition, lead } = leadOf(key === 'place' ? search : {}, add);
  const least = `${add(from)}::bigint`;
  const end =
    key === 'place'
      ? `${add(position.key)}::bigint`
      : `${add(position.key)}::bigint, ${add(position.place)}::bigint`;
  const columns = key === 'place' ? 'place' : 'received_ms, place';
  const bounds =
    lead === undefined
      ? `${key} >= ${least} AND (${columns}) < (${end})`
      : `(${lead.column}, ${columns}) >= (${lead.value}, ${least}) AND (${lead.column}, ${columns}) < (${lead.value}, ${end})`;
  const order = `${lead === undefined ? '' : `${lead.column} DESC, `}${key === 'place' ? 'place DESC' : 'received_ms DESC, place DESC'}`;
  const selects = spans.map(
    ({ table }) =>
      `(SELECT * FROM ${table} WHERE ${condition} AND ${bounds} ORDER BY ${order} LIMIT ${length})`,
  );
  if (selects.length === 1) return selects.join('');
  return `SELECT * FROM (${selects.join(' UNION ALL ')}) AS merged ORDER BY ${order} LIMIT ${length}`;
}

interface Lead {
  /** What the partial index has. */
  readonly condition: string;
  /** What comes first in the index. It is compared as a row with the place, and never held equal: then this index alone has the order, and PostgreSQL cannot take another. */
  readonly lead?: { readonly column: string; readonly value: string };
}

/** The one that leaves least, as a rule. */
function leadOf({ type, isUnmatched, gate }: EventSearch, add: Parameters['add']): Lead {
  if (type !== undefined)
    return {
      condition: 'type IS NOT NULL',
      lead: {
        column: 'hashtextextended(type, 0)',
        value: `hashtextextended(${add(storable(type))}::text, 0)`,
      },
    };
  const condition = isUnmatched === true ? 'destinations = 0' : 'true';
  if (gate === undefined) return { condition };
  return { condition, lead: { column: 'gate', value: add(storable(gate)) } };
}
