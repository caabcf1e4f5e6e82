/** Keeps a batch of events: of those that share something in their order, and without those that cannot be kept. */
import type { KeepResult } from '../event-store.ts';
import { StoreError } from '../store.ts';
import { column } from './arrays.ts';
import { claimKeyOf } from './claim-rows.ts';
import type { Database, Session } from './database.ts';
import type { Days } from './days.ts';
import { codeOf, isUniqueViolation, storeError } from './errors.ts';
import type { EventWriting } from './event-rows.ts';
import { keepAll } from './keep-statement.ts';
import { firstBlocking, isOrdered, lockOrderKeys, NONE_BLOCKS } from './new-deliveries.ts';
import { withRetry } from './retry.ts';

export type Outcome = KeepResult | StoreError;

export interface BatchKeeper {
  /** What became of each, in order. @throws StoreError where nothing can be written at present */
  keep(batch: readonly EventWriting[]): Promise<readonly Outcome[]>;
}

export interface BatchKeeperOptions {
  readonly database: Database;
  readonly days: Days;
  readonly now: () => number;
}

/** Somebody keeps events of the same ids, or drops their day, each time anew. */
const MAX_TRIES = 8;

/** PostgreSQL’s SQLSTATE of a row that no partition takes. */
const NO_PARTITION = '23514';

const KEPT: KeepResult = { kept: true };

export function createBatchKeeper(options: BatchKeeperOptions): BatchKeeper {
  return new Keeper(options);
}

class Keeper implements BatchKeeper {
  readonly #options: BatchKeeperOptions;

  constructor(options: BatchKeeperOptions) {
    this.#options = options;
  }

  async keep(batch: readonly EventWriting[]): Promise<readonly Outcome[]> {
    const outcomes = new Map<EventWriting, Outcome>();
    for (let rest = batch; rest.length > 0; ) {
      const { first, twins } = roundOf(rest);
      try {
        for (const [writing, outcome] of await this.#outcomes(first)) outcomes.set(writing, outcome);
      } catch (error) {
        if (outcomes.size === 0) throw error;
        // Those before them are written.
        for (const writing of rest) outcomes.set(writing, storeError(error));
      }
      for (const [twin, holder] of twins) {
        const result = twinOf(outcomes.get(holder), holder);
        if (result !== undefined) outcomes.set(twin, result);
      }
      rest = rest.filter((writing) => !outcomes.has(writing));
    }
    return batch.flatMap((writing) => outcomes.get(writing) ?? []);
  }

  /** Of writings that have nothing in common. */
  async #outcomes(round: readonly EventWriting[]): Promise<ReadonlyMap<EventWriting, Outcome>> {
    const outcomes = new Map<EventWriting, Outcome>();
    let rest = round;
    for (let tries = 1; rest.length > 0; tries++) {
      try {
        const kept = await this.#write(rest);
        for (const writing of rest) if (kept.has(writing.event.id)) outcomes.set(writing, KEPT);
        const repeats = rest.filter(({ event }) => !kept.has(event.id));
        for (const [writing, outcome] of await this.#repeatsOf(repeats)) outcomes.set(writing, outcome);
        return outcomes;
      } catch (error) {
        if (isUniqueViolation(error) && tries < MAX_TRIES) {
          const taken = await this.#taken(rest);
          for (const writing of rest) if (taken.has(writing.event.id)) outcomes.set(writing, duplicate());
          rest = rest.filter(({ event }) => !taken.has(event.id));
        } else if (isWithoutPartition(error) && tries < MAX_TRIES) this.#options.days.forget();
        else if (isOfInput(error)) return this.#alone(rest, outcomes, error);
        else throw storeError(error);
      }
    }
    return outcomes;
  }

  /** One of them cannot be written. */
  async #alone(
    rest: readonly EventWriting[],
    outcomes: Map<EventWriting, Outcome>,
    error: unknown,
  ): Promise<ReadonlyMap<EventWriting, Outcome>> {
    const [only, ...others] = rest;
    if (only !== undefined && others.length === 0) return outcomes.set(only, storeError(error));
    for (const writing of rest)
      for (const [, outcome] of await this.#outcomes([writing])) outcomes.set(writing, outcome);
    return outcomes;
  }

  async #write(round: readonly EventWriting[]): Promise<ReadonlySet<string>> {
    const { database, days, now } = this.#options;
    await days.ensure(round.map(({ event }) => event.id));
    const nowMs = Math.floor(now());
    const keys = round.flatMap(({ deliveries = [] }) =>
      deliveries.flatMap((delivery) => {
        const { destination, orderKey } = delivery;
        return isOrdered(delivery) && orderKey !== undefined ? [{ destination, orderKey }] : [];
      }),
    );
    if (keys.length === 0) return withRetry(() => keepAll(database, round, { nowMs, floor: NONE_BLOCKS }));
    return database.transaction(async (session) => {
      await lockOrderKeys(session, keys);
      const floor = await firstBlocking(
        session,
        keys.map(({ destination }) => destination),
      );
      return keepAll(session, round, { nowMs, floor });
    });
  }

  async #taken(round: readonly EventWriting[]): Promise<ReadonlySet<string>> {
    const rows = await this.#options.database.query(
      'SELECT id FROM countersign.events WHERE id = ANY($1::text[])',
      [column('text', round, ({ event }) => event.id)],
    );
    return new Set(rows.map(({ id }) => String(id)));
  }

  async #repeatsOf(repeats: readonly EventWriting[]): Promise<ReadonlyMap<EventWriting, Outcome>> {
    if (repeats.length === 0) return new Map();
    try {
      const holders = await holdersOf(this.#options.database, repeats);
      return new Map(
        repeats.map((writing) => {
          const repeatOf = holders.get(keyOf(writing) ?? '');
          return [writing, repeatOf === undefined ? { kept: false } : { kept: false, repeatOf }];
        }),
      );
    } catch (error) {
      // Those beside them are written.
      return new Map(repeats.map((writing) => [writing, storeError(error)]));
    }
  }
}

/** The events that hold the claims of repeats, by the claims’ keys. */
async function holdersOf(
  session: Session,
  repeats: readonly EventWriting[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await session.query(
    `SELECT gate, identity, event_id FROM countersign.claims
    JOIN unnest($1::text[], $2::bytea[]) AS asked (gate, identity) USING (gate, identity)
    WHERE event_id IS NOT NULL`,
    [
      column('text', repeats, ({ event }) => event.gate),
      column('bytea', repeats, ({ event }) => event.claim?.identity ?? null),
    ],
  );
  return new Map(
    rows.map(({ gate, identity, event_id: eventId }) => [claimKeyOf({ gate, identity }), String(eventId)]),
  );
}

interface Round {
  /** They have nothing in common. */
  readonly first: readonly EventWriting[];
  /** Each claims what one of the first claims, and nothing else. */
  readonly twins: ReadonlyMap<EventWriting, EventWriting>;
}

/** Those that have nothing in common with one before them. Further claims alone may be common: of these the later end holds. */
function roundOf(batch: readonly EventWriting[]): Round {
  const ids = new Set<string>();
  const claims = new Map<string, EventWriting>();
  const further = new Set<string>();
  const first = new Set<EventWriting>();
  const twins = new Map<EventWriting, EventWriting>();
  for (const writing of batch) {
    const { event } = writing;
    const key = keyOf(writing);
    const furtherKeys = writing.further.map((claim) => claimKeyOf({ gate: event.gate, ...claim }));
    const holder = key === undefined ? undefined : claims.get(key);
    const isFree =
      holder === undefined &&
      !ids.has(event.id) &&
      (key === undefined || !further.has(key)) &&
      !furtherKeys.some((furtherKey) => claims.has(furtherKey));
    if (isFree) first.add(writing);
    else if (holder !== undefined && first.has(holder) && furtherKeys.length === 0)
      twins.set(writing, holder);
    // What is written later is still before those behind it.
    ids.add(event.id);
    if (key !== undefined && holder === undefined) claims.set(key, writing);
    for (const furtherKey of furtherKeys) further.add(furtherKey);
  }
  return { first: [...first], twins };
}

/** What becomes of a twin of one that was kept, or that is a repeat itself. Undefined: the other failed, and the claim is free still. */
function twinOf(outcome: Outcome | undefined, { event }: EventWriting): KeepResult | undefined {
  if (outcome === undefined || outcome instanceof StoreError) return undefined;
  return outcome.kept ? { kept: false, repeatOf: event.id } : outcome;
}

function keyOf({ event }: EventWriting): string | undefined {
  return event.claim && claimKeyOf({ gate: event.gate, ...event.claim });
}

function duplicate(): StoreError {
  return new StoreError('duplicate-event', 'An event with this id is kept already.');
}

function isWithoutPartition(error: unknown): boolean {
  if (!(error instanceof StoreError && error.cause instanceof Error)) return false;
  // A condition of the table that a row does not meet has the same code, and a name.
  const { cause } = error;
  return codeOf(cause) === NO_PARTITION && !('constraint' in cause && cause.constraint !== undefined);
}

/** Whether it is one of the events, and not the server, that nobody can write: data, a constraint, a limit, one row twice. */
function isOfInput(error: unknown): boolean {
  return error instanceof StoreError && /^(?:21|22|23|54)/.test(codeOf(error.cause));
}
