/** Deliveries of several gateways on one PostgreSQL, some of which end in the middle, as may the server. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { between, isLong, longReason, runs } from '../../../../../scripts/effort.ts';
import type { DestinationCondition, DueDelivery } from '../../../src/stores/delivery-store.ts';
import { dayTextOf } from '../../../src/stores/postgres/days.ts';
import { compactTotals } from '../../../src/stores/postgres/totals.ts';
import {
  type DeliveryParts,
  idsOf,
  keep,
  settle,
  take,
  totals,
} from '../../../src/testing/delivery-bench.ts';
import { event } from '../../../src/testing/kept-events.ts';
import type { StoreClocks } from '../../../src/testing/store-bench.ts';
import { leaveOutPostgres, postgresDatabases, postgresReason } from '../../support/postgres-databases.ts';
import { openPostgresDeliveries, type PostgresDeliveryStore } from '../../support/postgres-deliveries.ts';
import { asked, checkDeliveries, Driver, NOW } from '../delivery-driver.ts';

describe.skipIf(leaveOutPostgres)(`gateways that share deliveries in PostgreSQL${postgresReason}`, () => {
  const databases = postgresDatabases();

  async function open(address: string, clocks?: StoreClocks): Promise<PostgresDeliveryStore> {
    const store = await openPostgresDeliveries(address, clocks);
    onTestFinished(() => store.close());
    return store;
  }

  /** @param monotonicMs of the second. */
  async function openTwo(
    monotonicMs = () => 0,
  ): Promise<readonly [PostgresDeliveryStore, PostgresDeliveryStore]> {
    const address = await databases.create();
    const now = (): number => NOW;
    return [await open(address, { now, monotonicMs: () => 0 }), await open(address, { now, monotonicMs })];
  }

  const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, n) => n);

  it('each delivery is taken by one of them, however they ask at once', async () => {
    const [first, second] = await openTwo();
    await keep(first, numbers(300));
    const taken = await Promise.all(
      numbers(40).map((n) => take(n % 2 === 0 ? first : second, 'a', { limit: 9 })),
    );
    const ids = taken.flatMap(idsOf);
    // Who met rows that another has locked takes fewer: the rest is taken by whoever asks next.
    for (let rest = await take(second, 'a'); rest.length > 0; rest = await take(second, 'a'))
      ids.push(...idsOf(rest));
    expect(new Set(ids).size).toBe(300);
    expect(ids.length).toBe(300);
  });

  it('who comes back after its lease decides nothing, and what it tried is noted', async () => {
    let passedMs = 0;
    const [first, second] = await openTwo(() => passedMs);
    await keep(first, [1]);
    const [late] = await take(first, 'a', { leaseMs: 1_000 });
    expect(await take(second, 'a')).toEqual([]);
    // Half a minute more than the lease: as little apart as the two clocks are.
    passedMs = 31_000;
    const [now] = await take(second, 'a');
    expect(now?.place).toBe(late?.place);
    expect(await settle(first, late, 'delivered')).toBe(false);
    expect(await settle(second, now, 'dead', 'status')).toBe(true);
    expect(await totals(first)).toEqual({ 'a dead': 1 });
    const codes = (await second.deliveries.attempts(now?.place ?? 0, 10)).map(({ code }) => code);
    expect(codes).toEqual(['delivered', 'status']);
  });

  it('of two that settle a delivery in one batch the lease decides', async () => {
    let passedMs = 0;
    const [first, second] = await openTwo(() => passedMs);
    await keep(first, [1]);
    const [late] = await take(first, 'a', { leaseMs: 1_000 });
    expect(await take(second, 'a')).toEqual([]);
    passedMs = 31_000;
    const [now] = await take(second, 'a');
    expect(
      await Promise.all([settle(second, late, 'dead', 'late'), settle(second, now, 'delivered')]),
    ).toEqual([false, true]);
    expect(await totals(first)).toEqual({ 'a delivered': 1 });
  });

  it('what a killed gateway has taken is taken by another once its lease ends', async () => {
    const address = await databases.create();
    const leaseMs = 200_000;
    let passedMs = 0;
    const store = await open(address, { now: () => Date.now(), monotonicMs: () => passedMs });
    await keep(store, numbers(5));
    const child = spawn(
      process.execPath,
      [
        '--conditions=countersign-source',
        '--experimental-strip-types',
        join(import.meta.dirname, 'delivery-child.ts'),
        address,
        `${leaseMs}`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const ended = once(child, 'exit');
    const lines: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(line);
      child.kill('SIGKILL');
    }
    expect(await ended).toEqual([null, 'SIGKILL']);
    const places: unknown = JSON.parse(lines[0] ?? '[]');
    expect(places).toHaveLength(5);
    expect(await take(store, 'a', { nowMs: Date.now() })).toEqual([]);
    passedMs = leaseMs + 30_000;
    const taken = async (): Promise<readonly number[]> =>
      (await take(store, 'a', { nowMs: Date.now() })).map(({ place }) => place);
    // What is due for long is looked for once a second.
    await expect.poll(taken, { timeout: 10_000, interval: 50 }).toEqual(places);
  });

  it.skipIf(!isLong)(
    `a server that is killed between and during batches loses nothing that was settled, and no key its order${longReason}`,
    async () => {
      const address = await databases.create();
      let passedMs = 0;
      const clocks = { now: () => NOW, monotonicMs: () => passedMs };
      const first = await open(address, clocks);
      const second = await open(address, clocks);
      await keep(first, numbers(100), { orderKey: 'k' });
      await keep(
        first,
        numbers(500).map((n) => n + 100),
      );
      let settled = 0;
      const ordered: string[] = [];
      /** Settles again what was not taken, as a gateway does. False where its lease has ended, or it was written though nobody said so. */
      const settleAtLast = async (store: DeliveryParts, due: DueDelivery): Promise<void> => {
        for (let isSaid = false; !isSaid; )
          isSaid = await settle(store, due, 'delivered').then(
            () => true,
            () => false,
          );
        settled++;
      };
      const work = async (store: PostgresDeliveryStore): Promise<void> => {
        for (;;) {
          const dues = await take(store, 'a', { limit: 20 }).catch(() => []);
          ordered.push(
            ...dues.flatMap(({ event: { id }, orderKey }) => (orderKey === undefined ? [] : [id])),
          );
          await Promise.all(dues.map((due) => settleAtLast(store, due)));
          if (dues.length > 0) continue;
          const { 'a delivered': delivered } = await totals(store).catch((): Record<string, number> => ({}));
          if (delivered === 600) return;
          // What was taken while the server was killed nobody knows of.
          passedMs += 61_000;
        }
      };
      const working = Promise.all([work(first), work(second)]);
      for (const count of [40, 150, 300]) {
        await expect.poll(() => settled, { timeout: 60_000, interval: 1 }).toBeGreaterThan(count);
        await databases.crash();
      }
      await working;
      expect(await totals(first)).toEqual({ 'a delivered': 600 });
      expect(ordered).toEqual(ordered.toSorted());
      expect(new Set(ordered).size).toBe(100);
    },
    240_000,
  );

  it('whatever they do together, each is under one lease, totals are what is there, and of each key one goes', async () => {
    const [first, second] = await openTwo();
    const calm = asked.filter(({ kind }) => kind !== 'drop');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(calm, { minLength: 2, maxLength: 8 }), {
          minLength: 5,
          maxLength: between(15, 30),
        }),
        async (batches) => {
          await first.database.query(
            'TRUNCATE countersign.events, countersign.deliveries, countersign.attempts, countersign.totals',
          );
          const driver = new Driver([first, second]);
          for (const batch of batches) {
            await Promise.all(batch.map((one) => driver.ask(one)));
            await checkDeliveries(driver, second);
          }
        },
      ),
      { numRuns: isLong ? runs(200) : 5 },
    );
  }, 600_000);

  it('what is said of a destination one after the other is kept in that order', async () => {
    const [first, second] = await openTwo();
    const said = (n: number): DestinationCondition => ({ state: 'active', isMuted: false, sinceMs: n });
    await Promise.all(numbers(30).map((n) => first.deliveries.setCondition('a', said(n))));
    expect(await second.deliveries.conditions()).toEqual(new Map([['a', said(29)]]));
  });

  it('a list has what was counted without its place, also once the counts are added up', async () => {
    const [first, second] = await openTwo();
    await keep(first, [1, 2, 3]);
    for (const due of (await take(first, 'a')).slice(1)) await settle(first, due, 'dead', 'status');
    await first.database.query(
      `WITH ended AS (UPDATE countersign.deliveries SET state = 'dead' WHERE event_id = $1)
      INSERT INTO countersign.totals (kind, name, state, day, number, bytes)
      VALUES ('deliveries', 'a', 'waiting', $2, -1, 0), ('deliveries', 'a', 'dead', $2, 1, 0)`,
      [event(1).id, dayTextOf(event(1).id)],
    );
    const dead = async (): Promise<readonly string[]> =>
      (await second.deliveries.list({ state: 'dead' })).deliveries.map(({ eventId }) => eventId);
    const all = [3, 2, 1].map((n) => event(n).id);
    expect(await dead()).toEqual(all);
    await compactTotals(first.database);
    expect(await dead()).toEqual(all);
  });

  it('a delivery of an event of long ago that is sent anew is seen by the other', async () => {
    const [first, second] = await openTwo();
    const old = event(1);
    const young = event(2, { id: '019a0000-0000-7000-8000-000000000001' });
    for (const kept of [old, young]) await first.events.keep(kept, [], [{ destination: 'a' }]);
    for (const due of await take(first, 'a')) await settle(first, due, 'delivered');
    await first.deliveries.send(young.id, { destination: 'a' });
    // Now it looks from that day on.
    expect(idsOf(await take(second, 'a'))).toEqual([young.id]);
    await first.deliveries.send(old.id, { destination: 'a' });
    await expect
      .poll(async () => idsOf(await take(second, 'a')), { timeout: 5_000, interval: 50 })
      .toEqual([old.id]);
  });
});
