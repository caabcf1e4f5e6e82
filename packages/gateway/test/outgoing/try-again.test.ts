import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fullJitterMs, tryAgain } from '../../src/outgoing/try-again.ts';

/** Tries whose n-th result is n; results below `good` ask for another. */
async function run(good: number, changes: { mayRepeat?: boolean; maxTries?: number } = {}) {
  const waits: number[] = [];
  let result = 0;
  const last = await tryAgain(async () => ++result, {
    mayRepeat: true,
    maxTries: 4,
    ...changes,
    waitMsAfter: (value, tries) => (value < good ? 100 * tries : undefined),
    wait: async (ms) => void waits.push(ms),
  });
  return { ...last, waits };
}

describe('further tries', () => {
  it('end with the first result that asks for none', async () => {
    expect(await run(1)).toEqual({ result: 1, tries: 1, waits: [] });
    expect(await run(3)).toEqual({ result: 3, tries: 3, waits: [100, 200] });
  });

  it('are bounded; nothing is waited for after the last', async () => {
    expect(await run(9)).toEqual({ result: 4, tries: 4, waits: [100, 200, 300] });
  });

  it('are not made of a call that may not be made twice', async () => {
    expect(await run(9, { mayRepeat: false })).toEqual({ result: 1, tries: 1, waits: [] });
  });

  it('end at once where a try or the waiting throws', async () => {
    const options = {
      mayRepeat: true,
      maxTries: 9,
      waitMsAfter: () => 1,
      wait: async () => Promise.reject(new Error('w')),
    };
    await expect(tryAgain(() => Promise.reject(new Error('t')), options)).rejects.toThrow('t');
    await expect(tryAgain(async () => 1, options)).rejects.toThrow('w');
  });
});

describe('full jitter', () => {
  it('lies from nothing to all of a wait that doubles up to its cap', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2_000 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (tries, random) => {
          const options = { firstMs: 1_000, capMs: 30_000 };
          const ms = fullJitterMs(tries, { ...options, random: () => random });
          const most = tries < 6 ? 1_000 * 2 ** (tries - 1) : 30_000;
          expect(ms).toBe(Math.round(most * random));
          expect(fullJitterMs(tries, { ...options, random: () => 0 })).toBe(0);
        },
      ),
      { seed: 1 },
    );
  });
});
