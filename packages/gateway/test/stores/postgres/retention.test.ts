/** Days that go as a whole, from a real PostgreSQL that gateways share. */
import { afterEach, describe, expect, it } from 'vitest';
import type { KeptEvent } from '../../../src/stores/event-store.ts';
import { dayTextOf } from '../../../src/stores/postgres/days.ts';
import { RETENTION_LOCKS } from '../../../src/stores/postgres/retention.ts';
import { event } from '../../../src/testing/kept-events.ts';
import { NOW } from '../../../src/testing/store-bench.ts';
import { leaveOutPostgres, postgresDatabases, postgresReason } from '../../support/postgres-databases.ts';
import { openPostgresEvents, type PostgresEventStore } from '../../support/postgres-events.ts';

const DAY = 86_400_000;
const CLOCKS = { now: () => NOW, monotonicMs: () => 0 };

describe.skipIf(leaveOutPostgres)(`what is kept no longer in PostgreSQL${postgresReason}`, () => {
  const databases = postgresDatabases();
  const open: PostgresEventStore[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((store) => store.close()));
  });

  async function openStore(address?: string): Promise<PostgresEventStore> {
    const store = await openPostgresEvents(address ?? (await databases.create()), CLOCKS);
    open.push(store);
    return store;
  }

  /** Received so many days before now, and its id says so. */
  function eventOf(day: number, n: number, changes: Partial<KeptEvent> = {}): KeptEvent {
    const receivedMs = NOW - day * DAY + n;
    const time = receivedMs.toString(16).padStart(12, '0');
    const id = `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${n.toString(16).padStart(12, '0')}`;
    return event(n, { id, receivedMs, ...changes });
  }

  async function keepDay(
    store: PostgresEventStore,
    day: number,
    count: number,
    gate = 'gate',
  ): Promise<void> {
    await Promise.all(
      Array.from({ length: count }, (_, n) =>
        store.events.keep(eventOf(day, n + (gate === 'gate' ? 0 : 5_000), { gate })),
      ),
    );
  }

  async function partitions(store: PostgresEventStore): Promise<readonly string[]> {
    const rows = await store.database.query(
      "SELECT relname FROM pg_class WHERE relispartition AND relkind = 'r' AND relname LIKE 'events_2%' ORDER BY relname",
    );
    return rows.map(({ relname }) => String(relname));
  }

  /** As a sweep does. @returns how many went */
  async function sweep({ events }: PostgresEventStore, gate: string, beforeMs: number): Promise<number> {
    let dropped = 0;
    for (let after: number | undefined = 0; after !== undefined; ) {
      const step = await events.drop({ gate, beforeMs, waitingBeforeMs: beforeMs - 7 * DAY, after });
      dropped += step.dropped;
      after = step.next;
    }
    return dropped;
  }

  const partitionsOf = (...days: readonly number[]): readonly string[] =>
    days.map((day) => `events_${dayTextOf(eventOf(day, 0).id)}`);

  it('a day goes with its partitions once its events are older than their gate keeps them', async () => {
    const store = await openStore();
    for (const day of [9, 8, 2]) await keepDay(store, day, 30);
    expect(await partitions(store)).toEqual(partitionsOf(9, 8, 2));
    expect(await sweep(store, 'gate', NOW - 5 * DAY)).toBe(60);
    expect(await partitions(store)).toEqual(partitionsOf(2));
    expect(await store.events.totals()).toEqual([
      { gate: 'gate', number: 30, bodyBytes: expect.any(Number) },
    ]);
    expect((await store.events.list({ limit: 1_000 })).length).toBe(30);
    expect(await store.events.get(eventOf(9, 0).id)).toBeUndefined();
  });

  it('while one gateway drops of a gate, another leaves that to it', async () => {
    const address = await databases.create();
    const [one, two] = [await openStore(address), await openStore(address)];
    await keepDay(one, 2, 30);
    const drop = (store: PostgresEventStore) => store.events.drop({ gate: 'gate', beforeMs: NOW });
    await one.database.transaction(async (session) => {
      // As a step does it.
      await session.query("SELECT pg_advisory_xact_lock($1, hashtext('gate'))", [RETENTION_LOCKS]);
      expect(await drop(two)).toEqual({ dropped: 0, droppedWaiting: 0, bytes: 0 });
    });
    expect((await drop(two)).dropped).toBe(30);
  });

  it('a day stays that another gate keeps, and goes once both have said that they do not', async () => {
    const store = await openStore();
    const other = await openStore(store.address);
    await keepDay(store, 9, 30);
    await keepDay(store, 9, 20, 'other');
    expect(await sweep(store, 'gate', NOW - 5 * DAY)).toBe(30);
    expect(await partitions(store)).toEqual(partitionsOf(9));
    expect((await store.events.list({ gate: 'other' })).length).toBe(20);
    await keepDay(store, 9, 30);
    // What it is told by one gateway another goes by.
    expect(await sweep(other, 'other', NOW - 5 * DAY)).toBe(20);
    expect(await partitions(store)).toEqual([]);
    expect(await store.events.totals()).toEqual([]);
  });

  it('events that are kept for a week and more go with their day, and those that are kept for less when they are due', async () => {
    const store = await openStore();
    await keepDay(store, 9, 20);
    expect(NOW % DAY).toBeGreaterThan(1_000);
    const inDay = NOW - 9 * DAY + 10;
    expect(await sweep(store, 'gate', inDay)).toBe(0);
    const short = await openStore();
    await keepDay(short, 3, 20);
    expect(await sweep(short, 'gate', NOW - 3 * DAY + 10)).toBe(10);
    const shared = await openStore();
    await keepDay(shared, 9, 20);
    await keepDay(shared, 9, 20, 'other');
    // The other keeps them for longer: the day does not go soon.
    expect(await sweep(shared, 'other', NOW - 30 * DAY)).toBe(0);
    expect(await sweep(shared, 'gate', inDay)).toBe(10);
  });

  it('a day stays that has an event which waits to be delivered, or that was received later than its id says', async () => {
    const store = await openStore();
    await keepDay(store, 9, 5);
    await store.events.keep(eventOf(9, 100), [], [{ destination: 'a' }]);
    await keepDay(store, 8, 5);
    await store.events.keep(eventOf(8, 200, { receivedMs: NOW }));
    expect(await sweep(store, 'gate', NOW - 5 * DAY)).toBe(10);
    const left = (await store.events.list()).map(({ id }) => id);
    expect(left.toSorted()).toEqual([eventOf(9, 100).id, eventOf(8, 200).id].toSorted());
    expect(await store.deliveries.totals()).toEqual([{ destination: 'a', state: 'waiting', number: 1 }]);
  });

  it('a dead delivery that holds up its key lets the next go before its day goes', async () => {
    const store = await openStore();
    const ordered = [{ destination: 'a', orderKey: 'k' }];
    await keepDay(store, 9, 3);
    await store.events.keep(eventOf(9, 100), [], ordered);
    await store.events.keep(eventOf(1, 101), [], ordered);
    const [due] = await store.deliveries.take({
      destination: 'a',
      limit: 9,
      maxBytes: 1_000,
      leaseMs: 1_000,
      nowMs: NOW,
    });
    if (due === undefined) throw new Error('nothing is due');
    const attempt = { startedMs: NOW, tookMs: 1, code: 'status' };
    await store.deliveries.settle({ place: due.place, lease: due.lease, state: 'dead', attempt });
    expect((await store.deliveries.get(eventOf(1, 101).id, 'a'))?.state).toBe('behind');
    await sweep(store, 'gate', NOW - 5 * DAY);
    expect((await store.deliveries.get(eventOf(1, 101).id, 'a'))?.state).toBe('waiting');
    expect(await partitions(store)).toEqual(partitionsOf(1));
    expect(await store.deliveries.totals()).toEqual([{ destination: 'a', state: 'waiting', number: 1 }]);
  });

  it('a day that somebody reads is left, and nobody waits for it: not who keeps, reads, or makes a day', async () => {
    const store = await openStore();
    const reader = await openStore(store.address);
    await keepDay(store, 9, 30);
    const reading = Promise.withResolvers<void>();
    const end = Promise.withResolvers<void>();
    // As pg_dump does for as long as it takes.
    const dump = reader.database.transaction(async (session) => {
      for (const table of ['events', 'deliveries', 'attempts', 'words'])
        await session.query(`SELECT count(*) FROM countersign.${table}`);
      reading.resolve();
      await end.promise;
    });
    await reading.promise;
    try {
      expect(await sweep(store, 'gate', NOW - 5 * DAY)).toBe(0);
      await keepDay(store, 3, 5);
      expect((await store.events.list()).length).toBe(35);
    } finally {
      end.resolve();
      await dump;
    }
    const later = await openStore(store.address);
    expect(await sweep(later, 'gate', NOW - 5 * DAY)).toBe(30);
    expect(await partitions(store)).toEqual(partitionsOf(3));
  });

  it('an event of a day that another gateway has dropped is kept, and its day made anew', async () => {
    const store = await openStore();
    const other = await openStore(store.address);
    await keepDay(store, 9, 5);
    await sweep(other, 'gate', NOW - 5 * DAY);
    expect(await partitions(store)).toEqual([]);
    expect(await store.events.keep(eventOf(9, 7))).toEqual({ kept: true });
    expect((await other.events.list()).map(({ id }) => id)).toEqual([eventOf(9, 7).id]);
  });

  it('days are dropped under load without a request that fails', async () => {
    const store = await openStore();
    const other = await openStore(store.address);
    for (let day = 12; day > 6; day--) await keepDay(store, day, 20);
    let isOver = false;
    let kept = 0;
    const write = async (lane: number): Promise<void> => {
      for (let n = 0; !isOver; n++) {
        const key = [{ destination: 'a', orderKey: `${n % 5}` }];
        await store.events.keep(eventOf(0, lane * 10_000 + n), [], lane % 2 === 0 ? key : []);
        await store.events.list({ limit: 10 });
        kept++;
      }
    };
    const writing = Promise.all([1, 2, 3, 4].map(write));
    expect(await sweep(other, 'gate', NOW - 5 * DAY)).toBe(120);
    // The emptied partitions go when nobody is at any for a moment.
    isOver = true;
    await writing;
    const last = await openStore(store.address);
    await sweep(last, 'gate', NOW - 5 * DAY);
    expect(await partitions(store)).toEqual(partitionsOf(0));
    const [total] = await store.events.totals();
    expect(total?.number).toBe(kept);
  });
});
