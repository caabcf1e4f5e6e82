/** Every view, dialog and empty state of the console by the rules of WCAG, in both themes, on a desk and on a telephone. */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { someOf } from '../../../scripts/effort.ts';
import { leaveOutSearches, whySearchesLeftOut } from '../../cli/test/browser/searches.ts';
import {
  closeDialogs,
  colorViolationsOf,
  go,
  openConsole,
  startBrowser,
  startConsole,
  violationsOf,
  widerThanWindow,
} from './console-browser.ts';
import { addressOf, CONSOLE_ROUTES } from './console-routes.ts';
import { dialogsOf, VIEWS_BY_ROUTE } from './console-views.ts';
import { startHostileWorld } from './hostile-world.ts';
import { createSettling } from './settling.ts';

const LONG_MS = 600_000;

const WIDTHS = [1280, 360];

/** In the light, and in the dark, where colours differ and nothing else. */
async function expectForEverybody(page: Page, name: string): Promise<void> {
  expect.soft(await violationsOf(page), name).toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark' });
  expect.soft(await colorViolationsOf(page), `${name}, dark`).toEqual([]);
  await page.emulateMedia({ colorScheme: 'light' });
  expect.soft(await widerThanWindow(page), `${name}, width`).toEqual([]);
}

it.skipIf(leaveOutSearches).each(someOf(WIDTHS, 2))(
  `every view and every dialog can be used by everybody, %i wide${whySearchesLeftOut}`,
  async (width) => {
    const whole = await startHostileWorld();
    // One of each kind: what differs between them is text.
    const world = {
      ...whole,
      events: whole.events.slice(0, 1),
      refused: whole.refused.slice(0, 1),
      issues: whole.issues.slice(0, 1),
      keyIds: whole.keyIds.slice(0, 1),
    };
    const options = { width, bypassCSP: true };
    const { page } = await openConsole(await startBrowser(), world.gateway, '/live', options);
    const settling = createSettling(page);
    const views = [
      ...Object.values(VIEWS_BY_ROUTE).flatMap((viewsOf) => viewsOf(world)),
      ...dialogsOf(world),
    ];
    for (const { address, act } of views) {
      await go(page, address);
      await settling.settled();
      if (act !== undefined) {
        await act(page);
        await settling.settled();
      }
      await expectForEverybody(page, address);
      await closeDialogs(page);
    }
    if (width > 1_000) return;
    await page.getByRole('button', { name: 'Menu' }).click();
    await page.getByRole('navigation', { name: 'Pages' }).waitFor();
    await expectForEverybody(page, 'menu');
  },
  LONG_MS,
);

it.skipIf(leaveOutSearches).each(someOf(WIDTHS, 2, 1))(
  `pages that have nothing to show, and the log-in, can be used by everybody, %i wide${whySearchesLeftOut}`,
  async (width) => {
    const gateway = await startConsole({
      open: { path: '/open', provider: 'none', respond: { status: 204 } },
    });
    const options = { width, bypassCSP: true };
    const { page } = await openConsole(await startBrowser(), gateway, '/live', options);
    const settling = createSettling(page);
    for (const route of [...CONSOLE_ROUTES, '/no-such-page'])
      for (const address of [addressOf(route, 'none-such'), `${addressOf(route, 'none-such')}?q=none-such`]) {
        await go(page, address);
        await settling.settled();
        await expectForEverybody(page, address);
      }
    await page.context().clearCookies();
    await page.goto(gateway.adminUrl ?? '');
    await page.getByLabel('Admin token').waitFor();
    await expectForEverybody(page, 'log-in');
    await page.getByLabel('Admin token').fill('another');
    await page.getByLabel('Admin token').press('Enter');
    await page.getByRole('alert').waitFor();
    await expectForEverybody(page, 'log-in that failed');
  },
  LONG_MS,
);
