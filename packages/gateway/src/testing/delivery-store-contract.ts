/** What every `DeliveryStore` must do, as a suite for any test runner. */
import assert from 'node:assert/strict';
import { codes, giveBack, idsOf, keep, settle, take, totals, view } from './delivery-bench.ts';
import { declareDeliveryLists } from './delivery-lists-contract.ts';
import { declareOperators, declareOrder } from './delivery-order-contract.ts';
import { event } from './kept-events.ts';
import { CLOSED, claimOf, declareContract, NOW, type StoreContractOptions } from './store-bench.ts';

/**
 * Declares the tests of a `DeliveryStore`; a failing one throws.
 * @example testDeliveryStore({ describe, it, name: 'SQLite in memory', create: ({ now }) => openStore(':memory:', { now }) });
 */
export function testDeliveryStore(options: StoreContractOptions<'events' | 'deliveries'>): void {
  declareContract('DeliveryStore', options, (test) => {
    test('a delivery is made with its event, and due at once', async ({ store }) => {
      await store.events.keep(event(1), [], [{ destination: 'a' }, { destination: 'b' }]);
      const [due, ...others] = await take(store, 'a');
      assert.deepEqual(others, []);
      assert.equal(due?.event.id, event(1).id);
      assert.deepEqual([...(due?.event.body ?? [])], [...event(1).body]);
      assert.deepEqual([due?.attempts, due?.round, due?.beganMs, due?.dueMs], [0, 0, NOW, NOW]);
      assert.equal((await take(store, 'b')).length, 1);
      assert.deepEqual(await take(store, 'c'), []);
    });

    test('an event that is a repeat, or fails, makes none', async ({ store }) => {
      const claim = claimOf(1);
      await store.events.keep(event(1, { claim }), [], [{ destination: 'a' }]);
      await store.events.keep(event(2, { claim }), [], [{ destination: 'a' }]);
      await assert.rejects(store.events.keep(event(1), [], [{ destination: 'a' }]));
      assert.equal((await take(store, 'a')).length, 1);
      assert.deepEqual(await totals(store), { 'a waiting': 1 });
    });

    test('who has taken one has it alone, until its lease ends', async ({ store, pass }) => {
      await keep(store, [1]);
      const [first] = await take(store, 'a', { leaseMs: 1_000 });
      assert.deepEqual(await take(store, 'a'), []);
      assert.equal(await store.deliveries.nextDueMs('a'), undefined);
      pass(999);
      assert.deepEqual(await take(store, 'a', { nowMs: NOW + 999 }), []);
      pass(1);
      assert.equal(await store.deliveries.nextDueMs('a'), NOW);
      const [second] = await take(store, 'a', { nowMs: NOW + 1_000 });
      assert.equal(second?.place, first?.place);
      assert.notEqual(second?.lease, first?.lease);
      // The first comes back too late: what it has tried is noted, and decides nothing.
      assert.equal(await settle(store, first, 'delivered'), false);
      assert.equal((await view(store, 1))?.state, 'waiting');
      assert.equal(await settle(store, second, 'dead', 'status'), true);
      assert.deepEqual(await codes(store, 1), ['delivered', 'status']);
      assert.equal((await view(store, 1))?.state, 'dead');
    });

    test('it is given to nobody twice, however many ask at once', async ({ store }) => {
      await keep(
        store,
        Array.from({ length: 200 }, (_, n) => n),
      );
      const taken = await Promise.all(Array.from({ length: 50 }, () => take(store, 'a', { limit: 7 })));
      const places = taken.flat().map(({ place }) => place);
      assert.equal(places.length, 200);
      assert.equal(new Set(places).size, 200);
    });

    test('the first due comes first, and none that is not due', async ({ store }) => {
      await keep(store, [1, 2, 3]);
      const taken = await take(store, 'a');
      const waits = [300, 100, 200];
      await Promise.all(
        taken.map((due, n) => settle(store, due, 'waiting', 'status', NOW + (waits[n] ?? 0))),
      );
      assert.equal(await store.deliveries.nextDueMs('a'), NOW + 100);
      assert.deepEqual(await take(store, 'a', { nowMs: NOW + 99 }), []);
      const again = await take(store, 'a', { nowMs: NOW + 200 });
      assert.deepEqual(
        again.map((due) => due.event.id),
        [event(2).id, event(3).id],
      );
      assert.deepEqual(
        again.map(({ attempts, round }) => [attempts, round]),
        [
          [1, 1],
          [1, 1],
        ],
      );
      assert.equal(await store.deliveries.nextDueMs('a'), NOW + 300);
    });

    test('those that were made last are taken first where that is asked for', async ({ store }) => {
      await keep(store, [1, 2, 3, 4]);
      const last = { limit: 1, isLastFirst: true };
      const [fourth] = await take(store, 'a', last);
      assert.equal(fourth?.event.id, event(4).id);
      await settle(store, fourth, 'waiting', 'status', NOW + 100);
      // It is not due.
      assert.deepEqual(idsOf(await take(store, 'a', { ...last, limit: 2 })), [event(3).id, event(2).id]);
      assert.deepEqual(idsOf(await take(store, 'a', { ...last, nowMs: NOW + 100 })), [event(4).id]);
      assert.deepEqual(idsOf(await take(store, 'a', last)), [event(1).id]);
    });

    test('no more is taken than fits, and at least one', async ({ store }) => {
      for (const n of [1, 2, 3])
        await store.events.keep(event(n, { body: new Uint8Array(100) }), [], [{ destination: 'a' }]);
      assert.equal((await take(store, 'a', { maxBytes: 50 })).length, 1);
      assert.equal((await take(store, 'a', { maxBytes: 200 })).length, 2);
    });

    test('what was delivered, or is dead, is not taken again; what was given back is', async ({ store }) => {
      await keep(store, [1, 2, 3]);
      const [first, second, third] = await take(store, 'a');
      await settle(store, first, 'delivered');
      await settle(store, second, 'dead', 'gone');
      assert.equal(await giveBack(store, third), true);
      const left = await take(store, 'a');
      assert.deepEqual(
        left.map((due) => [due.event.id, due.attempts]),
        [[event(3).id, 0]],
      );
      assert.deepEqual(await totals(store), { 'a delivered': 1, 'a dead': 1, 'a waiting': 1 });
    });

    test('every attempt is kept, with what the destination said', async ({ store }) => {
      await keep(store, [1]);
      const answer = Uint8Array.from({ length: 4_096 }, (_, i) => i & 0xff);
      const attempt = {
        startedMs: NOW + 5,
        tookMs: 17,
        code: 'status',
        status: 503,
        problem: 'busy',
      };
      for (let n = 0; n < 3; n++) {
        const [due] = await take(store, 'a');
        assert.ok(due !== undefined);
        const { place, lease } = due;
        await store.deliveries.settle({
          place,
          lease,
          state: 'waiting',
          dueMs: NOW,
          attempt: { ...attempt, ...(n === 2 && { answer }) },
        });
      }
      const { place } = (await view(store, 1)) ?? { place: 0 };
      const attempts = await store.deliveries.attempts(place, 1_000);
      assert.deepEqual(
        attempts.map(({ answer: _, ...rest }) => rest),
        [1, 2, 3].map((number) => ({ number, ...attempt })),
      );
      assert.deepEqual(
        attempts.map((kept) => kept.answer && Buffer.compare(kept.answer, answer)),
        [undefined, undefined, 0],
      );
      // Of many the last are given, and the delivery says how many there were.
      assert.deepEqual(
        (await store.deliveries.attempts(place, 2)).map(({ number }) => number),
        [2, 3],
      );
      assert.equal((await view(store, 1))?.attempts, 3);
      for (const limit of [0, 1_001, 1.5])
        await assert.rejects(store.deliveries.attempts(place, limit), RangeError);
    });

    test('a clock that is set ends no lease, and lengthens none', async ({ store, setNow, pass }) => {
      await keep(store, [1]);
      const [first] = await take(store, 'a', { leaseMs: 60_000 });
      for (const nowMs of [NOW + 3_600_000, NOW - 3_600_000, NOW]) {
        setNow(nowMs);
        await store.deliveries.rebase(nowMs);
        assert.deepEqual(await take(store, 'a', { nowMs: NOW + 3_600_000 }), []);
        assert.equal(await store.deliveries.countDue('a', NOW + 3_600_000, 10), 0);
      }
      setNow(NOW - 3_600_000);
      pass(60_000);
      assert.equal((await take(store, 'a')).length, 1);
      assert.equal(await settle(store, first, 'delivered'), false);
    });

    declareOrder(test);
    declareOperators(test);

    test('what a clock that was ahead has put off is brought forward by as much', async ({
      store,
      setNow,
    }) => {
      await keep(store, [1, 2]);
      const [first] = await take(store, 'a', { limit: 1 });
      const day = 86_400_000;
      setNow(NOW + day);
      await settle(store, first, 'waiting', 'status', NOW + day + 5_000);
      setNow(NOW + 60_000);
      assert.equal(await store.deliveries.rebase(NOW + 60_000), 1);
      assert.equal(await store.deliveries.rebase(NOW + 60_000), 0);
      assert.equal((await view(store, 1))?.dueMs, NOW + 65_000);
    });

    test('countDue() counts what is due and nobody has', async ({ store }) => {
      await keep(store, [1, 2, 3, 4, 5]);
      await take(store, 'a', { limit: 2 });
      const count = (beforeMs: number, limit: number) => store.deliveries.countDue('a', beforeMs, limit);
      assert.equal(await count(NOW, 100), 3);
      assert.equal(await count(NOW, 2), 2);
      assert.equal(await count(NOW - 1, 100), 0);
    });

    test('conditions of destinations come back as they were set', async ({ store }) => {
      assert.deepEqual(await store.deliveries.conditions(), new Map());
      const paused = { state: 'paused', isMuted: false, sinceMs: 7, drainPerSecond: 5 } as const;
      const disabled = { state: 'disabled', isMuted: true, reason: 'gone', sinceMs: 8 } as const;
      await store.deliveries.setCondition('a', { state: 'active', isMuted: true, sinceMs: 1 });
      await store.deliveries.setCondition('a', paused);
      await store.deliveries.setCondition('b', disabled);
      assert.deepEqual(
        await store.deliveries.conditions(),
        new Map<string, unknown>([
          ['a', paused],
          ['b', disabled],
        ]),
      );
    });

    test('50 writers at once: each delivery is settled once, and the totals say so', async ({ store }) => {
      await Promise.all(
        Array.from({ length: 500 }, (_, n) =>
          store.events.keep(event(n), [], [{ destination: `d${n % 5}` }]),
        ),
      );
      const work = async (n: number): Promise<number> => {
        let settled = 0;
        for (;;) {
          const taken = await take(store, `d${n % 5}`, { limit: 3 });
          if (taken.length === 0) return settled;
          for (const due of taken) if (await settle(store, due, 'delivered')) settled++;
        }
      };
      const settled = await Promise.all(Array.from({ length: 50 }, (_, n) => work(n)));
      assert.equal(
        settled.reduce((sum, count) => sum + count, 0),
        500,
      );
      for (let n = 0; n < 5; n++) assert.equal((await totals(store))[`d${n} delivered`], 100);
    });

    test('after close() everything is rejected', async ({ store }) => {
      await keep(store, [1]);
      const [due] = await take(store, 'a');
      await store.close();
      await assert.rejects(async () => take(store, 'a'), CLOSED);
      await assert.rejects(settle(store, due, 'delivered'), CLOSED);
      await assert.rejects(store.deliveries.list(), CLOSED);
      await assert.rejects(store.deliveries.totals(), CLOSED);
      await assert.rejects(store.deliveries.conditions(), CLOSED);
    });

    declareDeliveryLists(test);
  });
}
