/** What became of deliveries, written for many at once: the row, its attempt, the counts, and the next of its key. */
import type { Settlement } from '../delivery-store.ts';
import { arrayOf, column } from './arrays.ts';
import type { Database, Row, Session, Value } from './database.ts';
import { dayTextOf } from './days.ts';
import type { DelayedJobs } from './delayed-jobs.ts';
import type { DueFloors } from './due-floors.ts';
import type { HeldDeliveries, HeldDelivery } from './held-deliveries.ts';
import { lockOrderKeys } from './new-deliveries.ts';
import { letNextGo, type OrderKey } from './next-of-key.ts';
import { withRetry } from './retry.ts';

export interface DeliverySettling {
  /** Whether each was its lease holder's to settle, in order. */
  settle(settlements: readonly Settlement[]): Promise<readonly boolean[]>;
}

export interface DeliverySettlingParts {
  readonly database: Database;
  readonly held: HeldDeliveries;
  readonly delayed: DelayedJobs;
  readonly floors: Pick<DueFloors, 'lower'>;
  readonly now: () => number;
}

/** The lease that a settlement has stands for the delivery as long as nobody has taken it since, even where its time is over. */
const SETTLE = `
  WITH input AS MATERIALIZED (
    SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[], $8::text[],
        $9::bigint[], $10::text[], $11::bytea[], $12::text[], $13::bigint[])
      AS input (event_id, destination, lease, state, due_ms, started_ms, took_ms, code, status, problem, answer, day, nth)),
  locked AS MATERIALIZED (
    SELECT d.event_id, d.destination, d.place, d.state, d.attempts, d.parks, d.blocks, d.order_key,
      d.lease = input.lease AND d.leased_until_ms IS NOT NULL AS is_held,
      input.state AS to_state, input.due_ms, input.started_ms, input.took_ms, input.code, input.status, input.problem,
      input.answer, input.day, input.nth
    FROM countersign.deliveries d JOIN input ON d.event_id = input.event_id AND d.destination = input.destination
    WHERE d.event_id = ANY($1::text[])
    ORDER BY d.event_id, d.destination FOR UPDATE OF d),
  judged AS MATERIALIZED (
    SELECT *, (state = 'waiting' AND is_held) OR (state = 'cancelled' AND to_state = 'delivered') AS is_ours FROM locked),
  stepped AS MATERIALIZED (
    SELECT *, CASE WHEN is_ours THEN to_state ELSE state END AS new_state,
      blocks AND NOT (is_ours AND (to_state IN ('delivered', 'cancelled') OR (to_state = 'dead' AND parks))) AS still_blocks,
      CASE WHEN started_ms IS NULL THEN 0 ELSE 1 END AS tries
    FROM judged),
  updated AS (
    UPDATE countersign.deliveries d SET
      state = s.new_state, attempts = d.attempts + s.tries, round = d.round + s.tries, blocks = s.still_blocks,
      code = CASE WHEN s.is_ours THEN coalesce(s.code, d.code) ELSE d.code END,
      set_ms = CASE WHEN s.is_ours AND s.due_ms IS NOT NULL THEN $14 ELSE d.set_ms END,
      due_ms = CASE WHEN s.is_ours THEN coalesce(s.due_ms, d.due_ms) ELSE d.due_ms END,
      leased_until_ms = CASE WHEN s.is_held THEN NULL ELSE d.leased_until_ms END
    FROM stepped s
    WHERE d.event_id = s.event_id AND d.destination = s.destination AND d.event_id = ANY($1::text[])
      AND (s.is_ours OR s.tries > 0 OR s.is_held)),
  noted AS (
    INSERT INTO countersign.attempts (event_id, delivery, number, started_ms, took_ms, code, status, problem, answer)
    SELECT event_id, place, attempts + 1, started_ms, took_ms, code, status,
      CASE WHEN is_bare THEN NULL ELSE problem END, CASE WHEN is_bare THEN NULL ELSE answer END
    FROM (
      -- What was answered may quote the event, and so may the sentence: neither outlives it. Where a delivery waits its event is whole.
      SELECT *, state <> 'waiting' AND EXISTS (
        SELECT 1 FROM countersign.events e
        WHERE e.id = stepped.event_id AND e.id = ANY($1::text[]) AND e.erased IS NOT NULL) AS is_bare
      FROM stepped WHERE tries > 0) AS tried),
  counted AS (
    INSERT INTO countersign.totals (kind, name, state, day, number, bytes, first_place, last_place)
    SELECT 'deliveries', destination, word, day, sum(number), 0, min(place), max(place) FROM (
      SELECT destination, state AS word, day, -1 AS number, place FROM stepped WHERE state <> new_state
      UNION ALL SELECT destination, new_state, day, 1, place FROM stepped WHERE state <> new_state) AS moves
    GROUP BY destination, word, day HAVING sum(number) <> 0)
  SELECT nth, is_ours, blocks AND NOT still_blocks AS is_freeing, destination, order_key FROM stepped`;

export function createDeliverySettling(parts: DeliverySettlingParts): DeliverySettling {
  return new Settling(parts);
}

class Settling implements DeliverySettling {
  readonly #parts: DeliverySettlingParts;

  constructor(parts: DeliverySettlingParts) {
    this.#parts = parts;
  }

  async settle(settlements: readonly Settlement[]): Promise<readonly boolean[]> {
    const held = await this.#parts.held.find(settlements.map(({ place }) => place));
    const results = new Map<Settlement, boolean>();
    // A delivery is once in a statement: who comes too late and who has it now may meet in a batch.
    for (let rest = settlements; rest.length > 0; ) {
      const places = new Set<number>();
      const first = rest.filter(({ place }) => !places.has(place) && places.add(place));
      await this.#settleEach(first, held, results);
      rest = rest.filter((settlement) => !first.includes(settlement));
    }
    for (const [settlement, isOurs] of results) if (isOurs) this.#parts.held.delete(settlement.place);
    return settlements.map((settlement) => results.get(settlement) === true);
  }

  async #settleEach(
    settlements: readonly Settlement[],
    held: ReadonlyMap<number, HeldDelivery>,
    results: Map<Settlement, boolean>,
  ): Promise<void> {
    const { database, delayed } = this.#parts;
    const there = settlements.flatMap((settlement): readonly Placed[] => {
      const delivery = held.get(settlement.place);
      return delivery === undefined ? [] : [{ settlement, delivery }];
    });
    if (there.length === 0) return;
    const keys = there.flatMap(({ delivery: { destination, orderKey } }) =>
      orderKey === undefined ? [] : [{ destination, orderKey }],
    );
    const dues = there.flatMap(({ settlement: { state, dueMs }, delivery: { destination } }) =>
      state === 'waiting' && dueMs !== undefined ? [{ destination, dueMs }] : [],
    );
    const nowMs = Math.floor(this.#parts.now());
    const values = valuesOf(there, nowMs);
    const isAlone = keys.length === 0 && !delayed.isWritten(dues, nowMs);
    const rows = isAlone
      ? await withRetry(() => database.query(SETTLE, values))
      : await database.transaction(async (session) => {
          await lockOrderKeys(session, keys);
          const settled = await session.query(SETTLE, values);
          await this.#freeNext(session, settled, nowMs);
          await delayed.write(session, dues, nowMs);
          return settled;
        });
    for (const { nth, is_ours: isOurs } of rows) {
      const placed = there[Number(nth)];
      if (placed !== undefined) results.set(placed.settlement, isOurs === true);
    }
    for (const { settlement, delivery } of there)
      if (settlement.state === 'waiting') this.#parts.floors.lower(delivery.destination, settlement.dueMs);
  }

  async #freeNext(session: Session, settled: readonly Row[], nowMs: number): Promise<void> {
    const keys = settled.filter(isFreeing).map(keyOf);
    await letNextGo(session, keys, nowMs);
  }
}

interface Placed {
  readonly settlement: Settlement;
  readonly delivery: HeldDelivery;
}

function isFreeing({ is_freeing: frees, order_key: orderKey }: Row): boolean {
  return frees === true && typeof orderKey === 'string';
}

function keyOf({ destination, order_key: orderKey }: Row): OrderKey {
  return { destination: String(destination), orderKey: String(orderKey) };
}

function valuesOf(placed: readonly Placed[], nowMs: number): readonly Value[] {
  const deliveries = placed.map(({ delivery }) => delivery);
  const settlements = placed.map(({ settlement }) => settlement);
  const attempts = settlements.map(({ attempt }) => attempt);
  return [
    column('text', deliveries, ({ eventId }) => eventId),
    column('text', deliveries, ({ destination }) => destination),
    column('bigint', settlements, ({ lease }) => lease),
    column('text', settlements, ({ state }) => state),
    column('bigint', settlements, ({ dueMs }) => (dueMs === undefined ? null : Math.floor(dueMs))),
    column('bigint', attempts, (attempt) => (attempt === undefined ? null : Math.floor(attempt.startedMs))),
    column('bigint', attempts, (attempt) => (attempt === undefined ? null : Math.round(attempt.tookMs))),
    column('text', attempts, (attempt) => attempt?.code ?? null),
    column('bigint', attempts, (attempt) => attempt?.status ?? null),
    column('text', attempts, (attempt) => attempt?.problem ?? null),
    column('bytea', attempts, (attempt) => attempt?.answer ?? null),
    column('text', deliveries, ({ eventId }) => dayTextOf(eventId)),
    arrayOf(
      'bigint',
      placed.map((_, nth) => nth),
    ),
    nowMs,
  ];
}
