import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../../scripts/effort.ts';
import { ClaimIndex, claimKey } from '../../src/stores/claim-index.ts';

describe('ClaimIndex', () => {
  const LAST = 2 ** 53 - 1;
  const operation = fc.record({
    adds: fc.boolean(),
    // Neighbours, the ends of the table, and keys that many rows share.
    key: fc.oneof(fc.nat({ max: 20 }), fc.integer({ min: LAST - 20, max: LAST }), fc.maxSafeNat()),
    row: fc.integer({ min: 1, max: 300 }),
  });

  it('finds what a plain set of entries holds, after any additions and deletions', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 1_000, size: 'max' }), (operations) => {
        const index = new ClaimIndex(() => 0);
        const model = new Map<string, { key: number; row: number }>();
        for (const { adds, key, row } of operations) {
          const name = `${key}/${row}`;
          if (adds && !model.has(name)) {
            index.add(key, row);
            model.set(name, { key, row });
          } else if (!adds) {
            index.delete(key, row);
            model.delete(name);
          }
        }
        expect(index.size).toBe(model.size);
        for (const { key, row } of model.values()) {
          expect(index.find(key, (candidate) => candidate === row)).toBe(row);
        }
        for (const { key, row } of operations) {
          if (!model.has(`${key}/${row}`)) expect(index.find(key, (candidate) => candidate === row)).toBe(0);
        }
      }),
      { numRuns: runs(100) },
    );
  });

  it('drops entries of rows that are gone when it grows', () => {
    let oldest = 0;
    const index = new ClaimIndex(() => oldest);
    for (let row = 1; row <= 100_000; row++) {
      oldest = row - 1_000;
      index.add(claimKey(`${row}`, new Uint8Array(16)), row);
    }
    expect(index.size).toBeLessThan(3_000);
  });
});

describe('claimKey', () => {
  it('spreads identities that are alike, and tells gates apart', () => {
    const keys = new Set<number>();
    const buckets = new Array<number>(64).fill(0);
    for (let n = 0; n < 20_000; n++) {
      const identity = new Uint8Array(16);
      identity.set([n >> 8, n], 14);
      const key = claimKey(n % 2 === 0 ? 'a' : 'b', identity);
      keys.add(key);
      const bucket = Math.floor(key / 2 ** 47);
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    }
    expect(keys.size).toBe(20_000);
    expect(Math.max(...buckets)).toBeLessThan(500);
    expect(Math.min(...buckets)).toBeGreaterThan(150);
  });
});
