/** The live page in a real browser, with real requests. */
import { createAdminClient } from '@countersign/api';
import { expect, it } from 'vitest';
import {
  expectNoSidewaysScroll,
  leaveOut,
  openConsole,
  sendGithub,
  startBrowser,
  startConsole,
  TOKEN,
  violationsOf,
  whyLeftOut,
} from './console-browser.ts';

const PRETTY = JSON.stringify({ action: 'opened', number: 7 }, null, 2);
const COMPACT = JSON.stringify({ action: 'opened', number: 7 });

it.skipIf(leaveOut)(
  `a refused request comes with its cause, is opened, and its page shows the cause, the bytes and the way${whyLeftOut}`,
  async () => {
    const gateway = await startConsole();
    const browser = await startBrowser();
    const { page, complaints } = await openConsole(browser, gateway, '/live');
    await page.getByText('No requests yet').waitFor();
    expect(await sendGithub(gateway, { body: COMPACT })).toBe(200);
    expect(await sendGithub(gateway, { body: PRETTY, signed: COMPACT })).toBe(401);

    const latest = page.getByRole('region', { name: 'The latest refused request' });
    await latest.getByText('signed as a printer without blanks writes it').waitFor();
    await latest.getByText('proved cause').waitFor();
    const rows = page.getByRole('listbox').getByRole('option');
    await rows
      .filter({ hasText: 'refused' })
      .filter({ hasText: 'signature-mismatch: The body is JSON' })
      .waitFor();
    await rows.filter({ hasText: 'delivered' }).filter({ hasText: '→ shop, attempt 1' }).waitFor();
    await page.getByRole('button', { name: /^github.*1 accepted, 1 refused/ }).waitFor();
    await page.getByRole('img', { name: /^Requests per second/ }).waitFor();

    await latest.getByRole('link', { name: 'See why' }).click();
    await page.getByRole('heading', { name: 'Why it was refused' }).waitFor();
    await page.getByText('Hand the gate the raw body').first().waitFor();
    await page.getByRole('heading', { name: 'What was signed, and what arrived' }).waitFor();
    await page.locator('ins').filter({ hasText: '↵' }).first().waitFor();
    await page.getByRole('button', { name: 'compare: refused here', pressed: true }).waitFor();
    await page.getByRole('button', { name: 'fresh: not reached' }).waitFor();
    expect(complaints).toEqual([]);
  },
);

it.skipIf(leaveOut)(
  `of what came before the page was opened it says that it was, and promises no cause that nobody looks for${whyLeftOut}`,
  async () => {
    const gateway = await startConsole();
    const browser = await startBrowser();
    expect(await sendGithub(gateway, { body: COMPACT, secret: 'some other secret of sixteen' })).toBe(401);
    const { page } = await openConsole(browser, gateway, '/live');
    await page.getByText('No requests since you opened this page').waitFor();
    const latest = page.getByRole('region', { name: 'The latest refused request' });
    await latest.getByRole('link', { name: 'See why' }).waitFor();
    expect(await latest.innerText()).not.toMatch(/What to do|Looking for the cause/);
  },
);

it.skipIf(leaveOut)(`an accepted request that its gate kept opens as its event${whyLeftOut}`, async () => {
  const gateway = await startConsole();
  const browser = await startBrowser();
  const { page, complaints } = await openConsole(browser, gateway, '/live');
  await page.getByText('No requests yet').waitFor();
  expect(await sendGithub(gateway, { body: COMPACT })).toBe(200);
  const client = createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: TOKEN });
  const [event] = (await client.call('events')).events;
  await page.getByRole('listbox').getByRole('option').filter({ hasText: 'POST /webhooks/github' }).click();
  await page.waitForURL(`**/requests/${event?.id}`);
  await page.getByText('Deliveries (1)').waitFor();
  await page.getByText('"opened"').first().waitFor();
  expect(complaints).toEqual([]);
});

it.skipIf(leaveOut)(
  `sample requests are sent from the page, and say whether each came to what is expected${whyLeftOut}`,
  async () => {
    const gateway = await startConsole(undefined, { sandbox: 'gates' });
    const browser = await startBrowser();
    const { page, complaints } = await openConsole(browser, gateway, '/live', { bypassCSP: true });
    await page.getByRole('button', { name: 'Sample requests' }).click();
    const dialog = page.getByRole('dialog', { name: 'Sample requests' });
    for (const id of ['github/signed', 'github/tampered', 'stripe/unsigned', 'stripe/repeated'])
      await dialog.getByRole('button', { name: `Send ${id}` }).click();
    await expect.poll(() => dialog.getByText('as expected').count()).toBe(4);
    const tampered = dialog.getByRole('row').filter({ hasText: 'its body was changed' }).first();
    expect(await tampered.getByText('signature-mismatch').count()).toBe(2);
    expect(await violationsOf(page)).toEqual([]);
    await page.setViewportSize({ width: 360, height: 740 });
    await expectNoSidewaysScroll(page);
    await dialog.getByRole('link', { name: 'Open github/tampered' }).click();
    await page.getByRole('heading', { name: 'Why it was refused' }).waitFor();
    expect(complaints).toEqual([]);
  },
);

it.skipIf(leaveOut)(
  `where the gateway sends no sample requests, it says how one that does is started${whyLeftOut}`,
  async () => {
    const gateway = await startConsole();
    const browser = await startBrowser();
    const { page } = await openConsole(browser, gateway, '/live');
    await page.getByRole('button', { name: 'Sample requests' }).click();
    const dialog = page.getByRole('dialog', { name: 'Sample requests' });
    await dialog.getByText('npx countersign dev').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).click();
    await expect.poll(() => dialog.count()).toBe(0);
  },
);

it.skipIf(leaveOut)(
  `charts show what the gateway remembers as soon as the list does${whyLeftOut}`,
  async () => {
    // Its steps are over.
    const gateway = await startConsole(undefined, { now: () => Date.now() - 10_000 });
    const browser = await startBrowser();
    const { page: first } = await openConsole(browser, gateway, '/live');
    await first.getByText('No requests yet').waitFor();
    expect(await sendGithub(gateway, { body: COMPACT })).toBe(200);
    await first.getByRole('listbox').getByRole('option').first().waitFor();

    const { page, context } = await openConsole(browser, gateway, '/gates');
    // No step ends for it.
    await context.addInitScript(() => Object.assign(globalThis, { setInterval: () => 0 }));
    await page.goto(`${gateway.adminUrl}/live`);
    await page.getByRole('img', { name: /^Requests per second, .* Now: accepted \d/ }).waitFor();
    await page.getByRole('img', { name: /^Time in the gateway, .* Now: p50 \d/ }).waitFor();
  },
);

it.skipIf(leaveOut)(
  `the list can be paused and filtered by its address, and is the same when one comes back to it${whyLeftOut}`,
  async () => {
    const gateway = await startConsole();
    const browser = await startBrowser();
    const { page, complaints } = await openConsole(browser, gateway, '/live');
    await page.getByText('No requests yet').waitFor();
    await sendGithub(gateway, { body: '{"number":1}' });
    const accepted = page
      .getByRole('listbox')
      .getByRole('option')
      .filter({ hasText: 'POST /webhooks/github' });
    await expect.poll(() => accepted.count()).toBe(1);

    await page.getByRole('button', { name: 'Pause' }).click();
    for (const number of [2, 3])
      await sendGithub(gateway, { body: `{"number":${number}}`, secret: 'some other secret of sixteen' });
    await page.getByRole('button', { name: /^Show \d+ new$/ }).waitFor();
    expect(await accepted.count()).toBe(1);
    await page.getByRole('button', { name: 'Resume' }).click();
    await expect.poll(() => accepted.count()).toBe(3);

    await page.getByLabel('Show').selectOption('Refused');
    await expect.poll(() => accepted.count()).toBe(2);
    expect(new URL(page.url()).search).toBe('?show=refused');
    await page.getByRole('searchbox', { name: 'Filter' }).fill('no such thing');
    await page.getByText('Nothing matches').waitFor();
    await page.getByRole('button', { name: 'Clear the filters' }).click();
    await expect.poll(() => accepted.count()).toBe(3);

    // The stream goes on behind another page.
    await page.getByRole('link', { name: 'Events' }).click();
    await page.getByRole('heading', { name: 'Events', level: 1 }).waitFor();
    await sendGithub(gateway, { body: '{"number":4}' });
    await page.getByRole('link', { name: 'Live', exact: true }).click();
    await expect.poll(() => accepted.count()).toBe(4);
    expect(complaints).toEqual([]);
  },
);

it.skipIf(leaveOut)(
  `a list that somebody has scrolled stands still, and says how many have come${whyLeftOut}`,
  async () => {
    const gateway = await startConsole();
    const browser = await startBrowser();
    const { page } = await openConsole(browser, gateway, '/live?show=refused');
    for (let i = 0; i < 40; i++)
      await sendGithub(gateway, { body: `{"n":${i}}`, secret: 'some other secret of sixteen' });
    const list = page.getByRole('listbox');
    await expect
      .poll(() => page.getByRole('listbox').getByRole('option').first().getAttribute('aria-setsize'))
      .toBe('40');
    await list.evaluate((element) => element.scrollTo(0, 480));
    // Once it has taken the scrolling in, the rows at the top are gone from the page.
    await list.locator('[aria-posinset="1"]').waitFor({ state: 'detached' });
    const first = list.locator('[aria-posinset="11"]');
    const before = await first.getAttribute('href');
    for (let i = 0; i < 5; i++)
      await sendGithub(gateway, { body: `{"m":${i}}`, secret: 'some other secret of sixteen' });
    await page.getByRole('button', { name: 'Show 5 new' }).waitFor();
    expect(await first.getAttribute('href')).toBe(before);

    // Back from a request it is where it was.
    await page.getByRole('listbox').getByRole('option').nth(12).click();
    await page.getByRole('heading', { name: 'Why it was refused' }).waitFor();
    await page.goBack();
    await expect.poll(() => list.evaluate((element) => element.scrollTop)).toBe(480);
    await page.getByRole('button', { name: 'Show 5 new' }).click();
    await expect
      .poll(() => page.getByRole('listbox').getByRole('option').first().getAttribute('aria-setsize'))
      .toBe('45');
    expect(await list.evaluate((element) => element.scrollTop)).toBe(0);
  },
);

it.skipIf(leaveOut).each(['light', 'dark'] as const)(
  `it can be used by everybody, in the theme %s, and on a telephone${whyLeftOut}`,
  async (theme) => {
    const gateway = await startConsole();
    const browser = await startBrowser();
    const { page } = await openConsole(browser, gateway, '/live', { theme, bypassCSP: true });
    expect(await violationsOf(page)).toEqual([]);
    await sendGithub(gateway, { body: COMPACT });
    await sendGithub(gateway, { body: PRETTY, signed: COMPACT });
    await page.getByText('proved cause').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.setViewportSize({ width: 360, height: 800 });
    await expectNoSidewaysScroll(page);
  },
);
