/** Who holds a claim, and how long without a word of its holder. */
import { assert, assertEqual } from '../assert.ts';
import { count, type DeclareTest, expectState, HOUR, identity, LEASE, NOW } from './claims.ts';

export function declareLeases(test: DeclareTest): void {
  test('a claim that nobody holds is begun', async (guard) => {
    await expectState(guard.begin(identity(1), NOW, LEASE), 'begun');
  });

  test('a claim that is held is in flight, and says how long its lease still runs', async (guard) => {
    await guard.begin(identity(1), NOW, LEASE);
    const again = await guard.begin(identity(1), NOW + 1_000, LEASE);
    assertEqual(again.state, 'in-flight', 'state');
    if (again.state === 'in-flight') assertEqual(again.retryAfterMs, LEASE - 1_000, 'retryAfterMs');
  });

  test('being told in-flight does not lengthen the lease', async (guard) => {
    await guard.begin(identity(1), NOW, LEASE);
    await expectState(guard.begin(identity(1), NOW + LEASE - 1, LEASE), 'in-flight');
    await expectState(guard.begin(identity(1), NOW + LEASE, LEASE), 'begun');
  });

  test('a lease holds until its last millisecond', async (guard) => {
    await guard.begin(identity(1), NOW, LEASE);
    const last = await guard.begin(identity(1), NOW + LEASE - 1, LEASE);
    assertEqual(last.state, 'in-flight', 'state');
    if (last.state === 'in-flight') assertEqual(last.retryAfterMs, 1, 'retryAfterMs');
  });

  test('a lease that ran out leaves the claim free, with a whole new lease', async (guard) => {
    await guard.begin(identity(1), NOW, LEASE);
    await expectState(guard.begin(identity(1), NOW + LEASE, LEASE), 'begun');
    await expectState(guard.begin(identity(1), NOW + 2 * LEASE - 1, LEASE), 'in-flight');
  });

  test('a renewed lease runs from its renewal', async (guard) => {
    await guard.begin(identity(1), NOW, LEASE);
    await guard.renew(identity(1), NOW + LEASE - 1, LEASE);
    const later = await guard.begin(identity(1), NOW + LEASE, LEASE);
    assertEqual(later.state, 'in-flight', 'state');
    if (later.state === 'in-flight') assertEqual(later.retryAfterMs, LEASE - 1, 'retryAfterMs');
    await expectState(guard.begin(identity(1), NOW + 2 * LEASE - 2, LEASE), 'in-flight');
    await expectState(guard.begin(identity(1), NOW + 2 * LEASE - 1, LEASE), 'begun');
  });

  test('a lease can be renewed any number of times, and ends when it is not', async (guard) => {
    await guard.begin(identity(1), NOW, LEASE);
    for (let n = 1; n <= 100; n++) {
      const nowMs = NOW + (n * LEASE) / 2;
      await guard.renew(identity(1), nowMs, LEASE);
      await expectState(guard.begin(identity(1), nowMs + LEASE / 2, LEASE), 'in-flight');
    }
    await expectState(guard.begin(identity(1), NOW + 51 * LEASE, LEASE), 'begun');
  });

  test('a renewal never shortens a lease', async (guard) => {
    await guard.begin(identity(1), NOW, LEASE);
    await guard.renew(identity(1), NOW - LEASE, LEASE);
    await guard.renew(identity(1), NOW, 1);
    await expectState(guard.begin(identity(1), NOW + LEASE - 1, LEASE), 'in-flight');
  });

  test('a renewal that comes too late changes nothing about a commit or an abort', async (guard) => {
    await guard.begin(identity(1), NOW, LEASE);
    await guard.commit(identity(1), NOW + 10, Uint8Array.of(1));
    await guard.renew(identity(1), NOW + 1, LEASE);
    const result = await guard.begin(identity(1), NOW + 2, LEASE);
    assert(result.state === 'committed' && result.answer?.[0] === 1, 'the commit and its answer');
    await expectState(guard.begin(identity(1), NOW + 10, LEASE), 'begun');
    await guard.begin(identity(2), NOW, LEASE);
    await guard.abort(identity(2));
    await guard.renew(identity(2), NOW + 1, LEASE);
    await expectState(guard.begin(identity(2), NOW + 2, LEASE), 'begun');
  });

  test('a renewal of a claim that nobody holds takes none', async (guard) => {
    await guard.renew(identity(1), NOW, LEASE);
    await expectState(guard.begin(identity(1), NOW, LEASE), 'begun');
  });

  test('a renewed claim commits and aborts as any other', async (guard) => {
    for (const n of [1, 2]) {
      await guard.begin(identity(n), NOW, LEASE);
      await guard.renew(identity(n), NOW + LEASE - 1, LEASE);
    }
    await guard.commit(identity(1), NOW + 2);
    await guard.abort(identity(2));
    await expectState(guard.begin(identity(1), NOW + 1, LEASE), 'committed');
    await expectState(guard.begin(identity(1), NOW + 2, LEASE), 'begun');
    await expectState(guard.begin(identity(2), NOW + 1, LEASE), 'begun');
  });

  test('a commit may end before the lease would have', async (guard) => {
    await guard.begin(identity(1), NOW, LEASE);
    await guard.commit(identity(1), NOW + 10);
    await expectState(guard.begin(identity(1), NOW + 9, LEASE), 'committed');
    await expectState(guard.begin(identity(1), NOW + 10, LEASE), 'begun');
  });

  test('a commit after the lease ran out still holds', async (guard) => {
    await guard.begin(identity(1), NOW, LEASE);
    await expectState(guard.begin(identity(2), NOW + LEASE + 1, LEASE), 'begun');
    await guard.commit(identity(1), NOW + HOUR);
    await expectState(guard.begin(identity(1), NOW + LEASE + 1, LEASE), 'committed');
  });

  test('of 1,000 concurrent begins of one claim exactly one is begun', async (guard) => {
    const all = await Promise.all(
      Array.from({ length: 1_000 }, async () => guard.begin(identity(1), NOW, LEASE)),
    );
    assertEqual(count(all, 'begun'), 1, 'begun');
    assertEqual(count(all, 'in-flight'), 999, 'in-flight');
  });
}
