/** What an `EventStore` and a `ClaimStore` do together: an event and its claim are kept in one transaction. */
import assert from 'node:assert/strict';
import type { Claim } from '../stores/claim-store.ts';
import type { KeepResult } from '../stores/event-store.ts';
import { event } from './kept-events.ts';
import { claimOf, claimsAt, type DeclareTest, HOUR, NOW } from './store-bench.ts';

export function declareEventClaims(test: DeclareTest<'events' | 'claims'>): void {
  test('an id is kept once: the second event with it is rejected, and takes no claim', async ({ store }) => {
    await store.events.keep(event(1));
    const second = event(1, { body: Uint8Array.of(2), claim: claimOf(2) });
    await assert.rejects(store.events.keep(second), { name: 'StoreError', code: 'duplicate-event' });
    assert.deepEqual(await store.events.get(event(1).id), event(1));
    assert.deepEqual(await store.events.keep(event(3, { claim: claimOf(2) })), { kept: true });
  });

  test('further claims are held with an event, and with one that is rejected none', async ({ store }) => {
    const further = [claimOf(2, NOW + 2 * HOUR), claimOf(3)];
    assert.deepEqual(await store.events.keep(event(1, { claim: claimOf(1) }), further), { kept: true });
    for (const { identity, untilMs } of [claimOf(1), ...further])
      assert.equal((await store.claims.find('gate', identity, NOW))?.untilMs, untilMs);
    const repeat = await store.events.keep(event(2, { claim: claimOf(3) }));
    assert.deepEqual(repeat, { kept: false });
    await assert.rejects(store.events.keep(event(1, { claim: claimOf(4) }), [claimOf(5)]));
    for (const n of [4, 5])
      assert.equal(await store.claims.find('gate', claimOf(n).identity, NOW), undefined);
  });

  test('a claim that is held makes the event a repeat of the one that holds it', async ({ store }) => {
    const first = event(1, { claim: claimOf(1) });
    assert.deepEqual(await store.events.keep(first), { kept: true });
    const again = await store.events.keep(event(2, { claim: claimOf(1) }));
    assert.deepEqual(again, { kept: false, repeatOf: first.id });
    assert.equal(await store.events.get(event(2).id), undefined);
    assert.deepEqual(await store.events.get(first.id), first);
    const { identity, untilMs } = claimOf(1);
    const held = { untilMs, takenMs: NOW, eventId: first.id };
    assert.deepEqual(await store.claims.find('gate', identity, NOW), held);
    // Without an event of its own it stays that event's.
    await store.claims.remember({ gate: 'gate', identity, untilMs });
    assert.deepEqual(await store.claims.find('gate', identity, NOW), held);
  });

  test('a claim is held until its last millisecond, and free from untilMs on', async ({ store, setNow }) => {
    await store.events.keep(event(1, { claim: claimOf(1, NOW + HOUR) }));
    setNow(NOW + HOUR - 1);
    const before = await store.events.keep(event(2, { claim: claimOf(1, NOW + 2 * HOUR) }));
    assert.deepEqual(before, { kept: false, repeatOf: event(1).id });
    setNow(NOW + HOUR);
    assert.deepEqual(await store.events.keep(event(3, { claim: claimOf(1, NOW + 2 * HOUR) })), {
      kept: true,
    });
    const after = await store.events.keep(event(4, { claim: claimOf(1, NOW + 3 * HOUR) }));
    assert.deepEqual(after, { kept: false, repeatOf: event(3).id });
  });

  test('an event’s claim, and what is claimed with it, may be given up when no copy is fresh; the event stays', async ({
    store,
  }) => {
    const kept = event(1, { claim: { ...claimOf(1), freshUntilMs: NOW + 10 } });
    await store.events.keep(kept, [{ ...claimOf(2), freshUntilMs: NOW + 20 }]);
    assert.deepEqual(await store.events.get(kept.id), kept);
    const fresh = (await claimsAt(store.claims, NOW)).map(({ freshUntilMs }) => freshUntilMs);
    assert.deepEqual(fresh, [NOW + 10, NOW + 20]);
    for (const [n, freed] of [
      [1, true],
      [2, false],
    ] as const)
      assert.equal(await store.claims.giveUp('gate', claimOf(n).identity, NOW + 10), freed);
    assert.deepEqual(await store.events.get(kept.id), kept);
    assert.deepEqual(await store.events.keep(event(2, { claim: claimOf(1) })), { kept: true });
  });

  test('an event without a claim repeats nothing', async ({ store }) => {
    for (let n = 1; n <= 3; n++) assert.deepEqual(await store.events.keep(event(n)), { kept: true });
  });

  test('the same identity on two gates is two claims', async ({ store }) => {
    await store.events.keep(event(1, { claim: claimOf(1) }));
    assert.deepEqual(await store.events.keep(event(2, { gate: 'other', claim: claimOf(1) })), { kept: true });
  });

  test('a remembered claim makes an event a repeat, of no event', async ({ store, setNow }) => {
    await store.claims.remember({ gate: 'gate', ...claimOf(1, NOW + HOUR) });
    setNow(NOW + HOUR - 1);
    assert.deepEqual(await store.events.keep(event(1, { claim: claimOf(1) })), { kept: false });
    setNow(NOW + HOUR);
    assert.deepEqual(await store.events.keep(event(2, { claim: claimOf(1, NOW + 9 * HOUR) })), {
      kept: true,
    });
  });

  test('remembering a held claim again only ever lengthens it, and forgets no event', async ({ store }) => {
    await store.events.keep(event(1, { claim: claimOf(1, NOW + HOUR) }));
    await store.claims.remember({ gate: 'gate', ...claimOf(1, NOW + 1) });
    assert.deepEqual(await claimsAt(store.claims, NOW), [{ gate: 'gate', ...claimOf(1, NOW + HOUR) }]);
    await store.claims.remember({ gate: 'gate', ...claimOf(1, NOW + 2 * HOUR) });
    assert.deepEqual(await claimsAt(store.claims, NOW), [{ gate: 'gate', ...claimOf(1, NOW + 2 * HOUR) }]);
    const repeat = await store.events.keep(event(2, { claim: claimOf(1) }));
    assert.deepEqual(repeat, { kept: false, repeatOf: event(1).id });
  });

  test('a released claim is free, and its event stays', async ({ store, setNow }) => {
    await store.events.keep(event(1, { claim: claimOf(1) }));
    await store.claims.remember({ gate: 'gate', ...claimOf(2) });
    assert.equal(await store.claims.release('other', claimOf(1).identity), false);
    assert.equal(await store.claims.release('gate', claimOf(3).identity), false);
    for (const n of [1, 2]) {
      assert.equal(await store.claims.release('gate', claimOf(n).identity), true);
      assert.equal(await store.claims.release('gate', claimOf(n).identity), false);
    }
    assert.deepEqual(await claimsAt(store.claims, NOW), []);
    assert.notEqual(await store.events.get(event(1).id), undefined);
    assert.deepEqual(await store.events.keep(event(2, { claim: claimOf(1) })), { kept: true });
    const repeat = await store.events.keep(event(3, { claim: claimOf(1) }));
    assert.deepEqual(repeat, { kept: false, repeatOf: event(2).id });
    setNow(NOW + HOUR);
    assert.equal(await store.claims.release('gate', claimOf(1).identity), false);
  });

  test('list() gives every claim that is held at that time, to the millisecond', async ({ store }) => {
    const kept = claimOf(1, NOW + 10);
    const remembered: Claim = { gate: 'other', ...claimOf(2, NOW + 20) };
    await store.events.keep(event(1, { claim: kept }));
    await store.claims.remember(remembered);
    const both = [{ gate: 'gate', ...kept }, remembered];
    assert.deepEqual(await claimsAt(store.claims, NOW), both);
    assert.deepEqual(await claimsAt(store.claims, NOW + 9), both);
    assert.deepEqual(await claimsAt(store.claims, NOW + 10), [remembered]);
    assert.deepEqual(await claimsAt(store.claims, NOW + 20), []);
  });

  test('of 500 concurrent events, 100 with one claim: one of these is kept, the others repeat it', async ({
    store,
  }) => {
    const events = Array.from({ length: 500 }, (_, n) =>
      event(n, { claim: claimOf(n % 5 === 0 ? 1_000 : n) }),
    );
    const results = await Promise.all(events.map((toKeep) => store.events.keep(toKeep)));
    const shared = results.filter((_, n) => n % 5 === 0);
    const winner = events[results.findIndex((result, n) => n % 5 === 0 && result.kept)];
    assert.equal(shared.filter((result) => result.kept).length, 1);
    assert.ok(winner !== undefined);
    for (const result of shared) if (!result.kept) assert.equal(result.repeatOf, winner.id);
    const kept = events.filter((_, n) => results[n]?.kept);
    assert.equal(kept.length, 401);
    for (const keptEvent of kept) assert.deepEqual(await store.events.get(keptEvent.id), keptEvent);
    assert.equal((await store.events.list({ limit: 1_000 })).length, 401);
  });

  test('one event that cannot be kept does not take others down with it', async ({ store }) => {
    await store.events.keep(event(50, { claim: claimOf(50) }));
    const settled = await Promise.allSettled(
      Array.from({ length: 101 }, (_, n) =>
        store.events.keep(event(n, { body: Uint8Array.of(n), claim: claimOf(n === 50 ? 2_000 : n) })),
      ),
    );
    assert.deepEqual(
      settled.flatMap((result, n) => (result.status === 'rejected' ? [n] : [])),
      [50],
    );
    for (let n = 0; n < 101; n++) {
      if (n !== 50) assert.deepEqual((await store.events.get(event(n).id))?.body, Uint8Array.of(n));
    }
    assert.deepEqual((await store.events.get(event(50).id))?.body, event(50).body);
    assert.equal((await claimsAt(store.claims, NOW)).length, 101);
  });

  test('of two concurrent events the second is kept where the first, with the same claim, was rejected', async ({
    store,
  }) => {
    await store.events.keep(event(1));
    const [first, second] = await Promise.allSettled([
      store.events.keep(event(1, { claim: claimOf(7) })),
      store.events.keep(event(2, { claim: claimOf(7) })),
    ]);
    assert.equal(first.status, 'rejected');
    assert.deepEqual(second, { status: 'fulfilled', value: { kept: true } satisfies KeepResult });
  });
}
