/**
 * Deliveries that match, the last made first, a bounded look at a time: however many are passed over, a step takes as long. Totals say which
 * places a day has deliveries at, so that no more partitions are read than a page needs; each by its name, which leaves the others alone.
 */
import type { DeliveryMatch } from '../delivery-store.ts';
import type { Database, Row, Value } from './database.ts';
import { partitionOf } from './days.ts';
import { type DeliveryStretch, deliveryStretches } from './delivery-stretches.ts';
import { rereading } from './event-lists.ts';
import { storable } from './text.ts';

export interface DeliveryPages {
  /** One step: rows that match, at most `limit` of them. */
  read(match: DeliveryMatch, before: number, limit: number): Promise<DeliveryStep>;
}

export interface DeliveryStep {
  readonly rows: readonly Row[];
  /** Where to go on. Absent: all were looked at. */
  readonly next?: number;
}

/** Looked at in a step at most. */
const ROWS_PER_STEP = 1_024;
/** Read in a step, and more only where they have places in common: to plan for one takes longer than to read a page of it. */
const STRETCHES_PER_STEP = 16;

/** The parameters before those of a source. */
const PARAMETERS = 10;

const OF_EVENT = `SELECT * FROM countersign.deliveries
  WHERE event_id = $${PARAMETERS + 1} AND place < $1 AND place > $10 ORDER BY place DESC LIMIT $2`;

/** What was looked at stands in each row beside what matches; where nothing does, in a row of its own. */
function stepOf(source: string): string {
  return `
  WITH looked AS MATERIALIZED (${source})
  SELECT page.*, step.looked_at, step.last_place
  FROM (SELECT count(*) AS looked_at, min(place) AS last_place FROM looked) AS step
  LEFT JOIN (
    SELECT * FROM looked
    WHERE ($3::text IS NULL OR gate = $3) AND ($4::text IS NULL OR code = $4)
      AND ($5::bigint IS NULL OR began_ms >= $5) AND ($6::bigint IS NULL OR began_ms < $6)
      AND ($7::text IS NULL OR destination = $7) AND ($8::text IS NULL OR state = $8)
    ORDER BY place DESC LIMIT $9) AS page ON true
  ORDER BY page.place DESC`;
}

interface Look {
  readonly source: string;
  /** After `PARAMETERS` others. */
  readonly values: readonly Value[];
  /** Places above this one are looked at: up to here nothing else is. */
  readonly above: number;
}

const NOWHERE = -1;

/** Each in the statement’s text, with parameters of its own: the planner sees what is asked for, and takes the index of that. */
function lookAt(stretches: readonly DeliveryStretch[], before: number, rows: number): Look | undefined {
  const within = stretches.filter(({ first }) => first < before).toSorted((a, b) => b.last - a.last);
  let count = 0;
  for (let there = 0; there < rows && count < Math.min(STRETCHES_PER_STEP, within.length); count++)
    there += within[count]?.number ?? 0;
  // What stands at the same places must be read with them.
  while (count < within.length && (within[count]?.last ?? NOWHERE) >= before - 1) count++;
  if (count === 0) return undefined;
  const values: Value[] = [];
  const parts = within.slice(0, count).map(({ day, destination, state }) => {
    const asked =
      destination === undefined || state === undefined
        ? ''
        : `destination = $${PARAMETERS + values.push(destination)} AND state || '' = $${PARAMETERS + values.push(state)} AND`;
    return `(SELECT * FROM ${partitionOf('deliveries', day)} WHERE ${asked} place < $1 AND place > $10 ORDER BY place DESC LIMIT $2)`;
  });
  const source = `SELECT * FROM (${parts.join(' UNION ALL ')}) AS merged ORDER BY place DESC LIMIT $2`;
  return { source, values, above: within[count]?.last ?? NOWHERE };
}

export function createDeliveryPages(database: Database): DeliveryPages {
  const read = async (match: DeliveryMatch, before: number, limit: number): Promise<DeliveryStep> => {
    const { eventId, destination, state, gate, code, sinceMs, untilMs } = match;
    const filters = [gate ?? null, code ?? null, wholeFrom(sinceMs), wholeFrom(untilMs)];
    const stretches = eventId === undefined ? await deliveryStretches(database, match) : [];
    const most =
      filters.every((filter) => filter === null) && areOfIt(match, stretches) ? limit : ROWS_PER_STEP;
    const look =
      eventId === undefined
        ? lookAt(stretches, before, most)
        : { source: OF_EVENT, values: [storable(eventId)], above: NOWHERE };
    if (look === undefined) return { rows: [] };
    const values = [most, ...filters, destination ?? null, state ?? null, limit, look.above];
    const all = await database.query(stepOf(look.source), [before, ...values, ...look.values]);
    const rows = all.filter((row) => row['place'] !== null);
    const last = rows.at(-1);
    if (rows.length === limit && last !== undefined) return { rows, next: Number(last['place']) };
    if (Number(all[0]?.['looked_at'] ?? 0) === most) return { rows, next: Number(all[0]?.['last_place']) };
    return { rows, ...(look.above > NOWHERE && { next: look.above + 1 }) };
  };
  return { read: (match, before, limit) => rereading(() => read(match, before, limit)) };
}

/** Whether all that stands in these is of that destination and in that state. */
function areOfIt({ destination, state }: DeliveryMatch, stretches: readonly DeliveryStretch[]): boolean {
  if (destination === undefined && state === undefined) return true;
  return stretches.length > 0 && stretches.every((stretch) => stretch.destination !== undefined);
}

/** Whole milliseconds are kept: those from 1.5 on are those from 2 on. */
function wholeFrom(ms: number | undefined): number | null {
  if (ms === undefined || ms === Number.NEGATIVE_INFINITY) return null;
  return Math.min(Math.ceil(ms), Number.MAX_SAFE_INTEGER);
}
