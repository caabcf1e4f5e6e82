/** Any deliveries, changed by anybody in any order and together: totals are what is there, and a key has one that goes. */
import fc from 'fast-check';
import { it } from 'vitest';
import { between } from '../../../../scripts/effort.ts';
import { openStore } from '../../src/stores/open-store.ts';
import { asked, checkDeliveries, Driver, NOW } from './delivery-driver.ts';

it('totals are what is there, and of each key one goes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(asked, { maxLength: 6 }), { maxLength: 30 }), async (batches) => {
      let now = (): number => NOW;
      const store = await openStore(':memory:', { now: () => now() });
      const driver = new Driver([store]);
      now = () => driver.nowMs;
      try {
        for (const batch of batches) {
          await Promise.all(batch.map((one) => driver.ask(one)));
          await checkDeliveries(driver, store);
        }
      } finally {
        await store.close();
      }
    }),
    { numRuns: between(150, 3_000) },
  );
}, 300_000);
