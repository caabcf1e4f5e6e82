/** The pages of one request and of what gates keep, in a real browser, with real requests. */
import { readFile } from 'node:fs/promises';
import { createAdminClient } from '@countersign/api';
import type { Browser } from 'playwright-core';
import { expect, it } from 'vitest';
import type { Gateway } from '../../gateway/src/running-gateway.ts';
import {
  expectNoSidewaysScroll,
  go,
  leaveOut,
  openConsole,
  SECRET,
  sendGithub,
  startBrowser,
  startConsole,
  TOKEN,
  violationsOf,
  whyLeftOut,
} from './console-browser.ts';

const OTHER = 'some other secret of sixteen';

function adminOf({ adminUrl = '' }: Pick<Gateway, 'adminUrl'>) {
  return createAdminClient({ baseUrl: adminUrl, token: TOKEN });
}

async function newestEvent(gateway: Gateway): Promise<string> {
  const { events } = await adminOf(gateway).call('events', { limit: 1 });
  return events[0]?.id ?? '';
}

async function newestRefused(gateway: Gateway): Promise<string> {
  const { refused } = await adminOf(gateway).call('refused', { limit: 1 });
  return refused[0]?.id ?? '';
}

it.skipIf(leaveOut)(
  `an event shows its body as text, tree and hex, its headers and deliveries, and is downloaded byte for byte${whyLeftOut}`,
  async () => {
    const gateway = await startConsole();
    const browser = await startBrowser();
    const body = '{"list":[1,{"deep":null}],"text":"Zo\u00EB"}\r\n';
    expect(await sendGithub(gateway, { body })).toBe(200);
    const { page, complaints } = await openConsole(
      browser,
      gateway,
      `/requests/${await newestEvent(gateway)}`,
    );
    await page.getByText('{"list":[1,{"deep":null}],"text":"Zoë"}').waitFor();
    await page.getByText('CR', { exact: true }).waitFor();

    await page.getByRole('button', { name: 'JSON' }).click();
    const tree = page.getByRole('tree');
    await tree.getByRole('treeitem').filter({ hasText: 'deep: null' }).waitFor();
    await tree.focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => tree.getByRole('treeitem').count()).toBe(3);
    await page.getByRole('button', { name: 'Hex' }).click();
    await page.getByText('7b 22 6c 69 73 74 22 3a').waitFor();
    expect(new URL(page.url()).searchParams.get('form')).toBe('hex');

    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download the body' }).click();
    expect(await readFile(await (await downloading).path(), 'utf8')).toBe(body);

    await page.getByRole('tab', { name: /^Headers/ }).click();
    await page.getByRole('row').filter({ hasText: 'x-github-event' }).getByText('pull_request').waitFor();
    await page.getByRole('tab', { name: 'Deliveries (1)' }).click();
    await page.getByRole('row').filter({ hasText: 'shop' }).getByText('delivered').first().waitFor();
    await page.getByRole('button', { name: 'Deliver again' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Deliver again' }).click();
    await page.getByText('Being sent to shop.').waitFor();
    expect(complaints).toEqual([]);
  },
);

it.skipIf(leaveOut)(
  `a request is verified again by the keys that there are now, and a claim is released${whyLeftOut}`,
  async () => {
    const gateway = await startConsole();
    const browser = await startBrowser();
    await sendGithub(gateway, { body: '{"number":1}' });
    const { page, complaints } = await openConsole(
      browser,
      gateway,
      `/requests/${await newestEvent(gateway)}`,
    );
    await page.getByRole('button', { name: 'Verify again' }).click();
    await page.getByText('would be accepted').waitFor();
    await page.getByText('verified with the key now').waitFor();
    await page.getByRole('tab', { name: 'Replays' }).click();
    await page.getByText('Remembered until').waitFor();
    await page.getByRole('button', { name: 'Forget it' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Forget it' }).click();
    await page.getByText('Forgotten: the same request is accepted again.').waitFor();
    expect(complaints).toEqual([]);
  },
);

/** Of the newest refused request, on its page. */
async function sendNewestAgain(browser: Browser, gateway: Gateway) {
  const opened = await openConsole(browser, gateway, `/requests/${await newestRefused(gateway)}`);
  await opened.page.getByRole('button', { name: 'Send again, signed now' }).click();
  await opened.page.getByRole('dialog').getByRole('button', { name: 'Send again, signed now' }).click();
  return opened;
}

it.skipIf(leaveOut)(`a refused request is sent again, signed now, and is accepted${whyLeftOut}`, async () => {
  const gateway = await startConsole();
  const browser = await startBrowser();
  expect(await sendGithub(gateway, { body: '{"number":2}', secret: OTHER })).toBe(401);
  const { page, complaints } = await sendNewestAgain(browser, gateway);
  await page.getByRole('link', { name: 'Open the new request' }).waitFor();
  await page.getByText('answered 200').waitFor();
  await page.getByRole('link', { name: 'Open the new request' }).click();
  await page.getByRole('tab', { name: /^Deliveries/ }).waitFor();
  expect((await adminOf(gateway).call('events', {})).events).toHaveLength(1);
  expect(complaints).toEqual([]);
});

it.skipIf(leaveOut)(
  `sent again to a gate that masks, it says that parts are left out${whyLeftOut}`,
  async () => {
    const gateway = await startConsole({
      github: {
        path: '/webhooks/github',
        provider: 'github',
        keys: [{ id: 'now', secret: SECRET }],
        keepRefused: true,
        keep: { mask: { members: ['email'] } },
      },
    });
    const browser = await startBrowser();
    expect(await sendGithub(gateway, { body: '{"email":"a@b.example"}', secret: OTHER })).toBe(401);
    const { page, complaints } = await sendNewestAgain(browser, gateway);
    await page
      .getByText(
        'The gate masks parts of its requests: the query and the answer’s headers and body are left out here.',
      )
      .waitFor();
    expect(complaints).toEqual([]);
  },
);

it.skipIf(leaveOut)(
  `a refused request that its gate does not keep shows what the stream told, and how to keep it${whyLeftOut}`,
  async () => {
    const gateway = await startConsole();
    const browser = await startBrowser();
    const { page } = await openConsole(browser, gateway, '/live');
    await sendGithub(gateway, { path: '/plain', body: '{}', secret: OTHER });
    await page.getByRole('listbox').getByRole('option').filter({ hasText: 'POST /plain' }).click();
    await page.getByText('Nothing more of this request is kept').waitFor();
    await page.getByText('keepRefused: true').waitFor();
    await page.getByRole('button', { name: 'compare: refused here' }).waitFor();
    // The gateway tells another window of it too, for as long as it remembers.
    const { page: other } = await openConsole(browser, gateway, new URL(page.url()).pathname);
    await other.getByText('Nothing more of this request is kept').waitFor();
    const { page: none } = await openConsole(browser, gateway, '/requests/nobody-1');
    await none.getByRole('heading', { name: 'No such request' }).waitFor();
  },
);

it.skipIf(leaveOut)(
  `what is kept is searched by text, gate and type, and refused requests stand beside it${whyLeftOut}`,
  async () => {
    const gateway = await startConsole();
    const browser = await startBrowser();
    for (const number of [1, 2, 3]) await sendGithub(gateway, { body: `{"order":"needle-${number}"}` });
    await sendGithub(gateway, { body: '{"number":4}', secret: OTHER });
    const { page, complaints } = await openConsole(browser, gateway, '/events?gate=github&type=pull_request');
    await page.getByText('3 requests', { exact: true }).waitFor();
    await page.getByRole('searchbox').fill('needle-2');
    await page.getByRole('searchbox').press('Enter');
    await page.getByText('1 request', { exact: true }).waitFor();
    await page.getByRole('listbox').getByRole('option').getByText('in the body').waitFor();
    // Words need an index, and the list says how a gate gets one.
    await page.goto(`${gateway.adminUrl}/events?q=needle&by=words`);
    await page.getByRole('heading', { name: 'No gate has a full-text index' }).waitFor();
    await page.goto(`${gateway.adminUrl}/events?member=order%3Dneedle-2`);
    await page.getByText('1 request', { exact: true }).waitFor();
    await page.getByRole('textbox', { name: 'JSON path=value' }).waitFor();
    await page.goto(`${gateway.adminUrl}/events?until=2001-01-01T00%3A00%3A00Z`);
    await page.getByRole('heading', { name: 'No event matches' }).waitFor();
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.getByText('3 requests', { exact: true }).waitFor();
    await page.getByRole('tab', { name: 'Refused' }).click();
    await page.goto(`${gateway.adminUrl}/events?show=refused&q=mismatch&within=hour`);
    await page.getByText('1 request', { exact: true }).waitFor();
    await page.getByRole('listbox').getByRole('option').click();
    await page.getByRole('heading', { name: 'Why it was refused' }).waitFor();
    // The browser itself tells of the 409.
    expect(complaints.filter((complaint) => !complaint.includes('409'))).toEqual([]);
  },
);

it.skipIf(leaveOut)(
  `on a telephone the last result of a delivery stands in the window, whole${whyLeftOut}`,
  async () => {
    const keys = [{ id: 'now', secret: SECRET }];
    const to = 'http://127.0.0.1:9/';
    const gateway = await startConsole(
      { github: { path: '/webhooks/github', provider: 'github', keys, keep: { deliver: ['shop'] } } },
      { destinations: { shop: { to, retries: [] } } },
    );
    await sendGithub(gateway, { body: '{"number":1}' });
    await expect
      .poll(async () => (await adminOf(gateway).call('deliveries', { state: 'dead' })).deliveries.length)
      .toBe(1);
    const path = `/requests/${await newestEvent(gateway)}?tab=deliveries`;
    const { page } = await openConsole(await startBrowser(), gateway, path, { width: 360, bypassCSP: true });
    const cells = page
      .getByRole('region', { name: 'Deliveries of this event' })
      .locator('tbody th, tbody td');
    await expect.poll(() => cells.count()).toBe(5);
    for (const cell of await cells.all()) {
      const box = await cell.boundingBox();
      expect(box?.x).toBeGreaterThanOrEqual(0);
      expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(360);
    }
    expect(await violationsOf(page)).toEqual([]);
    await expectNoSidewaysScroll(page);
  },
);

it.skipIf(leaveOut)(`an empty list says whether its filters leave it so${whyLeftOut}`, async () => {
  const gateway = await startConsole();
  const { page } = await openConsole(await startBrowser(), gateway, '/events');
  for (const [path, title] of [
    ['/events', 'No events kept yet'],
    ['/events?by=words', 'No events kept yet'],
    ['/events?q=needle', 'No event matches'],
    ['/events?within=hour', 'No event matches'],
    ['/events?show=refused', 'No refused requests kept yet'],
    // What the list of refused requests does not ask for is no filter of it.
    ['/events?show=refused&type=push', 'No refused requests kept yet'],
    ['/events?show=refused&reason=stale', 'No refused request matches'],
    ['/deliveries', 'No deliveries yet'],
    ['/deliveries?state=dead', 'No delivery matches'],
    ['/audit?who=nobody', 'No entry matches'],
  ] as const) {
    await go(page, path);
    await page.getByRole('heading', { name: title, exact: true }).waitFor();
  }
});

/** What each says would set a variable of the page, were it ever markup or script. */
const ATTACKS = [
  '<img src=x onerror="window.hit=1">',
  '<script>window.hit=1</script>',
  '"><svg onload="window.hit=1">',
  'javascript:window.hit=1',
  '</pre></code><iframe srcdoc="<script>parent.hit=1</script>">',
  '{{constructor.constructor("window.hit=1")()}}',
];

it.skipIf(leaveOut)(
  `what a stranger wrote is text in every view: bodies, headers, paths, types${whyLeftOut}`,
  async () => {
    const gateway = await startConsole();
    const browser = await startBrowser();
    const attack = ATTACKS.join(' ');
    const body = JSON.stringify({ [attack]: attack, list: ATTACKS });
    const headers = {
      'x-evil': attack,
      'x-github-event': '<img/src=x/onerror=window.hit=1>',
      'user-agent': attack,
    };
    const path = `/webhooks/github?q=${encodeURIComponent(attack)}&raw=<img%20src=x%20onerror=window.hit=1>`;
    const { page, complaints } = await openConsole(browser, gateway, '/live');
    await sendGithub(gateway, { path, body, headers });
    await sendGithub(gateway, { path, body, headers, secret: OTHER });
    await sendGithub(gateway, { path, body: `${body} `, signed: body, headers });
    await page.getByRole('listbox').getByRole('option').filter({ hasText: 'refused' }).first().waitFor();
    const ids = [await newestEvent(gateway), await newestRefused(gateway)];
    const tabs = ['body&form=text', 'body&form=json', 'body&form=hex', 'headers'];
    for (const id of ids)
      for (const tab of tabs) {
        await go(page, `/requests/${id}?tab=${tab}`);
        await page.getByRole('tab', { selected: true }).waitFor();
      }
    await page.getByRole('cell').filter({ hasText: '<script>' }).first().waitFor();
    await page.getByRole('link', { name: 'Events' }).click();
    await page.getByRole('listbox').getByRole('option').filter({ hasText: '<img/src=x' }).first().waitFor();
    await page.getByRole('tab', { name: 'Refused' }).click();
    await page.getByRole('listbox').getByRole('option').first().waitFor();
    expect(await page.evaluate(() => 'hit' in window)).toBe(false);
    expect(await page.locator('main img, main svg, main iframe, main script').count()).toBe(0);
    expect(complaints).toEqual([]);
    expect(SECRET).not.toBe(OTHER);
  },
);

it.skipIf(leaveOut).each(['light', 'dark'] as const)(
  `they can be used by everybody, in the theme %s, and on a telephone${whyLeftOut}`,
  async (theme) => {
    const gateway = await startConsole();
    const browser = await startBrowser();
    const body = JSON.stringify({ list: [1, 2, { a: null }] }, null, 2);
    await sendGithub(gateway, { body });
    await sendGithub(gateway, { body: `${body}\n`, signed: body });
    const { page } = await openConsole(browser, gateway, '/events', { theme, bypassCSP: true });
    await page.getByRole('listbox').getByRole('option').first().waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole('listbox').getByRole('option').first().click();
    await page.getByRole('heading', { name: 'Step by step through the gate' }).waitFor();
    for (const form of ['Text', 'JSON', 'Hex']) {
      await page.getByRole('button', { name: form }).click();
      expect(await violationsOf(page)).toEqual([]);
    }
    for (const tab of [/^Headers/, /^Deliveries/, /^Replays/]) {
      await page.getByRole('tab', { name: tab }).click();
      expect(await violationsOf(page)).toEqual([]);
    }
    await page.getByRole('link', { name: 'Events' }).click();
    await page.getByRole('tab', { name: 'Refused' }).click();
    await page.getByRole('listbox').getByRole('option').first().click();
    await page.getByRole('heading', { name: 'What was signed, and what arrived' }).waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.setViewportSize({ width: 360, height: 800 });
    await expectNoSidewaysScroll(page);
  },
);
