import { describe, expect, it } from 'vitest';
import { MINUTE } from '../../src/config/units.ts';
import { createRateLimit } from '../../src/rate-limit.ts';

describe('a rate limit', () => {
  it('gives each caller its share at once, refills it evenly, and never gives more', () => {
    let nowMs = 0;
    const limit = createRateLimit({ requests: 60, perMs: MINUTE, now: () => nowMs });
    for (let n = 0; n < 60; n++) expect(limit.take('a')).toBe(0);
    expect(limit.take('a')).toBe(1000);
    expect(limit.take('b')).toBe(0);
    nowMs = 999;
    expect(limit.take('a')).toBe(1);
    nowMs = 1000;
    expect([limit.take('a'), limit.take('a')]).toEqual([0, 1000]);
    nowMs = 86_400_000;
    for (let n = 0; n < 60; n++) expect(limit.take('a')).toBe(0);
    expect(limit.take('a')).toBeGreaterThan(0);
  });

  it('is not opened by a clock that is set back', () => {
    let nowMs = 10_000_000;
    const limit = createRateLimit({ requests: 1, perMs: MINUTE, now: () => nowMs });
    expect(limit.take('a')).toBe(0);
    nowMs = 0;
    expect(limit.take('a')).toBeGreaterThan(0);
  });

  it('forgets the caller that was quiet longest where there are too many', () => {
    const limit = createRateLimit({ requests: 1, perMs: MINUTE, now: () => 0, maxCallers: 2 });
    for (const caller of ['a', 'b', 'a', 'c']) limit.take(caller);
    // `b` is forgotten, `a` is not.
    expect(limit.take('a')).toBeGreaterThan(0);
    expect(limit.take('b')).toBe(0);
  });
});
