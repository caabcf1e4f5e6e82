import { expect, it } from 'vitest';
import { MAX_TENANTS, TenantCounts } from '../../src/metrics/tenant-counts.ts';

it('counts the first tenants apart, all others together, and each request once', () => {
  const counts = new TenantCounts();
  const number = MAX_TENANTS + 50;
  for (let round = 0; round < 3; round++) for (let n = 0; n < number; n++) counts.count(`tenant-${n}`);
  const listed = counts.list();
  expect(listed).toHaveLength(MAX_TENANTS + 1);
  expect(listed[0]).toEqual({ tenant: 'tenant-0', count: 3 });
  expect(listed.at(-1)).toEqual({ tenant: undefined, count: 150 });
  expect(listed.reduce((sum, { count }) => sum + count, 0)).toBe(3 * number);
});
