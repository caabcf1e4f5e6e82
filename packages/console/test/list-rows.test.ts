/** Rows of lists: each is a link, and on a telephone each shows all that it shows on a desk. */
import { createAdminClient } from '@countersign/api';
import type { Locator } from 'playwright-core';
import { expect, it } from 'vitest';
import { sendCommand, unsignedCommand } from '../src/gates/send-command.ts';
import {
  expectNoSidewaysScroll,
  go,
  leaveOut,
  openConsole,
  sendGithub,
  startBrowser,
  startConsole,
  TOKEN,
  violationsOf,
  whyLeftOut,
} from './console-browser.ts';
import { startOperated } from './operated-gateway.ts';
import { createSettling } from './settling.ts';

const LONG_MS = 300_000;
const PHONE = 390;

/** What stands in an element and cannot be read: it takes no room, or reaches out of the window. */
function unreadable(element: Locator): Promise<readonly string[]> {
  return element.evaluate((root) =>
    [...root.querySelectorAll('*')]
      .filter((each) => each.textContent?.trim() !== '' && each.closest('.visually-hidden, thead') === null)
      .filter((each) => {
        const { width, height, right, left } = each.getBoundingClientRect();
        return width === 0 || height === 0 || right > innerWidth || left < 0;
      })
      .map((each) => each.outerHTML.slice(0, 160)),
  );
}

/** A page that has seen each kind of row come. */
async function openWithTraffic(width?: number) {
  const { gateway } = await startOperated(
    {
      github: {
        path: '/webhooks/github',
        provider: 'github',
        keys: [
          { id: 'now', secret: 'a secret of more than sixteen bytes' },
          { id: 'next', secret: 'some other secret of sixteen', state: 'next' },
        ],
        keepRefused: true,
        keep: { deliver: ['shop'] },
      },
    },
    { destinations: { shop: { to: 'http://127.0.0.1:9/', retries: [] } } },
  );
  const options = { bypassCSP: true, ...(width !== undefined && { width }) };
  const opened = await openConsole(await startBrowser(), gateway, '/live', options);
  await opened.page
    .getByRole('status')
    .filter({ hasText: /^Live$/ })
    .waitFor();
  expect(await sendGithub(gateway, { body: '{"n":1}' })).toBe(200);
  expect(await sendGithub(gateway, { body: '{"n":2}', secret: 'a wrong secret of sixteen bytes' })).toBe(401);
  const admin = createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: TOKEN });
  await expect.poll(async () => (await admin.call('issues')).issues.length).toBe(2);
  return opened;
}

const LISTS = [
  { path: '/live', leads: /^\/(?:requests|deliveries)\/[\w-]+/ },
  { path: '/events', leads: /^\/requests\/[\w-]+$/ },
  { path: '/events?show=refused', leads: /^\/requests\/[\w-]+$/ },
  { path: '/issues', leads: /^\/issues\/[\w-]+$/ },
  { path: '/deliveries', leads: /^\/deliveries\/[\w-]+\/shop$/ },
  { path: '/gates', leads: /^\/gates\/github$/ },
  { path: '/catalogue', leads: /^\/catalogue\/[\w-]+$/ },
  { path: '/audit', leads: /^\/audit\?entry=\d+$/ },
] as const;

it.skipIf(leaveOut)(
  `each row of a list is a link, which opens in another tab too${whyLeftOut}`,
  async () => {
    const { page, context } = await openWithTraffic();
    const settling = createSettling(page);
    for (const { path, leads } of LISTS) {
      await go(page, path);
      await settling.settled();
      const row = page.getByRole('listbox').getByRole('option').first();
      await row.waitFor();
      expect.soft(await row.getAttribute('href'), path).toMatch(leads);
      expect.soft(await violationsOf(page), path).toEqual([]);
      expect.soft(await page.getByRole('listbox').getByRole('option').count(), path).toBeLessThanOrEqual(28);
    }
    await go(page, '/issues');
    await settling.settled();
    const row = page.getByRole('listbox').getByRole('option').first();
    const href = (await row.getAttribute('href')) ?? '';
    const opening = context.waitForEvent('page');
    await row.click({ button: 'middle' });
    const other = await opening;
    await other.waitForURL(`**${href}`);
    expect(new URL(page.url()).pathname).toBe('/issues');
    await row.click();
    await page.waitForURL(`**${href}`);
  },
  LONG_MS,
);

it.skipIf(leaveOut)(
  `a row, a key and a queue show on a telephone what they show on a desk${whyLeftOut}`,
  async () => {
    const { page } = await openWithTraffic(PHONE);
    const settling = createSettling(page);
    for (const { path } of LISTS) {
      await go(page, path);
      await settling.settled();
      expect.soft(await unreadable(page.getByRole('listbox').getByRole('option').first()), path).toEqual([]);
      await expectNoSidewaysScroll(page);
    }
    await go(page, '/deliveries');
    await settling.settled();
    const queue = page.getByRole('region', { name: 'Deliveries of each destination by state' });
    expect.soft(await unreadable(queue)).toEqual([]);
    await go(page, '/gates/github?tab=keys');
    await settling.settled();
    const keys = page.getByRole('region', { name: 'Keys, in the order in which they are tried' });
    await keys.getByRole('button', { name: 'Change next' }).waitFor();
    expect.soft(await unreadable(keys)).toEqual([]);
    expect.soft(await violationsOf(page)).toEqual([]);
  },
  LONG_MS,
);

it.skipIf(leaveOut)(`what a sentence marks as code is shown as code${whyLeftOut}`, async () => {
  const gateway = await startConsole();
  const { page } = await openConsole(await startBrowser(), gateway, '/live');
  await page.getByText('No requests yet').waitFor();
  const command = `curl -i -X POST ${gateway.publicUrl}/webhooks/github -d '{}'`;
  await page.getByText(command, { exact: true }).waitFor();
  await (await fetch(`${gateway.publicUrl}/nowhere`, { method: 'POST' })).text();
  const latest = page.getByRole('region', { name: 'The latest refused request' });
  await latest.locator('code').filter({ hasText: 'countersign check' }).waitFor();
  expect(await latest.textContent()).not.toContain('`');
});

it('a command names the gate’s address and the variable that holds its key', () => {
  const gate = { localUrl: 'http://[::1]:4711/run/:action', provider: 'github' };
  expect(sendCommand(gate)).toBe(
    `npx countersign send http://[::1]:4711/run/test -p github -d '{"hello":"world"}'`,
  );
  const named = { ...gate, url: "https://hooks.example/it's/*", keyVariable: 'HOOK_KEY' };
  expect(sendCommand(named)).toBe(
    `npx countersign send 'https://hooks.example/it'\\''s/test' -p github --key-env HOOK_KEY -d '{"hello":"world"}'`,
  );
  expect(unsignedCommand(gate)).toBe(`curl -i -X POST http://[::1]:4711/run/test -d '{}'`);
});
