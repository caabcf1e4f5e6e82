import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../../scripts/effort.ts';
import { createCallBudget } from '../../src/outgoing/call-budget.ts';

const HOUR = 3_600_000;

describe('createCallBudget', () => {
  it('allows the limit in any window, and says to the millisecond when the next is free', () => {
    let nowMs = 0;
    const budget = createCallBudget({ limit: 3, windowMs: HOUR, now: () => nowMs });
    for (nowMs of [0, 10, 20]) expect(budget.take()).toBe(0);
    nowMs = 30;
    expect(budget.take()).toBe(HOUR - 30);
    nowMs = HOUR - 1;
    expect(budget.take()).toBe(1);
    nowMs = HOUR;
    expect(budget.take()).toBe(0);
    expect(budget.take()).toBe(10);
  });

  it('never lets more than the limit through in any window, and never refuses without need', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: 40 }), { maxLength: 100 }),
        fc.integer({ min: 1, max: 5 }),
        (steps, limit) => {
          let nowMs = 0;
          const budget = createCallBudget({ limit, windowMs: 100, now: () => nowMs });
          const taken: number[] = [];
          for (const step of steps) {
            nowMs += step;
            const within = taken.filter((ms) => nowMs - ms < 100).length;
            const waitMs = budget.take();
            expect(waitMs === 0).toBe(within < limit);
            if (waitMs === 0) taken.push(nowMs);
          }
        },
      ),
      { seed: 3, numRuns: runs(300) },
    );
  });

  it('is not held up for longer than a window by a clock that was set back', () => {
    let nowMs = 24 * HOUR;
    const budget = createCallBudget({ limit: 1, windowMs: HOUR, now: () => nowMs });
    budget.take();
    nowMs = 0;
    expect(budget.take()).toBe(HOUR);
    nowMs = HOUR;
    expect(budget.take()).toBe(0);
  });
});
