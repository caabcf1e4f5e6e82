/** What every `ClaimStore` must do, as a suite for any test runner. */
import assert from 'node:assert/strict';
import {
  CLOSED,
  claimOf,
  claimsAt,
  declareContract,
  HOUR,
  hex,
  NOW,
  type StoreContractOptions,
} from './store-bench.ts';

/**
 * Declares the tests of a `ClaimStore`; a failing one throws. What it does with events is in `testEventStore`.
 * @example testClaimStore({ describe, it, name: 'SQLite in memory', create: ({ now }) => openStore(':memory:', { now }) });
 */
export function testClaimStore(options: StoreContractOptions<'claims'>): void {
  declareContract('ClaimStore', options, (test) => {
    test('of two times for one claim the later holds', async ({ store: { claims } }) => {
      for (const [ms, heldMs] of [
        [HOUR, HOUR],
        [1, HOUR],
        [2 * HOUR, 2 * HOUR],
      ] as const) {
        await claims.remember({ gate: 'gate', ...claimOf(1, NOW + ms) });
        assert.deepEqual(await claimsAt(claims, NOW), [{ gate: 'gate', ...claimOf(1, NOW + heldMs) }]);
      }
    });

    test('a claim that has expired can be taken anew, for a shorter time', async ({
      store: { claims },
      setNow,
    }) => {
      await claims.remember({ gate: 'gate', ...claimOf(1, NOW + HOUR) });
      setNow(NOW + HOUR);
      await claims.remember({ gate: 'gate', ...claimOf(1, NOW + HOUR + 1) });
      assert.deepEqual(await claimsAt(claims, NOW + HOUR), [{ gate: 'gate', ...claimOf(1, NOW + HOUR + 1) }]);
    });

    test('list() gives every claim that is held at that time, to the millisecond', async ({
      store: { claims },
    }) => {
      const first = { gate: 'gate', ...claimOf(1, NOW + 10) };
      const other = { gate: 'other', ...claimOf(2, NOW + 20) };
      await claims.remember(first);
      await claims.remember(other);
      for (const [ms, held] of [
        [0, [first, other]],
        [9, [first, other]],
        [10, [other]],
        [20, []],
      ] as const) {
        assert.deepEqual(await claimsAt(claims, NOW + ms), held);
      }
    });

    test('find() gives a claim that is held at that time, to the millisecond, on its gate only', async ({
      store: { claims },
    }) => {
      const { identity } = claimOf(1);
      assert.equal(await claims.find('gate', identity, NOW), undefined);
      await claims.remember({ gate: 'gate', ...claimOf(1, NOW + 10) });
      assert.equal((await claims.find('gate', identity, NOW - HOUR))?.untilMs, NOW + 10);
      assert.equal((await claims.find('gate', identity, NOW + 9))?.untilMs, NOW + 10);
      assert.equal(await claims.find('gate', identity, NOW + 10), undefined);
      assert.equal(await claims.find('other', identity, NOW), undefined);
      assert.equal(await claims.find('gate', claimOf(2).identity, NOW), undefined);
      await claims.release('gate', identity);
      assert.equal(await claims.find('gate', identity, NOW), undefined);
    });

    test('find() gives the answer that a claim has; of two the later, or the later lack of one', async ({
      store: { claims },
    }) => {
      const { identity } = claimOf(1);
      for (const answer of [Uint8Array.of(1, 0, 255), Uint8Array.of(2), new Uint8Array(0), undefined]) {
        await claims.remember({ gate: 'gate', ...claimOf(1), ...(answer && { answer }) });
        const stored = await claims.find('gate', identity, NOW);
        assert.equal(stored?.untilMs, NOW + HOUR);
        assert.deepEqual(stored.answer && [...stored.answer], answer && [...answer]);
      }
    });

    test('find() says when a claim was taken, which nothing that lengthens it changes', async ({
      store: { claims },
      setNow,
    }) => {
      const { identity } = claimOf(1);
      await claims.remember({ gate: 'gate', ...claimOf(1, NOW + 10) });
      setNow(NOW + 5);
      await claims.remember({ gate: 'gate', ...claimOf(1, NOW + 20) });
      const held = { untilMs: NOW + 20, takenMs: NOW };
      assert.deepEqual(await claims.find('gate', identity, NOW + 5), held);
      await claims.release('gate', identity);
      await claims.remember({ gate: 'gate', ...claimOf(1, NOW + 20) });
      assert.deepEqual(await claims.find('gate', identity, NOW + 5), { untilMs: NOW + 20, takenMs: NOW + 5 });
    });

    test('an answer ends with its claim', async ({ store: { claims }, setNow }) => {
      await claims.remember({ gate: 'gate', ...claimOf(1, NOW + 10), answer: Uint8Array.of(1) });
      setNow(NOW + 10);
      await claims.remember({ gate: 'gate', ...claimOf(1, NOW + 20) });
      assert.equal((await claims.find('gate', claimOf(1).identity, NOW + 10))?.untilMs, NOW + 20);
    });

    test('the same identity on two gates is two claims', async ({ store: { claims } }) => {
      for (const gate of ['one', 'two']) await claims.remember({ gate, ...claimOf(1) });
      assert.equal(await claims.release('one', claimOf(1).identity), true);
      assert.deepEqual(await claimsAt(claims, NOW), [{ gate: 'two', ...claimOf(1) }]);
    });

    test('a claim is released once, on its own gate, and not when it has expired', async ({
      store: { claims },
      setNow,
    }) => {
      const { identity } = claimOf(1);
      await claims.remember({ gate: 'gate', ...claimOf(1) });
      assert.equal(await claims.release('other', identity), false);
      assert.equal(await claims.release('gate', claimOf(2).identity), false);
      assert.equal(await claims.release('gate', identity), true);
      assert.equal(await claims.release('gate', identity), false);
      assert.deepEqual(await claimsAt(claims, NOW), []);
      await claims.remember({ gate: 'gate', ...claimOf(1) });
      assert.equal((await claimsAt(claims, NOW)).length, 1);
      setNow(NOW + HOUR);
      assert.equal(await claims.release('gate', identity), false);
    });

    test('list() gives the end of a claim’s freshness where it is not its end', async ({
      store: { claims },
    }) => {
      const two = { gate: 'gate', ...claimOf(1), freshUntilMs: NOW + 10 };
      await claims.remember(two);
      await claims.remember({ gate: 'gate', ...claimOf(2), freshUntilMs: NOW + HOUR });
      await claims.remember({ gate: 'gate', ...claimOf(3) });
      const withOneEnd = [claimOf(2), claimOf(3)].map((claim) => ({ gate: 'gate', ...claim }));
      assert.deepEqual(await claimsAt(claims, NOW), [two, ...withOneEnd]);
      assert.equal((await claims.find('gate', two.identity, NOW))?.untilMs, NOW + HOUR);
    });

    test('of two ends of freshness for one claim the later holds, and the lack of one', async ({
      store: { claims },
    }) => {
      const { identity } = claimOf(1);
      const ends = async (untilMs: number, freshUntilMs?: number) => {
        const fresh = freshUntilMs === undefined ? {} : { freshUntilMs };
        await claims.remember({ gate: 'gate', identity, untilMs, ...fresh });
        const [held] = await claimsAt(claims, NOW);
        return [held?.untilMs, held?.freshUntilMs].map((ms) => ms && ms - NOW);
      };
      assert.deepEqual(await ends(NOW + 30, NOW + 20), [30, 20]);
      assert.deepEqual(await ends(NOW + 40, NOW + 10), [40, 20]);
      assert.deepEqual(await ends(NOW + 35, NOW + 25), [40, 25]);
      assert.deepEqual(await ends(NOW + 30), [40, 30]);
      assert.deepEqual(await ends(NOW + 40), [40, undefined]);
    });

    test('a claim is given up once, on its own gate, and not while a copy is fresh', async ({
      store: { claims },
    }) => {
      const { identity } = claimOf(1);
      await claims.remember({ gate: 'gate', ...claimOf(1), freshUntilMs: NOW + 10 });
      await claims.remember({ gate: 'gate', ...claimOf(2) });
      assert.equal(await claims.giveUp('gate', identity, NOW + 9), false);
      assert.equal(await claims.giveUp('other', identity, NOW + 10), false);
      assert.equal(await claims.giveUp('gate', claimOf(2).identity, NOW + HOUR - 1), false);
      assert.equal(await claims.giveUp('gate', claimOf(3).identity, NOW + 10), false);
      assert.equal((await claimsAt(claims, NOW)).length, 2);
      assert.equal(await claims.giveUp('gate', identity, NOW + 10), true);
      assert.equal(await claims.giveUp('gate', identity, NOW + 10), false);
      assert.deepEqual(await claimsAt(claims, NOW), [{ gate: 'gate', ...claimOf(2) }]);
      assert.equal(await claims.find('gate', identity, NOW), undefined);
    });

    test('a claim that was taken anew is not given up for an older word', async ({ store: { claims } }) => {
      const { identity } = claimOf(1);
      await claims.remember({ gate: 'gate', ...claimOf(1), freshUntilMs: NOW + 10 });
      const [, , isGivenUp] = await Promise.all([
        claims.giveUp('gate', identity, NOW + 10),
        claims.remember({ gate: 'gate', ...claimOf(1), freshUntilMs: NOW + 30 }),
        claims.giveUp('gate', identity, NOW + 10),
      ]);
      assert.equal(isGivenUp, false);
      assert.equal((await claimsAt(claims, NOW)).length, 1);
    });

    test('what is asked for at the same time happens in that order', async ({ store: { claims } }) => {
      const { identity } = claimOf(1);
      const [, first, second] = await Promise.all([
        claims.remember({ gate: 'gate', ...claimOf(1) }),
        claims.release('gate', identity),
        claims.release('gate', identity),
        claims.remember({ gate: 'gate', ...claimOf(1, NOW + 1) }),
      ]);
      assert.deepEqual([first, second], [true, false]);
      assert.deepEqual(await claimsAt(claims, NOW), [{ gate: 'gate', ...claimOf(1, NOW + 1) }]);
    });

    test('list() gives many claims, of several gates, each once', async ({ store }) => {
      const n = 3_500;
      for (let from = 0; from < n; from += 500) {
        await Promise.all(
          Array.from({ length: 500 }, (_, i) =>
            store.claims.remember({ gate: `gate-${i % 3}`, ...claimOf(from + i) }),
          ),
        );
      }
      const listed = await claimsAt(store.claims, NOW);
      assert.equal(listed.length, n);
      assert.equal(new Set(listed.map((claim) => hex(claim.identity))).size, n);
    });

    test('expired claims make room without touching held ones', async ({ store, setNow }) => {
      for (let n = 0; n < 50; n++)
        await store.claims.remember({ gate: 'gate', ...claimOf(n, NOW + 1 + (n % 2)) });
      setNow(NOW + 1);
      for (let n = 50; n < 100; n++) await store.claims.remember({ gate: 'gate', ...claimOf(n, NOW + HOUR) });
      assert.equal((await claimsAt(store.claims, NOW + 1)).length, 75);
    });

    test('close() finishes what is queued; what comes after is rejected', async ({ store }) => {
      const { claims } = store;
      const queued = Array.from({ length: 300 }, (_, n) => claims.remember({ gate: 'gate', ...claimOf(n) }));
      const released = claims.release('gate', claimOf(7).identity);
      await store.close();
      await Promise.all(queued);
      assert.equal(await released, true);
      await assert.rejects(claims.remember({ gate: 'gate', ...claimOf(1) }), CLOSED);
      await assert.rejects(claims.release('gate', claimOf(1).identity), CLOSED);
      await assert.rejects(claims.giveUp('gate', claimOf(1).identity, NOW), CLOSED);
      await assert.rejects(async () => claims.find('gate', claimOf(1).identity, NOW), CLOSED);
      await assert.rejects(claimsAt(claims, NOW), CLOSED);
      await store.close();
    });
  });
}
