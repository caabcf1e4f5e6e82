/** What is left of an erased event in the files of a real PostgreSQL, and of one whose gateway was killed meanwhile. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createMatcher } from '../../../src/stores/erase-match.ts';
import { connectDatabase, type Database } from '../../../src/stores/postgres/database.ts';
import { event } from '../../../src/testing/kept-events.ts';
import { leaveOutPostgres, postgresDatabases, postgresReason } from '../../support/postgres-databases.ts';
import { openPostgresUpkeep, type PostgresUpkeepStore } from '../../support/postgres-upkeep.ts';

const SECRET = 'ana.katharina.birch@example.com';

describe.skipIf(leaveOutPostgres)(`erasing in PostgreSQL${postgresReason}`, () => {
  const databases = postgresDatabases();

  async function open(address: string): Promise<PostgresUpkeepStore> {
    const store = await openPostgresUpkeep(address);
    onTestFinished(() => store.close());
    return store;
  }

  async function connect(address: string): Promise<Database> {
    const database = await connectDatabase({ address, maxConnections: 2 });
    onTestFinished(() => database.close());
    return database;
  }

  /** Of who is erased, and of others; taken into the index, and in the planner's samples. */
  async function keepAll({ events, fullText, database }: PostgresUpkeepStore): Promise<void> {
    for (let n = 0; n < 40; n++) {
      const who = n % 4 === 0 ? SECRET : `somebody.else.${n}@example.com`;
      const kept = event(n, {
        type: `of ${who}`,
        url: `/hook?who=${who}`,
        headers: ['X-User', who],
        body: Buffer.from(JSON.stringify({ who, text: `${who} `.repeat(n === 4 ? 4_000 : 3) })),
      });
      await events.keep(kept, [], [{ destination: 'a', orderKey: who, parks: true }]);
    }
    while ((await fullText.index('gate')).hasMore);
    await database.query('ANALYZE');
  }

  /** Files of the database that hold it: each table, each index, and the catalogue. */
  async function filesWith(database: Database, text: string): Promise<readonly string[]> {
    await database.query('CHECKPOINT');
    const [row] = await database.query(
      `SELECT current_setting('data_directory') AS data, oid FROM pg_database WHERE datname = current_database()`,
    );
    const folder = join(String(row?.['data']), 'base', String(row?.['oid']));
    return readdirSync(folder).filter((name) => readFileSync(join(folder, name)).includes(text));
  }

  const matches = createMatcher({ text: SECRET });

  it('leaves its bytes in no file of a table, of an index or of the catalogue, and those of others where they are', async () => {
    const store = await open(await databases.create());
    await keepAll(store);
    expect(await filesWith(store.database, SECRET)).not.toEqual([]);
    expect((await store.upkeep.erase({ matches })).events).toBe(10);
    expect(await filesWith(store.database, SECRET)).toEqual([]);
    expect(await filesWith(store.database, 'birch')).toEqual([]);
    expect(await filesWith(store.database, 'somebody.else')).not.toEqual([]);
    expect((await store.upkeep.verify()).findings).toEqual([]);
  });

  it('that was begun by a gateway which is gone is ended by another that starts', async () => {
    const address = await databases.create();
    const gone = await open(address);
    await keepAll(gone);
    await gone.database.query('INSERT INTO countersign.erasures VALUES ($1), ($2)', [
      event(0).id,
      'no event has it',
    ]);
    expect((await gone.upkeep.verify()).findings.map(({ code }) => code)).toEqual(['erasure-unfinished']);
    const next = await open(address);
    await next.upkeep.resume();
    expect((await next.events.get(event(0).id))?.erased).toBeDefined();
    expect((await next.deliveries.get(event(0).id, 'a'))?.code).toBe('event-erased');
    expect((await next.upkeep.verify()).findings).toEqual([]);
  });

  it('waits for whoever sees the database as it was before', async () => {
    const address = await databases.create();
    const store = await open(address);
    await keepAll(store);
    const other = await connect(address);
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const { promise: isSeen, resolve: see } = Promise.withResolvers<void>();
    const seeing = other.transaction(async (session) => {
      await session.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
      await session.query('SELECT count(*) FROM countersign.events');
      see();
      await released;
    });
    await isSeen;
    let isErased = false;
    const erasing = store.upkeep.erase({ matches }).finally(() => {
      isErased = true;
    });
    // All that comes before the wait is done by then.
    while ((await store.events.get(event(36).id))?.erased === undefined);
    expect(await filesWith(store.database, SECRET)).not.toEqual([]);
    expect(isErased).toBe(false);
    release();
    await seeing;
    expect((await erasing).events).toBe(10);
    expect(await filesWith(store.database, SECRET)).toEqual([]);
  });

  it('takes out the answer of an attempt that ended without having seen the tombstone', async () => {
    const address = await databases.create();
    const store = await open(address);
    await keepAll(store);
    const other = await connect(address);
    const { id } = event(0);
    let erasing: Promise<unknown> | undefined;
    await other.transaction(async (session) => {
      await session.query(
        `INSERT INTO countersign.attempts (event_id, delivery, number, started_ms, took_ms, code, answer)
        SELECT event_id, place, 1, 1, 1, 'status', $2 FROM countersign.deliveries WHERE event_id = $1`,
        [id, Buffer.from(`${SECRET} is unknown`)],
      );
      erasing ??= store.upkeep.erase({ matches });
      while ((await store.events.get(event(36).id))?.erased === undefined);
    });
    await erasing;
    const [attempt] = await store.database.query(
      'SELECT answer, code FROM countersign.attempts WHERE event_id = $1',
      [id],
    );
    expect(attempt).toEqual({ answer: null, code: 'status' });
    expect(await filesWith(store.database, SECRET)).toEqual([]);
  });

  it('that the server died in is ended by the next gateway, and nothing is left', async () => {
    const address = await databases.create();
    const store = await open(address);
    await keepAll(store);
    const erasing = Promise.allSettled([store.upkeep.erase({ matches })]);
    while ((await store.database.query('SELECT 1 FROM countersign.erasures')).length === 0);
    await databases.crash();
    const [outcome] = await erasing;
    expect(outcome.status).toBe('rejected');
    const next = await open(address);
    await next.upkeep.resume();
    expect((await next.upkeep.erase({ matches })).events).toBe(0);
    expect(await filesWith(next.database, SECRET)).toEqual([]);
    expect((await next.upkeep.verify()).findings).toEqual([]);
  });
});
