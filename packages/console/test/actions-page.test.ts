/** Actions and sessions in a real browser: an action is called from its form, by a gateway that runs it. */
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startIncodePlatform } from '@countersign/sandbox';
import { expect, it, onTestFinished } from 'vitest';
import {
  expectNoSidewaysScroll,
  leaveOut,
  openConsole,
  SECRET,
  startBrowser,
  startConsole,
  violationsOf,
  whyLeftOut,
} from './console-browser.ts';

const XSS = '<img src=x onerror=alert(1)>';

const ACTIONS = `
export const order = {
  name: 'order',
  description: 'Orders ${XSS}',
  input: {
    type: 'object',
    properties: {
      city: { type: 'string', description: 'Where to', minLength: 2 },
      size: { enum: ['small', 'large'] },
      count: { type: 'integer', minimum: 1 },
      gift: { type: 'boolean' },
      picture: { type: 'string', contentEncoding: 'base64' },
      lines: { type: 'array', items: { type: 'object', properties: { sku: { type: 'string' } }, required: ['sku'] } },
    },
    required: ['city', 'size', 'lines'],
  },
  run: (input) => input.city === 'fail' ? Promise.reject(new Error('secret of the action')) : [{ said: '${XSS}', input: JSON.stringify(input) }],
};
`;

async function startWithActions() {
  const folder = mkdtempSync(join(tmpdir(), 'actions-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const actions = join(folder, 'actions.mjs');
  writeFileSync(actions, ACTIONS);
  const keys = [{ id: 'now', secret: SECRET }];
  return startConsole({
    flowent: { path: '/act/:action', provider: 'flowent', keys, answer: { actions } },
    plain: { path: '/run/order', provider: 'hmac', keys, answer: { actions } },
  });
}

it.skipIf(leaveOut)(
  `an action is called from the form of its input: what is wrong stands at its field, the answer is shown as text${whyLeftOut}`,
  async () => {
    const gateway = await startWithActions();
    const browser = await startBrowser();
    const { page, complaints } = await openConsole(browser, gateway, '/actions');
    await page.getByText(XSS).first().waitFor();
    await page.getByRole('region', { name: 'Gate plain' }).getByRole('link', { name: 'order' }).click();

    const result = page.getByRole('region', { name: 'Result' });
    await page.getByLabel('city', { exact: true }).fill('R');
    await page.getByRole('button', { name: 'Add an item' }).click();
    await page.getByRole('button', { name: 'Run it' }).click();
    await result.getByText('invalid-input').waitFor();
    expect(await page.getByLabel('city', { exact: true }).getAttribute('aria-invalid')).toBe('true');

    await page.getByLabel('city', { exact: true }).fill('Rome');
    await page.getByLabel('size').selectOption('large');
    await page.getByLabel('count').fill('12');
    await page.getByLabel('gift').selectOption('yes');
    await page.getByLabel('sku').fill('a-1');
    await page.getByRole('button', { name: 'Run it' }).click();
    const input = '{"city":"Rome","size":"large","lines":[{"sku":"a-1"}],"count":12,"gift":true}';
    const cell = result.getByRole('row').nth(1);
    await cell.getByText(XSS).waitFor();
    expect(JSON.parse((await cell.getByRole('cell').nth(1).textContent()) ?? '')).toEqual(JSON.parse(input));
    expect(await page.locator('img[src="x"]').count()).toBe(0);

    await page.getByRole('button', { name: 'JSON', exact: true }).click();
    const text = page.getByLabel('Input as JSON');
    await text.fill('{"city":');
    expect(await page.getByRole('button', { name: 'Run it' }).isDisabled()).toBe(true);
    await text.fill('{"city":"fail","size":"small","lines":[]}');
    await page.getByRole('button', { name: 'Run it' }).click();
    await result.getByText('action-failed').waitFor();
    expect(await result.textContent()).not.toContain('secret of the action');

    await page.getByRole('tab', { name: 'Last runs' }).click();
    await page.getByRole('row').filter({ hasText: 'failed: action-failed' }).waitFor();
    await page.getByRole('row').filter({ hasText: 'worked' }).waitFor();
    expect(new URL(page.url()).searchParams.get('tab')).toBe('runs');
    expect(complaints).toEqual([]);
  },
);

it.skipIf(leaveOut)(
  `a chosen file that cannot be read is told at its field, and is not sent${whyLeftOut}`,
  async () => {
    const gateway = await startWithActions();
    const folder = mkdtempSync(join(tmpdir(), 'files-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    // More than a page can hold; it takes no room on the disk.
    const huge = join(folder, 'huge.bin');
    writeFileSync(huge, '');
    truncateSync(huge, 5 * 1024 ** 3);
    const small = join(folder, 'small.bin');
    writeFileSync(small, 'small');
    const { page } = await openConsole(await startBrowser(), gateway, '/actions/plain/order');
    const picture = page.getByLabel('picture');
    await picture.setInputFiles(huge);
    await page.getByText('huge.bin could not be read, and is not sent').waitFor();
    expect(await picture.getAttribute('aria-invalid')).toBe('true');
    await picture.setInputFiles(small);
    await page.getByText('huge.bin could not be read').waitFor({ state: 'detached' });
    expect(await picture.getAttribute('aria-invalid')).toBe('false');
  },
);

it.skipIf(leaveOut)(
  `a gate that registers its actions with no platform says how it would${whyLeftOut}`,
  async () => {
    const gateway = await startWithActions();
    const { page } = await openConsole(await startBrowser(), gateway, '/actions/flowent');
    await page
      .getByRole('heading', { name: 'This gate does not register its actions with a platform' })
      .waitFor();
    await page.getByText('register:').waitFor();
    expect(await page.getByRole('checkbox').count()).toBe(0);
  },
);

it.skipIf(leaveOut)(
  `a session shows its broker and why its vendor’s server could not be reached or refused the call${whyLeftOut}`,
  async () => {
    const vendor = createServer((_, response) => void response.writeHead(500).end('{}'));
    await new Promise<void>((resolve) => void vendor.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void vendor.close());
    const gateway = await startConsole(undefined, {
      storeKey: '0123456789abcdef'.repeat(4),
      sessions: {
        onboarding: {
          broker: 'incode',
          at: '/onboarding',
          apiUrl: `http://127.0.0.1:${(vendor.address() as AddressInfo).port}`,
          apiKey: 'key-of-the-vendor-never-shown',
          clientId: 'client-1',
          flowId: 'flow-1',
          adminEmail: 'boss@example.com',
          adminPassword: 'password-never-shown',
          redirects: ['https://page.example'],
          auth: 'none',
        },
      },
    });
    const browser = await startBrowser();
    const { page, complaints } = await openConsole(browser, gateway, '/sessions');
    const card = page.getByRole('region', { name: 'onboarding' });
    await card.getByText('none yet').waitFor();
    await fetch(`${gateway.publicUrl}/onboarding/start`);
    await card.getByText('could not be reached or refused the call').waitFor();
    await card.getByText('Look at the vendor’s status page').waitFor();
    expect(await page.content()).not.toMatch(/never-shown/);
    expect(complaints).toEqual([]);
  },
);

it.skipIf(leaveOut)(
  `a session shows its onboardings as they go, and of each no more than the end of its id${whyLeftOut}`,
  async () => {
    const platform = await startIncodePlatform();
    onTestFinished(() => platform.close());
    const gateway = await startConsole(undefined, {
      storeKey: '0123456789abcdef'.repeat(4),
      sessions: {
        onboarding: {
          broker: 'incode',
          at: '/onboarding',
          apiUrl: platform.apiUrl,
          apiKey: platform.apiKey,
          clientId: platform.clientId,
          flowId: platform.flowId,
          adminEmail: platform.admin.email,
          adminPassword: platform.admin.password,
          auth: 'none',
        },
      },
    });
    const browser = await startBrowser();
    const { page, complaints } = await openConsole(browser, gateway, '/sessions', { bypassCSP: true });
    const card = page.getByRole('region', { name: 'onboarding', exact: true });
    await card.getByText('None since the session was opened.').waitFor();
    const started = await fetch(`${gateway.publicUrl}/onboarding/start`);
    const { interviewId = '' } = (await started.json()) as { readonly interviewId?: string };
    const row = card.getByRole('row').filter({ hasText: `…${interviewId.slice(-6)}` });
    await row.getByText('started', { exact: true }).waitFor();
    await row.getByText('not requested yet').waitFor();
    await platform.finish(interviewId);
    await fetch(`${gateway.publicUrl}/onboarding/onboarding-status?interviewId=${interviewId}`);
    await row.getByText('ONBOARDING_FINISHED').waitFor();
    await row.getByText('finished', { exact: true }).waitFor();
    await platform.sendWebhook(interviewId, 'ONBOARDING_FINISHED', `${gateway.publicUrl}/onboarding/approve`);
    await row.getByText('approved', { exact: true }).waitFor();
    expect(await page.content()).not.toContain(interviewId);
    expect(await violationsOf(page)).toEqual([]);
    await page.setViewportSize({ width: 360, height: 740 });
    await expectNoSidewaysScroll(page);
    expect(complaints).toEqual([]);
  },
);

it.skipIf(leaveOut).each(['light', 'dark'] as const)(
  `%s: pages of actions and sessions are accessible, and no wider than a telephone${whyLeftOut}`,
  { timeout: 120_000 },
  async (theme) => {
    const gateway = await startWithActions();
    const browser = await startBrowser();
    for (const path of [
      '/actions',
      '/actions/plain/order',
      '/actions/plain/order?tab=runs',
      '/actions/plain/order?tab=about',
      '/actions/plain/none-such',
      '/sessions',
    ]) {
      const { page, context } = await openConsole(browser, gateway, path, { theme, bypassCSP: true });
      if (path.endsWith('order')) {
        await page.getByRole('button', { name: 'Run it' }).click();
        await page.getByRole('region', { name: 'Result' }).getByText('invalid-input').waitFor();
      }
      expect(await violationsOf(page), path).toEqual([]);
      await page.setViewportSize({ width: 360, height: 780 });
      await expectNoSidewaysScroll(page);
      await context.close();
    }
  },
);
