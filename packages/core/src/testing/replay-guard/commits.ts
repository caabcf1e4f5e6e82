/** How a claim ends: committed until a time, or aborted. */
import { DAY, type DeclareTest, expectState, HOUR, identity, LEASE, NOW } from './claims.ts';

export function declareCommits(test: DeclareTest): void {
  test('a committed claim is committed, long after its lease', async (guard) => {
    await guard.begin(identity(1), NOW, LEASE);
    await guard.commit(identity(1), NOW + HOUR);
    await expectState(guard.begin(identity(1), NOW, LEASE), 'committed');
    await expectState(guard.begin(identity(1), NOW + LEASE, LEASE), 'committed');
    await expectState(guard.begin(identity(1), NOW + HOUR - 1, LEASE), 'committed');
  });

  test('a committed claim is free from untilMs on', async (guard) => {
    await guard.begin(identity(1), NOW, LEASE);
    await guard.commit(identity(1), NOW + HOUR);
    await expectState(guard.begin(identity(1), NOW + HOUR, LEASE), 'begun');
    await expectState(guard.begin(identity(1), NOW + HOUR, LEASE), 'in-flight');
  });

  test('claims can be held for months', async (guard) => {
    await guard.commit(identity(1), NOW + 90 * DAY);
    await expectState(guard.begin(identity(1), NOW + 90 * DAY - 1, LEASE), 'committed');
    await expectState(guard.begin(identity(1), NOW + 90 * DAY, LEASE), 'begun');
  });

  test('a claim that was never begun can be committed', async (guard) => {
    await guard.commit(identity(1), NOW + HOUR);
    await expectState(guard.begin(identity(1), NOW, LEASE), 'committed');
  });

  test('of two commits the later time holds', async (guard) => {
    await guard.commit(identity(1), NOW + HOUR);
    await guard.commit(identity(1), NOW + 1);
    await expectState(guard.begin(identity(1), NOW + HOUR - 1, LEASE), 'committed');
  });

  test('an aborted claim is free at once', async (guard) => {
    await guard.begin(identity(1), NOW, LEASE);
    await guard.abort(identity(1));
    await expectState(guard.begin(identity(1), NOW, LEASE), 'begun');
    await expectState(guard.begin(identity(1), NOW, LEASE), 'in-flight');
  });

  test('an abort does not undo a commit', async (guard) => {
    await guard.begin(identity(1), NOW, LEASE);
    await guard.commit(identity(1), NOW + HOUR);
    await guard.abort(identity(1));
    await expectState(guard.begin(identity(1), NOW, LEASE), 'committed');
  });

  test('an abort of a claim that nobody holds does nothing', async (guard) => {
    await guard.abort(identity(1));
    await expectState(guard.begin(identity(1), NOW, LEASE), 'begun');
  });

  test('a clock that was set back forgets nothing', async (guard) => {
    await guard.commit(identity(1), NOW + HOUR);
    await guard.begin(identity(2), NOW, LEASE);
    for (let i = 0; i < 200; i++) await guard.begin(identity(1_000 + i), NOW - DAY, LEASE);
    await expectState(guard.begin(identity(1), NOW - DAY, LEASE), 'committed');
    await expectState(guard.begin(identity(2), NOW - DAY, LEASE), 'in-flight');
    await expectState(guard.begin(identity(1), NOW + HOUR - 1, LEASE), 'committed');
  });
}
