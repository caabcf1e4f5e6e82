/** What every `FullTextStore` must do, as a suite for any test runner. */
import assert from 'node:assert/strict';
import type { Store } from '../stores/store.ts';
import { foundIds } from './event-search-contract.ts';
import { event } from './kept-events.ts';
import { CLOSED, declareContract, NOW, type StoreContractOptions } from './store-bench.ts';

type Parts = Pick<Store, 'events' | 'fullText'>;

const text = (n: number, body: string) => event(n, { body: new TextEncoder().encode(body) });

/** Takes in all that is kept. @returns how many events were looked at */
async function indexAll({ fullText }: Parts, gate = 'gate'): Promise<number> {
  let looked = 0;
  for (let hasMore = true; hasMore; ) {
    const step = await fullText.index(gate);
    looked += step.looked;
    hasMore = step.hasMore;
  }
  return looked;
}

const idsOf = ({ events }: Parts, words: string, gates: readonly string[] = ['gate']) =>
  foundIds(events, { words: { text: words, gates } });

/**
 * Declares the tests of a `FullTextStore`, and of searches for words; a failing one throws.
 * @example testFullTextStore({ describe, it, name: 'SQLite in memory', create: ({ now }) => openStore(':memory:', { now }) });
 */
export function testFullTextStore(options: StoreContractOptions<'events' | 'fullText'>): void {
  declareContract('FullTextStore', options, (test) => {
    test('events are found by their words once they are taken in, of the gates that are asked for', async ({
      store,
    }) => {
      for (const n of [1, 2, 3]) await store.events.keep(text(n, `{"note":"Amber birch ${n}"}`));
      await store.events.keep({ ...text(4, 'amber'), gate: 'other' });
      assert.deepEqual(await idsOf(store, 'amber'), []);
      assert.equal(await indexAll(store), 3);
      assert.equal(await indexAll(store, 'other'), 1);
      assert.deepEqual(await idsOf(store, 'amber'), [event(3).id, event(2).id, event(1).id]);
      assert.deepEqual(await idsOf(store, 'BIRCH 2'), [event(2).id]);
      assert.deepEqual(await idsOf(store, 'amber', ['other']), [event(4).id]);
      assert.deepEqual(await idsOf(store, 'cedar'), []);
    });

    test('a phrase stands side by side, and nothing in a search is an operator', async ({ store }) => {
      await store.events.keep(text(1, 'amber birch'));
      await store.events.keep(text(2, 'birch amber'));
      await store.events.keep(text(3, 'amber OR cedar'));
      await indexAll(store);
      assert.deepEqual(await idsOf(store, '"amber birch"'), [event(1).id]);
      assert.deepEqual(await idsOf(store, 'amber OR'), [event(3).id]);
      assert.deepEqual(await idsOf(store, 'amb*'), []);
    });

    test('a search for words holds to all else that is asked for', async ({ store }) => {
      for (const n of [1, 2, 3])
        await store.events.keep({
          ...text(n, 'amber'),
          type: n === 2 ? 'push' : 'pull',
          receivedMs: NOW + n,
        });
      await indexAll(store);
      const words = { text: 'amber', gates: ['gate'] };
      assert.deepEqual(await foundIds(store.events, { words, type: 'push' }), [event(2).id]);
      assert.deepEqual(await foundIds(store.events, { words, sinceMs: NOW + 2 }), [event(3).id, event(2).id]);
      assert.deepEqual(await foundIds(store.events, { words, id: event(1).id }), [event(1).id]);
      assert.deepEqual(await foundIds(store.events, { words, id: event(1).id, type: 'push' }), []);
    });

    test('says of each gate up to which place its events are in', async ({ store }) => {
      assert.deepEqual(await store.fullText.gates(), []);
      for (const n of [1, 2]) await store.events.keep(event(n));
      await indexAll(store);
      const place = (await store.events.summary(event(2).id))?.place;
      const indexed = await store.fullText.gates();
      assert.deepEqual(
        indexed.map((each) => [each.gate, each.place]),
        [['gate', place]],
      );
    });

    test('a reset finds nothing any more from its first step on, and all again when it is taken in', async ({
      store,
    }) => {
      for (const n of [1, 2]) await store.events.keep(text(n, 'amber'));
      await indexAll(store);
      const hasMore = await store.fullText.reset();
      assert.deepEqual(await idsOf(store, 'amber'), []);
      assert.deepEqual(await store.fullText.gates(), []);
      if (hasMore) while (await store.fullText.reset());
      assert.equal(await store.fullText.isLeft(), false);
      await indexAll(store);
      assert.deepEqual(await idsOf(store, 'amber'), [event(2).id, event(1).id]);
    });

    test('what is taken in goes on with a reset that was begun', async ({ store }) => {
      for (const n of [1, 2]) await store.events.keep(text(n, 'amber'));
      await indexAll(store);
      await store.fullText.reset();
      await indexAll(store);
      assert.equal(await store.fullText.isLeft(), false);
      assert.deepEqual(await idsOf(store, 'amber'), [event(2).id, event(1).id]);
    });

    test('an event that is dropped is found no more', async ({ store }) => {
      for (const n of [1, 2]) await store.events.keep(text(n, 'amber'));
      await indexAll(store);
      for (let after: number | undefined = 0; after !== undefined; )
        after = (await store.events.drop({ gate: 'gate', maxBytes: 0, after })).next;
      assert.deepEqual(await idsOf(store, 'amber'), []);
    });

    test('nothing is taken in after it is closed', async ({ store }) => {
      await store.close();
      await assert.rejects(store.fullText.index('gate'), CLOSED);
      await assert.rejects(store.fullText.reset(), CLOSED);
      await assert.rejects(store.fullText.gates(), CLOSED);
    });
  });
}
