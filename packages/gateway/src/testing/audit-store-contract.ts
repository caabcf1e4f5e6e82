/** What every `AuditStore` must do, as a suite for any test runner. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import type { AuditReader, AuditSeal, AuditStore, StoredAuditEntry } from '../stores/audit-store.ts';
import { CLOSED, declareContract, HOUR, hex, NOW, type StoreContractOptions } from './store-bench.ts';

/**
 * Declares the tests of an `AuditStore`; a failing one throws.
 * @example testAuditStore({ describe, it, name: 'SQLite in memory', create: ({ now }) => openStore(':memory:', { now }) });
 */
export function testAuditStore(options: StoreContractOptions<'audit'>): void {
  declareContract('AuditStore', options, (test) => {
    test('entries are chained in the order in which they were appended, from 1 on', async ({ store }) => {
      assert.equal(await store.audit.head(), undefined);
      assert.deepEqual(await store.audit.follow(0, 10), []);
      const seal = sealOf('a');
      const heads = await Promise.all(range(0, 200).map((n) => store.audit.append(entry(n), seal)));
      assert.deepEqual(
        heads.map(({ seq }) => seq),
        range(1, 201),
      );
      const entries = await all(store.audit);
      assert.deepEqual(
        entries.map((stored) => stored.entry),
        range(0, 200).map((n) => entry(n)),
      );
      assertChained(entries, [seal]);
      const { entry: _, ...last } = entries.at(-1) ?? assert.fail();
      assert.deepEqual(await store.audit.head(), last);
    });

    test('what is not ASCII comes back as it was', async ({ store }) => {
      const text = JSON.stringify({ kind: 'change', at: 1, input: { a: 'é\u0000\u{1f511}\ud800"' } });
      await store.audit.append(text, sealOf('a'));
      assert.equal((await store.audit.follow(0, 1))[0]?.entry, text);
    });

    test('a change of the key is an entry of its own, under the new key, which covers the one before', async ({
      store,
    }) => {
      await store.audit.append(entry(1), sealOf('a'));
      await Promise.all([2, 3].map((n) => store.audit.append(entry(n), sealOf('b'))));
      const entries = await all(store.audit);
      assert.deepEqual(
        entries.map(({ keyId, entry: text }) => [keyId, text]),
        [
          ['a', entry(1)],
          ['b', 'from a to b'],
          ['b', entry(2)],
          ['b', entry(3)],
        ],
      );
      assertChained(entries, [sealOf('a'), sealOf('b')]);
    });

    test('the list is newest first, in pages, by caller and route; how a call ended stands beside it', async ({
      store,
    }) => {
      const seal = sealOf('a');
      for (const n of range(0, 12))
        await store.audit.append(
          entry(n, { route: n % 2 === 0 ? 'even' : 'odd', who: { name: n % 3 === 0 ? 'ann' : 'bob' } }),
          seal,
        );
      await store.audit.append(JSON.stringify({ kind: 'ended', at: NOW, ends: 3, status: 200 }), seal);
      await store.audit.append('no json', seal);
      const seqs = async (query: Parameters<AuditReader['list']>[0]): Promise<readonly number[]> =>
        (await store.audit.list(query)).map(({ seq }) => seq);
      assert.deepEqual(await seqs({}), [14, ...range(1, 13).toReversed()]);
      assert.deepEqual(await seqs({ limit: 3, before: 5 }), [4, 3, 2]);
      assert.deepEqual(await seqs({ who: 'ann' }), [10, 7, 4, 1]);
      assert.deepEqual(await seqs({ who: 'ann', before: 10, limit: 2 }), [7, 4]);
      assert.deepEqual(await seqs({ route: 'odd' }), [12, 10, 8, 6, 4, 2]);
      assert.deepEqual(await seqs({ route: 'odd', who: 'ann' }), [10, 4]);
      assert.deepEqual(await seqs({ route: 'none' }), []);
      const [third] = await store.audit.list({ before: 4, limit: 1 });
      assert.match(third?.ended ?? '', /"status":200/);
      for (const limit of [0, 1_001, 1.5, Number.NaN])
        await assert.rejects(store.audit.list({ limit }), RangeError);
      await assert.rejects(store.audit.follow(0, 0), RangeError);
    });

    test('old entries go from the oldest on, and an entry tells what was removed', async ({ store }) => {
      const seal = sealOf('a');
      for (const n of range(0, 10)) await store.audit.append(entry(n, { at: NOW + n * HOUR }), seal);
      const before = await all(store.audit);
      assert.equal(await store.audit.lastPruning(), undefined);
      const tells = JSON.stringify({ kind: 'pruned', at: NOW });
      let cut: unknown;
      const removed = await store.audit.prune(
        NOW + 4 * HOUR,
        (taken) => {
          cut = { ...taken, mac: hex(taken.mac) };
          return tells;
        },
        seal,
      );
      assert.equal(removed, 4);
      assert.deepEqual(cut, { through: 4, mac: hex(before[3]?.mac ?? assert.fail()), count: 4 });
      const left = await all(store.audit);
      assert.deepEqual(
        left.map(({ seq }) => seq),
        range(5, 12),
      );
      assert.equal((await store.audit.lastPruning())?.seq, 11);
      assertChained(left, [seal], before[3]?.mac);
      assert.equal(await store.audit.prune(NOW + 4 * HOUR, () => tells, seal), 0);
    });

    test('all may go: the numbers go on', async ({ store }) => {
      const seal = sealOf('a');
      for (const n of range(0, 3)) await store.audit.append(entry(n, { at: NOW }), seal);
      const tells = JSON.stringify({ kind: 'pruned', at: NOW + HOUR });
      assert.equal(await store.audit.prune(NOW + 1, () => tells, seal), 3);
      assert.equal(await store.audit.prune(NOW + 1, () => tells, seal), 0);
      assert.deepEqual(
        (await all(store.audit)).map(({ seq }) => seq),
        [4],
      );
      assert.equal((await store.audit.append(entry(9), seal)).seq, 5);
    });

    test('close() finishes what is queued; what comes after is rejected', async ({ store }) => {
      const seal = sealOf('a');
      const queued = range(0, 50).map((n) => store.audit.append(entry(n), seal));
      await store.close();
      await Promise.all(queued);
      await assert.rejects(store.audit.append(entry(99), seal), CLOSED);
      await assert.rejects(store.audit.list(), CLOSED);
      await assert.rejects(store.audit.head(), CLOSED);
      await assert.rejects(store.audit.follow(0, 1), CLOSED);
      await assert.rejects(store.audit.lastPruning(), CLOSED);
      await assert.rejects(
        store.audit.prune(1, () => '', seal),
        CLOSED,
      );
    });
  });
}

function range(from: number, until: number): readonly number[] {
  return Array.from({ length: until - from }, (_, i) => from + i);
}

function entry(n: number, more: object = {}): string {
  return JSON.stringify({ kind: 'change', at: NOW, n, ...more });
}

/** Chained by another rule than the gateway’s: a store has none of its own. */
function sealOf(keyId: string): AuditSeal {
  return {
    keyId,
    macOf: ({ seq, previous, entry: text }) =>
      createHmac('sha256', keyId)
        .update(`${seq}|${hex(previous)}|${text}`)
        .digest(),
    changeFrom: (from) => `from ${from} to ${keyId}`,
  };
}

async function all(audit: AuditStore): Promise<readonly StoredAuditEntry[]> {
  const entries: StoredAuditEntry[] = [];
  for (let page = await audit.follow(0, 7); page.length > 0; ) {
    entries.push(...page);
    page = await audit.follow(page.at(-1)?.seq ?? 0, 7);
  }
  return entries;
}

function assertChained(
  entries: readonly StoredAuditEntry[],
  seals: readonly AuditSeal[],
  before: Uint8Array = new Uint8Array(32),
): void {
  let previous = before;
  for (const { seq, keyId, mac, entry: text } of entries) {
    const seal = seals.find((candidate) => candidate.keyId === keyId) ?? assert.fail(`no key ${keyId}`);
    assert.equal(hex(mac), hex(seal.macOf({ seq, previous, entry: text })), `entry ${seq}`);
    previous = mac;
  }
}
