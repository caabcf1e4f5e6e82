/** What every `StoreUpkeep` must do, as a suite for any test runner. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createMatcher, type EraseMatch } from '../stores/erase-match.ts';
import type { EraseReport } from '../stores/store-upkeep.ts';
import { event } from './kept-events.ts';
import {
  CLOSED,
  type DeclareTest,
  declareContract,
  HOUR,
  NOW,
  type StoreBench,
  type StoreContractOptions,
} from './store-bench.ts';

type Part = 'events' | 'deliveries' | 'refused' | 'upkeep';

/**
 * Declares the tests of a `StoreUpkeep`; a failing one throws.
 * @example testStoreUpkeep({ describe, it, name: 'SQLite in memory', create: ({ now }) => openStore(':memory:', { now }) });
 */
export function testStoreUpkeep(options: StoreContractOptions<Part>): void {
  declareContract('StoreUpkeep', options, declareAll);
}

type Stored = StoreBench<Part>['store'];

function erase({ upkeep }: Stored, match: EraseMatch): Promise<EraseReport> {
  return upkeep.erase({ matches: createMatcher(match), ...(match.ids && { ids: match.ids }) });
}

function bodyOf(n: number, who: string): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ n, user: { email: `${who}@example.com` } }));
}

async function keepAll(store: Stored, count: number): Promise<void> {
  const kept = Array.from({ length: count }, (_, n) => {
    const who = n % 3 === 0 ? 'ana' : 'bob';
    return event(n, { body: bodyOf(n, who), headers: ['X-User', who, 'X-N', `${n}`] });
  });
  await Promise.all(kept.map((keptEvent) => store.events.keep(keptEvent, [], [{ destination: 'a' }])));
}

function declareAll(test: DeclareTest<Part>): void {
  const matches: readonly (readonly [string, EraseMatch])[] = [
    ['by text', { text: 'ana@example.com' }],
    ['by a header', { header: { name: 'x-user', value: 'ana' } }],
    ['by a member', { member: { path: 'user.email', value: 'ana@example.com' } }],
    ['by ids', { ids: [0, 3, 6, 9].map((n) => event(n).id) }],
  ];
  for (const [how, match] of matches) {
    test(`erase() ${how}: what is left is a tombstone, and all others are whole`, async ({ store }) => {
      await keepAll(store, 12);
      const report = await erase(store, match);
      assert.deepEqual([report.events, report.refused, report.cancelled], [4, 0, 4]);
      for (let n = 0; n < 12; n++) {
        const stored = await store.events.get(event(n).id);
        const delivery = await store.deliveries.get(event(n).id, 'a');
        if (n % 3 !== 0) {
          assert.equal(Buffer.compare(stored?.body ?? Buffer.alloc(0), bodyOf(n, 'bob')), 0);
          assert.equal(delivery?.state, 'waiting');
          continue;
        }
        const body = bodyOf(n, 'ana');
        const sha256 = createHash('sha256').update(body).digest('hex');
        assert.deepEqual(stored?.erased, { sha256, bodyBytes: body.byteLength, erasedMs: NOW });
        assert.deepEqual([stored.body.byteLength, stored.headers, stored.url], [0, [], '']);
        assert.deepEqual([delivery?.state, delivery?.code], ['cancelled', 'event-erased']);
      }
      assert.equal((await erase(store, match)).events, 0);
      assert.deepEqual((await store.upkeep.verify()).findings, []);
    });
  }

  test('erase() counts in a dry run, of one gate where that is asked, and nothing where nothing matches', async ({
    store,
  }) => {
    await keepAll(store, 6);
    const matches = createMatcher({ text: 'ana' });
    assert.equal((await store.upkeep.erase({ matches, isDryRun: true })).events, 2);
    assert.equal((await erase(store, { text: 'ana', gate: 'other' })).events, 0);
    assert.equal((await erase(store, { text: 'nobody' })).events, 0);
    assert.equal((await store.events.get(event(0).id))?.erased, undefined);
    assert.throws(() => createMatcher({}), RangeError);
    assert.throws(() => createMatcher({ gate: 'gate' }), RangeError);
    assert.throws(() => createMatcher({ text: '' }), RangeError);
  });

  test('erase() takes refused requests that can be opened, and what attempts were answered', async ({
    store,
  }) => {
    const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
    const refusal = (id: string, body: string) => ({
      id,
      gate: 'gate',
      receivedMs: NOW,
      untilMs: NOW + HOUR,
      head: bytes('{}'),
      body: bytes(body),
    });
    await store.refused.keep([refusal('r1', 'of ana'), refusal('r2', 'of bob')], () => ({
      atMost: 10,
      maxBytes: 1_000,
    }));
    await store.events.keep(event(1, { body: bytes('of ana') }), [], [{ destination: 'a' }]);
    const [due] = await store.deliveries.take({
      destination: 'a',
      limit: 1,
      maxBytes: 1_000,
      leaseMs: 1_000,
      nowMs: NOW,
    });
    assert.ok(due !== undefined);
    await store.deliveries.settle({
      place: due.place,
      lease: due.lease,
      state: 'waiting',
      dueMs: NOW + 5,
      attempt: {
        startedMs: NOW,
        tookMs: 1,
        code: 'status',
        answer: bytes('ana is unknown'),
      },
    });
    const report = await store.upkeep.erase({
      matches: createMatcher({ text: 'ana' }),
      openRefusal: ({ id, gate, body }) => ({ id, gate, url: '', headers: [], body }),
    });
    assert.deepEqual([report.events, report.refused], [1, 1]);
    assert.deepEqual(
      (await store.refused.list()).map(({ id }) => id),
      ['r2'],
    );
    assert.deepEqual(await store.deliveries.attempts(due.place, 10), [
      { number: 1, startedMs: NOW, tookMs: 1, code: 'status' },
    ]);
  });

  for (const state of ['delivered', 'waiting', 'dead', 'cancelled'] as const) {
    test(`an attempt that ends ${state} once its event is erased leaves code, status and times alone`, async ({
      store,
    }) => {
      await keepAll(store, 1);
      const [due] = await store.deliveries.take({
        destination: 'a',
        limit: 1,
        maxBytes: 1_000,
        leaseMs: 1_000,
        nowMs: NOW,
      });
      assert.ok(due !== undefined);
      assert.equal((await erase(store, { text: 'ana' })).events, 1);
      const { place, lease } = due;
      const quote = 'of ana';
      const answer = bodyOf(0, 'ana');
      const attempt = { startedMs: NOW, tookMs: 1, code: 'some', status: 200, problem: quote, answer };
      await store.deliveries.settle({
        place,
        lease,
        state,
        attempt,
        ...(state === 'waiting' && { dueMs: NOW }),
      });
      assert.deepEqual(await store.deliveries.attempts(place, 10), [
        { number: 1, startedMs: NOW, tookMs: 1, code: 'some', status: 200 },
      ]);
    });
  }

  test('verify() finds nothing where 50 write beside it; stats() tell what there is', async ({ store }) => {
    const lane = async (from: number): Promise<void> => {
      for (let n = from; n < from + 20; n++) await store.events.keep(event(n), [], [{ destination: 'a' }]);
    };
    const lanes = Array.from({ length: 50 }, (_, i) => lane(i * 100));
    const reports = [await store.upkeep.verify(), await store.upkeep.verify()];
    await Promise.all(lanes);
    assert.deepEqual(
      reports.map(({ findings }) => findings),
      [[], []],
    );
    assert.equal((await store.upkeep.verify()).events, 1_000);
    const stats = await store.upkeep.stats();
    assert.deepEqual([stats.events, stats.deliveries, stats.refused], [1_000, 1_000, 0]);
    assert.ok(stats.bodyBytes > 0 && stats.fileBytes > 0);
    assert.ok(stats.oldestMs !== undefined && stats.newestMs !== undefined);
  });

  test('what comes after close() is rejected', async ({ store }) => {
    await store.close();
    await assert.rejects(store.upkeep.verify(), CLOSED);
    await assert.rejects(store.upkeep.stats(), CLOSED);
    await assert.rejects(store.upkeep.backup('never.db'), CLOSED);
    await assert.rejects(store.upkeep.shrink(), CLOSED);
    await assert.rejects(store.upkeep.erase({ matches: () => true }), CLOSED);
  });
}
