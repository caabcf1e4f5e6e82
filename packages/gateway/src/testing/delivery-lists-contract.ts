/** What a `DeliveryStore` must do with lists and changes of many. */
import assert from 'node:assert/strict';
import type { DeliveryMatch, DeliveryView } from '../stores/delivery-store.ts';
import {
  type DeclareDeliveryTest,
  type DeliveryParts,
  keep,
  settle,
  take,
  totals,
} from './delivery-bench.ts';
import { event } from './kept-events.ts';
import { NOW } from './store-bench.ts';

/** Sixty deliveries: half of them dead, of two destinations and three gates. */
async function keepSixty({ events, deliveries }: DeliveryParts): Promise<void> {
  for (let n = 0; n < 60; n++) {
    await events.keep(event(n, { gate: `g${n % 3}` }), [], [{ destination: n % 2 === 0 ? 'a' : 'b' }]);
  }
  for (const destination of ['a', 'b']) {
    const taken = await take({ events, deliveries }, destination);
    for (const [at, due] of taken.entries())
      if (at % 2 === 0)
        await settle({ events, deliveries }, due, 'dead', at % 4 === 0 ? 'status' : 'timeout');
  }
}

async function walk({ deliveries }: DeliveryParts, match: DeliveryMatch, limit: number) {
  const all: DeliveryView[] = [];
  for (let before: number | undefined, more = true; more; ) {
    const page = await deliveries.list({ ...match, limit, ...(before !== undefined && { before }) });
    assert.ok(page.deliveries.length <= limit);
    all.push(...page.deliveries);
    more = page.next !== undefined;
    before = page.next;
  }
  return all;
}

const MATCHES: readonly DeliveryMatch[] = [
  {},
  { destination: 'a' },
  { state: 'dead' },
  { destination: 'b', state: 'waiting' },
  { gate: 'g1' },
  { state: 'dead', code: 'timeout' },
  { destination: 'a', gate: 'g2', state: 'dead' },
  { eventId: event(7).id },
  { sinceMs: NOW, untilMs: NOW + 1 },
  { untilMs: NOW },
  { destination: 'none' },
];

export function declareDeliveryLists(test: DeclareDeliveryTest): void {
  test('list() gives what matches, the last made first, page by page', async ({ store }) => {
    await keepSixty(store);
    const all = await walk(store, {}, 1_000);
    assert.equal(all.length, 60);
    assert.deepEqual(
      all.map(({ place }) => place),
      [...all].map(({ place }) => place).sort((first, second) => second - first),
    );
    for (const match of MATCHES) {
      const { sinceMs = 0, untilMs = Number.POSITIVE_INFINITY, ...members } = match;
      const expected = all.filter(
        (view) =>
          view.beganMs >= sinceMs &&
          view.beganMs < untilMs &&
          Object.entries(members).every(([name, value]) => view[name as keyof DeliveryView] === value),
      );
      for (const limit of [1, 7, 100])
        assert.deepEqual(await walk(store, match, limit), expected, JSON.stringify({ match, limit }));
    }
  });

  test('ofEvents() gives the deliveries of each event, the last made first, and none of others', async ({
    store,
  }) => {
    await keepSixty(store);
    await store.events.keep(event(60), [], [{ destination: 'a' }, { destination: 'b' }]);
    await store.events.keep(event(61), [], []);
    const ids = [3, 60, 61, 99, 20].map((n) => event(n).id);
    const views = await store.deliveries.ofEvents([...ids, 'no\u0000ne']);
    const listed = await Promise.all(
      ids.map(async (eventId) => (await store.deliveries.list({ eventId })).deliveries),
    );
    assert.deepEqual(
      ids.map((id) => views.get(id) ?? []),
      listed,
    );
    assert.equal(views.size, 3);
    assert.deepEqual(await store.deliveries.ofEvents([]), new Map());
    const many = Array.from({ length: 1_001 }, (_, n) => event(n).id);
    assert.equal((await store.deliveries.ofEvents(many.slice(1))).size, 60);
    await assert.rejects(store.deliveries.ofEvents(many), RangeError);
  });

  test('a list that is read while events come misses none and repeats none', async ({ store }) => {
    await keepSixty(store);
    const first = await store.deliveries.list({ limit: 20 });
    for (let n = 60; n < 90; n++) await store.events.keep(event(n), [], [{ destination: 'a' }]);
    const rest = await walk(store, {}, 1_000);
    const before = await store.deliveries.list({ limit: 1_000, before: first.next ?? 0 });
    const seen = [...first.deliveries, ...before.deliveries].map(({ place }) => place);
    assert.deepEqual(
      seen,
      rest.map(({ place }) => place).filter((place) => place <= (seen[0] ?? 0)),
    );
    assert.equal(seen.length, 60);
  });

  test('change() redrives no delivery of an event whose body is not kept, and counts it apart', async ({
    store,
  }) => {
    const hashed = { sha256: '00'.repeat(32), bodyBytes: 9 };
    await store.events.keep(event(0, { hashed, body: new Uint8Array(0) }), [], [{ destination: 'a' }]);
    await store.events.keep(event(1), [], [{ destination: 'a' }]);
    for (const due of await take(store, 'a')) await settle(store, due, 'delivered', 'delivered');
    const redrive = { match: { destination: 'a' }, change: { kind: 'redrive' } } as const;
    assert.deepEqual(await store.deliveries.change({ ...redrive, isDryRun: true }), {
      changed: 1,
      withoutBody: 1,
    });
    assert.deepEqual(await store.deliveries.change(redrive), { changed: 1, withoutBody: 1 });
    assert.equal((await store.deliveries.get(event(0).id, 'a'))?.state, 'delivered');
    assert.equal(await store.deliveries.send(event(0).id, { destination: 'a' }), false);
    assert.equal(await store.deliveries.send(event(0).id, { destination: 'b' }), false);
    const cancel = { match: {}, change: { kind: 'cancel', code: 'by-hand' } } as const;
    assert.deepEqual(await store.deliveries.change(cancel), { changed: 1 });
  });

  test('change() goes through all that match in steps; a dry run counts them and changes none', async ({
    store,
  }) => {
    await keepSixty(store);
    const match = { state: 'dead', destination: 'a' } as const;
    const change = { kind: 'redrive' } as const;
    const run = async (isDryRun: boolean): Promise<number> => {
      let changed = 0;
      for (let before: number | undefined, more = true; more; ) {
        const at = before === undefined ? {} : { before };
        const step = await store.deliveries.change({ match, change, isDryRun, limit: 4, ...at });
        assert.ok(step.changed <= 4);
        changed += step.changed;
        more = step.next !== undefined;
        before = step.next;
      }
      return changed;
    };
    const before = await totals(store);
    assert.equal(await run(true), 15);
    assert.deepEqual(await totals(store), before);
    assert.equal(await run(false), 15);
    assert.equal((await totals(store))['a dead'], undefined);
    assert.equal((await totals(store))['b dead'], 15);
    assert.equal(await run(false), 0);
  });

  test('list() and change() take 1 to 1,000 at a time', async ({ store }) => {
    const change = { kind: 'redrive' } as const;
    for (const limit of [0, -1, 1_001, 1.5, Number.NaN]) {
      await assert.rejects(store.deliveries.list({ limit }), RangeError);
      await assert.rejects(store.deliveries.change({ match: {}, change, limit }), RangeError);
    }
  });

  test('a thousand deliveries in reverse states are listed by state in one order', async ({ store }) => {
    await keep(
      store,
      Array.from({ length: 1_000 }, (_, n) => n),
    );
    const taken = await take(store, 'a', { limit: 1_000, maxBytes: 1e9 });
    await Promise.all(
      taken.map((due, n) =>
        settle(store, due, n % 3 === 0 ? 'dead' : 'delivered', n % 3 === 0 ? 'status' : 'delivered'),
      ),
    );
    assert.equal((await walk(store, { destination: 'a' }, 33)).length, 1_000);
    assert.equal((await walk(store, { state: 'dead' }, 33)).length, 334);
  });
}
