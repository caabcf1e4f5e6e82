/** The full-text index of a real PostgreSQL, which several gateways keep up. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { createFullTextIndex, type FullTextIndex } from '../../../src/keeping/full-text.ts';
import { connectDatabase } from '../../../src/stores/postgres/database.ts';
import { ANNOUNCED_SQL } from '../../../src/stores/postgres/places.ts';
import { foundIds } from '../../../src/testing/event-search-contract.ts';
import { event } from '../../../src/testing/kept-events.ts';
import { leaveOutPostgres, postgresDatabases, postgresReason } from '../../support/postgres-databases.ts';
import { openPostgresSearch, type PostgresSearchStore } from '../../support/postgres-search.ts';
import { openPostgresUpkeep } from '../../support/postgres-upkeep.ts';

describe.skipIf(leaveOutPostgres)(`the full-text index in PostgreSQL${postgresReason}`, () => {
  const databases = postgresDatabases();

  async function open(address: string): Promise<PostgresSearchStore> {
    const store = await openPostgresSearch(address);
    onTestFinished(() => store.close());
    return store;
  }

  async function indexAll({ fullText }: PostgresSearchStore): Promise<void> {
    while ((await fullText.index('gate')).hasMore);
  }

  const amber = (n: number) => event(n, { body: Buffer.from(`amber ${n}`) });
  const search = { words: { text: 'amber', gates: ['gate'] } };

  it('has every event once, where two gateways take in what both keep', async () => {
    const address = await databases.create();
    const stores = [await open(address), await open(address)];
    const lane = async (store: PostgresSearchStore, from: number): Promise<void> => {
      for (let n = from; n < from + 60; n++) {
        await store.events.keep(amber(n));
        if (n % 3 === 0) await store.fullText.index('gate');
      }
    };
    await Promise.all(stores.flatMap((store, i) => [lane(store, i * 1_000), lane(store, i * 1_000 + 500)]));
    for (const store of stores) await indexAll(store);
    const [first] = stores;
    expect(await foundIds(first?.events ?? fail(), search, 100)).toHaveLength(240);
  });

  it('of a gate that only another gateway has stays, until nobody has asked for it for an hour', async () => {
    const address = await databases.create();
    const [one, two] = [await open(address), await open(address)];
    const upkeepOf = (store: PostgresSearchStore, gates: readonly string[]): FullTextIndex => {
      const log = { info() {}, warn() {} };
      const index = createFullTextIndex({ gates, store: store.fullText, log });
      onTestFinished(() => index.close());
      return index;
    };
    for (const store of [one, two]) await store.events.keep(amber(store === one ? 1 : 2));
    await one.events.keep(event(3, { gate: 'other', body: Buffer.from('amber') }));
    const [first, second] = [upkeepOf(one, ['gate']), upkeepOf(two, ['other'])];
    for (let turn = 0; turn < 3; turn++) {
      await first.catchUp();
      await second.catchUp();
    }
    const both = { words: { text: 'amber', gates: ['gate', 'other'] } };
    expect(await foundIds(one.events, both)).toHaveLength(3);
    await second.close();
    const database = await connectDatabase({ address });
    onTestFinished(() => database.close());
    await database.query(
      "UPDATE countersign.full_text SET asked = asked - interval '61 minutes' WHERE gate = 'other'",
    );
    await first.catchUp();
    await first.catchUp();
    expect((await one.fullText.gates()).map(({ gate }) => gate)).toEqual(['gate']);
    expect(await foundIds(one.events, both)).toHaveLength(2);
  });

  it('waits for an event that is committed after one with a later place', async () => {
    const address = await databases.create();
    const store = await open(address);
    await store.events.keep(amber(1));
    const late = await connectDatabase({ address, maxConnections: 1 });
    onTestFinished(() => late.close());
    // As `keep` does it: the place is drawn, and the transaction is still open.
    await late.transaction(async (session) => {
      await session.query(ANNOUNCED_SQL);
      await session.query("SELECT nextval('countersign.places')");
      await store.events.keep(amber(2));
      await indexAll(store);
      expect(await foundIds(store.events, search)).toEqual([amber(1).id]);
    });
    await indexAll(store);
    expect(await foundIds(store.events, search)).toEqual([amber(2).id, amber(1).id]);
  });

  it('has the oldest of a word as well, behind many that have it and many that have not', async () => {
    const store = await open(await databases.create());
    const birch = (n: number) => event(n, { body: Buffer.from(`birch ${n}`) });
    for (const [from, until, make] of [
      [0, 3, amber],
      [3, 300, birch],
      [300, 900, amber],
    ] as const)
      await Promise.all(Array.from({ length: until - from }, (_, i) => store.events.keep(make(from + i))));
    await indexAll(store);
    const ids = await foundIds(store.events, search, 50);
    expect(ids).toHaveLength(603);
    expect(new Set(ids.slice(-3))).toEqual(new Set([0, 1, 2].map((n) => event(n).id)));
  });

  it('takes in whatever a body has: more words than there are positions, words of a megabyte, no text, quotes', async () => {
    const store = await open(await databases.create());
    const bodies = [
      Array.from({ length: 20_000 }, (_, n) => n.toString(36)).join(' '),
      'x'.repeat(100_000),
      Buffer.from([0xff, 0xfe, 0, 1]),
      `it's \\ 'quoted' : & | ! ( ) * <-> \0 \ud800`,
      '',
    ];
    for (const [n, body] of bodies.entries())
      await store.events.keep(event(n, { type: `t'\\ ${'y'.repeat(5_000)}`, body: Buffer.from(body) }));
    await indexAll(store);
    const idsOf = (text: string) => foundIds(store.events, { words: { text, gates: ['gate'] } });
    expect(await idsOf('t')).toHaveLength(5);
    expect(await idsOf('9zz')).toEqual([event(0).id]);
    expect(await idsOf('x'.repeat(65_536))).toEqual([event(1).id]);
    expect(await idsOf('"s quoted"')).toEqual([event(3).id]);
    expect(await idsOf(`' \\ & |`)).toEqual([]);
  });

  it('keeps no words of an event that is dropped, or erased, while they are written', async () => {
    const address = await databases.create();
    const store = await openPostgresUpkeep(address);
    onTestFinished(() => store.close());
    const other = await connectDatabase({ address, maxConnections: 1 });
    onTestFinished(() => other.close());
    const { id } = amber(1);
    const ends = {
      drop: () => store.events.drop({ gate: 'gate', maxBytes: 0 }),
      erase: () => store.upkeep.erase({ ids: [id], matches: () => true }),
    };
    for (const end of [ends.erase, ends.drop]) {
      await store.events.keep(amber(1));
      let ending: Promise<unknown> | undefined;
      // As `index` does it.
      await other.transaction(async (session) => {
        await session.query('SELECT 1 FROM countersign.events WHERE id = $1 FOR SHARE', [id]);
        ending ??= end();
        while (
          (await session.query("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'")).length === 0
        );
        await session.query("INSERT INTO countersign.words VALUES ($1, 'amber')", [id]);
      });
      await ending;
      expect(await store.database.query('SELECT event_id FROM countersign.words')).toEqual([]);
      while ((await store.events.drop({ gate: 'gate', maxBytes: 0 })).dropped > 0);
    }
  });

  it('is left as it is where the server dies in between, and goes on', async () => {
    const address = await databases.create();
    const store = await open(address);
    for (let n = 0; n < 50; n++) await store.events.keep(amber(n));
    await store.fullText.index('gate');
    const indexing = Promise.allSettled(Array.from({ length: 4 }, () => store.fullText.index('gate')));
    await databases.crash();
    await indexing;
    const next = await open(address);
    await indexAll(next);
    expect(await foundIds(next.events, search, 100)).toHaveLength(50);
  });
});

function fail(): never {
  throw new Error('no store');
}
