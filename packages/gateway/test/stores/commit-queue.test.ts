/** The queue of writes: what it tells of itself while they wait, are committed, and fail. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { CommitQueue, type Write } from '../../src/stores/commit-queue.ts';
import { StoreError } from '../../src/stores/store.ts';

const COMMITTED_MS = 5;

function queueOf(commit: (batch: readonly Write[]) => void = () => {}): CommitQueue {
  return new CommitQueue({
    maxQueued: 5,
    maxBatch: 2,
    maxBatchBytes: 1_000,
    commit(batch) {
      const untilMs = performance.now() + COMMITTED_MS;
      while (performance.now() < untilMs);
      commit(batch);
      return batch.map((write) => write.apply(0));
    },
  });
}

const last = (counts: readonly number[]): number => counts.at(-1) ?? Number.NaN;

describe('the queue of writes', () => {
  it('tells how many wait and how long the first has, until the last is durable', async () => {
    const depths: number[] = [];
    const ages: number[] = [];
    const queue: CommitQueue = queueOf(() => {
      depths.push(queue.depth);
      ages.push(queue.ageMs);
    });
    expect([queue.depth, queue.ageMs, queue.maxDepth]).toEqual([0, 0, 5]);
    const added = [1, 2, 3, 4, 5].map((value) => queue.add(1, () => value));
    expect(queue.depth).toBe(5);
    await expect(queue.add(1, () => 6)).rejects.toMatchObject({ code: 'queue-full' });
    expect(await Promise.all(added)).toEqual([1, 2, 3, 4, 5]);
    expect(depths).toEqual([3, 1, 0]);
    // Those that are left have waited for each commit before theirs.
    expect(ages[0]).toBeGreaterThanOrEqual(COMMITTED_MS);
    expect(ages[1]).toBeGreaterThanOrEqual(2 * COMMITTED_MS);
    expect(ages[2]).toBe(0);
    expect([queue.depth, queue.ageMs, queue.turnedAway, queue.failed]).toEqual([0, 0, 1, 0]);
    expect(last(queue.commits.cumulated())).toBe(3);
    expect(queue.commits.sumSeconds).toBeGreaterThanOrEqual((3 * COMMITTED_MS) / 1000);
    expect(last(queue.writes.cumulated())).toBe(5);
    // Two waited for one commit, two for two, one for three.
    expect(queue.writes.sumSeconds).toBeGreaterThanOrEqual((9 * COMMITTED_MS) / 1000);
  });

  it('counts writes whose commit failed, and times none of them', async () => {
    const queue = queueOf(() => {
      throw new StoreError('failed', 'the disk is full');
    });
    const added = [1, 2, 3].map((value) => queue.add(1, () => value));
    expect((await Promise.allSettled(added)).map(({ status }) => status)).toEqual(Array(3).fill('rejected'));
    await nextTurn();
    expect([queue.depth, queue.failed, queue.turnedAway]).toEqual([0, 3, 0]);
    expect(last(queue.writes.cumulated())).toBe(0);
  });

  it('begins to time a write when it comes, however long nothing was written', async () => {
    const queue = queueOf();
    await queue.add(1, () => 1);
    const { sumSeconds } = queue.writes;
    const untilMs = performance.now() + 50;
    while (performance.now() < untilMs);
    const cameMs = performance.now();
    const write = queue.add(1, () => 2);
    // A busy machine makes both longer.
    const { ageMs } = queue;
    expect(ageMs).toBeLessThanOrEqual(performance.now() - cameMs);
    await write;
    expect(queue.writes.sumSeconds - sumSeconds).toBeLessThanOrEqual((performance.now() - cameMs) / 1000);
  });
});
