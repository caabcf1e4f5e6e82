/** What every `Store` must do, as a suite for any test runner. */

import assert from 'node:assert/strict';
import { checkOptions, IS, type OptionRules, required } from '@countersign/core/check-options';
import type { Claim, KeepResult, KeptEvent, RecordWrite, Store } from '../store.ts';

export interface StoreContractOptions {
  readonly describe: (name: string, body: () => void) => unknown;
  readonly it: (name: string, body: () => Promise<void>) => unknown;
  /** Names the implementation in the test report. */
  readonly name: string;
  /** An empty store that reads the given clock and takes 1,000 writes at once; called once a test. */
  readonly create: (options: { readonly now: () => number }) => Store | Promise<Store>;
  /** Called after each test, whether it passed or not; the store may be closed already. Default: nothing. */
  readonly dispose?: (store: Store) => void | Promise<void>;
}

const RULES: OptionRules<StoreContractOptions> = {
  describe: required(IS.function),
  it: required(IS.function),
  name: required(IS.text),
  create: required(IS.function),
  dispose: IS.function,
};

const NOW = 1_760_000_000_000;
const HOUR = 3_600_000;

interface Bench {
  readonly store: Store;
  /** Sets the store’s clock. */
  readonly setNow: (nowMs: number) => void;
}

/**
 * Declares the tests; a failing one throws.
 * @example testStore({ describe, it, name: 'SQLite in memory', create: ({ now }) => openSqliteStore({ path: ':memory:', now }) });
 */
export function testStore(options: StoreContractOptions): void {
  checkOptions<StoreContractOptions>(options, RULES);
  const test = (title: string, body: (bench: Bench) => Promise<void>): void => {
    options.it(title, async () => {
      let nowMs = NOW;
      const store = await options.create({ now: () => nowMs });
      try {
        await body({
          store,
          setNow: (ms) => {
            nowMs = ms;
          },
        });
      } finally {
        await options.dispose?.(store);
        await store.close();
      }
    });
  };

  options.describe(`Store contract: ${options.name}`, () => {
    test('what is kept comes back byte for byte: every byte value, in every position of a pair', async ({
      store,
    }) => {
      const body = new Uint8Array(65_536 * 2);
      for (let i = 0; i < 65_536; i++) body.set([i >> 8, i], i * 2);
      await keepAndCompare(store, event(1, { body }));
    });

    test('an empty body, and a body that is part of a larger buffer', async ({ store }) => {
      await keepAndCompare(store, event(1, { body: new Uint8Array(0) }));
      await keepAndCompare(store, event(2, { body: new Uint8Array(0), claim: claimOf(2) }));
      await keepAndCompare(store, event(3, { body: new Uint8Array(64).fill(7).subarray(13, 29) }));
    });

    test('a body of 1 MiB', async ({ store }) => {
      const body = Uint8Array.from({ length: 1_048_576 }, (_, i) => (i * 31) ^ (i >> 8));
      await keepAndCompare(store, event(1, { body }));
    });

    test('headers keep their order, case, repeats, empty values and every byte a header can hold', async ({
      store,
    }) => {
      const allBytes = Array.from({ length: 256 }, (_, i) => String.fromCharCode(i)).join('');
      const headers = [
        ...['X-B', '2', 'x-a', '1', 'X-b', '', 'x-B', '2', 'Set-Cookie', 'a', 'set-cookie', 'b'],
        ...['X-Quote', `"\\'`, 'X-Json', '["a",{"b":null}]', '__proto__', 'constructor', 'X-All', allBytes],
      ];
      await keepAndCompare(store, event(1, { headers }));
      await keepAndCompare(store, event(2, { headers: [] }));
      await keepAndCompare(
        store,
        event(3, { headers: Array.from({ length: 200 }, (_, i) => `${i % 2 === 0 ? 'X-Many' : i}`) }),
      );
    });

    test('what a trusted proxy said of the client comes back', async ({ store }) => {
      await keepAndCompare(store, event(1, { forwarded: { scheme: 'https', host: 'a.example:8443' } }));
      await keepAndCompare(store, event(2, { forwarded: { host: 'a.example' } }));
      await keepAndCompare(store, event(3, { forwarded: { scheme: 'http' } }));
    });

    test('headers that are withheld come back with what is sealed of them, or without', async ({ store }) => {
      const headers = ['Authorization', '', 'X-A', 'a', 'authorization', '', 'Cookie', ''];
      const names = ['authorization', 'cookie'];
      const sealed = Uint8Array.from({ length: 300 }, (_, i) => i & 0xff);
      await keepAndCompare(store, event(1, { headers, withheld: { names, sealed } }));
      await keepAndCompare(store, event(2, { headers, withheld: { names } }));
    });

    test('url and method come back as they were', async ({ store }) => {
      const url = `/p%00%2F/../a//b?q=1&q=2&'"=;--\u00e9\u00ff#f`;
      await keepAndCompare(store, event(1, { url, method: 'pAtCh' }));
      await keepAndCompare(store, event(2, { url: `/${'x'.repeat(16_384)}` }));
    });

    test('an event that nobody kept is undefined', async ({ store }) => {
      assert.equal(await store.event(event(1).id), undefined);
    });

    test('an id is kept once: the second event with it is rejected, and takes no claim', async ({
      store,
    }) => {
      await store.keep(event(1));
      const second = event(1, { body: Uint8Array.of(2), claim: claimOf(2) });
      await assert.rejects(store.keep(second), { name: 'StoreError', code: 'duplicate-event' });
      assert.deepEqual(await store.event(event(1).id), event(1));
      assert.deepEqual(await store.keep(event(3, { claim: claimOf(2) })), { kept: true });
    });

    test('a claim that is held makes the event a repeat of the one that holds it', async ({ store }) => {
      const first = event(1, { claim: claimOf(1) });
      assert.deepEqual(await store.keep(first), { kept: true });
      const again = await store.keep(event(2, { claim: claimOf(1) }));
      assert.deepEqual(again, { kept: false, repeatOf: first.id });
      assert.equal(await store.event(event(2).id), undefined);
      assert.deepEqual(await store.event(first.id), first);
    });

    test('a claim is held until its last millisecond, and free from untilMs on', async ({
      store,
      setNow,
    }) => {
      await store.keep(event(1, { claim: claimOf(1, NOW + HOUR) }));
      setNow(NOW + HOUR - 1);
      const before = await store.keep(event(2, { claim: claimOf(1, NOW + 2 * HOUR) }));
      assert.deepEqual(before, { kept: false, repeatOf: event(1).id });
      setNow(NOW + HOUR);
      assert.deepEqual(await store.keep(event(3, { claim: claimOf(1, NOW + 2 * HOUR) })), { kept: true });
      const after = await store.keep(event(4, { claim: claimOf(1, NOW + 3 * HOUR) }));
      assert.deepEqual(after, { kept: false, repeatOf: event(3).id });
    });

    test('an event without a claim repeats nothing', async ({ store }) => {
      for (let n = 1; n <= 3; n++) assert.deepEqual(await store.keep(event(n)), { kept: true });
    });

    test('the same identity on two gates is two claims', async ({ store }) => {
      await store.keep(event(1, { claim: claimOf(1) }));
      assert.deepEqual(await store.keep(event(2, { gate: 'other', claim: claimOf(1) })), { kept: true });
    });

    test('a remembered claim makes an event a repeat, of no event', async ({ store, setNow }) => {
      await store.remember({ gate: 'gate', ...claimOf(1, NOW + HOUR) });
      setNow(NOW + HOUR - 1);
      assert.deepEqual(await store.keep(event(1, { claim: claimOf(1) })), { kept: false });
      setNow(NOW + HOUR);
      assert.deepEqual(await store.keep(event(2, { claim: claimOf(1, NOW + 9 * HOUR) })), { kept: true });
    });

    test('remembering a held claim again only ever lengthens it, and forgets no event', async ({ store }) => {
      await store.keep(event(1, { claim: claimOf(1, NOW + HOUR) }));
      await store.remember({ gate: 'gate', ...claimOf(1, NOW + 1) });
      assert.deepEqual(await claimsAt(store, NOW), [{ gate: 'gate', ...claimOf(1, NOW + HOUR) }]);
      await store.remember({ gate: 'gate', ...claimOf(1, NOW + 2 * HOUR) });
      assert.deepEqual(await claimsAt(store, NOW), [{ gate: 'gate', ...claimOf(1, NOW + 2 * HOUR) }]);
      const repeat = await store.keep(event(2, { claim: claimOf(1) }));
      assert.deepEqual(repeat, { kept: false, repeatOf: event(1).id });
    });

    test('a released claim is free, and its event stays', async ({ store, setNow }) => {
      await store.keep(event(1, { claim: claimOf(1) }));
      await store.remember({ gate: 'gate', ...claimOf(2) });
      assert.equal(await store.release('other', claimOf(1).identity), false);
      assert.equal(await store.release('gate', claimOf(3).identity), false);
      for (const n of [1, 2]) {
        assert.equal(await store.release('gate', claimOf(n).identity), true);
        assert.equal(await store.release('gate', claimOf(n).identity), false);
      }
      assert.deepEqual(await claimsAt(store, NOW), []);
      assert.notEqual(await store.event(event(1).id), undefined);
      assert.deepEqual(await store.keep(event(2, { claim: claimOf(1) })), { kept: true });
      const repeat = await store.keep(event(3, { claim: claimOf(1) }));
      assert.deepEqual(repeat, { kept: false, repeatOf: event(2).id });
      setNow(NOW + HOUR);
      assert.equal(await store.release('gate', claimOf(1).identity), false);
    });

    test('claims() gives every claim that is held at that time, to the millisecond', async ({ store }) => {
      const kept = claimOf(1, NOW + 10);
      const remembered: Claim = { gate: 'other', ...claimOf(2, NOW + 20) };
      await store.keep(event(1, { claim: kept }));
      await store.remember(remembered);
      const both = [{ gate: 'gate', ...kept }, remembered];
      assert.deepEqual(await claimsAt(store, NOW), both);
      assert.deepEqual(await claimsAt(store, NOW + 9), both);
      assert.deepEqual(await claimsAt(store, NOW + 10), [remembered]);
      assert.deepEqual(await claimsAt(store, NOW + 20), []);
    });

    test('claims() gives many claims, of several gates, each once', async ({ store }) => {
      const n = 3_500;
      for (let from = 0; from < n; from += 500) {
        await Promise.all(
          Array.from({ length: 500 }, (_, i) =>
            store.remember({ gate: `gate-${i % 3}`, ...claimOf(from + i) }),
          ),
        );
      }
      const found = await claimsAt(store, NOW);
      assert.equal(found.length, n);
      assert.equal(new Set(found.map((claim) => hex(claim.identity))).size, n);
    });

    test('expired claims make room without touching held ones', async ({ store, setNow }) => {
      for (let n = 0; n < 50; n++) await store.remember({ gate: 'gate', ...claimOf(n, NOW + 1 + (n % 2)) });
      setNow(NOW + 1);
      for (let n = 50; n < 100; n++) await store.remember({ gate: 'gate', ...claimOf(n, NOW + HOUR) });
      assert.equal((await claimsAt(store, NOW + 1)).length, 75);
    });

    test('of 500 concurrent events, 100 with one claim: one of these is kept, the others repeat it', async ({
      store,
    }) => {
      const events = Array.from({ length: 500 }, (_, n) =>
        event(n, { claim: claimOf(n % 5 === 0 ? 1_000 : n) }),
      );
      const results = await Promise.all(events.map((one) => store.keep(one)));
      const shared = results.filter((_, n) => n % 5 === 0);
      const winner = events[results.findIndex((result, n) => n % 5 === 0 && result.kept)];
      assert.equal(shared.filter((result) => result.kept).length, 1);
      assert.ok(winner !== undefined);
      for (const result of shared) if (!result.kept) assert.equal(result.repeatOf, winner.id);
      const kept = events.filter((_, n) => results[n]?.kept);
      assert.equal(kept.length, 401);
      for (const one of kept) assert.deepEqual(await store.event(one.id), one);
      assert.equal((await store.events({ limit: 1_000 })).length, 401);
    });

    test('one event that cannot be kept does not take others down with it', async ({ store }) => {
      await store.keep(event(50, { claim: claimOf(50) }));
      const settled = await Promise.allSettled(
        Array.from({ length: 101 }, (_, n) =>
          store.keep(event(n, { body: Uint8Array.of(n), claim: claimOf(n === 50 ? 2_000 : n) })),
        ),
      );
      assert.deepEqual(
        settled.flatMap((one, n) => (one.status === 'rejected' ? [n] : [])),
        [50],
      );
      for (let n = 0; n < 101; n++) {
        if (n !== 50) assert.deepEqual((await store.event(event(n).id))?.body, Uint8Array.of(n));
      }
      assert.deepEqual((await store.event(event(50).id))?.body, event(50).body);
      assert.equal((await claimsAt(store, NOW)).length, 101);
    });

    test('of two concurrent events the second is kept where the first, with the same claim, was rejected', async ({
      store,
    }) => {
      await store.keep(event(1));
      const [first, second] = await Promise.allSettled([
        store.keep(event(1, { claim: claimOf(7) })),
        store.keep(event(2, { claim: claimOf(7) })),
      ]);
      assert.equal(first.status, 'rejected');
      assert.deepEqual(second, { status: 'fulfilled', value: { kept: true } satisfies KeepResult });
    });

    test('events() lists the newest first, with what a list needs', async ({ store }) => {
      const order = [3, 1, 5, 2, 4];
      for (const n of order) await store.keep(event(n, { body: new Uint8Array(n) }));
      const listed = await store.events();
      assert.deepEqual(
        listed.map((one) => one.id),
        [5, 4, 3, 2, 1].map((n) => event(n).id),
      );
      const { id, gate, provider, keyId, receivedMs, method, url } = event(5);
      assert.deepEqual(listed[0], {
        ...{ id, gate, provider, keyId, receivedMs, method, url },
        bodyBytes: 5,
      });
    });

    test('events() pages backwards, and by gate', async ({ store }) => {
      for (let n = 0; n < 25; n++) await store.keep(event(n, { gate: n % 2 === 0 ? 'even' : 'odd' }));
      for (const gate of [undefined, 'even', 'odd']) {
        const query = gate === undefined ? {} : { gate };
        const whole = await store.events(query);
        assert.equal(whole.length, gate === undefined ? 25 : gate === 'even' ? 13 : 12);
        const paged = [];
        let page = await store.events({ ...query, limit: 4 });
        while (page.length > 0) {
          paged.push(...page);
          page = await store.events({ ...query, limit: 4, before: page.at(-1)?.id ?? '' });
        }
        assert.deepEqual(paged, whole);
      }
      assert.deepEqual(await store.events({ gate: 'none' }), []);
    });

    test('events() gives 100 unless asked for another number', async ({ store }) => {
      await Promise.all(Array.from({ length: 120 }, (_, n) => store.keep(event(n))));
      assert.equal((await store.events()).length, 100);
      assert.equal((await store.events({ limit: 1 })).length, 1);
      assert.equal((await store.events({ limit: 1_000 })).length, 120);
      for (const limit of [0, -1, 1_001, 1.5, Number.NaN]) {
        await assert.rejects(store.events({ limit }), RangeError);
      }
    });

    test('a secret comes back byte for byte, and the later one takes the place of the earlier', async ({
      store,
    }) => {
      const longest = Uint8Array.from({ length: 65_536 }, (_, i) => (i * 31) ^ (i >> 8));
      for (const sealed of [longest, new Uint8Array(0), longest.subarray(13, 29)]) {
        await store.putSecret('token', sealed);
        const found = await store.secret('token');
        assert.ok(found !== undefined && Buffer.compare(found, sealed) === 0, 'the secret differs');
      }
    });

    test('secrets have names of their own, whatever is in them', async ({ store }) => {
      const names = ['a', 'A', 'a ', "a'--", '__proto__', 'é', 'e\u0301', '\u{1f511}', 'x'.repeat(200)];
      for (const [n, name] of names.entries()) await store.putSecret(name, Uint8Array.of(n));
      for (const [n, name] of names.entries()) {
        assert.deepEqual([...((await store.secret(name)) ?? [])], [n], name);
      }
      assert.equal(await store.secret('b'), undefined);
      assert.equal(await store.secret(''), undefined);
    });

    test('a secret that is too long, or has no name or too long a one, is refused and changes nothing', async ({
      store,
    }) => {
      await store.putSecret('token', Uint8Array.of(1));
      await assert.rejects(store.putSecret('token', new Uint8Array(65_537)), RangeError);
      await assert.rejects(store.putSecret('', Uint8Array.of(2)), RangeError);
      await assert.rejects(store.putSecret('x'.repeat(201), Uint8Array.of(2)), RangeError);
      assert.deepEqual([...((await store.secret('token')) ?? [])], [1]);
      assert.equal(await store.secret('x'.repeat(201)), undefined);
    });

    test('a secret is kept among events that are kept at the same time', async ({ store }) => {
      const kept = Array.from({ length: 100 }, (_, n) => store.keep(event(n, { claim: claimOf(n) })));
      const put = Array.from({ length: 20 }, (_, n) => store.putSecret(`s${n % 4}`, Uint8Array.of(n)));
      await Promise.all(put);
      assert.ok((await Promise.all(kept)).every((result) => result.kept));
      for (let n = 0; n < 4; n++) assert.deepEqual([...((await store.secret(`s${n}`)) ?? [])], [16 + n]);
      assert.deepEqual(await store.keep(event(200, { claim: claimOf(200) })), { kept: true });
    });

    test('a record comes back byte for byte, and each write gives it another version', async ({ store }) => {
      const bytes = Uint8Array.from({ length: 65_536 }, (_, i) => (i * 31) ^ (i >> 8));
      const first = await store.putRecord(record('k', 0, { bytes }));
      const found = await store.record('space', 'k');
      assert.ok(found !== undefined && Buffer.compare(found.bytes, bytes) === 0, 'the record differs');
      assert.deepEqual([found.key, found.version], ['k', first]);
      const second = await store.putRecord(record('k', first ?? 0, { bytes: new Uint8Array(0) }));
      assert.notEqual(second, first);
      assert.equal((await store.record('space', 'k'))?.bytes.byteLength, 0);
    });

    test('a record is written only by who has read its last version', async ({ store }) => {
      const first = await store.putRecord(record('k', 0));
      assert.equal(await store.putRecord(record('k', 0, { bytes: Uint8Array.of(9) })), undefined);
      const second = await store.putRecord(record('k', first ?? 0));
      assert.equal(await store.putRecord(record('k', first ?? 0, { bytes: Uint8Array.of(9) })), undefined);
      assert.deepEqual([...((await store.record('space', 'k'))?.bytes ?? [])], [1]);
      assert.equal((await store.record('space', 'k'))?.version, second);
      assert.equal(await store.putRecord(record('none', 7)), undefined);
      assert.equal(await store.record('space', 'none'), undefined);
    });

    test('of 100 concurrent writers of one record one succeeds', async ({ store }) => {
      const writes = Array.from({ length: 100 }, (_, n) =>
        store.putRecord(record('k', 0, { bytes: Uint8Array.of(n) })),
      );
      const written = await Promise.all(writes);
      assert.equal(written.filter((version) => version !== undefined).length, 1);
      const winner = written.findIndex((version) => version !== undefined);
      assert.deepEqual([...((await store.record('space', 'k'))?.bytes ?? [])], [winner]);
    });

    test('a record is there until its last millisecond; then it can be made anew, with a version never had', async ({
      store,
      setNow,
    }) => {
      const first = await store.putRecord(record('k', 0, { untilMs: NOW + 10 }));
      setNow(NOW + 9);
      assert.equal((await store.record('space', 'k'))?.version, first);
      setNow(NOW + 10);
      assert.equal(await store.record('space', 'k'), undefined);
      assert.equal(await store.putRecord(record('k', first ?? 0)), undefined);
      // Other writes may remove the expired record altogether.
      for (let n = 0; n < 10; n++) await store.putRecord(record(`other-${n}`, 0));
      const again = await store.putRecord(record('k', 0));
      assert.ok(again !== undefined && again !== first);
    });

    test('records(): those of one space that have not expired, each once, however many', async ({
      store,
      setNow,
    }) => {
      for (let n = 0; n < 1_200; n++)
        await store.putRecord(record(`k${n}`, 0, { untilMs: NOW + 1 + (n % 2) }));
      await store.putRecord({ ...record('elsewhere', 0), space: 'other' });
      setNow(NOW + 1);
      const keys: string[] = [];
      for await (const one of store.records('space')) keys.push(one.key);
      assert.equal(new Set(keys).size, 600);
      assert.equal(keys.length, 600);
      assert.ok(keys.includes('k1') && !keys.includes('k0'));
    });

    test('a record that is too long, or has no key or too long a one, is refused', async ({ store }) => {
      await assert.rejects(store.putRecord(record('', 0)), RangeError);
      await assert.rejects(store.putRecord(record('x'.repeat(201), 0)), RangeError);
      await assert.rejects(store.putRecord({ ...record('k', 0), space: '' }), RangeError);
      await assert.rejects(store.putRecord(record('k', 0, { bytes: new Uint8Array(65_537) })), RangeError);
      assert.equal(await store.record('space', 'k'), undefined);
    });

    test('close() finishes what is queued; what comes after is rejected', async ({ store }) => {
      const queued = Array.from({ length: 300 }, (_, n) => store.keep(event(n, { claim: claimOf(n) })));
      const remembered = store.remember({ gate: 'gate', ...claimOf(1_000) });
      await store.close();
      assert.ok((await Promise.all(queued)).every((result) => result.kept));
      await remembered;
      const closed = { name: 'StoreError', code: 'closed' };
      await assert.rejects(store.keep(event(1_000)), closed);
      await assert.rejects(store.remember({ gate: 'gate', ...claimOf(1) }), closed);
      await assert.rejects(store.event(event(1).id), closed);
      await assert.rejects(store.events(), closed);
      await assert.rejects(claimsAt(store, NOW), closed);
      await assert.rejects(store.release('gate', claimOf(1).identity), closed);
      await assert.rejects(store.secret('token'), closed);
      await assert.rejects(store.putSecret('token', Uint8Array.of(1)), closed);
      await assert.rejects(store.record('space', 'k'), closed);
      await assert.rejects(store.putRecord(record('k', 0)), closed);
      await store.close();
    });
  });
}

/** The same event for the same number; ids in the order of the numbers. */
function event(n: number, changes: Partial<KeptEvent> = {}): KeptEvent {
  return {
    id: `01890000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`,
    gate: 'gate',
    provider: 'hmac',
    keyId: 'main',
    receivedMs: NOW + n,
    method: 'POST',
    url: `/hook?n=${n}`,
    headers: ['Content-Type', 'application/json', 'X-N', `${n}`],
    body: new TextEncoder().encode(`{"n":${n}}`),
    ...changes,
  };
}

function claimOf(n: number, untilMs: number = NOW + HOUR): { identity: Uint8Array; untilMs: number } {
  const identity = Uint8Array.from({ length: 16 }, (_, i) => (n * 37 + i * 11) & 0xff);
  identity.set([n >> 24, n >> 16, n >> 8, n], 12);
  return { identity, untilMs };
}

function record(key: string, version: number, changes: Partial<RecordWrite> = {}): RecordWrite {
  return { space: 'space', key, version, bytes: Uint8Array.of(1), untilMs: NOW + HOUR, ...changes };
}

async function keepAndCompare(store: Store, kept: KeptEvent): Promise<void> {
  assert.deepEqual(await store.keep(kept), { kept: true });
  // The store may give bytes as a Buffer; the bytes are what counts.
  const found = await store.event(kept.id);
  assert.ok(found !== undefined);
  assert.ok(Buffer.compare(found.body, kept.body) === 0, 'the body differs');
  const { withheld } = kept;
  if (withheld?.sealed !== undefined) {
    assert.ok(
      Buffer.compare(found.withheld?.sealed ?? new Uint8Array(0), withheld.sealed) === 0,
      'what is sealed differs',
    );
  }
  assert.deepEqual({ ...found, body: kept.body, ...(withheld && { withheld }) }, kept);
  assert.deepEqual(found.withheld?.names, withheld?.names);
  assert.equal(found.withheld?.sealed === undefined, withheld?.sealed === undefined);
}

async function claimsAt(store: Store, nowMs: number): Promise<readonly Claim[]> {
  const claims: Claim[] = [];
  for await (const claim of store.claims(nowMs)) claims.push(claim);
  return claims.sort((a, b) => (hex(a.identity) < hex(b.identity) ? -1 : 1));
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
