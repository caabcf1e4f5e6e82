/** Events and claims of several gateways on one PostgreSQL, at once. */
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { runs } from '../../../../../scripts/effort.ts';
import { keepAll } from '../../../src/stores/postgres/keep-statement.ts';
import { NONE_BLOCKS } from '../../../src/stores/postgres/new-deliveries.ts';
import { event } from '../../../src/testing/kept-events.ts';
import { claimOf, claimsAt, HOUR, hex, NOW } from '../../../src/testing/store-bench.ts';
import { leaveOutPostgres, postgresDatabases, postgresReason } from '../../support/postgres-databases.ts';
import { openPostgresEvents, type PostgresEventStore } from '../../support/postgres-events.ts';

const CLOCKS = { now: () => NOW, monotonicMs: () => 0 };
const WRITING = { further: [], deliveries: undefined };

describe.skipIf(leaveOutPostgres)(`events of several gateways in PostgreSQL${postgresReason}`, () => {
  const databases = postgresDatabases();
  const open: PostgresEventStore[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((store) => store.close()));
  });

  async function gateways(count: number): Promise<readonly PostgresEventStore[]> {
    const address = await databases.create();
    const stores = await Promise.all(
      Array.from({ length: count }, () => openPostgresEvents(address, CLOCKS)),
    );
    open.push(...stores);
    return stores;
  }

  async function gatewayPair(): Promise<readonly [PostgresEventStore, PostgresEventStore]> {
    const [one, other] = await gateways(2);
    if (one === undefined || other === undefined) throw new Error('two were asked for');
    return [one, other];
  }

  const idsOf = (...numbers: readonly number[]): readonly string[] => numbers.map((n) => event(n).id);

  async function followed(store: PostgresEventStore, after = 0): Promise<readonly string[]> {
    return (await store.events.follow({ after })).map(({ id }) => id);
  }

  it('a follower waits for an event that has an earlier place and is committed later', async () => {
    const [store, other] = await gatewayPair();
    await store.events.keep(event(1));
    const written = Promise.withResolvers<void>();
    const commit = Promise.withResolvers<void>();
    const late = other.database.transaction(async (session) => {
      const writings = [{ event: event(2), packed: { bytes: event(2).body }, ...WRITING }];
      await keepAll(session, writings, { nowMs: NOW, floor: NONE_BLOCKS });
      written.resolve();
      await commit.promise;
    });
    await written.promise;
    try {
      await store.events.keep(event(3));
      expect(await followed(store)).toEqual(idsOf(1));
      // Whoever reads backwards misses nothing by what is to come.
      expect((await store.events.list()).map(({ id }) => id)).toEqual(idsOf(3, 1));
    } finally {
      commit.resolve();
      await late;
    }
    expect(await followed(store)).toEqual(idsOf(1, 2, 3));
  });

  it('a transaction of another program holds up no follower', async () => {
    const [store, other] = await gatewayPair();
    const begun = Promise.withResolvers<void>();
    const end = Promise.withResolvers<void>();
    const long = other.database.transaction(async (session) => {
      await session.query('CREATE TABLE public.theirs AS SELECT pg_current_xact_id()');
      begun.resolve();
      await end.promise;
    });
    await begun.promise;
    try {
      await store.events.keep(event(1));
      expect(await followed(store)).toEqual(idsOf(1));
    } finally {
      end.resolve();
      await long;
    }
  });

  it('a follower sees each event of four gateways once, in the order of their places', async () => {
    const stores = await gateways(4);
    const [reader] = stores;
    if (reader === undefined) throw new Error('four were asked for');
    const number = 400;
    const seen: string[] = [];
    let isOver = false;
    const follow = async (): Promise<void> => {
      for (let after = 0, isLast = false; !isLast; ) {
        isLast = isOver;
        const page = await reader.events.follow({ after, limit: 50 });
        seen.push(...page.map(({ id }) => id));
        if (page.length > 0) isLast = false;
        after = page.at(-1)?.place ?? after;
      }
    };
    const following = follow();
    const write = async (store: PostgresEventStore, lane: number): Promise<void> => {
      for (let n = lane; n < number; n += stores.length) await store.events.keep(event(n));
    };
    await Promise.all(stores.map(write));
    isOver = true;
    await following;
    expect(seen.length).toBe(number);
    expect(new Set(seen).size).toBe(number);
  });

  it('of events with one claim that gateways keep at once one is kept, and the others repeat it', async () => {
    const stores = await gateways(3);
    for (let n = 0; n < 20; n++) {
      const events = stores.map((_, at) => event(3 * n + at, { claim: claimOf(n) }));
      const results = await Promise.all(stores.map((store, at) => store.events.keep(events[at] ?? event(0))));
      const winner = events[results.findIndex(({ kept }) => kept)];
      expect(results.filter(({ kept }) => kept).length).toBe(1);
      for (const result of results)
        if (!result.kept) expect(result).toEqual({ kept: false, repeatOf: winner?.id });
    }
  });

  it('of events with one id that gateways keep at once one is kept, and those beside them all are', async () => {
    const stores = await gateways(3);
    const settled = await Promise.all(
      stores.map((store, at) =>
        Promise.allSettled([
          store.events.keep(event(1_000 + at)),
          store.events.keep(event(7)),
          store.events.keep(event(2_000 + at)),
        ]),
      ),
    );
    expect(settled.map(([first, , last]) => [first.status, last.status])).toEqual(
      stores.map(() => ['fulfilled', 'fulfilled']),
    );
    const shared = settled.map(([, second]) => second);
    expect(shared.filter(({ status }) => status === 'fulfilled').length).toBe(1);
    for (const result of shared)
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'duplicate-event' });
  });

  it('an event that the server refuses fails alone, and holds no claim', async () => {
    const [store] = await gatewayPair();
    const short = { ...claimOf(1), identity: new Uint8Array(15) };
    const settled = await Promise.allSettled([
      store.events.keep(event(1, { claim: claimOf(2) })),
      store.events.keep(event(2, { claim: short }), [claimOf(3)]),
      store.events.keep(event(3)),
    ]);
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect((await claimsAt(store.claims, NOW)).map(({ identity }) => hex(identity))).toEqual([
      hex(claimOf(2).identity),
    ]);
    expect((await store.events.list()).map(({ id }) => id).toSorted()).toEqual(idsOf(1, 3));
  });

  it('a text that PostgreSQL does not take is kept with the character in its place that stands for such', async () => {
    const [store] = await gatewayPair();
    const kept = event(1, { type: 'a\0b\ud800', url: '/\0', headers: ['X-A', '\0\ud800'] });
    await store.events.keep(kept);
    expect(await store.events.get(kept.id)).toMatchObject({
      type: 'a\ufffdb\ufffd',
      url: '/\ufffd',
      headers: ['X-A', '\0\ud800'],
    });
    expect(await store.events.get('a\0')).toBeUndefined();
  });

  it('a claim that another gateway has released is free here at once', async () => {
    const [store, other] = await gatewayPair();
    await store.events.keep(event(1, { claim: claimOf(1) }));
    expect(await other.claims.release('gate', claimOf(1).identity)).toBe(true);
    expect(await store.claims.find('gate', claimOf(1).identity, NOW)).toBeUndefined();
    expect(await store.events.keep(event(2, { claim: claimOf(1) }))).toEqual({ kept: true });
  });

  it('gateways that take, hold, lengthen and free the same claims in any order never wait for one another for good', async () => {
    const stores = await gateways(2);
    const claim = fc.nat({ max: 5 });
    const write = fc.record({
      kind: fc.constantFrom('keep', 'remember', 'release'),
      claim,
      further: fc.array(claim, { maxLength: 3 }),
    });
    let id = 0;
    type Step = typeof write extends fc.Arbitrary<infer Value> ? Value : never;
    const apply = async (store: PostgresEventStore, step: Step): Promise<unknown> => {
      const { identity } = claimOf(step.claim);
      if (step.kind === 'remember') return store.claims.remember({ gate: 'gate', ...claimOf(step.claim) });
      if (step.kind === 'release') return store.claims.release('gate', identity);
      const further = step.further.map((n) => claimOf(n, NOW + 2 * HOUR));
      return store.events.keep(event(id++, { claim: claimOf(step.claim) }), further);
    };
    await fc.assert(
      fc.asyncProperty(
        fc.array(write, { minLength: 1, maxLength: 30 }),
        fc.array(write, { minLength: 1, maxLength: 30 }),
        async (...plans) => {
          await Promise.all(
            stores.flatMap((store, at) => (plans[at] ?? []).map((step) => apply(store, step))),
          );
          const [store] = stores;
          if (store === undefined) throw new Error('two were asked for');
          const held = (await claimsAt(store.claims, NOW)).map(({ identity }) => hex(identity));
          expect(new Set(held).size).toBe(held.length);
        },
      ),
      { numRuns: runs(200) },
    );
  });

  it('claims that ended a while ago are deleted, and no others, whatever the gateway’s clock says', async () => {
    const [store] = await gatewayPair();
    const ends = [NOW - HOUR, NOW - 1, NOW, NOW + HOUR, Date.now() + HOUR];
    for (const [n, untilMs] of ends.entries())
      await store.claims.remember({ gate: 'gate', ...claimOf(n, untilMs) });
    expect(await store.claims.purge()).toBe(1);
    const ahead = await openPostgresEvents(store.address, {
      now: () => Date.now() + 9 * HOUR,
      monotonicMs: () => 0,
    });
    open.push(ahead);
    await ahead.claims.purge();
    expect((await claimsAt(store.claims, 0)).length).toBe(1);
  });

  it('what was acknowledged is there after the server has crashed, and is kept again once it is back', async () => {
    const [store] = await gatewayPair();
    const acknowledged: string[] = [];
    const failures: unknown[] = [];
    let isOver = false;
    let next = 0;
    const write = async (): Promise<void> => {
      while (!isOver) {
        const kept = event(next++, { claim: claimOf(next) });
        await store.events.keep(kept).then(
          () => acknowledged.push(kept.id),
          (error: unknown) => failures.push(error),
        );
        // A server that is not there refuses at once.
        if (failures.length > 0) await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const writing = Promise.all(Array.from({ length: 40 }, write));
    await until(() => acknowledged.length > 200);
    await databases.crash();
    const before = acknowledged.length;
    await until(() => acknowledged.length > before + 200);
    isOver = true;
    await writing;
    expect(failures.length).toBeGreaterThan(0);
    for (const failure of failures) expect(failure).toMatchObject({ name: 'StoreError', code: 'failed' });
    const there = new Set<string>();
    for (let after = 0, isLast = false; !isLast; ) {
      const page = await store.events.follow({ after, limit: 1_000 });
      for (const { id } of page) there.add(id);
      isLast = page.length < 1_000;
      after = page.at(-1)?.place ?? after;
    }
    expect(acknowledged.filter((id) => !there.has(id))).toEqual([]);
    const [total] = await store.events.totals();
    expect(total?.number).toBe(there.size);
  });
});

/** Looks again each time that the loop has read its sockets. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}
