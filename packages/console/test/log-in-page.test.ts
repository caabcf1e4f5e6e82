/** Who is let in to the console, and by what. */
import { describe, expect, it } from 'vitest';
import { leaveOut, openConsole, startBrowser, startConsole, TOKEN, whyLeftOut } from './console-browser.ts';

describe.skipIf(leaveOut)(`the log-in${whyLeftOut}`, () => {
  it('says what was wrong, lets in who has the token, and keeps the address that was asked for', async () => {
    const gateway = await startConsole();
    const browser = await startBrowser();
    const page = await browser.newPage();
    await page.goto(`${gateway.adminUrl}/events?q=shoes`);
    await page.getByLabel('Admin token').fill('another');
    await page.getByLabel('Admin token').press('Enter');
    await page
      .getByRole('alert')
      .filter({
        hasText:
          'the right one is admin.token of its configuration or, if none is set there, the one that the gateway prints',
      })
      .waitFor();
    await page.getByLabel('Admin token').fill(TOKEN);
    await page.getByLabel('Admin token').press('Enter');
    await page.getByRole('heading', { name: 'Events', exact: true }).waitFor();
    expect(page.url()).toBe(`${gateway.adminUrl}/events?q=shoes`);
    expect(await page.evaluate(() => [document.cookie, localStorage.length, sessionStorage.length])).toEqual([
      '',
      0,
      0,
    ]);
  });

  it('by a link works once, and leaves no trace of it in the address', async () => {
    const gateway = await startConsole();
    const browser = await startBrowser();
    const link = gateway.createLogInUrl() ?? '';
    const first = await browser.newPage();
    await first.goto(link);
    await first.getByRole('heading', { name: 'Live', exact: true }).waitFor();
    expect(first.url()).toBe(`${gateway.adminUrl}/live`);
    const second = await (await browser.newContext()).newPage();
    await second.goto(link);
    await second.getByText('This link has already been used').waitFor();
    await second.getByLabel('Admin token').waitFor();
  });

  it('by a link is not undone by an answer of before it that comes late', async () => {
    const gateway = await startConsole();
    const page = await (await startBrowser()).newPage();
    // Nobody is logged in, says the gateway; the page hears of it when somebody is.
    const loggedIn = Promise.withResolvers<void>();
    await page.route('**/api/session/ways', async (route) => {
      const answer = await route.fetch();
      await loggedIn.promise;
      await route.fulfill({ response: answer });
    });
    const late = page.waitForResponse('**/api/session/ways');
    page.on('response', (response) => {
      if (response.request().method() === 'POST') void response.finished().then(() => loggedIn.resolve());
    });
    await page.goto(gateway.createLogInUrl() ?? '');
    await (await late).finished();
    await page.getByRole('heading', { name: 'Live', exact: true }).waitFor();
    await page.evaluate(() => new Promise((drawn) => setTimeout(() => requestAnimationFrame(drawn))));
    expect(await page.getByRole('heading', { level: 1 }).allTextContents()).toEqual(['Live']);
  });

  it('ends by the log-out, in each window', async () => {
    const gateway = await startConsole();
    const { page, context } = await openConsole(await startBrowser(), gateway, '/live');
    const other = await context.newPage();
    await other.goto(`${gateway.adminUrl}/events`);
    await other.getByRole('heading', { name: 'Events', exact: true }).waitFor();
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
    await other.getByRole('tab', { name: 'Refused' }).click();
    await other.getByRole('heading', { name: 'Log in' }).waitFor();
  });
});
