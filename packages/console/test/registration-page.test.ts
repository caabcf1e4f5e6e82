/** What a gate registers beside what its platform has, in a real browser, with a platform that tests each action at the gateway. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { freePort } from '../../../scripts/free-ports.ts';
import { startFlowentPlatform } from '../../sandbox/src/index.ts';
import {
  expectNoSidewaysScroll,
  leaveOut,
  openConsole,
  startBrowser,
  startConsole,
  violationsOf,
  whyLeftOut,
} from './console-browser.ts';

const ACTIONS = `export default [
  { name: 'greet', description: 'Greets <b>people</b>.', input: { type: 'object', properties: { name: { type: 'string' } } }, run: () => 'hello' },
  { name: 'wave', description: 'Waves.', input: { type: 'object', properties: {} }, run: () => 'waved' },
];`;

it.skipIf(leaveOut)(
  `a gate’s registration is shown with its differences, pushed after a question, and then there is nothing left${whyLeftOut}`,
  async () => {
    const platform = await startFlowentPlatform({});
    onTestFinished(() => platform.close());
    const [{ apiToken, hmacKey }] = platform.tenants;
    const folder = mkdtempSync(join(tmpdir(), 'registration-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const actions = join(folder, 'actions.mjs');
    writeFileSync(actions, ACTIONS);
    const port = await freePort();
    const gateway = await startConsole(
      {
        chat: {
          path: '/actions/:action',
          provider: 'flowent',
          keys: [{ id: 'main', secret: hmacKey }],
          answer: { actions, register: { apiUrl: platform.baseUrl, apiToken } },
        },
      },
      {
        listen: { public: `127.0.0.1:${port}`, admin: '127.0.0.1:0' },
        publicUrl: `http://127.0.0.1:${port}`,
      },
    );
    const browser = await startBrowser();
    const { page, complaints } = await openConsole(browser, gateway, '/actions', { bypassCSP: true });
    await page.getByRole('link', { name: 'Registration' }).click();
    const steps = page.getByRole('region', { name: 'Steps of the plan' });
    await steps.getByText('Greets <b>people</b>.').waitFor();
    expect(await steps.getByText('create', { exact: true }).count()).toBe(2);
    expect(await violationsOf(page)).toEqual([]);

    await page.getByRole('button', { name: 'Push this plan' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('2 actions are changed at').waitFor();
    await dialog.getByRole('button', { name: 'Push this plan' }).click();
    await page.getByText('2 changes done.').waitFor();
    await page.getByRole('status').getByRole('button', { name: 'Compare again' }).click();
    await page.getByText('No differences: there is nothing to push.').waitFor();
    expect(await steps.getByText('unchanged', { exact: true }).count()).toBe(2);
    expect(await page.content()).not.toContain(apiToken);
    await page.setViewportSize({ width: 360, height: 780 });
    await expectNoSidewaysScroll(page);
    expect(complaints).toEqual([]);
  },
);
