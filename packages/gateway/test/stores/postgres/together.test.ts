/** Two gateways on one PostgreSQL that keep, deliver, cancel and drop the same, in any order: what they leave agrees with itself. */
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { runs } from '../../../../../scripts/effort.ts';
import type { Database } from '../../../src/stores/postgres/database.ts';
import { compactTotals } from '../../../src/stores/postgres/totals.ts';
import { event } from '../../../src/testing/kept-events.ts';
import { claimOf, NOW } from '../../../src/testing/store-bench.ts';
import { leaveOutPostgres, postgresDatabases, postgresReason } from '../../support/postgres-databases.ts';
import { openPostgresEvents, type PostgresEventStore } from '../../support/postgres-events.ts';

const CLOCKS = { now: () => NOW, monotonicMs: () => 0 };
const TEST_MS = 300_000;

const step = fc.record({
  kind: fc.constantFrom('keep', 'keep', 'keep', 'settle', 'cancel', 'drop', 'compact'),
  key: fc.nat({ max: 3 }),
  gate: fc.constantFrom('one', 'other'),
  n: fc.nat({ max: 60 }),
});
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

describe.skipIf(leaveOutPostgres)(`what gateways do together in PostgreSQL${postgresReason}`, () => {
  const databases = postgresDatabases();
  const open: PostgresEventStore[] = [];
  afterAll(() => Promise.all(open.map((store) => store.close())));

  let id = 0;
  async function apply(store: PostgresEventStore, { kind, key, gate, n }: Step): Promise<unknown> {
    const { events, deliveries, database } = store;
    if (kind === 'compact') return compactTotals(database);
    if (kind === 'drop') {
      const beforeMs = NOW + n;
      return events.drop({ gate, beforeMs, waitingBeforeMs: key === 0 ? beforeMs : 0, maxBytes: 20_000 });
    }
    if (kind === 'cancel') {
      const match = { destination: 'a', gate };
      return deliveries.change({ match, change: { kind: 'cancel', code: 'operator' }, limit: 3 });
    }
    if (kind === 'settle') {
      const taken = await deliveries.take({
        destination: 'a',
        limit: 3,
        maxBytes: 9_000,
        leaseMs: 9_000,
        nowMs: NOW,
      });
      const state = key === 0 ? 'dead' : 'delivered';
      const attempt = { startedMs: NOW, tookMs: 1, code: state };
      return Promise.all(
        taken.map(({ place, lease }) => deliveries.settle({ place, lease, state, attempt })),
      );
    }
    const parks = key === 1;
    const ordered = { destination: 'a', orderKey: `${key}`, parks };
    const kept = event(id++, { gate, receivedMs: NOW + n, claim: claimOf(n) });
    return events.keep(kept, [claimOf(n + 100)], [ordered, { destination: 'b' }]);
  }

  it(
    'leaves counts that are those of the rows, and the first of each order key behind nobody',
    async () => {
      const address = await databases.create();
      const stores = [await openPostgresEvents(address, CLOCKS), await openPostgresEvents(address, CLOCKS)];
      open.push(...stores);
      const [store] = stores;
      if (store === undefined) throw new Error('two were opened');
      const plan = fc.array(step, { minLength: 1, maxLength: 25 });
      await fc.assert(
        fc.asyncProperty(plan, plan, async (...plans) => {
          await Promise.all(
            stores.flatMap((gateway, at) => (plans[at] ?? []).map((toDo) => apply(gateway, toDo))),
          );
          expect(await disagreements(store.database)).toEqual([]);
        }),
        { numRuns: runs(300) },
      );
    },
    TEST_MS,
  );
});

/** Counts that differ from the rows, rows without an event, and order keys that nobody would let go. */
async function disagreements(database: Database): Promise<readonly unknown[]> {
  return database.query(`
    WITH counted AS (
      SELECT kind, name, state, sum(number) AS number, sum(bytes) AS bytes FROM countersign.totals GROUP BY kind, name, state
      HAVING sum(number) <> 0
    ), held AS (
      SELECT 'events' AS kind, gate AS name, '' AS state, count(*) AS number, sum(body_bytes) AS bytes
      FROM countersign.events GROUP BY gate
      UNION ALL
      SELECT 'deliveries', destination, state, count(*), 0 FROM countersign.deliveries GROUP BY destination, state
    ), heads AS (
      SELECT DISTINCT ON (destination, order_key) destination, order_key, state FROM countersign.deliveries
      WHERE blocks ORDER BY destination, order_key, place
    )
    (SELECT 'counted' AS what, kind, name, state, number, bytes FROM counted EXCEPT ALL SELECT 'counted', * FROM held)
    UNION ALL (SELECT 'held', kind, name, state, number, bytes FROM held EXCEPT ALL SELECT 'held', * FROM counted)
    UNION ALL SELECT 'head', destination, order_key, state, 0, 0 FROM heads WHERE state = 'behind'
    UNION ALL SELECT 'delivery', event_id, destination, state, 0, 0 FROM countersign.deliveries
      WHERE event_id NOT IN (SELECT id FROM countersign.events)
    UNION ALL SELECT 'attempt', event_id, code, '', 0, 0 FROM countersign.attempts
      WHERE event_id NOT IN (SELECT id FROM countersign.events)`);
}
