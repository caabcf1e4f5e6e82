/** Deliveries that match, the last made first, a bounded look at a time: however many are passed over, a step takes as long. */
import type { DeliveryMatch } from '../delivery-store.ts';
import type { Database, Row, Value } from './database.ts';
import { storable } from './text.ts';
import { readTotals } from './totals.ts';

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

const OF_EVENT = `SELECT * FROM countersign.deliveries WHERE event_id = $8 AND place < $1 ORDER BY place DESC LIMIT $2`;
const ALL = 'SELECT * FROM countersign.deliveries WHERE place < $1 ORDER BY place DESC LIMIT $2';
/** Each source by its index; of several more is read than is used. */
const OF_SOURCES = `
  SELECT d.* FROM unnest($8::text[], $9::text[]) AS source (destination, state)
  CROSS JOIN LATERAL (
    SELECT * FROM countersign.deliveries d
    WHERE d.destination = source.destination AND d.state = source.state AND d.place < $1
    ORDER BY d.place DESC LIMIT $2) AS d
  ORDER BY d.place DESC LIMIT $2`;

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
    ORDER BY place DESC LIMIT $7) AS page ON true
  ORDER BY page.place DESC`;
}

const STEP_OF_EVENT = stepOf(OF_EVENT);
const STEP_OF_ALL = stepOf(ALL);
const STEP_OF_SOURCES = stepOf(OF_SOURCES);

export function createDeliveryPages(database: Database): DeliveryPages {
  const query = async (match: DeliveryMatch, values: readonly Value[]): Promise<readonly Row[]> => {
    const { eventId, destination, state } = match;
    if (eventId !== undefined) return database.query(STEP_OF_EVENT, [...values, storable(eventId)]);
    if (destination === undefined && state === undefined) return database.query(STEP_OF_ALL, values);
    const totals = await readTotals(database, 'deliveries');
    const sources = totals.filter(
      (total) => (destination ?? total.name) === total.name && (state ?? total.state) === total.state,
    );
    if (sources.length === 0) return [];
    return database.query(STEP_OF_SOURCES, [
      ...values,
      sources.map(({ name }) => name),
      sources.map((source) => source.state),
    ]);
  };
  return {
    async read(match, before, limit) {
      const { gate = null, code = null, sinceMs, untilMs } = match;
      const values = [before, ROWS_PER_STEP, gate, code, ceil(sinceMs), ceil(untilMs), limit];
      const all = await query(match, values);
      const rows = all.filter((row) => row['place'] !== null && isOf(row, match));
      const last = rows.at(-1);
      if (rows.length === limit && last !== undefined) return { rows, next: Number(last['place']) };
      const isFull = Number(all[0]?.['looked_at'] ?? 0) === ROWS_PER_STEP;
      return { rows, ...(isFull && { next: Number(all[0]?.['last_place']) }) };
    },
  };
}

/** Of an event’s few deliveries. */
function isOf(row: Row, { destination, state }: DeliveryMatch): boolean {
  return (
    (destination ?? row['destination']) === row['destination'] && (state ?? row['state']) === row['state']
  );
}

/** Whole milliseconds are kept: those from 1.5 on are those from 2 on. */
function ceil(ms: number | undefined): number | null {
  if (ms === undefined || ms === Number.NEGATIVE_INFINITY) return null;
  return Math.min(Math.ceil(ms), Number.MAX_SAFE_INTEGER);
}
