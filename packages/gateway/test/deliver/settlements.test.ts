/** What became of deliveries, on its way to the store: gathered, and never more at once than a commit writes quickly. */
import { describe, expect, it } from 'vitest';
import { createSettlements, type Settlements } from '../../src/deliver/settlements.ts';
import type { Settlement } from '../../src/stores/delivery-store.ts';

interface Bench {
  readonly settlements: Settlements;
  /** Places that the store has been given, a commit each. */
  readonly commits: number[][];
  /** The store commits what it has. */
  commit(error?: Error): Promise<void>;
}

function bench(): Bench {
  const commits: number[][] = [];
  let waiting: PromiseWithResolvers<boolean>[] = [];
  const settlements = createSettlements({
    settle: ({ place }) => {
      if (waiting.length === 0) commits.push([]);
      commits.at(-1)?.push(place);
      const waits = Promise.withResolvers<boolean>();
      waiting.push(waits);
      return waits.promise;
    },
  });
  const commit = async (error?: Error): Promise<void> => {
    const batch = waiting;
    waiting = [];
    for (const { resolve, reject } of batch) error === undefined ? resolve(true) : reject(error);
    await new Promise((done) => setImmediate(done));
  };
  return { settlements, commits, commit };
}

function settlement(place: number, answerBytes = 0): Settlement {
  const answer = new Uint8Array(answerBytes);
  return {
    place,
    lease: place,
    state: 'waiting',
    dueMs: 0,
    attempt: { startedMs: 0, tookMs: 0, code: 'status', ...(answerBytes > 0 && { answer }) },
  };
}

describe('settlements', () => {
  it.each([
    { answerBytes: 0, most: 128 },
    { answerBytes: 4_096, most: 64 },
    { answerBytes: 300 * 1024, most: 1 },
  ])(
    'with answers of $answerBytes bytes are given to the store $most at a time, in order',
    async ({ answerBytes, most }) => {
      const { settlements, commits, commit } = bench();
      const places = Array.from({ length: 300 }, (_, place) => place);
      const all = Promise.all(places.map((place) => settlements.add(settlement(place, answerBytes), false)));
      settlements.flush();
      while (commits.flat().length < 300) await commit();
      await commit();
      expect(await all).toEqual(places.map(() => true));
      expect(commits.flat()).toEqual(places);
      expect(Math.max(...commits.map(({ length }) => length))).toBe(most);
    },
  );

  it('that are urgent take with them what is gathered, and wait for what is being written', async () => {
    const { settlements, commits, commit } = bench();
    const first = settlements.add(settlement(1), false);
    expect(commits).toEqual([]);
    const urgent = settlements.add(settlement(2), true);
    expect(commits).toEqual([[1, 2]]);
    const next = settlements.add(settlement(3), true);
    expect(commits).toEqual([[1, 2]]);
    await commit();
    expect(commits).toEqual([[1, 2], [3]]);
    await commit();
    expect(await Promise.all([first, urgent, next])).toEqual([true, true, true]);
  });

  it('that the store rejects are rejected, and those after them are written', async () => {
    const { settlements, commits, commit } = bench();
    const first = settlements.add(settlement(1), true);
    const next = settlements.add(settlement(2), true);
    const failed = expect(first).rejects.toThrow('full');
    await commit(new Error('full'));
    await failed;
    expect(commits).toEqual([[1], [2]]);
    await commit();
    expect(await next).toBe(true);
  });
});
