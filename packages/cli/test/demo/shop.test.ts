import { expect, it, onTestFinished } from 'vitest';
import { startShop } from '../../src/demo/shop.ts';

it('the shop takes every event; the CRM fails in the first minute of three, and takes them then', async () => {
  let nowMs = 5_000;
  const shop = await startShop(() => nowMs);
  onTestFinished(() => shop.close());
  const post = async (path: string): Promise<number> =>
    (await fetch(`${shop.url}${path}`, { method: 'POST', body: '{}' })).status;
  const statuses: unknown[] = [];
  for (const afterMs of [0, 59_999, 60_000, 179_999, 180_000]) {
    nowMs = 5_000 + afterMs;
    statuses.push([await post('/orders'), await post('/crm')]);
  }
  expect(statuses).toEqual([
    [200, 500],
    [200, 500],
    [200, 200],
    [200, 200],
    [200, 500],
  ]);
});
