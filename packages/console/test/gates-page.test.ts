/** The pages of gates, settings and the audit log, in a real browser, with real requests. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createAdminClient } from '@countersign/api';
import { describe, expect, it } from 'vitest';
import type { ConfigInput } from '../../gateway/src/config/config-input.ts';
import {
  expectNoSidewaysScroll,
  leaveOut,
  openConsole,
  SECRET,
  sendGithub,
  startBrowser,
  TOKEN,
  violationsOf,
  whyLeftOut,
} from './console-browser.ts';
import { GITHUB_GATE, startOperated } from './operated-gateway.ts';

const LONG_MS = 180_000;
const MARKUP = '<img src=x onerror="globalThis.isBroken=true">';

const GATES: NonNullable<ConfigInput['gates']> = {
  github: GITHUB_GATE,
  moving: {
    path: '/moving',
    provider: 'standard-webhooks',
    keys: [{ id: 'new', secret: `whsec_${Buffer.from(SECRET).toString('base64')}` }],
    accept: [{ provider: 'github', keys: [{ id: `by${MARKUP}`, secret: SECRET }], until: '2099-01-01' }],
    shadow: { provider: 'stripe', keys: [{ id: 'shadow', secret: SECRET }] },
    keep: {},
  },
  watched: {
    path: '/watched',
    provider: 'github',
    keys: [{ id: 'now', secret: 'placeholder-secret' }],
    mode: 'monitor',
    keep: {},
  },
  open: { path: '/open', provider: 'none', respond: { status: 204 } },
};

/** Every page, where it is and what has come up when it is there. */
const PAGES: readonly { readonly path: string; readonly shows: string }[] = [
  { path: '/gates', shows: 'monitors only' },
  { path: '/gates/github', shows: 'Refused, by reason' },
  { path: '/gates/moving', shows: 'Who still uses them' },
  { path: '/gates/watched', shows: 'Monitors only:' },
  { path: '/gates/open', shows: 'The gate accepts unsigned requests: nothing about them is proved' },
  { path: '/gates/github?tab=keys', shows: 'Rotate old' },
  { path: '/gates/github?tab=keys&rotate=old', shows: 'Add the next key' },
  { path: '/gates/github?tab=set-up', shows: 'application/json as Content type' },
  { path: '/gates/github?tab=explain', shows: 'Paste a request that failed.' },
  { path: '/gates/no-such', shows: 'No such gate' },
  { path: '/settings?section=gates.github', shows: 'gates.github.provider' },
  { path: '/settings?tab=access', shows: 'vera' },
  { path: '/settings?tab=store', shows: 'Write-ahead log' },
  { path: '/settings?tab=about', shows: 'accepts requests' },
  { path: '/audit', shows: 'logged in with' },
];

describe('gates, settings and audit log', () => {
  it.skipIf(leaveOut).each([
    { theme: 'light', width: 1280 },
    { theme: 'dark', width: 360 },
  ] as const)(
    `show real traffic without a breach of WCAG or of the policy, $theme, $width wide${whyLeftOut}`,
    async ({ theme, width }) => {
      const { gateway } = await startOperated(GATES);
      const admin = createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: TOKEN });
      expect(await sendGithub(gateway, { body: '{}' })).toBe(200);
      expect(await sendGithub(gateway, { body: '{"a":1}', secret: 'wrong' })).toBe(401);
      expect(await sendGithub(gateway, { body: '{"b":1}', path: '/moving' })).toBe(200);
      expect(await sendGithub(gateway, { body: '{"c":1}', path: '/watched' })).toBe(200);
      await admin.call('addKey', { gate: 'github', id: `next ${MARKUP}`, generate: true });
      const browser = await startBrowser();
      const strict = await openConsole(browser, gateway, '/gates', { theme, width });
      const open = await openConsole(browser, gateway, '/gates', { theme, width, bypassCSP: true });
      for (const { path, shows } of PAGES) {
        for (const { page } of [strict, open]) {
          await page.goto(`${gateway.adminUrl}${path}`);
          await page.getByText(shows).filter({ visible: true }).first().waitFor();
        }
        await expectNoSidewaysScroll(strict.page);
        expect.soft(await violationsOf(open.page), path).toEqual([]);
      }
      expect(await strict.page.evaluate(() => 'isBroken' in globalThis)).toBe(false);
      expect(strict.complaints).toEqual([]);
    },
    LONG_MS,
  );

  it.skipIf(leaveOut)(
    `a gate says what its proof covers, what was refused and why, and who still uses an older proof${whyLeftOut}`,
    async () => {
      const { gateway } = await startOperated(GATES);
      for (const n of [1, 2, 3]) await sendGithub(gateway, { body: `{"n":${n}}`, secret: 'wrong' });
      await sendGithub(gateway, { body: '{}', path: '/moving' });
      const browser = await startBrowser();
      const { page } = await openConsole(browser, gateway, '/gates');
      await page.getByRole('option').filter({ hasText: '3 refused' }).waitFor();
      await page.keyboard.press('j');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { level: 1, name: 'github' }).waitFor();
      const reasons = page.getByRole('list', { name: 'Refused, by reason' });
      await expect.poll(() => reasons.innerText()).toMatch(/signature-mismatch\s+3/);
      await page.getByText('Every byte: nobody on the way can change it.').waitFor();
      await page.goto(`${gateway.adminUrl}/gates/moving`);
      const senders = page.getByRole('table', { name: 'Who still uses them' });
      await expect.poll(() => senders.innerText()).toContain(`key by${MARKUP}`);
      await page.getByRole('link', { name: 'All gates' }).click();
      await page.getByLabel('Filter gates').fill('moving');
      await expect.poll(() => page.getByRole('option').filter({ hasText: 'accepted' }).count()).toBe(1);
    },
    LONG_MS,
  );

  it.skipIf(leaveOut)(
    `the set-up says the address that senders call, and how to configure it where it is not${whyLeftOut}`,
    async () => {
      const gates = { github: GITHUB_GATE };
      const browser = await startBrowser();
      const { gateway: named } = await startOperated(gates, { publicUrl: 'https://hooks.example.com' });
      const { page } = await openConsole(browser, named, '/gates/github?tab=set-up');
      await page.getByText('https://hooks.example.com/webhooks/github', { exact: true }).waitFor();
      await page.getByText('send https://hooks.example.com/webhooks/github -p github').waitFor();
      expect(await page.getByText('YOUR-HOST').count()).toBe(0);
      const { gateway: unnamed } = await startOperated(gates);
      const other = await openConsole(browser, unnamed, '/gates/github?tab=set-up');
      await other.page.getByText('https://YOUR-HOST/webhooks/github', { exact: true }).waitFor();
      await other.page.getByText('Set publicUrl: https://hooks.example.com, with your host').waitFor();
    },
    LONG_MS,
  );

  it.skipIf(leaveOut)(
    `a pasted request is explained: its cause, the bytes that differ, its way${whyLeftOut}`,
    async () => {
      const { gateway } = await startOperated({ github: GITHUB_GATE });
      const browser = await startBrowser();
      const { page } = await openConsole(browser, gateway, '/gates/github?tab=explain');
      const { createHmac } = await import('node:crypto');
      const signature = createHmac('sha256', SECRET).update('{"hello": "world"}').digest('hex');
      const pasted = [
        'POST /webhooks/github HTTP/1.1',
        'Host: example.com',
        'Content-Type: application/json',
        `X-Hub-Signature-256: sha256=${signature}`,
        '',
        '{"hello":"world"}',
      ].join('\n');
      await page.getByLabel('The request').fill(pasted);
      await page.getByRole('button', { name: 'Explain', exact: true }).click();
      await page.getByText('would be refused').waitFor();
      await page.getByText('Python’s json.dumps').waitFor();
      await page.getByRole('heading', { name: 'What was signed, and what arrived' }).waitFor();
      await page.getByLabel('The request').fill(MARKUP);
      await page.getByRole('button', { name: 'Explain', exact: true }).click();
      await page.getByRole('alert').waitFor();
      expect(await page.evaluate(() => 'isBroken' in globalThis)).toBe(false);
      expect(page.url()).not.toContain('sha256');
    },
    LONG_MS,
  );

  it.skipIf(leaveOut)(
    `the configuration is compared with its file and read again; the store is checked and backed up; the audit log tells, and is whole${whyLeftOut}`,
    async () => {
      const { gateway, folder, write } = await startOperated({ github: GITHUB_GATE });
      const browser = await startBrowser();
      const { page } = await openConsole(browser, gateway, '/settings');
      await page.getByRole('button', { name: 'Compare with the file' }).click();
      await page.getByText('No differences: the gateway already runs with this configuration.').waitFor();
      write({ github: GITHUB_GATE, second: { path: '/second', provider: 'none', respond: { status: 204 } } });
      await page.getByRole('button', { name: 'Compare with the file' }).click();
      await page.getByRole('row').filter({ hasText: 'gates.second' }).first().waitFor();
      await page.getByRole('button', { name: 'Reload', exact: true }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Reload', exact: true }).click();
      await page.getByText('Applied: the gateway now runs with this file.').waitFor();
      expect((await fetch(`${gateway.publicUrl}/second`, { method: 'POST' })).status).toBe(204);
      await page
        .getByLabel('Configuration (YAML or JSON)')
        .fill(`gates: { a: { path: "${MARKUP.replaceAll('"', "'")}" } }`);
      await page.getByRole('button', { name: 'Validate' }).click();
      await page.getByText('The configuration is not valid.').waitFor();
      await page.getByLabel('Configuration (YAML or JSON)').fill('gates: { a: { pathh: /a } }');
      await page.getByRole('button', { name: 'Validate' }).click();
      await page.getByText('Did you mean path?').waitFor();

      await page.getByRole('tab', { name: 'Store' }).click();
      await page.getByRole('button', { name: 'Check the store' }).click();
      await page.getByText('Intact: 0 events checked.').waitFor();
      const file = join(folder, 'copy.db');
      await page.getByLabel('File on the gateway’s machine').fill(file);
      await page.getByRole('button', { name: 'Back up' }).click();
      await page.getByText(`Written: ${file}`).waitFor();
      expect(existsSync(file)).toBe(true);

      await page.getByRole('link', { name: 'Audit log' }).click();
      await page.locator('.audit-row').filter({ hasText: 'reloadConfig' }).waitFor();
      await page.getByLabel('What').selectOption('backupStore');
      await expect.poll(() => page.locator('.audit-row').count()).toBe(1);
      await page.locator('.audit-row').click();
      await page.getByRole('dialog').getByText(file).waitFor();
      await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
      await page.getByText('Verify the log').click();
      await page.getByRole('button', { name: 'Verify now' }).click();
      await page.getByText(/^Intact: \d+ entries/).waitFor();
      await page.getByLabel('Heads from the gateway’s log').fill(`1:${'0'.repeat(64)}`);
      await page.getByRole('button', { name: 'Verify now' }).click();
      await page.getByText('The chain breaks at entry no. 1.').waitFor();
    },
    LONG_MS,
  );
});
