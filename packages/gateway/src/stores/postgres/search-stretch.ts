/** A stretch of rows of `events` in the order of one index: read, and held to what is asked for, in one statement. */
import type { EventSearchStep, EventSummary } from '../event-store.ts';
import type { Session } from './database.ts';
import { readSummary, SUMMARY_COLUMNS } from './event-rows.ts';
import { type EventPosition, positionOf } from './event-spans.ts';
import type { Parameters } from './parameters.ts';

/** Rows that a step looks at, at most. */
export const LOOKED_AT = 1_000;
/** A step ends then. */
export const STEP_MS = 4;
/** Less than so much of a step: the next stretch may be twice as long. */
const QUICK_MS = 2;
export const FIRST_ROWS = 64;
const MOST_ROWS = 512;

/**
 * At the start of a transaction: an index in its order, or nothing. Statistics of a new partition are missing, and of a rare type they are
 * wrong: by them PostgreSQL may read the whole partition.
 */
export const IN_ORDER = `
  SET TRANSACTION READ ONLY; SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off;
  SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL jit = off; SET LOCAL statement_timeout = 5000`;

export interface Stretch {
  /** Those that are asked for. */
  readonly events: readonly EventSummary[];
  /** How many were looked at. */
  readonly looked: number;
  /** The last that was looked at. Absent: there was none. */
  readonly end?: EventPosition;
}

export interface StretchOptions {
  /** Gives rows of `events`, as many as are looked at, in their order. */
  readonly rows: string;
  /** Of the names of `events`. */
  readonly filter: string;
  readonly parameters: Parameters;
}

export async function readStretch(
  session: Session,
  { rows, filter, parameters }: StretchOptions,
): Promise<Stretch> {
  const judged = await session.query(
    `SELECT ${SUMMARY_COLUMNS}, matches, total FROM (
       SELECT looked.*, coalesce(${filter}, false) AS matches, row_number() OVER () AS number, count(*) OVER () AS total
       FROM (${rows}) AS looked
     ) AS judged WHERE matches OR number = total ORDER BY number`,
    parameters.values,
  );
  const last = judged.at(-1);
  if (last === undefined) return { events: [], looked: 0 };
  return {
    events: judged.filter(({ matches }) => matches === true).map(readSummary),
    looked: Number(last['total']),
    end: positionOf(last),
  };
}

/** What a step has read so far, and how long its next stretch may be. */
export class Progress {
  readonly #limit: number;
  readonly #beganMs = performance.now();
  readonly #events: EventSummary[] = [];
  #looked = 0;
  #atMs = this.#beganMs;
  #length = FIRST_ROWS;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get length(): number {
    return Math.min(this.#length, Math.max(1, LOOKED_AT - this.#looked));
  }

  /** Whether the step is to end. */
  get isOver(): boolean {
    return (
      this.#events.length >= this.#limit || this.#looked >= LOOKED_AT || this.#atMs - this.#beganMs >= STEP_MS
    );
  }

  add({ events, looked }: Pick<Stretch, 'events' | 'looked'>): void {
    this.#events.push(...events);
    this.#looked += looked;
    const nowMs = performance.now();
    if (nowMs - this.#atMs < QUICK_MS) this.#length = Math.min(MOST_ROWS, 2 * this.#length);
    this.#atMs = nowMs;
  }

  /** @param next where the following step goes on; undefined: all were looked at. One that is full ends with its last event */
  step(next: EventSearchStep['next']): EventSearchStep {
    const events = this.#events.slice(0, this.#limit);
    const last = events.at(-1);
    const looked = this.#looked;
    const end = last !== undefined && events.length === this.#limit ? last : next;
    if (end === undefined) return { events, looked };
    return { events, looked, next: { id: end.id, receivedMs: end.receivedMs } };
  }
}
