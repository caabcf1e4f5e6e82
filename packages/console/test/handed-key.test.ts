/** A key that a sender hands over: the gate is opened for it in the console, takes one, and shows it once. */
import { createHmac } from 'node:crypto';
import { createAdminClient } from '@countersign/api';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import type { Gateway } from '../../gateway/src/running-gateway.ts';
import {
  expectNoSidewaysScroll,
  go,
  leaveOut,
  openConsole,
  SECRET,
  startBrowser,
  startConsole,
  TOKEN,
  violationsOf,
  whyLeftOut,
} from './console-browser.ts';
import { GITHUB_GATE, HANDED_GATE, openAsUser, startOperated } from './operated-gateway.ts';

const LONG_MS = 120_000;
const KEY = 'secret_tMrlL1qK5vuQAh1b6cZGhFChZTSYJlce98V0pYn7yBl';
const PATH = '/gates/notion?tab=keys';
const CARD = 'Key from the sender';
const GATES = { notion: HANDED_GATE, github: GITHUB_GATE };

/** Sends the sender's test of the address, which has its key. Gives the status. */
async function handOver({ publicUrl }: Pick<Gateway, 'publicUrl'>, key = KEY): Promise<number> {
  const body = JSON.stringify({ verification_token: key });
  return (await fetch(`${publicUrl}/notion`, { method: 'POST', body })).status;
}

async function sendSigned({ publicUrl }: Pick<Gateway, 'publicUrl'>, key: string): Promise<number> {
  const body = '{"type":"page.created"}';
  const signature = createHmac('sha256', key).update(body).digest('hex');
  const headers = { 'x-notion-signature': `sha256=${signature}` };
  return (await fetch(`${publicUrl}/notion`, { method: 'POST', body, headers })).status;
}

function adminOf({ adminUrl = '' }: Pick<Gateway, 'adminUrl'>) {
  return createAdminClient({ baseUrl: adminUrl, token: TOKEN });
}

function cardOf(page: Page) {
  return page.getByRole('region', { name: CARD });
}

/** Presses a button of the card, and agrees to what its dialog says. */
async function press(page: Page, name: string, confirm: string): Promise<void> {
  await cardOf(page).getByRole('button', { name, exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: confirm, exact: true }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
}

it.skipIf(leaveOut).each([
  { theme: 'light', width: 1280 },
  { theme: 'dark', width: 360 },
] as const)(
  `a gate is opened for the key that its sender hands over, takes one, shows it once, and is closed again, $theme, $width wide${whyLeftOut}`,
  async ({ theme, width }) => {
    const { gateway } = await startOperated(GATES);
    const browser = await startBrowser();
    const { page, complaints } = await openConsole(browser, gateway, PATH, { theme, width, bypassCSP: true });
    const card = cardOf(page);
    const expectForEverybody = async (): Promise<void> => {
      expect.soft(await violationsOf(page)).toEqual([]);
      await expectNoSidewaysScroll(page);
    };
    await card.getByText('takes no key', { exact: true }).waitFor();
    await page.getByText('The gate has no key yet').waitFor();
    await expectForEverybody();
    expect(await handOver(gateway)).toBe(401);

    await card.getByRole('button', { name: 'Open for a key …' }).click();
    const dialog = page.getByRole('dialog', { name: 'Open notion for a key' });
    const minutes = dialog.getByLabel('Minutes');
    expect(await minutes.inputValue()).toBe('10');
    // What the API would refuse is not sent.
    for (const text of ['', '0', '61', '1.5']) {
      await minutes.fill(text);
      await minutes.press('Enter');
      expect(await dialog.isVisible()).toBe(true);
    }
    await expectForEverybody();
    await minutes.fill('5');
    await minutes.press('Enter');
    await card.getByText('waits for a key', { exact: true }).waitFor();
    await card.getByText('Open until').waitFor();
    const { openUntil = '' } = await adminOf(gateway).call('keyDelivery', { gate: 'notion' });
    expect(await card.locator('time').getAttribute('datetime')).toBe(openUntil);
    expect(Date.parse(openUntil) - Date.now()).toBeLessThanOrEqual(5 * 60_000);
    await expectForEverybody();

    await press(page, 'Close …', 'Close');
    await card.getByText('takes no key', { exact: true }).waitFor();
    expect(await handOver(gateway)).toBe(401);

    await press(page, 'Open for a key …', 'Open for a key');
    // A key that comes while somebody decides to close is not lost by that.
    await card.getByRole('button', { name: 'Close …' }).click();
    const closing = page.getByRole('dialog', { name: 'Close notion for keys' });
    await closing.waitFor();
    expect([await handOver(gateway), await handOver(gateway, `${KEY}x`)]).toEqual([200, 401]);
    await closing.waitFor({ state: 'detached' });
    // It comes up by itself.
    const status = card.getByRole('status').filter({ hasText: 'was handed over.' });
    await status.waitFor();
    const [id = ''] = /handed-over-\d{8}T\d{6}Z/.exec(await status.innerText()) ?? [];
    await page.getByRole('table').getByText(id, { exact: true }).waitFor();
    expect(await page.content()).not.toContain(KEY);
    expect([await sendSigned(gateway, KEY), await sendSigned(gateway, `${KEY}x`)]).toEqual([200, 401]);
    await expectForEverybody();

    await press(page, 'Show the key …', 'Show the key');
    const secret = page.getByRole('region', { name: `The secret of ${id}, shown once` });
    await expect.poll(() => secret.locator('code').innerText()).toBe(KEY);
    await card.getByText('takes no key', { exact: true }).waitFor();
    await expectForEverybody();
    expect(page.url()).not.toContain(KEY);
    const stored = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
    expect(stored).not.toContain(KEY);
    await card.getByRole('button', { name: 'Hide it' }).click();
    expect(await page.content()).not.toContain(KEY);
    expect(await card.getByRole('button', { name: 'Show the key …' }).count()).toBe(0);

    const { entries } = await adminOf(gateway).call('audit', { limit: 50 });
    expect(entries.map(({ route }) => route).filter((route = '') => /Key/.test(route))).toEqual([
      'revealHandedKey',
      'openKeyDelivery',
      'openKeyDelivery',
      'openKeyDelivery',
    ]);
    expect(JSON.stringify(entries)).not.toContain(KEY);
    await adminOf(gateway).call('openKeyDelivery', { gate: 'notion' });
    await card.getByText('waits for a key', { exact: true }).waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(complaints).toEqual([]);
  },
  LONG_MS,
);

it.skipIf(leaveOut)(
  `a key that somebody else has seen meanwhile is not shown, and the page says why; a secret stays on its gate’s page${whyLeftOut}`,
  async () => {
    const { gateway } = await startOperated({ ...GATES, other: { ...HANDED_GATE, path: '/other' } });
    const admin = adminOf(gateway);
    await admin.call('openKeyDelivery', { gate: 'notion' });
    expect(await handOver(gateway)).toBe(200);
    const { page } = await openConsole(await startBrowser(), gateway, '/gates/other?tab=keys');
    const card = cardOf(page);
    await card.getByText('takes no key', { exact: true }).waitFor();
    await go(page, PATH);
    await card.getByRole('button', { name: 'Show the key …' }).click();
    await admin.call('revealHandedKey', { gate: 'notion' });
    await page.getByRole('dialog').getByRole('button', { name: 'Show the key', exact: true }).click();
    await card.getByRole('alert').getByText('or the key was shown already: open the gate again').waitFor();

    await press(page, 'Open for a key …', 'Open for a key');
    await card.getByText('waits for a key', { exact: true }).waitFor();
    expect(await card.getByRole('alert').count()).toBe(0);
    expect(await handOver(gateway, `${KEY}2`)).toBe(200);
    await press(page, 'Show the key …', 'Show the key');
    await card.getByText(`${KEY}2`, { exact: true }).waitFor();
    // The same tab of another gate, and back: both have been read already.
    await page.goBack();
    await page.getByRole('heading', { level: 1, name: 'other' }).waitFor();
    await card.getByText('takes no key', { exact: true }).waitFor();
    expect(await page.content()).not.toContain(KEY);
    await page.goForward();
    await page.getByRole('heading', { level: 1, name: 'notion' }).waitFor();
    await card.getByText('takes no key', { exact: true }).waitFor();
    expect(await page.content()).not.toContain(KEY);
  },
  LONG_MS,
);

it.skipIf(leaveOut).each(['vera', 'olga'] as const)(
  `whether a gate waits for a key is seen by everybody, and only an admin opens it, closes it, or sees the key: not %s${whyLeftOut}`,
  async (user) => {
    const { gateway } = await startOperated(GATES);
    const admin = adminOf(gateway);
    const context = await (await startBrowser()).newContext();
    const page = await openAsUser(context, gateway, PATH, user);
    const card = cardOf(page);
    const expectDisabled = async (name: string): Promise<void> => {
      const button = card.getByRole('button', { name, exact: true });
      await button.waitFor();
      expect([name, await button.isDisabled()]).toEqual([name, true]);
      await card.getByText('This needs the role admin.').first().waitFor({ state: 'attached' });
    };
    await card.getByText('takes no key', { exact: true }).waitFor();
    await expectDisabled('Open for a key …');
    await admin.call('openKeyDelivery', { gate: 'notion' });
    await card.getByText('waits for a key', { exact: true }).waitFor();
    await expectDisabled('Close …');
    expect(await handOver(gateway)).toBe(200);
    await card.getByText('key received', { exact: true }).waitFor();
    await expectDisabled('Show the key …');
    await expectDisabled('Open for a key …');
  },
  LONG_MS,
);

it.skipIf(leaveOut)(
  `only gates whose sender hands over its key offer that, their overview leads there without a key and their set-up always, and a storeKey is asked for where there is none${whyLeftOut}`,
  async () => {
    const { gateway } = await startOperated(GATES);
    const browser = await startBrowser();
    const { page, complaints } = await openConsole(browser, gateway, '/gates/github?tab=keys');
    await page.getByRole('button', { name: 'Rotate old' }).waitFor();
    expect(await cardOf(page).count()).toBe(0);
    await page.goto(`${gateway.adminUrl}/gates/github?tab=set-up`);
    await page.getByRole('heading', { name: 'What to set there' }).waitFor();
    const link = page.getByRole('link', { name: 'open the gate for a key' });
    expect(await link.count()).toBe(0);
    await page.goto(`${gateway.adminUrl}/gates`);
    await page.getByRole('option').filter({ hasText: '/notion' }).getByText('1 to fix').waitFor();
    for (const from of ['/gates/notion', '/gates/notion?tab=set-up']) {
      await page.goto(`${gateway.adminUrl}${from}`);
      await link.click();
      await cardOf(page).getByRole('button', { name: 'Open for a key …' }).waitFor();
    }
    await page.getByText('The gate has no keys yet.', { exact: true }).waitFor();
    await adminOf(gateway).call('openKeyDelivery', { gate: 'notion' });
    expect(await handOver(gateway)).toBe(200);
    await page.goto(`${gateway.adminUrl}/gates/notion`);
    await page.getByText('Nothing to fix at this gate.').waitFor();
    expect(await link.count()).toBe(0);
    expect(complaints).toEqual([]);

    const unsealed = await startConsole({
      notion: { ...HANDED_GATE, keys: [{ id: 'now', secret: SECRET }] },
    });
    const other = await openConsole(browser, unsealed, PATH);
    await cardOf(other.page).getByText('which needs a storeKey in the configuration').waitFor();
    expect(await cardOf(other.page).getByRole('button').count()).toBe(0);
    expect(other.complaints).toEqual([]);
  },
  LONG_MS,
);
