/** Deliveries that match, the last made first, a bounded look at a time: however many are passed over, a step takes as long. */
import type { DeliveryMatch } from '../delivery-store.ts';
import type { Database, Row, Value } from './database.ts';
import { firstIdOf } from './days.ts';
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
/** Read by their index and merged; of more destinations and states all that is there is looked at. */
const MAX_SOURCES = 16;

/** The parameters before those of a source. */
const PARAMETERS = 9;

const ALL = 'SELECT * FROM countersign.deliveries WHERE place < $1 ORDER BY place DESC LIMIT $2';
const OF_EVENT = `SELECT * FROM countersign.deliveries WHERE event_id = $${PARAMETERS + 1} AND place < $1 ORDER BY place DESC LIMIT $2`;

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

const STEP_OF_ALL = stepOf(ALL);
const STEP_OF_EVENT = stepOf(OF_EVENT);

/** Deliveries of a destination in a state: there are some. */
interface Source {
  readonly destination: string;
  readonly state: string;
  /** All have this event id or a higher one. */
  readonly firstId: string;
}

/** Each in a statement’s text, with parameters of its own: the planner sees what is asked for, and takes the index of that. */
function ofSources(sources: readonly Source[]): string {
  const each = sources.map((_, at) => {
    const first = PARAMETERS + 1 + at * 3;
    return `(SELECT * FROM countersign.deliveries
      WHERE destination = $${first} AND state = $${first + 1} AND event_id >= $${first + 2} AND place < $1
      ORDER BY place DESC LIMIT $2)`;
  });
  return `SELECT * FROM (${each.join(' UNION ALL ')}) AS merged ORDER BY place DESC LIMIT $2`;
}

export function createDeliveryPages(database: Database): DeliveryPages {
  const sourcesOf = async ({ destination, state }: DeliveryMatch): Promise<readonly Source[]> => {
    const rows = await database.query(
      `SELECT name, state, array_agg(day) AS days FROM (
        SELECT name, state, day FROM countersign.totals
        WHERE kind = 'deliveries' AND ($1::text IS NULL OR name = $1) AND ($2::text IS NULL OR state = $2)
        GROUP BY name, state, day HAVING sum(number) > 0) AS present
      GROUP BY name, state LIMIT ${MAX_SOURCES + 1}`,
      [destination ?? null, state ?? null],
    );
    return rows.map((row) => ({
      destination: String(row['name']),
      state: String(row['state']),
      firstId: firstOf(row['days']),
    }));
  };
  const lookOf = async (match: DeliveryMatch, limit: number): Promise<Look | undefined> => {
    const { eventId, destination, state, gate, code, sinceMs, untilMs } = match;
    if (eventId !== undefined)
      return { text: STEP_OF_EVENT, values: [storable(eventId)], most: ROWS_PER_STEP };
    // Where indexes give what matches, no more is looked at than is wanted.
    const isFiltered = [gate, code, sinceMs, untilMs].some((filter) => filter !== undefined);
    const most = isFiltered ? ROWS_PER_STEP : limit;
    if (destination === undefined && state === undefined) return { text: STEP_OF_ALL, values: [], most };
    const sources = await sourcesOf(match);
    if (sources.length === 0) return undefined;
    if (sources.length > MAX_SOURCES) return { text: STEP_OF_ALL, values: [], most: ROWS_PER_STEP };
    const values = sources.flatMap((source) => [source.destination, source.state, source.firstId]);
    return { text: stepOf(ofSources(sources)), values, most };
  };
  return {
    async read(match, before, limit) {
      const look = await lookOf(match, limit);
      if (look === undefined) return { rows: [] };
      const { gate = null, code = null, sinceMs, untilMs, destination, state } = match;
      const filters = [
        gate,
        code,
        wholeFrom(sinceMs),
        wholeFrom(untilMs),
        destination ?? null,
        state ?? null,
      ];
      const all = await database.query(look.text, [before, look.most, ...filters, limit, ...look.values]);
      const rows = all.filter((row) => row['place'] !== null);
      const last = rows.at(-1);
      if (rows.length === limit && last !== undefined) return { rows, next: Number(last['place']) };
      const isFull = Number(all[0]?.['looked_at'] ?? 0) === look.most;
      return { rows, ...(isFull && { next: Number(all[0]?.['last_place']) }) };
    },
  };
}

interface Look {
  readonly text: string;
  /** After `PARAMETERS` others. */
  readonly values: readonly Value[];
  /** Looked at. */
  readonly most: number;
}

function firstOf(days: unknown): string {
  return (Array.isArray(days) ? days.map((day) => firstIdOf(String(day))) : []).sort()[0] ?? '';
}

/** Whole milliseconds are kept: those from 1.5 on are those from 2 on. */
function wholeFrom(ms: number | undefined): number | null {
  if (ms === undefined || ms === Number.NEGATIVE_INFINITY) return null;
  return Math.min(Math.ceil(ms), Number.MAX_SAFE_INTEGER);
}
