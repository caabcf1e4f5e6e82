/** Hostile texts in every view of the console: none runs, none becomes an element or an address, none turns what stands around it. */
import { createAdminClient } from '@countersign/api';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { someOf } from '../../../scripts/effort.ts';
import { leaveOutSearches, whySearchesLeftOut } from '../../cli/test/browser/searches.ts';
import { watchBreaches } from './breaches.ts';
import { closeDialogs, go, MOST_WAIT_MS, startBrowser, TOKEN } from './console-browser.ts';
import { addressOf, CONSOLE_ROUTES, SEARCH_NAMES } from './console-routes.ts';
import { runAction, VIEWS_BY_ROUTE } from './console-views.ts';
import { HOSTILE_TEXTS } from './hostile-texts.ts';
import { HOSTILE_USER, type HostileWorld, startHostileWorld } from './hostile-world.ts';
import { PASSWORD } from './operated-gateway.ts';
import { createSettling } from './settling.ts';
import { startSession } from './start-session.ts';

const LONG_MS = 600_000;

/** What of a page is no text though it came from one: elements, attributes and addresses that the console has not, and characters that turn or hide what stands beside them. */
async function odditiesOf(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const unseen = /(?![\t\n])[\p{Cc}\p{Bidi_Control}]/u;
    const foreign =
      'iframe, object, embed, base, form[action], style, foreignObject, animate, math, template, meta[http-equiv], body script';
    const odd: string[] = [...document.querySelectorAll(foreign)].map(
      (element) => `element ${element.outerHTML.slice(0, 120)}`,
    );
    for (const element of document.querySelectorAll('*')) {
      for (const { name, value } of element.attributes) {
        if (name.startsWith('on')) odd.push(`attribute ${name} of ${element.tagName}`);
        if (unseen.test(value) && name !== 'value' && name !== 'href')
          odd.push(`${name} of ${element.tagName}: ${JSON.stringify(value.slice(0, 80))}`);
        if (/^(?:href|src|action|xlink:href)$/.test(name)) {
          const { protocol } = new URL(value, location.href);
          if (!/^(?:https?|blob):$/.test(protocol)) odd.push(`${name} ${value.slice(0, 80)}`);
          if (name === 'href' && /other\.example/.test(new URL(value, location.href).host))
            odd.push(`leads away: ${value}`);
        }
      }
    }
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode())
      if (unseen.test(node.nodeValue ?? '') && node.parentElement?.tagName !== 'TEXTAREA')
        odd.push(
          `text of ${node.parentElement?.tagName}.${node.parentElement?.className} in ${node.parentElement?.parentElement?.className}: ${JSON.stringify(node.nodeValue?.slice(0, 80))}`,
        );
    if (unseen.test(document.title)) odd.push(`title ${JSON.stringify(document.title)}`);
    return odd;
  });
}

async function openAsHostile(theme: 'light' | 'dark' | 'system', { gateway }: HostileWorld) {
  const adminUrl = gateway.adminUrl ?? '';
  const context = await (await startBrowser()).newContext({
    viewport: { width: 1280, height: 2_400 },
  });
  context.setDefaultTimeout(MOST_WAIT_MS);
  const breaches = await watchBreaches(context, new URL(adminUrl).origin);
  await startSession(context, adminUrl, { name: HOSTILE_USER, password: PASSWORD });
  const page = await context.newPage();
  const settling = createSettling(page);
  await page.goto(`${adminUrl}/live`);
  await page.evaluate(
    ([theme_, views]) => {
      localStorage.setItem('countersign-theme', theme_);
      localStorage.setItem('countersign-framework', views);
      localStorage.setItem('countersign-views', views);
    },
    [
      theme,
      JSON.stringify(
        Object.values(HOSTILE_TEXTS).flatMap((text) => [
          { name: text, to: text },
          { name: text, to: '/live' },
        ]),
      ),
    ] as const,
  );
  await page.reload();
  await page.getByRole('heading', { name: 'Live', level: 1 }).waitFor();
  /** Nothing is hidden by being in the list of what a browser says of each answer that is no 2xx. */
  const seen = () =>
    breaches.seen.filter((text) => !/the server responded with a status of [45]\d\d/.test(text));
  return { page, settling, seen };
}

it('every route has its views, and there are twenty kinds of hostile texts and more', () => {
  expect(Object.keys(VIEWS_BY_ROUTE).toSorted()).toEqual(CONSOLE_ROUTES.toSorted());
  expect(new Set(Object.values(HOSTILE_TEXTS)).size).toBeGreaterThanOrEqual(20);
  expect(SEARCH_NAMES.length).toBeGreaterThan(15);
});

it.skipIf(leaveOutSearches)(
  `what anybody wrote is text and nothing else in every view, in both themes${whySearchesLeftOut}`,
  async () => {
    const world = await startHostileWorld();
    const { page, settling, seen } = await openAsHostile('system', world);
    // Some while the page looks on: by the stream.
    const admin = createAdminClient({ baseUrl: world.gateway.adminUrl ?? '', token: TOKEN });
    for (const id of world.refused.slice(0, 3)) await admin.call('sendRefusedAgain', { id });
    for (const [route, viewsOf] of Object.entries(VIEWS_BY_ROUTE))
      for (const { address, act } of viewsOf(world)) {
        await go(page, address);
        await settling.settled();
        if (act !== undefined) {
          await act(page);
          await settling.settled();
        }
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme });
          expect.soft(await odditiesOf(page), `${route} ${address}, ${colorScheme}`).toEqual([]);
        }
        await closeDialogs(page);
      }
    await go(page, '/live');
    await page.keyboard.press('Control+k');
    const find = page.getByRole('combobox', { name: 'Search' });
    for (const text of Object.values(HOSTILE_TEXTS)) {
      await find.fill(text.slice(0, 500));
      expect.soft(await odditiesOf(page), `palette ${text.slice(0, 40)}`).toEqual([]);
    }
    await find.fill('');
    expect.soft(await odditiesOf(page), 'palette').toEqual([]);
    await page.keyboard.press('Escape');
    expect(await page.evaluate(() => location.origin)).toBe(new URL(world.gateway.adminUrl ?? '').origin);
    expect(seen()).toEqual([]);
  },
  LONG_MS,
);

// What an address says is read alike in both themes: each has half of the texts.
it.skipIf(leaveOutSearches).each([
  { theme: 'light', rest: 0 },
  { theme: 'dark', rest: 1 },
] as const)(
  `what an address says is text and nothing else on every page, in the theme $theme${whySearchesLeftOut}`,
  async ({ theme, rest }) => {
    const texts = Object.entries(HOSTILE_TEXTS).filter((_, i) => i % 2 === rest);
    const world = await startHostileWorld();
    const { page, settling, seen } = await openAsHostile(theme, world);
    for (const [turn, route] of CONSOLE_ROUTES.entries())
      for (const [kind, text] of someOf(texts, 5, turn)) {
        const short = text.slice(0, 400).toWellFormed();
        const search = new URLSearchParams(SEARCH_NAMES.map((name) => [name, short])).toString();
        await go(page, `${addressOf(route, short)}?${search}#${encodeURIComponent(short)}`);
        await settling.settled();
        expect.soft(await odditiesOf(page), `${route} ${kind}`).toEqual([]);
      }
    expect(await page.evaluate(() => location.origin)).toBe(new URL(world.gateway.adminUrl ?? '').origin);
    expect(seen()).toEqual([]);
  },
  LONG_MS,
);

it.skipIf(leaveOutSearches)(
  `a download has a name that leads nowhere and ends as no page, whatever the answer says${whySearchesLeftOut}`,
  async () => {
    const world = await startHostileWorld();
    const { page, settling, seen } = await openAsHostile('light', world);
    const { address, act } = runAction('file');
    await go(page, address);
    await settling.settled();
    await act?.(page);
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download', exact: true }).click();
    const name = (await downloading).suggestedFilename();
    expect(name).toMatch(/^[\p{L}\p{N} _-][\p{L}\p{N}._ -]*$/u);
    expect(seen()).toEqual([]);
  },
  LONG_MS,
);
