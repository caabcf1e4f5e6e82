import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEventIds } from '../../src/stores/event-id.ts';

describe('event ids', () => {
  it('are UUIDs of version 7 that carry the time', () => {
    const id = createEventIds(() => 1_700_000_000_123)();
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(Number.parseInt(id.replace('-', '').slice(0, 12), 16)).toBe(1_700_000_000_123);
  });

  it('ascend, whatever the clock does', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5), { minLength: 1, maxLength: 50 }), (times) => {
        let at = 0;
        const next = createEventIds(() => 1_700_000_000_000 + (times[at++ % times.length] ?? 0));
        const ids = Array.from({ length: 200 }, next);
        expect(ids.toSorted()).toEqual(ids);
        expect(new Set(ids).size).toBe(200);
      }),
    );
  });

  it('ascend past 4,096 in one millisecond', () => {
    const next = createEventIds(() => 1_700_000_000_000);
    const ids = Array.from({ length: 10_000 }, next);
    expect(ids.toSorted()).toEqual(ids);
  });
});
