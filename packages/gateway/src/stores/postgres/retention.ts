/** What a gate keeps no longer, in PostgreSQL: whole days where that can be, else some hundred events a step. */
import { type DropOptions, type DropResult, EVENT_ROW_BYTES, type EventSummary } from '../event-store.ts';
import type { Database, Session } from './database.ts';
import { DAY_MS, dayTextOf } from './days.ts';
import { ageingDays, dropDay, emptyDay, noteBefore, type OldDay } from './drop-days.ts';
import { dropEvents, lockDeliveries } from './drop-events.ts';
import { oldestEvents, rereading, stretchesOf } from './event-lists.ts';

export interface PostgresRetention {
  /** One step: see `EventStore`. */
  drop(options: DropOptions): Promise<DropResult>;
  /** Ends after the step that is under way. */
  close(): Promise<void>;
}

export interface RetentionOptions {
  readonly database: Database;
  /** Milliseconds since the epoch; may be set. */
  readonly now: () => number;
}

/** As many as batches that are written at once may mix. */
const LOOKED_AT = 512;
/** How often it is looked for days that may go as a whole, and what is kept no longer is told to the other gateways. */
const LOOK_MS = 20_000;
/** How long a day is left that somebody was at: its rows are not taken one by one meanwhile. */
const BUSY_MS = 60_000;
/** What is kept for as long goes by whole days, up to a day later; what is kept for less goes when it is due. */
const BY_DAY_MS = 7 * DAY_MS;
const MAX_GATES = 10_000;

export const RETENTION_LOCKS = 0x4373_6704;

const NOTHING: DropResult = { dropped: 0, droppedWaiting: 0, bytes: 0 };

export function createPostgresRetention(options: RetentionOptions): PostgresRetention {
  return new Retention(options);
}

class Retention implements PostgresRetention {
  readonly #options: RetentionOptions;
  /** When days were looked for last, by gate, by a clock that only goes on. */
  readonly #looked = new Map<string, number>();
  /** When a day was found busy. */
  readonly #busy = new Map<string, number>();
  /** They go as a whole soon. */
  #ageing: ReadonlySet<string> = new Set();
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: RetentionOptions) {
    this.#options = options;
  }

  /** One after the other: each has seen what those before it have left. */
  drop(options: DropOptions): Promise<DropResult> {
    const step = this.#last.then(() => this.#step(options));
    this.#last = step.catch(() => undefined);
    return step;
  }

  async close(): Promise<void> {
    await this.#last;
  }

  async #step(options: DropOptions): Promise<DropResult> {
    const { gate, beforeMs } = options;
    this.#options.database.assertOpen();
    if (beforeMs !== undefined && this.#isLookDue(gate)) {
      await noteBefore(this.#options.database, gate, beforeMs);
      const result = await this.#dropOldDay(options);
      if (result !== undefined) return result;
      this.#looked.set(gate, performance.now());
    }
    return rereading(() => this.#dropRows(options));
  }

  #isLookDue(gate: string): boolean {
    if (this.#looked.size > MAX_GATES) this.#looked.clear();
    return performance.now() - (this.#looked.get(gate) ?? Number.NEGATIVE_INFINITY) >= LOOK_MS;
  }

  /** Undefined: none can go at present. */
  async #dropOldDay({ gate, after = 0 }: DropOptions): Promise<DropResult | undefined> {
    const { database, now } = this.#options;
    const { old: days, ageing } = await ageingDays(database, now());
    this.#ageing = ageing;
    for (const old of days) {
      if (this.#isBusy(old.day)) continue;
      const result = await this.#dropOne(old, gate);
      if (result !== undefined) return { ...result, next: after };
    }
    return undefined;
  }

  async #dropOne(old: OldDay, gate: string): Promise<DropResult | undefined> {
    const { database } = this.#options;
    if (old.beforeMs === Number.POSITIVE_INFINITY) {
      if (await dropDay(database, old.day)) return NOTHING;
      this.#busy.set(old.day, performance.now());
      return undefined;
    }
    const outcome = await emptyDay(database, old);
    if (outcome.kind === 'emptied') {
      const { number = 0, bytes = 0 } = outcome.byGate.get(gate) ?? {};
      return { dropped: number, droppedWaiting: 0, bytes: bytes + number * EVENT_ROW_BYTES };
    }
    if (outcome.kind === 'blocking') return this.#dropBlocking(outcome.ids);
    if (outcome.kind === 'busy') this.#busy.set(old.day, performance.now());
    return undefined;
  }

  /** Their next of key are let go: then the day can go as a whole. They are of any gate. */
  async #dropBlocking(ids: readonly string[]): Promise<DropResult> {
    const { database, now } = this.#options;
    await database.transaction(async (session) => {
      const deliveries = await lockDeliveries(session, ids);
      await dropEvents(
        session,
        ids.filter((id) => !deliveries.waiting.has(id)),
        deliveries,
        now(),
      );
    });
    return NOTHING;
  }

  #isBusy(day: string): boolean {
    const sinceMs = this.#busy.get(day);
    if (sinceMs === undefined) return false;
    if (performance.now() - sinceMs < BUSY_MS) return true;
    this.#busy.delete(day);
    return false;
  }

  #dropRows(options: DropOptions): Promise<DropResult> {
    const { gate, after = 0, beforeMs = Number.NEGATIVE_INFINITY, waitingBeforeMs, maxBytes } = options;
    const { database, now } = this.#options;
    return database.transaction(async (session) => {
      if (!(await isAlone(session, gate))) return NOTHING;
      const size = maxBytes === undefined ? 0 : await sizeOf(session, gate);
      const isTooMuch = (bytes: number): boolean => maxBytes !== undefined && size - bytes > maxBytes;
      const stretches = await stretchesOf(session, gate);
      const isLeft = (day: string): boolean => this.#ageing.has(day) && now() - beforeMs >= BY_DAY_MS;
      const free = stretches.filter(
        ({ day }) => !(this.#isBusy(day) || (maxBytes === undefined && isLeft(day))),
      );
      const events = await oldestEvents(session, gate, free, { after, limit: LOOKED_AT });
      const isOld = ({ id, receivedMs }: EventSummary): boolean =>
        receivedMs < beforeMs && !isLeft(dayTextOf(id));
      const mayGo = events.filter((event) => isOld(event) || isTooMuch(0));
      const deliveries = await lockDeliveries(session, idsOf(mayGo));
      const going: EventSummary[] = [];
      let droppedWaiting = 0;
      let bytes = 0;
      let kept: EventSummary | undefined;
      for (const event of events) {
        const { id, receivedMs } = event;
        if (!isOld(event) && !isTooMuch(bytes)) {
          kept ??= event;
          continue;
        }
        const waits = deliveries.waiting.has(id);
        if (waits && (waitingBeforeMs === undefined || receivedMs >= waitingBeforeMs)) continue;
        if (waits) droppedWaiting++;
        going.push(event);
        bytes += event.bodyBytes + EVENT_ROW_BYTES;
      }
      await dropEvents(session, idsOf(going), deliveries, now());
      const next = nextOf(events, kept, going.length > 0);
      return { dropped: going.length, droppedWaiting, bytes, ...(next !== undefined && { next }) };
    });
  }
}

/**
 * Where the next step goes on: before it stands only what waits. Gateways draw places at once, so what is older may stand behind what is
 * younger: it ends where nothing of a whole page goes.
 */
function nextOf(
  page: readonly EventSummary[],
  kept: EventSummary | undefined,
  isAnyGone: boolean,
): number | undefined {
  if (page.length < LOOKED_AT) return undefined;
  if (kept !== undefined) return isAnyGone ? kept.place - 1 : undefined;
  return page.at(-1)?.place;
}

function idsOf(events: readonly EventSummary[]): readonly string[] {
  return events.map(({ id }) => id);
}

/** Where another gateway drops of the same, that is enough: it goes on until nothing is left to go. */
async function isAlone(session: Session, gate: string): Promise<boolean> {
  const [lock] = await session.query(
    `SELECT pg_try_advisory_xact_lock(${RETENTION_LOCKS}, hashtext($1)) AS is_ours`,
    [gate],
  );
  return lock?.['is_ours'] === true;
}

/** Of a gate’s events. */
async function sizeOf(session: Session, gate: string): Promise<number> {
  const [row] = await session.query(
    `SELECT coalesce(sum(bytes), 0)::bigint AS bytes, coalesce(sum(number), 0)::bigint AS number
    FROM countersign.totals WHERE kind = 'events' AND name = $1`,
    [gate],
  );
  return Number(row?.['bytes']) + Number(row?.['number']) * EVENT_ROW_BYTES;
}
