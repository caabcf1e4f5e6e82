/** What every `RefusedStore` must do, as a suite for any test runner. */
import assert from 'node:assert/strict';
import type { RefusedBounds, RefusedStore, StoredRefusal } from '../stores/refused-store.ts';
import { CLOSED, declareContract, HOUR, NOW, type StoreContractOptions } from './store-bench.ts';

/** The same refused request for the same number. */
function refusal(n: number, changes: Partial<StoredRefusal> = {}): StoredRefusal {
  return {
    id: `req-${n}`,
    gate: 'gate',
    receivedMs: NOW + n,
    untilMs: NOW + HOUR,
    head: Uint8Array.of(n & 0xff, n >> 8, 1),
    body: Uint8Array.of(n & 0xff, n >> 8, 2, 3),
    ...changes,
  };
}

const WIDE: RefusedBounds = { atMost: 1_000, maxBytes: 100_000_000 };

/** Keeps requests of one gate. */
function keep(
  refused: RefusedStore,
  gate: string,
  refusals: readonly StoredRefusal[],
  bounds: RefusedBounds,
): Promise<void> {
  return refused.keep(
    refusals.map((kept) => ({ ...kept, gate })),
    () => bounds,
  );
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

async function idsOf(refused: RefusedStore, gate?: string): Promise<readonly string[]> {
  const listed = await refused.list({ limit: 1_000, ...(gate !== undefined && { gate }) });
  return listed.map(({ id }) => id);
}

/**
 * Declares the tests of a `RefusedStore`; a failing one throws.
 * @example testRefusedStore({ describe, it, name: 'SQLite in memory', create: ({ now }) => openStore(':memory:', { now }) });
 */
export function testRefusedStore(options: StoreContractOptions<'refused'>): void {
  declareContract('RefusedStore', options, (test) => {
    test('what is kept comes back byte for byte, and is nobody’s under another id', async ({ store }) => {
      const head = Uint8Array.from({ length: 70_000 }, (_, i) => i & 0xff);
      const body = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 31) & 0xff).subarray(17);
      await keep(store.refused, 'gate', [refusal(1, { head, body }), refusal(2)], WIDE);
      const first = await store.refused.get('req-1');
      assert.ok(first !== undefined);
      assert.deepEqual(
        { ...first, head: [...first.head], body: [...first.body] },
        {
          ...refusal(1),
          gate: 'gate',
          head: [...head],
          body: [...body],
        },
      );
      assert.deepEqual([...((await store.refused.get('req-2'))?.body ?? [])], [2, 0, 2, 3]);
      assert.equal(await store.refused.get('req-3'), undefined);
      assert.equal(await store.refused.get(''), undefined);
    });

    test('an empty head and an empty body', async ({ store }) => {
      const empty = new Uint8Array(0);
      await keep(store.refused, 'gate', [refusal(1, { head: empty, body: empty })], WIDE);
      assert.equal((await store.refused.get('req-1'))?.body.byteLength, 0);
      assert.equal((await store.refused.get('req-1'))?.head.byteLength, 0);
    });

    test('list() has the last that was kept first, of a gate or of all, page by page', async ({ store }) => {
      for (const n of range(0, 25)) {
        await keep(store.refused, n % 2 === 0 ? 'even' : 'odd', [refusal(n)], WIDE);
      }
      for (const gate of [undefined, 'even', 'odd']) {
        const query = gate === undefined ? {} : { gate };
        const whole = await store.refused.list(query);
        assert.equal(whole.length, gate === undefined ? 25 : gate === 'even' ? 13 : 12);
        assert.deepEqual(
          whole.map(({ receivedMs }) => receivedMs),
          whole.map(({ receivedMs }) => receivedMs).toSorted((a, b) => b - a),
        );
        const paged = [];
        let page = await store.refused.list({ ...query, limit: 4 });
        while (page.length > 0) {
          paged.push(...page);
          page = await store.refused.list({ ...query, limit: 4, before: page.at(-1)?.place ?? 0 });
        }
        assert.deepEqual(paged, whole);
      }
      const [listed] = await store.refused.list({ limit: 1 });
      assert.ok(listed !== undefined && !('body' in listed));
      assert.deepEqual([...listed.head], [24, 0, 1]);
      for (const limit of [0, 1_001, 1.5, Number.NaN]) {
        await assert.rejects(store.refused.list({ limit }), RangeError);
      }
    });

    test('a page goes on where the one before ended, whatever is kept and dropped meanwhile', async ({
      store,
    }) => {
      await keep(
        store.refused,
        'gate',
        range(0, 10).map((n) => refusal(n)),
        WIDE,
      );
      const [, , third] = await store.refused.list({ limit: 3 });
      assert.equal(third?.id, 'req-7');
      // All that was there is gone but the last three, and two have come.
      await keep(store.refused, 'gate', [refusal(10), refusal(11)], { ...WIDE, atMost: 6 });
      const rest = await store.refused.list({ before: third.place });
      assert.deepEqual(
        rest.map(({ id }) => id),
        ['req-6'],
      );
      assert.deepEqual(
        await idsOf(store.refused),
        [11, 10, 9, 8, 7, 6].map((n) => `req-${n}`),
      );
    });

    test('of a gate no more are there than its bound, the oldest go first, and no other gate’s', async ({
      store,
    }) => {
      const bounds = { ...WIDE, atMost: 3 };
      await keep(store.refused, 'other', [refusal(100), refusal(101)], WIDE);
      for (const n of range(0, 5)) await keep(store.refused, 'gate', [refusal(n)], bounds);
      assert.deepEqual(await idsOf(store.refused, 'gate'), ['req-4', 'req-3', 'req-2']);
      await keep(
        store.refused,
        'gate',
        range(5, 12).map((n) => refusal(n)),
        bounds,
      );
      assert.deepEqual(await idsOf(store.refused, 'gate'), ['req-11', 'req-10', 'req-9']);
      assert.deepEqual(await idsOf(store.refused, 'other'), ['req-101', 'req-100']);
      assert.equal(await store.refused.get('req-8'), undefined);
      // A bound that was lowered holds from the next one on.
      await keep(store.refused, 'gate', [refusal(12)], { ...WIDE, atMost: 1 });
      assert.deepEqual(await idsOf(store.refused, 'gate'), ['req-12']);
    });

    test('of a gate no more bytes are there than its bound; one that is beyond it by itself pushes nothing out', async ({
      store,
    }) => {
      const bounds = { atMost: 1_000, maxBytes: 1_000 };
      const of = (n: number, bytes: number) => refusal(n, { body: new Uint8Array(bytes - 3) });
      await keep(store.refused, 'gate', [of(1, 400), of(2, 400)], bounds);
      assert.deepEqual(await idsOf(store.refused), ['req-2', 'req-1']);
      await keep(store.refused, 'gate', [of(3, 201)], bounds);
      assert.deepEqual(await idsOf(store.refused), ['req-3', 'req-2']);
      await keep(store.refused, 'gate', [of(4, 1_001)], bounds);
      assert.deepEqual(await idsOf(store.refused), ['req-3', 'req-2']);
      await keep(store.refused, 'gate', [of(5, 1_000)], bounds);
      assert.deepEqual(await idsOf(store.refused), ['req-5']);
    });

    test('what has ended is not there any more, swept or not', async ({ store, setNow }) => {
      const ends = (n: number, untilMs: number) => refusal(n, { untilMs });
      await keep(
        store.refused,
        'gate',
        range(0, 200).map((n) => ends(n, NOW + 1_000)),
        WIDE,
      );
      await keep(store.refused, 'gate', [ends(200, NOW + HOUR)], WIDE);
      setNow(NOW + 999);
      assert.equal((await store.refused.list({ limit: 1_000 })).length, 201);
      setNow(NOW + 1_000);
      assert.equal(await store.refused.get('req-0'), undefined);
      assert.deepEqual(await idsOf(store.refused), ['req-200']);
      await store.refused.sweep();
      await store.refused.sweep();
      // A clock that is set back finds none of them: they are deleted.
      setNow(NOW);
      assert.deepEqual(await idsOf(store.refused), ['req-200']);
    });

    test('requests of several gates are kept in their order, each gate within its own bounds', async ({
      store,
    }) => {
      const of = (n: number, gate: string) => refusal(n, { gate });
      const boundsOf = (gate: string): RefusedBounds => ({ ...WIDE, atMost: gate === 'a' ? 1 : 2 });
      await store.refused.keep([of(1, 'a'), of(2, 'b'), of(3, 'a'), of(4, 'b'), of(5, 'b')], boundsOf);
      assert.deepEqual(await idsOf(store.refused), ['req-5', 'req-4', 'req-3']);
      assert.deepEqual(await idsOf(store.refused, 'a'), ['req-3']);
    });

    test('a second one under an id takes the place of the first', async ({ store }) => {
      await keep(store.refused, 'gate', [refusal(1), refusal(2)], WIDE);
      await keep(store.refused, 'gate', [refusal(1, { body: Uint8Array.of(9) })], WIDE);
      assert.deepEqual(await idsOf(store.refused), ['req-1', 'req-2']);
      assert.deepEqual([...((await store.refused.get('req-1'))?.body ?? [])], [9]);
    });

    test('close() finishes what is queued; what comes after is rejected', async ({ store }) => {
      const { refused } = store;
      const queued = range(0, 50).map((n) => keep(refused, 'gate', [refusal(n)], WIDE));
      await store.close();
      await Promise.all(queued);
      await assert.rejects(keep(refused, 'gate', [refusal(99)], WIDE), CLOSED);
      await assert.rejects(refused.get('req-1'), CLOSED);
      await assert.rejects(refused.list(), CLOSED);
      await assert.rejects(refused.sweep(), CLOSED);
    });
  });
}
