/** What every `RecordStore` must do, as a suite for any test runner. */
import assert from 'node:assert/strict';
import type { RecordStore, RecordWrite } from '../stores/record-store.ts';
import { CLOSED, declareContract, HOUR, NOW, type StoreContractOptions } from './store-bench.ts';

const DECADE = 87_600 * HOUR;

/**
 * Declares the tests of a `RecordStore`; a failing one throws.
 * @example testRecordStore({ describe, it, name: 'SQLite in memory', create: ({ now }) => openStore(':memory:', { now }) });
 */
export function testRecordStore(options: StoreContractOptions<'records'>): void {
  declareContract('RecordStore', options, (test) => {
    test('a record comes back byte for byte, and each write gives it another version', async ({ store }) => {
      const bytes = Uint8Array.from({ length: 65_536 }, (_, i) => (i * 31) ^ (i >> 8));
      const first = await store.records.put(record('k', 0, { bytes }));
      const stored = await store.records.get('space', 'k');
      assert.ok(stored !== undefined && Buffer.compare(stored.bytes, bytes) === 0, 'the record differs');
      assert.deepEqual([stored.key, stored.version], ['k', first]);
      const second = await store.records.put(record('k', first ?? 0, { bytes: new Uint8Array(0) }));
      assert.notEqual(second, first);
      assert.equal((await store.records.get('space', 'k'))?.bytes.byteLength, 0);
    });

    test('a record is written only by who has read its last version', async ({ store }) => {
      const first = await store.records.put(record('k', 0));
      assert.equal(await store.records.put(record('k', 0, { bytes: Uint8Array.of(9) })), undefined);
      const second = await store.records.put(record('k', first ?? 0));
      assert.equal(await store.records.put(record('k', first ?? 0, { bytes: Uint8Array.of(9) })), undefined);
      assert.deepEqual([...((await store.records.get('space', 'k'))?.bytes ?? [])], [1]);
      assert.equal((await store.records.get('space', 'k'))?.version, second);
      assert.equal(await store.records.put(record('none', 7)), undefined);
      assert.equal(await store.records.get('space', 'none'), undefined);
    });

    test('of 100 concurrent writers of one record one succeeds', async ({ store }) => {
      const writes = Array.from({ length: 100 }, (_, n) =>
        store.records.put(record('k', 0, { bytes: Uint8Array.of(n) })),
      );
      const written = await Promise.all(writes);
      assert.equal(written.filter((version) => version !== undefined).length, 1);
      const winner = written.findIndex((version) => version !== undefined);
      assert.deepEqual([...((await store.records.get('space', 'k'))?.bytes ?? [])], [winner]);
    });

    test('a record is there until its last millisecond; then it can be made anew, with a version never had', async ({
      store,
      setNow,
    }) => {
      const first = await store.records.put(record('k', 0, { untilMs: NOW + 10 }));
      setNow(NOW + 9);
      assert.equal((await store.records.get('space', 'k'))?.version, first);
      setNow(NOW + 10);
      assert.equal(await store.records.get('space', 'k'), undefined);
      assert.equal(await store.records.put(record('k', first ?? 0)), undefined);
      // Other writes may remove the expired record altogether.
      for (let n = 0; n < 10; n++) await store.records.put(record(`other-${n}`, 0));
      const again = await store.records.put(record('k', 0));
      assert.ok(again !== undefined && again !== first);
    });

    test('list(): those of one space that have not expired, each once, however many', async ({
      store,
      setNow,
    }) => {
      for (let from = 0; from < 1_200; from += 100)
        await Promise.all(
          Array.from({ length: 100 }, (_, i) =>
            store.records.put(record(`k${from + i}`, 0, { untilMs: NOW + 1 + (i % 2) })),
          ),
        );
      await store.records.put({ ...record('elsewhere', 0), space: 'other' });
      setNow(NOW + 1);
      const keys: string[] = [];
      for await (const listed of store.records.list('space')) keys.push(listed.key);
      assert.equal(new Set(keys).size, 600);
      assert.equal(keys.length, 600);
      assert.ok(keys.includes('k1') && !keys.includes('k0'));
    });

    test('a record that is too long, or has no key or too long a one, is refused', async ({ store }) => {
      await assert.rejects(store.records.put(record('', 0)), RangeError);
      await assert.rejects(store.records.put(record('x'.repeat(201), 0)), RangeError);
      await assert.rejects(store.records.put({ ...record('k', 0), space: '' }), RangeError);
      await assert.rejects(store.records.put(record('k', 0, { bytes: new Uint8Array(65_537) })), RangeError);
      assert.equal(await store.records.get('space', 'k'), undefined);
    });

    test('a record without an end stays, until a write gives it one', async ({
      store: { records },
      setNow,
    }) => {
      const version = await records.put(unending('k', 0));
      setNow(NOW + 10 * DECADE);
      // Other writes remove what has expired.
      for (let n = 0; n < 10; n++) await records.put(record(`other-${n}`, 0));
      assert.equal((await records.get('space', 'k'))?.version, version);
      assert.deepEqual(await keysOf(records, 'space'), ['k']);
      assert.equal(await records.put(unending('k', 0)), undefined);
      await records.put(record('k', version ?? 0, { untilMs: NOW + 10 * DECADE + 1 }));
      setNow(NOW + 10 * DECADE + 1);
      assert.equal(await records.get('space', 'k'), undefined);
    });

    test('spaces and keys are what they are, whatever is in them', async ({ store: { records } }) => {
      const names = ['a', 'A', 'a ', "a'--", '__proto__', 'é', 'e\u0301', '\u{1f511}', 'x'.repeat(200)];
      const all = names.flatMap((space) => names.map((key) => ({ space, key })));
      for (const [n, { space, key }] of all.entries()) {
        await records.put({ space, key, version: 0, bytes: Uint8Array.of(n), untilMs: NOW + HOUR });
      }
      for (const [n, { space, key }] of all.entries()) {
        assert.deepEqual([...((await records.get(space, key))?.bytes ?? [])], [n], `${space} ${key}`);
      }
      assert.equal(await records.get('a', 'b'), undefined);
      assert.equal(await records.get('', ''), undefined);
    });

    test('what is asked for at the same time happens in that order', async ({ store: { records } }) => {
      const version = (await records.put(record('k', 0))) ?? 0;
      const [lost, won, late] = await Promise.all([
        records.put(record('k', version + 1_000)),
        records.put(record('k', version, { bytes: Uint8Array.of(2) })),
        records.put(record('k', version, { bytes: Uint8Array.of(3) })),
      ]);
      assert.deepEqual([lost, late], [undefined, undefined]);
      const stored = await records.get('space', 'k');
      assert.deepEqual([stored?.version, ...(stored?.bytes ?? [])], [won, 2]);
    });

    test('of two writes of one record the first one wins, however many are written at once', async ({
      store: { records },
    }) => {
      const pairs = Array.from({ length: 500 }, (_, n) =>
        [1, 2].map((byte) => records.put(record(`k${n}`, 0, { bytes: Uint8Array.of(byte) }))),
      );
      const isWon = (await Promise.all(pairs.flat())).map((version) => version !== undefined);
      assert.deepEqual(
        isWon,
        Array.from({ length: 1_000 }, (_, n) => n % 2 === 0),
      );
      for await (const { key, bytes } of records.list('space')) assert.deepEqual([...bytes], [1], key);
    });

    test('close() finishes what is queued; what comes after is rejected', async ({ store }) => {
      const { records } = store;
      const queued = Array.from({ length: 300 }, (_, n) => records.put(record(`k${n}`, 0)));
      await store.close();
      assert.ok((await Promise.all(queued)).every((version) => version !== undefined));
      await assert.rejects(records.get('space', 'k1'), CLOSED);
      await assert.rejects(keysOf(records, 'space'), CLOSED);
      await assert.rejects(records.put(record('k', 0)), CLOSED);
      await store.close();
    });
  });
}

function record(key: string, version: number, changes: Partial<RecordWrite> = {}): RecordWrite {
  return { space: 'space', key, version, bytes: Uint8Array.of(1), untilMs: NOW + HOUR, ...changes };
}

function unending(key: string, version: number): RecordWrite {
  return { space: 'space', key, version, bytes: Uint8Array.of(1) };
}

async function keysOf(records: RecordStore, space: string): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { key } of records.list(space)) keys.push(key);
  return keys;
}
