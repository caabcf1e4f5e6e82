/** What a browser loads before it shows the first page. */
import { expect, it } from 'vitest';
import {
  leaveOut,
  openConsole,
  sendGithub,
  startBrowser,
  startConsole,
  whyLeftOut,
} from './console-browser.ts';

const MOST_BYTES = 200 * 1024;

it.skipIf(leaveOut)(`the first page takes less than 200 KB, compressed${whyLeftOut}`, async () => {
  const gateway = await startConsole();
  await sendGithub(gateway, { body: '{"n":1}', secret: 'another secret of sixteen bytes' });
  const { page } = await openConsole(await startBrowser(), gateway, '/live');
  // Charts are loaded with the page.
  await page.locator('canvas').first().waitFor();
  const loaded = await page.evaluate(() =>
    [...performance.getEntriesByType('resource'), ...performance.getEntriesByType('navigation')].map(
      (entry) => {
        const { name, encodedBodySize = 0 } = entry as PerformanceResourceTiming;
        return { name, bytes: encodedBodySize };
      },
    ),
  );
  const files = loaded.filter(({ name }) => !new URL(name).pathname.startsWith('/api/'));
  expect(files.some(({ name }) => name.endsWith('.js'))).toBe(true);
  expect(files.every(({ name }) => name.startsWith(gateway.adminUrl ?? ''))).toBe(true);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  expect(bytes).toBeGreaterThan(50_000);
  expect(bytes).toBeLessThan(MOST_BYTES);
});
