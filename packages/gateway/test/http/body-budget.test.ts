import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBodyBudget } from '../../src/http/body-budget.ts';

describe('a body budget', () => {
  it('never holds more than its maximum, and large bodies never the last quarter', () => {
    const sizes = fc.array(fc.tuple(fc.nat(9), fc.nat(40_000)), { maxLength: 200 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 200_000 }), (resizes, max) => {
        const budget = createBodyBudget(max);
        const held = Array.from({ length: 10 }, () => 0);
        for (const [i, to] of resizes) {
          const from = held[i] ?? 0;
          const before = budget.heldBytes;
          const granted = budget.resize(from, to);
          if (granted) held[i] = to;
          const bound = to > 16_384 ? max - Math.floor(max / 4) : max;
          expect(granted).toBe(to <= from || before - from + to <= bound);
          expect(budget.heldBytes).toBe(held.reduce((sum, bytes) => sum + bytes, 0));
          expect(budget.heldBytes).toBeLessThanOrEqual(max);
        }
        for (const bytes of held) budget.resize(bytes, 0);
        expect(budget.heldBytes).toBe(0);
      }),
      { seed: 5 },
    );
  });
});
