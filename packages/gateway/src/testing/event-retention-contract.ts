/** What every `EventStore` must do with events that are kept no longer. */
import assert from 'node:assert/strict';
import { type DropOptions, type DropResult, EVENT_ROW_BYTES } from '../stores/event-store.ts';
import type { Store } from '../stores/store.ts';
import { event } from './kept-events.ts';
import { type DeclareTest, declareContract, NOW, type StoreContractOptions } from './store-bench.ts';

/** Steps until nothing more is to go. */
async function dropAll({ events }: Pick<Store, 'events'>, options: DropOptions): Promise<DropResult> {
  let sum: DropResult = { dropped: 0, droppedWaiting: 0, bytes: 0 };
  for (let after: number | undefined = 0; after !== undefined; ) {
    const step: DropResult = await events.drop({ ...options, after });
    sum = {
      dropped: sum.dropped + step.dropped,
      droppedWaiting: sum.droppedWaiting + step.droppedWaiting,
      bytes: sum.bytes + step.bytes,
    };
    after = step.next;
  }
  return sum;
}

function numbers(from: number, until: number): readonly number[] {
  return Array.from({ length: until - from }, (_, i) => from + i);
}

async function keep({ events }: Pick<Store, 'events'>, ns: readonly number[], gate = 'gate'): Promise<void> {
  await Promise.all(ns.map((n) => events.keep(event(n, { gate }))));
}

async function listed({ events }: Pick<Store, 'events'>, gate: string): Promise<readonly string[]> {
  const list = await events.list({ gate, limit: 1_000 });
  return list.map(({ id }) => id);
}

const idsOf = (ns: readonly number[]): readonly string[] => ns.map((n) => event(n).id).toReversed();

/**
 * Declares the tests of what an `EventStore` drops; a failing one throws.
 * @example testEventRetention({ describe, it, name: 'SQLite in memory', create: ({ now }) => openStore(':memory:', { now }) });
 */
export function testEventRetention(options: StoreContractOptions<'events' | 'deliveries'>): void {
  declareContract('retention', options, declareAll);
}

function declareAll(test: DeclareTest<'events' | 'deliveries'>): void {
  test('steps of drop() that share a commit drop no more than steps one after the other', async ({
    store,
  }) => {
    await keep(store, numbers(0, 400));
    const size = 400 * (EVENT_ROW_BYTES + event(100).body.byteLength);
    const maxBytes = size / 2;
    await Promise.all(
      Array.from({ length: 8 }, () => store.events.drop({ gate: 'gate', after: 0, maxBytes })),
    );
    await dropAll(store, { gate: 'gate', maxBytes });
    const left = (await listed(store, 'gate')).length;
    assert.ok(left >= 199 && left <= 201, `${left} are left`);
  });

  test('drop() by age takes a gate’s events from before a time, and the totals tell', async ({ store }) => {
    await keep(store, numbers(0, 400));
    await keep(store, numbers(400, 410), 'other');
    const result = await dropAll(store, { gate: 'gate', beforeMs: NOW + 300 });
    assert.equal(result.dropped, 300);
    assert.deepEqual(await listed(store, 'gate'), idsOf(numbers(300, 400)));
    assert.equal((await listed(store, 'other')).length, 10);
    const totals = await store.events.totals();
    assert.deepEqual(totals.map(({ gate, number }) => [gate, number]).toSorted(), [
      ['gate', 100],
      ['other', 10],
    ]);
    assert.equal(await store.events.get(event(3).id), undefined);
    assert.equal((await dropAll(store, { gate: 'gate', beforeMs: NOW + 300 })).dropped, 0);
    assert.equal((await dropAll(store, { gate: 'none', beforeMs: NOW + 300 })).dropped, 0);
    assert.equal((await dropAll(store, { gate: 'gate' })).dropped, 0);
  });

  test('drop() by size takes the oldest until the rest is within the bound', async ({ store }) => {
    const body = new Uint8Array(9_000).fill(7);
    await Promise.all(numbers(0, 50).map((n) => store.events.keep(event(n, { body }))));
    const result = await dropAll(store, { gate: 'gate', maxBytes: 205_000 });
    assert.deepEqual(result, { dropped: 30, droppedWaiting: 0, bytes: 300_000 });
    assert.deepEqual(await listed(store, 'gate'), idsOf(numbers(30, 50)));
    const [total] = await store.events.totals();
    assert.deepEqual(total, { gate: 'gate', number: 20, bodyBytes: 180_000 });
  });

  test('drop() leaves what is to be delivered yet, until it is far too old; then it says so', async ({
    store,
  }) => {
    const { events, deliveries } = store;
    for (const n of numbers(0, 6)) await events.keep(event(n), [], n % 2 === 0 ? [{ destination: 'a' }] : []);
    const by = { gate: 'gate', beforeMs: NOW + 5 };
    assert.deepEqual((await dropAll(store, by)).dropped, 2);
    assert.deepEqual(await listed(store, 'gate'), idsOf([0, 2, 4, 5]));
    assert.equal((await dropAll(store, { gate: 'gate', maxBytes: 0 })).dropped, 1);
    const result = await dropAll(store, { ...by, waitingBeforeMs: NOW + 3 });
    assert.deepEqual([result.dropped, result.droppedWaiting], [2, 2]);
    assert.deepEqual(await listed(store, 'gate'), idsOf([4]));
    assert.deepEqual(await deliveries.totals(), [{ destination: 'a', state: 'waiting', number: 1 }]);
    assert.equal((await deliveries.list()).deliveries.length, 1);
  });

  test('with an event go its deliveries and attempts; the next of its key goes on', async ({ store }) => {
    const { events, deliveries } = store;
    const ordered = [{ destination: 'a', orderKey: 'k' }];
    await events.keep(event(0), [], ordered);
    await events.keep(event(1), [], ordered);
    const [due] = await deliveries.take({
      destination: 'a',
      limit: 10,
      maxBytes: 1_000,
      leaseMs: 1_000,
      nowMs: NOW,
    });
    assert.ok(due !== undefined);
    const attempt = { startedMs: NOW, tookMs: 1, code: 'status', answer: Uint8Array.of(1) };
    await deliveries.settle({ place: due.place, lease: due.lease, state: 'dead', attempt });
    assert.equal((await deliveries.get(event(1).id, 'a'))?.state, 'behind');
    assert.equal((await dropAll(store, { gate: 'gate', beforeMs: NOW + 1 })).dropped, 1);
    assert.equal(await deliveries.get(event(0).id, 'a'), undefined);
    assert.deepEqual(await deliveries.attempts(due.place, 10), []);
    assert.equal((await deliveries.get(event(1).id, 'a'))?.state, 'waiting');
    assert.deepEqual(await deliveries.totals(), [{ destination: 'a', state: 'waiting', number: 1 }]);
  });

  test('who pages or follows goes on where he was, whatever is dropped meanwhile', async ({ store }) => {
    const { events } = store;
    await keep(store, numbers(0, 60));
    const page = await events.list({ gate: 'gate', limit: 10 });
    const followed = await events.follow({ after: 0, limit: 10 });
    const last = followed.at(-1)?.place ?? 0;
    await dropAll(store, { gate: 'gate', beforeMs: NOW + 30 });
    await keep(store, numbers(60, 65));
    const rest = await events.list({ gate: 'gate', before: page.at(-1)?.id ?? '', limit: 1_000 });
    assert.deepEqual(
      rest.map(({ id }) => id),
      idsOf(numbers(30, 50)),
    );
    const onward = await events.follow({ after: last, limit: 1_000 });
    assert.deepEqual(
      onward.map(({ id }) => id),
      numbers(30, 65).map((n) => event(n).id),
    );
  });

  test('places never come again, not even where all events are gone', async ({ store }) => {
    const { events } = store;
    await keep(store, numbers(0, 5));
    const last = (await events.follow({ after: 0 })).at(-1)?.place ?? 0;
    assert.equal((await dropAll(store, { gate: 'gate', maxBytes: 0 })).dropped, 5);
    assert.deepEqual(await events.totals(), []);
    assert.deepEqual(await events.at(last), { kind: 'gone' });
    assert.deepEqual(await events.at(last + 1), { kind: 'ahead' });
    await keep(store, [7]);
    const [next] = await events.follow({ after: last });
    assert.equal(next?.id, event(7).id);
  });

  test('50 writers at once beside it: nothing of theirs is lost, and the totals are right', async ({
    store,
  }) => {
    await keep(store, numbers(0, 500), 'old');
    const writer = async (lane: number): Promise<void> => {
      for (const n of numbers(0, 10)) await store.events.keep(event(1_000 + lane * 10 + n));
    };
    const [result] = await Promise.all([
      dropAll(store, { gate: 'old', beforeMs: NOW + 1_000 }),
      ...numbers(0, 50).map(writer),
    ]);
    assert.equal(result.dropped, 500);
    assert.deepEqual((await listed(store, 'gate')).toSorted(), idsOf(numbers(1_000, 1_500)).toSorted());
    const [total] = await store.events.totals();
    assert.equal(total?.number, 500);
  });
}
