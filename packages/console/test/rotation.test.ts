/** A key is replaced through the guide, while requests come all the time. */
import { createAdminClient } from '@countersign/api';
import { expect, it, onTestFinished } from 'vitest';
import type { Gateway } from '../../gateway/src/running-gateway.ts';
import {
  go,
  leaveOut,
  openConsole,
  SECRET,
  sendGithub,
  startBrowser,
  TOKEN,
  violationsOf,
  whyLeftOut,
} from './console-browser.ts';
import { GITHUB_GATE, openAsUser, startOperated } from './operated-gateway.ts';

const LONG_MS = 120_000;

/** A sender that goes on until the test is over. */
function startSender(gateway: Gateway) {
  const sender = { secret: SECRET, statuses: [] as number[], isOn: true };
  const run = async (): Promise<void> => {
    for (let i = 0; sender.isOn; i += 1)
      sender.statuses.push(await sendGithub(gateway, { body: `{"n":${i}}`, secret: sender.secret }));
  };
  const ended = run();
  onTestFinished(async () => {
    sender.isOn = false;
    await ended;
  });
  return { sender, ended };
}

it.skipIf(leaveOut)(
  `a key is rotated under traffic: hits move, no request is lost, and the old key is refused once it is revoked${whyLeftOut}`,
  async () => {
    const { gateway } = await startOperated({ github: GITHUB_GATE });
    const admin = createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: TOKEN });
    const browser = await startBrowser();
    const { sender, ended } = startSender(gateway);
    const { page, complaints } = await openConsole(browser, gateway, '/gates/github?tab=keys');
    await page.getByRole('button', { name: 'Rotate old' }).click();
    await page.getByLabel('Name of the new key').fill('new');
    await page.getByRole('button', { name: 'Add the key' }).click();
    const shown = page.getByRole('region', { name: 'The new secret, shown once' });
    const secret = await shown.locator('code').innerText();
    expect(secret.length).toBeGreaterThanOrEqual(43);
    expect(page.url()).not.toContain(secret);
    await page.getByRole('button', { name: 'I have stored it' }).click();

    // The address is the place: a reload goes on there, without the secret.
    await page.getByText('Waiting for the first request with the new key …').waitFor();
    await page.reload();
    await page.getByText('Waiting for the first request with the new key …').waitFor();
    await page.getByRole('heading', { name: 'The latest requests with old' }).waitFor();
    expect(await page.content()).not.toContain(secret);
    const stored = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
    expect(stored).not.toContain(secret);

    sender.secret = secret;
    await page.getByText('The new key is in use.').waitFor();
    const figure = page.getByRole('region', { name: 'New key: new' }).locator('dd').first();
    await expect.poll(async () => Number((await figure.innerText()).replaceAll(',', ''))).toBeGreaterThan(3);
    await page.getByRole('button', { name: 'Continue' }).click();

    await page.getByText('Not safe to retire yet').waitFor();
    await page.getByRole('button', { name: 'Retire old' }).click();
    await page.getByText('old is retiring.').waitFor();
    const retired = await admin.call('gateKeys', { gate: 'github' });
    expect(retired.keys.map(({ id, state }) => [id, state])).toEqual([
      ['old', 'retiring'],
      ['new', 'active'],
    ]);
    // Both are taken still.
    expect(await sendGithub(gateway, { body: '{"by":"old"}' })).toBe(200);
    await page.getByRole('button', { name: 'Continue' }).click();

    await page.getByRole('button', { name: 'Revoke old' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke old' }).click();
    await page.getByText('old is revoked: requests signed with it are refused').waitFor();
    expect(await sendGithub(gateway, { body: '{"by":"old","late":true}' })).toBe(401);
    expect(await sendGithub(gateway, { body: '{"by":"new"}', secret })).toBe(200);
    sender.isOn = false;
    await ended;
    expect(new Set(sender.statuses)).toEqual(new Set([200]));
    expect(await violationsOf(page)).toEqual([]);

    await page.getByRole('button', { name: 'Finish' }).click();
    await page.getByRole('row').filter({ hasText: 'revoked' }).filter({ hasText: 'old' }).waitFor();
    await page.getByRole('link', { name: 'Audit log' }).click();
    const entries = page.getByRole('listbox').getByRole('option');
    await entries.filter({ hasText: 'addKey' }).waitFor();
    expect(await entries.filter({ hasText: 'changeKey' }).count()).toBe(3);
    expect(complaints).toEqual([]);
  },
  LONG_MS,
);

it.skipIf(leaveOut)(
  `a key that somebody else changes meanwhile is shown as it is, and the last usable one is revoked only by force${whyLeftOut}`,
  async () => {
    const { gateway } = await startOperated({ github: GITHUB_GATE });
    const browser = await startBrowser();
    const { page } = await openConsole(browser, gateway, '/gates/github?tab=keys');
    await page.getByRole('button', { name: 'Change old' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('radio', { name: 'Revoke' }).click();
    await dialog.getByRole('button', { name: 'Revoke' }).click();
    const force = dialog.getByRole('checkbox', { name: 'Do it even though no key is left' });
    await force.waitFor();
    expect(await sendGithub(gateway, { body: '{}' })).toBe(200);
    await force.click();
    await dialog.getByRole('button', { name: 'Revoke' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('row').filter({ hasText: 'revoked' }).waitFor();
    expect(await sendGithub(gateway, { body: '{"n":2}' })).toBe(401);
  },
  LONG_MS,
);

it.skipIf(leaveOut)(
  `who may only look sees the keys and the guide, and can change nothing${whyLeftOut}`,
  async () => {
    const { gateway } = await startOperated({ github: GITHUB_GATE });
    const browser = await startBrowser();
    const context = await browser.newContext();
    const page = await openAsUser(context, gateway, '/gates/github?tab=keys');
    await page.getByRole('row').filter({ hasText: 'old' }).waitFor();
    await page.getByText('Changing keys needs the role admin.').waitFor();
    expect(await page.getByRole('button', { name: 'Rotate old' }).isDisabled()).toBe(true);
    expect(await page.getByRole('button', { name: 'Change old' }).isDisabled()).toBe(true);
    await page.goto(`${gateway.adminUrl}/gates/github?tab=keys&rotate=old`);
    expect(await page.getByRole('button', { name: 'Add the key' }).isDisabled()).toBe(true);
    await page.goto(`${gateway.adminUrl}/audit`);
    await page.getByText('Viewing the audit log needs the role admin.').waitFor();
    await page.goto(`${gateway.adminUrl}/settings`);
    await page.getByText('Viewing this needs the role admin.').waitFor();
  },
  LONG_MS,
);

it.skipIf(leaveOut)(
  `a secret that was made for one gate is not shown at another whose keys have the same names${whyLeftOut}`,
  async () => {
    const { gateway } = await startOperated({
      github: GITHUB_GATE,
      second: {
        ...GITHUB_GATE,
        path: '/second',
        keys: [...GITHUB_GATE.keys, { id: 'new', secret: `${SECRET} 2` }],
      },
    });
    const guideOf = (gate: string) => `/gates/${gate}?tab=keys&rotate=old&with=new&step=add`;
    const { page } = await openConsole(await startBrowser(), gateway, guideOf('second'));
    const gone = page.getByText('The secret is no longer shown.');
    await gone.waitFor();
    await go(page, '/gates/github?tab=keys&rotate=old');
    await page.getByLabel('Name of the new key').fill('new');
    await page.getByRole('button', { name: 'Add the key' }).click();
    const shown = page.getByRole('region', { name: 'The new secret, shown once' });
    const secret = await shown.locator('code').innerText();
    await go(page, guideOf('second'));
    await page.getByRole('heading', { level: 1, name: 'second' }).waitFor();
    await gone.waitFor();
    expect(await page.content()).not.toContain(secret);
  },
  LONG_MS,
);
