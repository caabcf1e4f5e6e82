/** What every `EventStore` must do, as a suite for any test runner. */
import assert from 'node:assert/strict';
import { declareEventClaims } from './event-claims-contract.ts';
import { event, keepAndCompare } from './kept-events.ts';
import { CLOSED, claimOf, declareContract, type StoreContractOptions } from './store-bench.ts';

/**
 * Declares the tests of an `EventStore`, and of the claims that it takes; a failing one throws.
 * @example testEventStore({ describe, it, name: 'SQLite in memory', create: ({ now }) => openStore(':memory:', { now }) });
 */
export function testEventStore(options: StoreContractOptions<'events' | 'claims'>): void {
  declareContract('EventStore', options, (test) => {
    test('what is kept comes back byte for byte: every byte value, in every position of a pair', async ({
      store,
    }) => {
      const body = new Uint8Array(65_536 * 2);
      for (let i = 0; i < 65_536; i++) body.set([i >> 8, i], i * 2);
      await keepAndCompare(store.events, event(1, { body }));
    });

    test('an empty body, and a body that is part of a larger buffer', async ({ store }) => {
      await keepAndCompare(store.events, event(1, { body: new Uint8Array(0) }));
      await keepAndCompare(store.events, event(2, { body: new Uint8Array(0), claim: claimOf(2) }));
      await keepAndCompare(store.events, event(3, { body: new Uint8Array(64).fill(7).subarray(13, 29) }));
    });

    test('a body of 1 MiB', async ({ store }) => {
      const body = Uint8Array.from({ length: 1_048_576 }, (_, i) => (i * 31) ^ (i >> 8));
      await keepAndCompare(store.events, event(1, { body }));
    });

    test('headers keep their order, case, repeats, empty values and every byte a header can hold', async ({
      store,
    }) => {
      const allBytes = Array.from({ length: 256 }, (_, i) => String.fromCharCode(i)).join('');
      const headers = [
        ...['X-B', '2', 'x-a', '1', 'X-b', '', 'x-B', '2', 'Set-Cookie', 'a', 'set-cookie', 'b'],
        ...['X-Quote', `"\\'`, 'X-Json', '["a",{"b":null}]', '__proto__', 'constructor', 'X-All', allBytes],
      ];
      await keepAndCompare(store.events, event(1, { headers }));
      await keepAndCompare(store.events, event(2, { headers: [] }));
      await keepAndCompare(
        store.events,
        event(3, { headers: Array.from({ length: 200 }, (_, i) => `${i % 2 === 0 ? 'X-Many' : i}`) }),
      );
    });

    test('what a trusted proxy said of the client comes back', async ({ store }) => {
      await keepAndCompare(
        store.events,
        event(1, { forwarded: { scheme: 'https', host: 'a.example:8443' } }),
      );
      await keepAndCompare(store.events, event(2, { forwarded: { host: 'a.example' } }));
      await keepAndCompare(store.events, event(3, { forwarded: { scheme: 'http' } }));
    });

    test('headers that are withheld come back with what is sealed of them, or without', async ({ store }) => {
      const headers = ['Authorization', '', 'X-A', 'a', 'authorization', '', 'Cookie', ''];
      const names = ['authorization', 'cookie'];
      const sealed = Uint8Array.from({ length: 300 }, (_, i) => i & 0xff);
      await keepAndCompare(store.events, event(1, { headers, withheld: { names, sealed } }));
      await keepAndCompare(store.events, event(2, { headers, withheld: { names } }));
    });

    test('url and method come back as they were', async ({ store }) => {
      const url = `/p%00%2F/../a//b?q=1&q=2&'"=;--\u00e9\u00ff#f`;
      await keepAndCompare(store.events, event(1, { url, method: 'pAtCh' }));
      await keepAndCompare(store.events, event(2, { url: `/${'x'.repeat(16_384)}` }));
    });

    test('an event that nobody kept is undefined', async ({ store }) => {
      assert.equal(await store.events.get(event(1).id), undefined);
    });

    test('list() lists the newest first, with what a list needs', async ({ store }) => {
      const order = [3, 1, 5, 2, 4];
      for (const n of order) await store.events.keep(event(n, { body: new Uint8Array(n) }));
      const listed = await store.events.list();
      assert.deepEqual(
        listed.map((keptEvent) => keptEvent.id),
        [5, 4, 3, 2, 1].map((n) => event(n).id),
      );
      const { id, gate, provider, keyId, receivedMs, method, url } = event(5);
      assert.deepEqual(listed[0], {
        ...{ id, gate, provider, keyId, receivedMs, method, url },
        bodyBytes: 5,
      });
    });

    test('list() pages backwards, and by gate', async ({ store }) => {
      for (let n = 0; n < 25; n++) await store.events.keep(event(n, { gate: n % 2 === 0 ? 'even' : 'odd' }));
      for (const gate of [undefined, 'even', 'odd']) {
        const query = gate === undefined ? {} : { gate };
        const whole = await store.events.list(query);
        assert.equal(whole.length, gate === undefined ? 25 : gate === 'even' ? 13 : 12);
        const paged = [];
        let page = await store.events.list({ ...query, limit: 4 });
        while (page.length > 0) {
          paged.push(...page);
          page = await store.events.list({ ...query, limit: 4, before: page.at(-1)?.id ?? '' });
        }
        assert.deepEqual(paged, whole);
      }
      assert.deepEqual(await store.events.list({ gate: 'none' }), []);
    });

    test('list() gives 100 unless asked for another number', async ({ store }) => {
      await Promise.all(Array.from({ length: 120 }, (_, n) => store.events.keep(event(n))));
      assert.equal((await store.events.list()).length, 100);
      assert.equal((await store.events.list({ limit: 1 })).length, 1);
      assert.equal((await store.events.list({ limit: 1_000 })).length, 120);
      for (const limit of [0, -1, 1_001, 1.5, Number.NaN]) {
        await assert.rejects(store.events.list({ limit }), RangeError);
      }
    });

    test('close() finishes what is queued; what comes after is rejected', async ({ store }) => {
      const { events } = store;
      const queued = Array.from({ length: 300 }, (_, n) => events.keep(event(n, { claim: claimOf(n) })));
      await store.close();
      assert.ok((await Promise.all(queued)).every((result) => result.kept));
      await assert.rejects(events.keep(event(1_000)), CLOSED);
      await assert.rejects(events.get(event(1).id), CLOSED);
      await assert.rejects(events.list(), CLOSED);
      await store.close();
    });

    declareEventClaims(test);
  });
}
