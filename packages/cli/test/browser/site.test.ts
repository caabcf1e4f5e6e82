/** A person's way from the context menu of a site to the page of an action, in a real browser. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Gateway, loadConfig, startGateway } from '@countersign/gateway';
import { type Site, type SiteItem, type SiteOptions, startSite } from '@countersign/sandbox';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { complaintsOf, launch, leaveOut, whyLeftOut } from './chromium.ts';

const SECRET = 'a secret of more than sixteen bytes';

/** The site's and the gateway's: a second passes with each pick, since two equal ones in a second count as one. */
let nowMs = Date.UTC(2026, 0, 2, 3, 4, 5);
const siteNow = (): number => (nowMs += 1000);

let browser: Browser;
let gateway: Gateway;

beforeAll(async () => {
  if (leaveOut) return;
  gateway = await startAmiGateway();
  browser = await launch();
});

afterAll(async () => {
  await browser?.close();
  await gateway?.close();
});

async function startAmiGateway(): Promise<Gateway> {
  const cwd = mkdtempSync(join(tmpdir(), 'countersign-browser-'));
  const config = {
    listen: { public: '127.0.0.1:0', admin: 'off' },
    store: 'memory:',
    log: { level: 'silent' },
    gates: {
      ...Object.fromEntries(
        ['show_selection', 'show_view'].map((action) => [
          action.replace('_', '-'),
          {
            path: `/ami/${action}`,
            provider: 'flow-production-tracking',
            keys: [{ id: 'site', secret: SECRET }],
            answer: { actions: join(import.meta.dirname, 'actions.ts'), action, title: 'Selection' },
          },
        ]),
      ),
    },
  };
  try {
    writeFileSync(join(cwd, 'countersign.yaml'), JSON.stringify(config));
    return await startGateway({ config: (await loadConfig({ cwd, env: {} })).config, now: () => nowMs });
  } finally {
    rmSync(cwd, { recursive: true });
  }
}

interface OpenSite {
  readonly site: Site;
  readonly page: Page;
  /** What the browser's pages complained of. */
  readonly complaints: readonly string[];
  /** The statuses of the gateway's answers. */
  readonly statuses: readonly number[];
  /** Does what opens a tab, and gives it when the action's page is there. */
  inNewTab(open: () => Promise<void>): Promise<Page>;
}

const item = (members: Partial<SiteItem> = {}): SiteItem => ({
  id: 'show',
  title: 'Show selection',
  url: `${gateway.publicUrl}/ami/show_selection`,
  secret: SECRET,
  opens: 'tab',
  ...members,
});

async function open(items: readonly SiteItem[], options: Partial<SiteOptions> = {}): Promise<OpenSite> {
  const site = await startSite({ items, now: siteNow, ...options });
  const context = await browser.newContext();
  onTestFinished(async () => {
    await context.close();
    await site.close();
  });
  const complaints = complaintsOf(context);
  const statuses: number[] = [];
  context.on('response', (response) => {
    if (response.url().startsWith(gateway.publicUrl)) statuses.push(response.status());
  });
  const page = await context.newPage();
  await page.goto(site.url);
  const inNewTab: OpenSite['inNewTab'] = async (act) => {
    const opened = context.waitForEvent('page');
    await act();
    const tab = await opened;
    await tab.waitForURL(`${gateway.publicUrl}/**`);
    return tab;
  };
  return { site, page, complaints, statuses, inNewTab };
}

const row = (page: Page, code: string): Locator => page.getByRole('row', { name: code });
const menuItem = (page: Page, title: string): Locator => page.getByRole('menuitem', { name: title });
const selected = (page: Page): Promise<string[]> =>
  page
    .locator('tr[data-id]:has(:checked)')
    .evaluateAll((rows) => rows.map((element) => element.dataset['id'] ?? ''));

describe.skipIf(leaveOut)(`the context menu of a site${whyLeftOut}`, () => {
  it('opens the action’s page in a new tab', async () => {
    const { page, complaints, statuses, inNewTab } = await open([item()]);
    await row(page, 'gun_020_anim_v011').click();
    await row(page, 'gun_030_fx_v001').click({ modifiers: ['Control'] });
    await row(page, 'gun_030_fx_v001').click({ button: 'right' });
    const tab = await inNewTab(() => menuItem(page, 'Show selection').click());
    expect(await tab.getByRole('heading').innerText()).toBe('Selection');
    expect(await tab.getByRole('paragraph').innerText()).toBe('2 × Version in Gunslinger');
    expect(await tab.getByRole('listitem').allInnerTexts()).toEqual(['Version 904', 'Version 912']);
    // The grid is as it was.
    expect(await selected(page)).toEqual(['904', '912']);
    await expect.poll(() => page.getByRole('menu').isVisible()).toBe(false);
    expect(statuses).toEqual([200]);
    expect(complaints).toEqual([]);
  });

  it('shows the action’s page in a modal frame, which the close button closes', async () => {
    const { site, page, complaints, statuses } = await open([item({ opens: 'modal' })]);
    await row(page, 'gun_040_anim_v002').click({ button: 'right' });
    const answered = page.waitForResponse(`${gateway.publicUrl}/**`);
    await menuItem(page, 'Show selection').click();
    // Nobody but the site that the form is signed for.
    const policy = await (await answered).headerValue('content-security-policy');
    expect(policy?.split('; ')).toContain(`frame-ancestors ${site.url}`);
    const modal = page.getByRole('dialog', { name: 'Show selection' });
    const frame = modal.locator('iframe').contentFrame();
    await frame.getByText('1 × Version in Gunslinger').waitFor();
    expect(await frame.getByRole('listitem').allInnerTexts()).toEqual(['Version 926']);
    await modal.getByRole('button', { name: 'Close' }).click();
    expect(await modal.isVisible()).toBe(false);
    // The browser tells of it in a turn of its own.
    await expect.poll(() => page.locator('iframe').count()).toBe(0);
    expect(await page.locator(':focus').getAttribute('aria-label')).toBe('gun_040_anim_v002');
    expect(statuses).toEqual([200]);
    expect(complaints).toEqual([]);
  });

  it.each(['tab', 'modal'] as const)('posts a multipart form in a %s', async (opens) => {
    const { page, complaints, inNewTab } = await open([item({ encoding: 'multipart', opens })], {
      project: { id: 7, name: 'Été – 東京 🎬 "a" & b' },
    });
    await row(page, 'gun_040_anim_v002').click({ button: 'right' });
    const pick = (): Promise<void> => menuItem(page, 'Show selection').click();
    const text = '1 × Version in Été – 東京 🎬 "a" & b';
    if (opens === 'tab') await (await inNewTab(pick)).getByText(text).waitFor();
    else {
      await pick();
      await page.locator('iframe').contentFrame().getByText(text).waitFor();
    }
    expect(complaints).toEqual([]);
  });

  it('picks again: each pick is a request of its own', async () => {
    const { page, complaints, statuses, inNewTab } = await open([
      item(),
      item({ id: 'm', title: 'In a frame', opens: 'modal' }),
    ]);
    for (const _ of [1, 2]) {
      await row(page, 'gun_040_anim_v002').click({ button: 'right' });
      await (await inNewTab(() => menuItem(page, 'Show selection').click())).close();
      await row(page, 'gun_040_anim_v002').click({ button: 'right' });
      await menuItem(page, 'In a frame').click();
      await page.locator('iframe').contentFrame().getByText('1 × Version in Gunslinger').waitFor();
      await page.getByRole('button', { name: 'Close' }).click();
    }
    expect(statuses).toEqual([200, 200, 200, 200]);
    expect(complaints).toEqual([]);
  });

  it('shows a plain page, and no more, where the item’s secret is another', async () => {
    const secret = 'the secret of another site altogether';
    const { page, statuses, inNewTab } = await open([
      item({ secret }),
      item({ secret, id: 'modal', title: 'In a frame', opens: 'modal' }),
    ]);
    await row(page, 'gun_020_anim_v011').click({ button: 'right' });
    const tab = await inNewTab(() => menuItem(page, 'Show selection').click());
    expect(await tab.getByRole('heading').innerText()).toBe('Not authorized');
    expect(await tab.locator('body').innerText()).not.toContain('904');
    await row(page, 'gun_020_anim_v011').click({ button: 'right' });
    await menuItem(page, 'In a frame').click();
    await page.locator('iframe').contentFrame().getByRole('heading', { name: 'Not authorized' }).waitFor();
    expect(statuses).toEqual([401, 401]);
  });

  it('is worked by the keyboard alone', async () => {
    const { page, complaints, inNewTab } = await open([
      item({ id: 'first', title: 'First', url: `${gateway.publicUrl}/ami/none` }),
      item(),
    ]);
    const focused = (): Promise<string | null> => page.locator(':focus').getAttribute('aria-label');
    await page.getByRole('checkbox', { name: 'gun_020_anim_v011' }).focus();
    await page.keyboard.press('ArrowDown');
    expect(await focused()).toBe('gun_020_light_v004');
    await page.keyboard.press('Shift+ArrowDown');
    expect(await selected(page)).toEqual(['907', '915']);
    await page.keyboard.press('ContextMenu');
    expect(await page.locator(':focus').innerText()).toContain('First');
    await page.keyboard.press('Escape');
    expect(await page.getByRole('menu').isVisible()).toBe(false);
    expect(await focused()).toBe('gun_030_comp_v001');
    await page.keyboard.press('Shift+F10');
    await page.keyboard.press('ArrowDown');
    const tab = await inNewTab(() => page.keyboard.press('Enter'));
    expect(await tab.getByRole('listitem').allInnerTexts()).toEqual(['Version 907', 'Version 915']);
    expect(complaints).toEqual([]);
  });

  it('opens from the Actions button as well, for the selection or for none', async () => {
    const { page, complaints, inNewTab } = await open([item()], { project: 'none' });
    const actions = page.getByRole('button', { name: 'Actions' });
    await actions.click();
    expect(await actions.getAttribute('aria-expanded')).toBe('true');
    // Outside of the menu.
    await page.getByRole('heading', { name: 'All Versions' }).click();
    expect(await page.getByRole('menu').isVisible()).toBe(false);
    expect(await actions.getAttribute('aria-expanded')).toBe('false');
    await actions.click();
    const tab = await inNewTab(() => menuItem(page, 'Show selection').click());
    expect(await tab.getByRole('paragraph').innerText()).toBe('0 × Version in several projects');
    expect(complaints).toEqual([]);
  });

  it('lets the action send the person to another site', async () => {
    const elsewhere = await startSite({ items: [] });
    const action = createServer((_, response) => response.writeHead(303, { location: elsewhere.url }).end());
    await new Promise<void>((listening) => action.listen(0, '127.0.0.1', listening));
    onTestFinished(async () => {
      action.close();
      await elsewhere.close();
    });
    const url = `http://127.0.0.1:${(action.address() as AddressInfo).port}/`;
    const { page, complaints } = await open([item({ url })]);
    const opened = page.context().waitForEvent('page');
    await row(page, 'gun_040_anim_v002').click({ button: 'right' });
    await menuItem(page, 'Show selection').click();
    await (await opened).waitForURL(`${elsewhere.url}/page/1353`);
    expect(complaints).toEqual([]);
  });

  it('has the items of the page’s type only', async () => {
    const { page, complaints, inNewTab } = await open([
      item({ id: 'versions', title: 'Only versions', entityType: 'Version' }),
      item({ id: 'shots', title: 'Only shots', entityType: 'Shot' }),
    ]);
    await page.getByRole('link', { name: 'Shots' }).click();
    await row(page, 'gun_030').click({ button: 'right' });
    expect(await page.getByRole('menuitem').count()).toBe(1);
    const tab = await inNewTab(() => menuItem(page, 'Only shots').click());
    expect(await tab.getByRole('listitem').allInnerTexts()).toEqual(['Shot 1162']);
    expect(complaints).toEqual([]);
  });
});

describe.skipIf(leaveOut)(`the rows of a site’s page${whyLeftOut}`, () => {
  it('are selected by click, Ctrl and click, Shift and click, box, and right click', async () => {
    const { page, complaints } = await open([item()]);
    await row(page, 'gun_010_comp_v003').click();
    expect(await selected(page)).toEqual(['931']);
    await row(page, 'gun_030_fx_v001').click({ modifiers: ['Control'] });
    expect(await selected(page)).toEqual(['931', '912']);
    await row(page, 'gun_020_light_v004').click({ modifiers: ['Shift'] });
    expect(await selected(page)).toEqual(['907', '915', '912']);
    await row(page, 'gun_020_light_v004').click({ modifiers: ['Control'] });
    expect(await selected(page)).toEqual(['915', '912']);
    await page.getByRole('checkbox', { name: 'gun_010_comp_v002' }).click();
    expect(await selected(page)).toEqual(['900', '915', '912']);
    expect(await page.getByRole('status').innerText()).toBe('3 selected');
    // A selected row keeps the selection, another one becomes it.
    await row(page, 'gun_030_comp_v001').click({ button: 'right' });
    expect(await selected(page)).toEqual(['900', '915', '912']);
    await page.keyboard.press('Escape');
    await row(page, 'gun_040_anim_v002').click({ button: 'right' });
    expect(await selected(page)).toEqual(['926']);
    expect(complaints).toEqual([]);
  });

  it('are selected all at once, by box and by Ctrl and A', async () => {
    const { page, complaints } = await open([item()]);
    const all = page.getByRole('checkbox', { name: 'Select all' });
    await all.check();
    expect(await page.getByRole('status').innerText()).toBe('8 selected');
    await all.uncheck();
    expect(await selected(page)).toEqual([]);
    await all.press('Control+a');
    expect(await selected(page)).toHaveLength(8);
    await page.getByRole('checkbox', { name: 'gun_010_comp_v002' }).click();
    expect(await all.evaluate((box: HTMLInputElement) => box.indeterminate)).toBe(true);
    expect(complaints).toEqual([]);
  });

  it('are sorted and grouped by links, which the action is told of', async () => {
    const { page, complaints, inNewTab } = await open([
      item({ title: 'Show view', url: `${gateway.publicUrl}/ami/show_view` }),
    ]);
    const viewInTab = async (): Promise<string> => {
      await page.getByRole('button', { name: 'Actions' }).click();
      const tab = await inNewTab(() => menuItem(page, 'Show view').click());
      return tab.getByRole('paragraph').innerText();
    };
    expect(await viewInTab()).toBe('code asc, ungrouped');
    const byId = page.getByRole('columnheader', { name: 'Id' });
    await byId.getByRole('link').click();
    await byId.getByRole('link').click();
    expect(await byId.getAttribute('aria-sort')).toBe('descending');
    await page.getByRole('link', { name: 'Group by status' }).click();
    expect(await page.getByRole('rowheader').allInnerTexts()).toContain('Approved 2');
    expect(await page.locator('tr[data-id]').first().getAttribute('data-id')).toBe('921');
    expect(await viewInTab()).toBe('id desc, sg_status_list');
    expect(complaints).toEqual([]);
  });

  it('the table and the menu fit a narrow screen', async () => {
    const { page, complaints } = await open([item({ title: 'Show the selection and everything about it' })]);
    await page.setViewportSize({ width: 340, height: 480 });
    const widthOf = (): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth);
    expect(await widthOf()).toBe(340);
    const heights = await page
      .locator('tr[data-id]')
      .evaluateAll((rows) => rows.map((element) => element.getBoundingClientRect().height));
    // The last one has no line under it.
    expect(Math.max(...heights) - Math.min(...heights)).toBeLessThanOrEqual(1);
    await row(page, 'gun_040_layout_v006').click({ button: 'right' });
    const menu = await page.getByRole('menu').boundingBox();
    expect(menu?.x).toBeGreaterThanOrEqual(0);
    expect((menu?.x ?? 0) + (menu?.width ?? 0)).toBeLessThanOrEqual(340);
    expect((menu?.y ?? 0) + (menu?.height ?? 0)).toBeLessThanOrEqual(480);
    expect(await widthOf()).toBe(340);
    expect(complaints).toEqual([]);
  });
});
