/** What taking and settling read of PostgreSQL does not grow with what is there, or with how long it is kept. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { between } from '../../../../../scripts/effort.ts';
import { connectDatabase, type Database, type Value } from '../../../src/stores/postgres/database.ts';
import { createDays, dayTextOf, firstIdOf, partitionOf } from '../../../src/stores/postgres/days.ts';
import {
  createPostgresDeliveries,
  type PostgresDeliveries,
} from '../../../src/stores/postgres/deliveries.ts';
import { WriteMeter } from '../../../src/stores/postgres/write-meter.ts';
import { leaveOutPostgres, postgresDatabases, postgresReason } from '../../support/postgres-databases.ts';

const NOW = Date.UTC(2025, 9, 9);
const DAY = 86_400_000;
const DAYS_KEPT = 40;

interface Statement {
  readonly text: string;
  readonly values: readonly Value[];
}

describe.skipIf(leaveOutPostgres)(`a table of deliveries that grows in PostgreSQL${postgresReason}`, () => {
  const databases = postgresDatabases();

  interface Watched {
    readonly deliveries: PostgresDeliveries;
    readonly database: Database;
    /** Since it was emptied last. */
    readonly statements: Statement[];
  }

  async function open(): Promise<Watched> {
    const database = await connectDatabase({ address: await databases.create() });
    onTestFinished(() => database.close());
    const statements: Statement[] = [];
    const watched: Database = {
      query: (text, values = []) => {
        statements.push({ text, values });
        return database.query(text, values);
      },
      transaction: (work) => database.transaction(work),
      closed: false,
      retire: (fault) => database.retire(fault),
      assertOpen: () => database.assertOpen(),
      close: () => database.close(),
    };
    const deliveries = createPostgresDeliveries({
      database: watched,
      meter: new WriteMeter(10_000),
      delayed: { isWritten: () => false, write: async () => {} },
      now: () => NOW,
      monotonicMs: () => 0,
    });
    return { deliveries, database, statements };
  }

  function idOfDay(ago: number): string {
    const ms = (NOW - ago * DAY).toString(16).padStart(12, '0');
    return `${ms.slice(0, 8)}-${ms.slice(8)}-7000-8000-000000000000`;
  }

  /** Rows of so many days: nearly all have been delivered, a tenth waits for later, a few of today are due. */
  async function fill({ database }: Watched, rows: number): Promise<void> {
    const ids = Array.from({ length: DAYS_KEPT }, (_, ago) => idOfDay(ago));
    await createDays(database).ensure(ids);
    for (const [ago, id] of ids.entries()) {
      const day = dayTextOf(id);
      const state = ago === 0 ? "CASE WHEN n % 10 = 0 THEN 'waiting' ELSE 'delivered' END" : "'delivered'";
      const head = `('${firstIdOf(day)}' || '-7000-8000-' || lpad(to_hex(n), 12, '0'))`;
      await database.query(
        `INSERT INTO ${partitionOf('deliveries', day)}
          (event_id, destination, place, gate, state, began_ms, set_ms, due_ms, parks, blocks)
        SELECT ${head}, 'a', nextval('countersign.places'), 'gate', ${state}, 0, 0, $1::bigint + n, false, false
        FROM generate_series(1, $2::integer) AS n`,
        [NOW + DAY, Math.ceil(rows / DAYS_KEPT)],
      );
    }
    const today = dayTextOf(idOfDay(0));
    await database.query(
      `UPDATE ${partitionOf('deliveries', today)} SET due_ms = $1 WHERE state = 'waiting' AND place IN (
        SELECT place FROM ${partitionOf('deliveries', today)} WHERE state = 'waiting' ORDER BY place LIMIT 20)`,
      [NOW],
    );
    await database.query(
      `INSERT INTO countersign.totals (kind, name, state, day, number, bytes)
      SELECT 'deliveries', 'a', state, '${today}', count(*), 0 FROM ${partitionOf('deliveries', today)} GROUP BY state`,
    );
    await database.query('VACUUM ANALYZE countersign.deliveries');
  }

  /** Pages that the statements of it read, planned and run. */
  async function pagesOf({ database, statements }: Watched, ask: () => unknown): Promise<number> {
    statements.length = 0;
    await ask();
    let pages = 0;
    for (const { text, values } of [...statements]) {
      const [row] = await database.query(`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${text}`, values);
      pages += pagesIn(row?.['QUERY PLAN']);
    }
    return pages;
  }

  it('is looked into past what was delivered, though a snapshot that is held keeps the remains of it', async () => {
    const watched = await open();
    const { database, deliveries, statements } = watched;
    const day = dayTextOf(idOfDay(0));
    const partition = partitionOf('deliveries', day);
    const take = { destination: 'a', limit: 4, maxBytes: 1_000_000, leaseMs: 60_000, nowMs: NOW };
    const insert = async (count: number, dueMs: number): Promise<void> => {
      await database.query(
        `INSERT INTO ${partition} (event_id, destination, place, gate, state, began_ms, set_ms, due_ms, parks, blocks)
        SELECT '${firstIdOf(day)}-' || lpad(place::text, 23, '0'), 'a', place, 'gate', 'waiting', 0, 0, $1, false, false
        FROM (SELECT nextval('countersign.places') AS place FROM generate_series(1, $2::integer)) AS made`,
        [dueMs, count],
      );
    };
    await createDays(database).ensure([idOfDay(0)]);
    await database.query(
      `INSERT INTO countersign.totals (kind, name, state, day, number, bytes) VALUES ('deliveries', 'a', 'waiting', $1, 1, 0)`,
      [day],
    );
    await insert(20_000, NOW - DAY);
    const held = Promise.withResolvers<void>();
    const end = Promise.withResolvers<void>();
    const holding = database.transaction(async (session) => {
      await session.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
      await session.query('SELECT count(*) FROM countersign.days');
      held.resolve();
      await end.promise;
    });
    await held.promise;
    await database.query(`UPDATE ${partition} SET state = 'delivered'`);
    await insert(4, NOW);
    await database.query('ANALYZE countersign.deliveries');
    /** From which due time it was looked, and the pages of that look. */
    const look = async (): Promise<readonly [number, number]> => {
      statements.length = 0;
      await deliveries.nextDueMs('a');
      const asked = statements.find(({ values }) => values.length === 4);
      const [row] = await database.query(
        `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${asked?.text}`,
        asked?.values,
      );
      return [Number(asked?.values[3]), pagesIn(row?.['QUERY PLAN'])];
    };
    const [, first] = await look();
    // Now and then it looks at all of it: what counts is the look after that one.
    let [fromMs, second] = await look();
    while (fromMs !== NOW - 1_000) {
      await deliveries.take(take);
      [fromMs, second] = await look();
    }
    end.resolve();
    await holding;
    expect(first).toBeGreaterThan(300);
    expect(second).toBeLessThan(100);
  }, 60_000);

  it('costs no more pages for each step', async () => {
    const [small, large] = [await open(), await open()];
    await fill(small, 10_000);
    await fill(large, between(30_000, 300_000));
    const take = { destination: 'a', limit: 4, maxBytes: 1_000_000, leaseMs: 60_000, nowMs: NOW };
    const steps: Readonly<Record<string, (deliveries: PostgresDeliveries) => unknown>> = {
      take: (deliveries) => deliveries.take(take),
      'take of the last made': (deliveries) => deliveries.take({ ...take, isLastFirst: true }),
      settlement: async (deliveries) => {
        const [due] = await deliveries.take({ ...take, limit: 1 });
        const { place = 0, lease = 0 } = due ?? {};
        const attempt = { startedMs: NOW, tookMs: 1, code: 'status' };
        return deliveries.settle({ place, lease, state: 'dead', attempt });
      },
      'when the next is due': (deliveries) => deliveries.nextDueMs('a'),
      'how many are due': (deliveries) => deliveries.countDue('a', NOW, 10),
      'a page': (deliveries) => deliveries.list({ limit: 50 }),
      'a page of a state': (deliveries) => deliveries.list({ state: 'waiting', limit: 20 }),
      'a page of a filter': (deliveries) => deliveries.list({ state: 'delivered', gate: 'other', limit: 20 }),
      totals: (deliveries) => deliveries.totals(),
    };
    for (const [name, step] of Object.entries(steps)) {
      const few = await pagesOf(small, () => step(small.deliveries));
      const many = await pagesOf(large, () => step(large.deliveries));
      // Their indexes are a level higher; of a filter each row that is passed over is a page at most.
      expect.soft(many, `${name}: ${few} and ${many} pages`).toBeLessThan(Math.max(2 * few, 3 * 1_024));
    }
  }, 300_000);
});

interface PlanNode {
  readonly 'Shared Hit Blocks'?: number;
  readonly 'Shared Read Blocks'?: number;
}

function pagesIn(plan: unknown): number {
  const [{ Plan: node }] = plan as readonly [{ readonly Plan: PlanNode }];
  return (node['Shared Hit Blocks'] ?? 0) + (node['Shared Read Blocks'] ?? 0);
}
