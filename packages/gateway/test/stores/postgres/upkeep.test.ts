/** Looking after a store in a real PostgreSQL. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { createPostgresSpace } from '../../../src/stores/postgres/sizes.ts';
import { testStoreUpkeep } from '../../../src/testing/index.ts';
import { event } from '../../../src/testing/kept-events.ts';
import { leaveOutPostgres, postgresDatabases, postgresReason } from '../../support/postgres-databases.ts';
import { openPostgresUpkeep, type PostgresUpkeepStore } from '../../support/postgres-upkeep.ts';

describe.skipIf(leaveOutPostgres)(`looking after a store in PostgreSQL${postgresReason}`, () => {
  const databases = postgresDatabases();

  testStoreUpkeep({
    describe,
    it,
    name: 'PostgreSQL',
    create: async (clocks) => openPostgresUpkeep(await databases.create(), clocks),
  });

  async function open(): Promise<PostgresUpkeepStore> {
    const store = await openPostgresUpkeep(await databases.create());
    onTestFinished(() => store.close());
    return store;
  }

  it('names what is wrong: totals, deliveries, attempts and bodies, and not more', async () => {
    const { events, database, upkeep } = await open();
    for (const n of [1, 2, 3]) await events.keep(event(n), [], [{ destination: 'a' }]);
    // More than a page of one event: its rows stay together.
    await database.query(
      `INSERT INTO countersign.attempts (event_id, delivery, number, started_ms, took_ms, code)
      SELECT event_id, place, n, 1, 1, 'status' FROM countersign.deliveries, generate_series(1, 12000) AS n WHERE event_id = $1`,
      [event(1).id],
    );
    expect((await upkeep.verify()).findings).toEqual([]);
    await database.query('DELETE FROM countersign.events WHERE id = $1', [event(1).id]);
    await database.query("UPDATE countersign.events SET body = 'x' WHERE id = $1", [event(2).id]);
    await database.query('DELETE FROM countersign.deliveries WHERE event_id = $1', [event(3).id]);
    await database.query(
      `INSERT INTO countersign.attempts (event_id, delivery, number, started_ms, took_ms, code) VALUES ($1, 7, 1, 1, 1, 'status')`,
      [event(3).id],
    );
    const { findings } = await upkeep.verify();
    expect(findings.map(({ problem }) => problem)).toEqual([
      'The totals are not what is there: of a, gate.',
      'Deliveries without their event: 1.',
      'Attempts without their delivery: 1.',
      'Events whose body does not come back, or not as long as it was: 1.',
    ]);
  });

  it('says by which tool it is copied, and nothing of its address', async () => {
    const { upkeep } = await open();
    await expect(upkeep.backup('copy.db')).rejects.toThrow(
      /^store: is in PostgreSQL, and has no file of its own: PostgreSQL copies it\. Run pg_dump [^/@]*$/,
    );
    expect(await upkeep.shrink()).toBe(false);
  });

  it('says what it takes, and looks twice a minute at most', async () => {
    const { database, events } = await open();
    let nowMs = 0;
    const space = createPostgresSpace({ database, monotonicMs: () => nowMs });
    const { bytes: before = 0 } = await space();
    expect(before).toBeGreaterThan(100_000);
    await events.keep(event(1, { body: Buffer.alloc(200_000, 'a random text ') }));
    await events.keep(event(2, { body: crypto.getRandomValues(new Uint8Array(60_000)) }));
    expect((await space()).bytes).toBe(before);
    nowMs = 30_000;
    expect((await space()).bytes).toBeGreaterThan(before + 60_000);
    await database.close();
    nowMs = 60_000;
    expect((await space()).bytes).toBeUndefined();
  });
});
