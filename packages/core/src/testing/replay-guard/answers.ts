/** What a repeat is given. */
import { assert, assertBytes } from '../assert.ts';
import { type DeclareTest, expectState, HOUR, identity, LEASE, NOW } from './claims.ts';

export function declareAnswers(test: DeclareTest): void {
  test('a repeat is given the answer that was committed, whatever became of the caller’s array', async (guard) => {
    const answer = Uint8Array.from({ length: 256 }, (_, i) => i);
    await guard.begin(identity(1), NOW, LEASE);
    await guard.commit(identity(1), NOW + HOUR, answer);
    answer.fill(0);
    for (let repeat = 0; repeat < 2; repeat++) {
      const result = await guard.begin(identity(1), NOW + 1, LEASE);
      assert(
        result.state === 'committed' && result.answer !== undefined,
        'a committed claim with its answer',
      );
      assertBytes(
        result.answer,
        Uint8Array.from({ length: 256 }, (_, i) => i),
        'answer',
      );
      result.answer.fill(0);
    }
  });

  test('a claim committed without an answer has none', async (guard) => {
    await guard.commit(identity(1), NOW + HOUR);
    const result = await guard.begin(identity(1), NOW, LEASE);
    assert(
      result.state === 'committed' && result.answer === undefined,
      'a committed claim without an answer',
    );
  });

  test('of two commits the later answer holds, or the later lack of one', async (guard) => {
    await guard.commit(identity(1), NOW + HOUR, Uint8Array.of(1));
    await guard.commit(identity(1), NOW + HOUR, Uint8Array.of(2));
    const second = await guard.begin(identity(1), NOW, LEASE);
    assert(second.state === 'committed' && second.answer?.[0] === 2, 'the second answer');
    await guard.commit(identity(1), NOW + HOUR);
    const third = await guard.begin(identity(1), NOW, LEASE);
    assert(third.state === 'committed' && third.answer === undefined, 'no answer');
  });

  test('an empty answer is an answer', async (guard) => {
    await guard.commit(identity(1), NOW + HOUR, new Uint8Array(0));
    const result = await guard.begin(identity(1), NOW, LEASE);
    assert(
      result.state === 'committed' && result.answer?.length === 0,
      'a committed claim with an empty answer',
    );
  });

  test('an answer ends with its claim', async (guard) => {
    await guard.commit(identity(1), NOW + HOUR, Uint8Array.of(1));
    await expectState(guard.begin(identity(1), NOW + HOUR, LEASE), 'begun');
    await guard.commit(identity(1), NOW + 2 * HOUR);
    const result = await guard.begin(identity(1), NOW + HOUR, LEASE);
    assert(
      result.state === 'committed' && result.answer === undefined,
      'a committed claim without an answer',
    );
  });
}
