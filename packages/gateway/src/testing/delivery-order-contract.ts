/** What a `DeliveryStore` must do where deliveries have an order, and where an operator steps in. */
import assert from 'node:assert/strict';
import {
  codes,
  type DeclareDeliveryTest,
  idsOf,
  keep,
  settle,
  take,
  totals,
  view,
} from './delivery-bench.ts';
import { event } from './kept-events.ts';
import { NOW } from './store-bench.ts';

export function declareOrder(test: DeclareDeliveryTest): void {
  test('those of one key go one after the other, in the order in which they came', async ({ store }) => {
    await keep(store, [1, 2, 3], { orderKey: 'k' });
    await keep(store, [4], { orderKey: 'other' });
    await keep(store, [5]);
    const first = await take(store, 'a');
    assert.deepEqual(
      idsOf(first),
      [1, 4, 5].map((n) => event(n).id),
    );
    assert.deepEqual(await totals(store), { 'a waiting': 3, 'a behind': 2 });
    await settle(store, first[0], 'waiting', 'status', NOW);
    const retried = await take(store, 'a');
    assert.deepEqual(idsOf(retried), [event(1).id]);
    await settle(store, retried[0], 'delivered');
    const second = await take(store, 'a');
    assert.deepEqual(idsOf(second), [event(2).id]);
    await settle(store, second[0], 'delivered');
    assert.deepEqual(idsOf(await take(store, 'a')), [event(3).id]);
  });

  test('a dead one blocks its key until it is redriven, or cancelled', async ({ store }) => {
    await keep(store, [1, 2], { orderKey: 'k' });
    await settle(store, (await take(store, 'a'))[0], 'dead', 'status');
    assert.deepEqual(await take(store, 'a'), []);
    assert.equal((await view(store, 1))?.blocks, true);
    // What comes later waits too.
    await keep(store, [3], { orderKey: 'k' });
    assert.deepEqual(await take(store, 'a'), []);
    assert.equal(await store.deliveries.send(event(1).id, { destination: 'a' }), true);
    const again = await take(store, 'a');
    assert.deepEqual(idsOf(again), [event(1).id]);
    await settle(store, again[0], 'dead', 'status');
    const match = { eventId: event(1).id };
    const change = { kind: 'cancel', code: 'skipped' } as const;
    assert.deepEqual(await store.deliveries.change({ match, change }), { changed: 1 });
    assert.deepEqual(idsOf(await take(store, 'a')), [event(2).id]);
  });

  test('a dead one that parks lets the next of its key go', async ({ store }) => {
    await keep(store, [1, 2], { orderKey: 'k', parks: true });
    await settle(store, (await take(store, 'a'))[0], 'dead', 'status');
    assert.equal((await view(store, 1))?.blocks, false);
    assert.deepEqual(idsOf(await take(store, 'a')), [event(2).id]);
  });

  test('keys of one destination are not those of another', async ({ store }) => {
    await store.events.keep(
      event(1),
      [],
      [
        { destination: 'a', orderKey: 'k' },
        { destination: 'b', orderKey: 'k' },
      ],
    );
    assert.equal((await take(store, 'a')).length, 1);
    assert.equal((await take(store, 'b')).length, 1);
  });
}

export function declareOperators(test: DeclareDeliveryTest): void {
  test('a muted delivery is noted, and not made; it can be sent later', async ({ store }) => {
    await keep(store, [1], { isMuted: true, orderKey: 'k' });
    await keep(store, [2], { orderKey: 'k' });
    assert.equal((await view(store, 1))?.state, 'muted');
    assert.deepEqual(idsOf(await take(store, 'a')), [event(2).id]);
    assert.equal(await store.deliveries.send(event(1).id, { destination: 'a' }), true);
    assert.deepEqual(idsOf(await take(store, 'a')), [event(1).id]);
  });

  test('send() makes a delivery of any event, and a new round of one that ended', async ({
    store,
    setNow,
  }) => {
    await store.events.keep(event(1));
    assert.equal(await store.deliveries.send(event(2).id, { destination: 'a' }), false);
    assert.equal(await store.deliveries.send(event(1).id, { destination: 'a' }), true);
    const [due] = await take(store, 'a');
    // It is on its way.
    assert.equal(await store.deliveries.send(event(1).id, { destination: 'a' }), false);
    await settle(store, due, 'delivered');
    const later = NOW + 5_000;
    setNow(later);
    assert.equal(await store.deliveries.send(event(1).id, { destination: 'a' }), true);
    const [again] = await take(store, 'a', { nowMs: later });
    assert.deepEqual([again?.attempts, again?.round, again?.beganMs], [1, 0, later]);
  });

  test('one that is cancelled on its way stays so, unless it was delivered', async ({ store }) => {
    await keep(store, [1, 2]);
    const [first, second] = await take(store, 'a');
    const change = { kind: 'cancel', code: 'by-hand' } as const;
    assert.equal((await store.deliveries.change({ match: { destination: 'a' }, change })).changed, 2);
    assert.equal(await settle(store, first, 'waiting', 'status', NOW), false);
    assert.equal(await settle(store, second, 'delivered'), true);
    assert.deepEqual(await totals(store), { 'a cancelled': 1, 'a delivered': 1 });
    assert.deepEqual(await codes(store, 1), ['status']);
    assert.deepEqual(await take(store, 'a'), []);
  });
}
