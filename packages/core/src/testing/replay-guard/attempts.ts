/** How often a claim was begun before, and came to nothing. */
import type { MaybePromise } from '../../model.ts';
import type { BeginResult } from '../../replay.ts';
import { assert, assertEqual } from '../assert.ts';
import { type DeclareTest, HOUR, identity, LEASE, NOW } from './claims.ts';

export function declareAttempts(test: DeclareTest): void {
  test('the first run is attempt 1, also of a claim beside one that failed', async (guard) => {
    await guard.begin(identity(1), NOW, LEASE);
    await guard.abort(identity(1));
    await expectAttempt(guard.begin(identity(2), NOW, LEASE), 1);
  });

  test('each run after an abort is one more', async (guard) => {
    for (let attempt = 1; attempt <= 5; attempt++) {
      await expectAttempt(guard.begin(identity(1), NOW, LEASE), attempt);
      await guard.abort(identity(1));
    }
  });

  test('the run after a lease that ran out is one more', async (guard) => {
    for (let attempt = 1; attempt <= 5; attempt++) {
      await expectAttempt(guard.begin(identity(1), NOW + attempt * LEASE, LEASE), attempt);
    }
  });

  test('repeats that are told to wait, and renewals, count for nothing', async (guard) => {
    await guard.begin(identity(1), NOW, LEASE);
    for (let i = 0; i < 3; i++) await guard.begin(identity(1), NOW, LEASE);
    await guard.renew(identity(1), NOW + 1, LEASE);
    await guard.abort(identity(1));
    await expectAttempt(guard.begin(identity(1), NOW, LEASE), 2);
  });

  test('a commit ends the count: when it has expired, the next run is the first', async (guard) => {
    await guard.begin(identity(1), NOW, LEASE);
    await guard.abort(identity(1));
    await guard.begin(identity(1), NOW, LEASE);
    await guard.commit(identity(1), NOW + HOUR);
    await expectAttempt(guard.begin(identity(1), NOW + HOUR, LEASE), 1);
  });
}

async function expectAttempt(result: MaybePromise<BeginResult>, attempt: number): Promise<void> {
  const begun = await result;
  assert(begun.state === 'begun', 'a claim that is begun');
  assertEqual(begun.attempt, attempt, 'attempt');
}
