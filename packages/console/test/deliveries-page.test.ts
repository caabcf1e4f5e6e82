/** Deliveries, destinations and grouped failures in a real browser: what fails is found, mended, and sent again. */
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAdminClient } from '@countersign/api';
import type { Page } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import type { ConfigInput } from '../../gateway/src/config/config-input.ts';
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

const MINUTE_MS = 60_000;
const ATTACK = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>\u202Egpj';

interface Receiver {
  readonly url: string;
  readonly bodies: string[];
}

/** Answers as told, by how many came before. */
async function receiver(answer: (response: ServerResponse, count: number) => void): Promise<Receiver> {
  const bodies: string[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      bodies.push(Buffer.concat(pieces).toString());
      answer(response, bodies.length);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, bodies };
}

const keys = [{ id: 'now', secret: SECRET }];

function gates(deliver: readonly string[]): NonNullable<ConfigInput['gates']> {
  return {
    github: {
      path: '/webhooks/github',
      provider: 'github',
      keys,
      keepRefused: true,
      keep: { deliver: [...deliver] },
    },
  };
}

function adminOf({ adminUrl = '' }: Pick<Gateway, 'adminUrl'>) {
  return createAdminClient({ baseUrl: adminUrl, token: TOKEN });
}

/** Waits until so many deliveries are in a state. */
async function settled(gateway: Gateway, destination: string, state: string, count: number): Promise<void> {
  await expect
    .poll(
      async () => {
        const views = await adminOf(gateway).call('destinations');
        return views.find(({ name }) => name === destination)?.totals[state] ?? 0;
      },
      { timeout: 20_000 },
    )
    .toBe(count);
}

/** Every text that a live region had, in turn. */
async function watchStatus(page: Page): Promise<() => Promise<readonly string[]>> {
  await page.evaluate(() => {
    const texts: string[] = [];
    Object.assign(window, { statusTexts: texts });
    new MutationObserver(() => {
      for (const region of document.querySelectorAll('[role="status"]'))
        if (region.textContent !== '' && texts.at(-1) !== region.textContent)
          texts.push(region.textContent ?? '');
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  return () => page.evaluate(() => (window as unknown as { statusTexts: string[] }).statusTexts);
}

it.skipIf(leaveOut)(
  `a receiver that fails is one line, is mended, and gets all of it again with progress; the line closes by itself${whyLeftOut}`,
  async () => {
    const clock = { aheadMs: 0 };
    let isMended = false;
    const shop = await receiver((response, count) => {
      // What is 5xx slows the gateway down; of the others there are many.
      response.statusCode = isMended ? 204 : count === 1 ? 500 : 404;
      response.end(isMended ? '' : ATTACK);
    });
    const gateway = await startConsole(gates(['shop']), {
      destinations: { shop: { to: shop.url, retries: [] } },
      now: () => Date.now() + clock.aheadMs,
    });
    const browser = await startBrowser();
    const { page, complaints } = await openConsole(browser, gateway, '/issues');
    await page.getByRole('heading', { name: 'No open issues' }).waitFor();

    const count = 230;
    for (let number = 0; number < count; number++)
      await sendGithub(gateway, { body: `{"number":${number}}` });
    await settled(gateway, 'shop', 'dead', count);
    await page.getByText('New issue: → shop, status').waitFor();
    const line = page.getByRole('listbox').getByRole('option');
    await expect.poll(() => line.count()).toBe(1);
    await line.getByText(String(count), { exact: true }).waitFor();
    await line.getByRole('img', { name: `Failures in the last hour: ${count}` }).waitFor();

    await line.click();
    await page.getByRole('heading', { name: 'status → shop' }).waitFor();
    await page.getByText('answered with a status other than 2xx').waitFor();
    await page.getByRole('button', { name: 'Acknowledge …' }).click();
    await page.getByRole('dialog').getByLabel('Note').fill(`asked the shop ${ATTACK}`);
    await page.getByRole('dialog').getByRole('button', { name: 'Acknowledge' }).click();
    await page.getByText('Acknowledged.').waitFor();
    await page.getByRole('blockquote').filter({ hasText: 'asked the shop <img' }).waitFor();
    expect(new URL(page.url()).pathname).toMatch(/^\/issues\/\w+$/);
    const issue = new URL(page.url()).pathname;

    await page.getByRole('link', { name: 'The latest delivery that failed' }).click();
    await page.getByText('answered 404', { exact: true }).waitFor();
    await page.getByText('<script>window.hit=1</script>').waitFor();
    await go(page, issue);
    await page.getByRole('link', { name: 'Dead letters with this result' }).click();
    await page.getByRole('listbox').getByRole('option').first().waitFor();

    isMended = true;
    const statuses = await watchStatus(page);
    await page.getByRole('button', { name: 'Redrive …' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('230 deliveries will be sent again now').waitFor();
    expect(shop.bodies).toHaveLength(count);
    await dialog.getByRole('button', { name: 'Redrive 230' }).click();
    await dialog.getByText('230 deliveries redriven.').waitFor();
    const progress = (await statuses())
      .flatMap((text) => /^([1-9]\d*) of 230$/.exec(text)?.[1] ?? [])
      .map(Number);
    expect(new Set(progress).size).toBeGreaterThanOrEqual(2);
    expect(progress).toEqual(progress.toSorted((one, other) => one - other));
    await dialog.getByRole('button', { name: 'Close' }).click();
    await settled(gateway, 'shop', 'delivered', count);
    expect(shop.bodies).toHaveLength(2 * count);
    await page.getByRole('heading', { name: 'No delivery matches' }).waitFor();
    await page.getByRole('row').filter({ hasText: 'shop' }).getByText('healthy').waitFor();

    await go(page, issue);
    await page.getByText('acknowledged', { exact: true }).waitFor();
    clock.aheadMs += MINUTE_MS + 1_000;
    await page.getByText('closed automatically: it delivers again').waitFor();
    await go(page, '/issues?state=closed');
    await page.getByRole('listbox').getByRole('option').getByText('closed automatically').waitFor();
    expect(await page.evaluate(() => 'hit' in window)).toBe(false);
    expect(complaints).toEqual([]);
  },
);

it.skipIf(leaveOut)(
  `a change of many is counted first, and stops between two parts when it is told to${whyLeftOut}`,
  async () => {
    const shop = await receiver((response) => response.end());
    const gateway = await startConsole(gates(['shop']), {
      destinations: { shop: { to: shop.url } },
    });
    const browser = await startBrowser();
    // What waits stays so: of retries some would come at once.
    await adminOf(gateway).call('changeDestination', { destination: 'shop', change: 'pause' });
    for (let number = 0; number < 230; number++) await sendGithub(gateway, { body: `{"number":${number}}` });
    await settled(gateway, 'shop', 'waiting', 230);
    const { page, complaints } = await openConsole(browser, gateway, '/deliveries?destination=shop');
    let parts = 0;
    const { promise: stopped, resolve: stop } = Promise.withResolvers<void>();
    // The gateway’s answer to the second part is held back until the button was pressed.
    await page.route('**/api/deliveries/change', async (route) => {
      const isPart = !(route.request().postData() ?? '').includes('dryRun');
      if (isPart && ++parts === 2) await stopped;
      await route.continue();
    });
    await page.getByRole('button', { name: 'Cancel …' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('230 deliveries will not be tried any more').waitFor();
    await dialog.getByRole('button', { name: 'Cancel 230' }).click();
    const progress = dialog.getByText(/^[1-9]\d* of 230$/);
    const done = Number.parseInt((await progress.textContent()) ?? '', 10);
    await dialog.getByRole('button', { name: 'Stop after this batch' }).click();
    stop();
    const told = await dialog.getByText(/^Stopped: /).textContent();
    const all = Number(
      /^Stopped: (\d+) of 230 deliveries cancelled\. The rest is unchanged\.$/.exec(told ?? '')?.[1],
    );
    expect(all).toBeGreaterThan(done);
    expect(all).toBeLessThan(230);
    expect(parts).toBe(2);
    await settled(gateway, 'shop', 'cancelled', all);
    await settled(gateway, 'shop', 'waiting', 230 - all);
    await dialog.getByRole('button', { name: 'Close' }).click();
    // The focus is back where it was.
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Cancel …');
    expect(complaints).toEqual([]);
  },
);

it.skipIf(leaveOut)(
  `a delivery shows its attempts, when the next is due, and what is sent; it is tried, cancelled, skipped and sent elsewhere${whyLeftOut}`,
  async () => {
    let status = 500;
    const shop = await receiver((response) => {
      response.statusCode = status;
      response.end(status === 500 ? ATTACK : 'ok');
    });
    const other = await receiver((response) => response.end('ok'));
    const gateway = await startConsole(gates(['shop', 'ordered']), {
      destinations: {
        shop: { to: shop.url, retries: ['24h', '24h'] },
        ordered: { to: shop.url, retries: [], order: { json: 'customer' } },
        other: { to: other.url },
      },
    });
    const browser = await startBrowser();
    await sendGithub(gateway, { body: '{"customer":"c1","n":1}' });
    await settled(gateway, 'ordered', 'dead', 1);
    await sendGithub(gateway, { body: '{"customer":"c1","n":2}' });
    await settled(gateway, 'ordered', 'behind', 1);
    const { page, complaints } = await openConsole(
      browser,
      gateway,
      '/deliveries?destination=shop&state=waiting',
    );
    const rows = page.getByRole('listbox').getByRole('option');
    await expect.poll(() => rows.count()).toBe(2);
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Delivery to shop' }).waitFor();
    const next = page.locator('.countdown');
    const before = await next.textContent();
    expect(before).toMatch(/^in \d+ (h|min|s)/);
    // It goes on with the clock.
    await page.clock.setSystemTime(Date.now() - 2 * 60 * MINUTE_MS);
    await expect.poll(() => next.textContent()).not.toBe(before);
    await page.clock.setSystemTime(Date.now());
    await page
      .getByRole('listitem')
      .filter({ hasText: 'Attempt 1' })
      .getByText('answered 500', { exact: true })
      .waitFor();
    await page.getByText('RLO').waitFor();
    expect((await page.getByText('The beginning of its answer').count()) > 0).toBe(true);

    await page.getByRole('button', { name: 'Show what is sent' }).click();
    await page.getByText('would be sent', { exact: true }).waitFor();
    await page.getByText('{"customer":"c1","n":1}').waitFor();
    await page.getByRole('row').filter({ hasText: 'countersign-event' }).waitFor();

    status = 204;
    await page.getByRole('button', { name: 'Try now' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Try now' }).click();
    await page.getByRole('listitem').filter({ hasText: 'Attempt 2' }).getByText('answered 204').waitFor();
    await page.getByText('The destination accepted it.').waitFor();

    await page.getByRole('button', { name: 'Send to another destination …' }).click();
    await page.getByRole('dialog').getByLabel('Destination').selectOption('other');
    await page.getByRole('dialog').getByRole('button', { name: 'Send' }).click();
    await page.getByRole('link', { name: 'Being sent to other.' }).click();
    await page.getByRole('heading', { name: 'Delivery to other' }).waitFor();
    await page.getByText('The destination accepted it.').waitFor();
    expect(other.bodies).toEqual(['{"customer":"c1","n":1}']);

    await go(page, '/deliveries');
    await page.getByRole('button', { name: 'Show 1 of the state dead letter for ordered' }).click();
    await expect.poll(() => new URL(page.url()).search).toBe('?destination=ordered&state=dead');
    await rows.first().click();
    await page.getByText('Events with the same order key are waiting for this one.').waitFor();
    await page.getByRole('button', { name: 'Skip' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Skip' }).click();
    await page.getByText('Skipped: the next one with its order key is sent.').waitFor();
    await settled(gateway, 'ordered', 'delivered', 1);

    await go(page, '/deliveries?destination=shop&state=waiting');
    await rows.first().click();
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await page.getByRole('dialog').getByText('No further attempt is made.').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).first().click();
    await page.getByText('It was cancelled, and is not retried.').waitFor();
    expect(await page.evaluate(() => 'hit' in window)).toBe(false);
    expect(complaints).toEqual([]);
  },
);

it.skipIf(leaveOut)(
  `a destination is paused, resumed at a rate, muted and unmuted, and says how it fares${whyLeftOut}`,
  async () => {
    const shop = await receiver((response) => response.end('ok'));
    const gateway = await startConsole(gates(['shop']), { destinations: { shop: { to: shop.url } } });
    const browser = await startBrowser();
    const { page, complaints } = await openConsole(browser, gateway, '/destinations');
    const card = page.getByRole('article', { name: 'shop' });
    await card.getByText('no attempts yet').waitFor();
    const press = async (name: string, confirm: string): Promise<void> => {
      await card.getByRole('button', { name, exact: true }).click();
      await page.getByRole('dialog').getByRole('button', { name: confirm, exact: true }).click();
    };

    await press('Pause …', 'Pause');
    await card.getByText('Paused: events wait.').waitFor();
    await card.getByText('paused by an operator').waitFor();
    for (let number = 0; number < 3; number++) await sendGithub(gateway, { body: `{"number":${number}}` });
    await card.getByRole('link', { name: '3 waiting' }).waitFor();
    expect(shop.bodies).toHaveLength(0);

    await card.getByRole('button', { name: 'Resume …' }).click();
    await page.getByRole('dialog').getByText('3 events are waiting and are sent now.').waitFor();
    await page.getByRole('dialog').getByLabel('At most per second').fill('1');
    await page.getByRole('dialog').getByRole('button', { name: 'Resume' }).click();
    await card.getByText('at most 1 per second').waitFor();
    await card.getByRole('link', { name: '3 delivered' }).waitFor();
    await card.getByText('healthy').waitFor();
    await card.getByText('3 delivered, 0 failed').waitFor();

    await press('Mute …', 'Mute');
    await card.getByText('muted', { exact: true }).waitFor();
    await sendGithub(gateway, { body: '{"number":9}' });
    await card.getByRole('link', { name: '1 muted' }).waitFor();
    await press('Unmute', 'Unmute');
    await card.getByText('Unmuted: new events are sent.').waitFor();
    expect(shop.bodies).toHaveLength(3);
    expect(complaints).toEqual([]);
  },
);

it.skipIf(leaveOut)(
  `a transformation is tried on a kept event: filtered, transformed and signed beside the original, and nothing is sent${whyLeftOut}`,
  async () => {
    const dir = await mkdtemp(join(tmpdir(), 'shape-'));
    onTestFinished(() => rm(dir, { recursive: true }));
    await writeFile(
      join(dir, 'shape.mjs'),
      `export function toChat(event) {
        const { action } = event.json();
        if (action === 'boom') throw new TypeError(${JSON.stringify(ATTACK)});
        return action === 'closed' ? 'skip' : { body: { text: 'PR ' + action }, headers: { 'x-source': event.gate } };
      }`,
    );
    const chat = await receiver((response) => response.end('ok'));
    const gateway = await startConsole(gates(['chat', 'pushes']), {
      destinations: {
        chat: {
          to: chat.url,
          transform: `${dir}/shape.mjs#toChat`,
          sign: { secret: Buffer.from(SECRET).toString('base64') },
          retries: ['24h'],
        },
        pushes: { to: chat.url, when: { type: 'push' } },
      },
    });
    const browser = await startBrowser();
    const ids: string[] = [];
    for (const action of ['opened', 'closed', 'boom']) {
      await sendGithub(gateway, {
        body: `{"action":"${action}"}`,
        headers: { 'x-evil': ATTACK.slice(0, 60) },
      });
      const { events } = await adminOf(gateway).call('events', { limit: 1 });
      ids.push(events[0]?.id ?? '');
    }
    await settled(gateway, 'chat', 'delivered', 1);
    const sent = chat.bodies.length;
    const [opened = '', closed = '', boom = ''] = ids;
    const { page, complaints } = await openConsole(browser, gateway, '/destinations');
    await page.getByRole('article', { name: 'chat' }).getByRole('button', { name: 'Try an event' }).click();
    await page.getByLabel('Event', { exact: true }).selectOption(opened);
    const original = page.getByRole('region', { name: 'As received: headers and body' });
    const result = page.getByRole('region', { name: 'As sent: headers and body' });
    await original.getByText('{"action":"opened"}').waitFor();
    await result.getByText('{"text":"PR opened"}').waitFor();
    for (const name of ['x-source', 'webhook-signature', 'webhook-id'])
      await result.getByRole('row').filter({ hasText: name }).waitFor();
    await page.getByLabel('Event', { exact: true }).selectOption(closed);
    await result.getByText('left out by the transformation').waitFor();
    await page.getByLabel('Event', { exact: true }).selectOption(boom);
    await result.getByText('would fail').waitFor();
    await result.getByText('<img src=x').waitFor();
    // A link leads to the same.
    await go(page, `/destinations?try=pushes&event=${opened}`);
    await result.getByText('left out by the filter').waitFor();
    expect(chat.bodies).toHaveLength(sent);
    expect(await page.evaluate(() => 'hit' in window)).toBe(false);
    expect(complaints).toEqual([]);
  },
);

it.skipIf(leaveOut)(
  `two who look at one failure do not overwrite each other; the first is told, the second is shown what is${whyLeftOut}`,
  async () => {
    const gateway = await startConsole(gates([]));
    const browser = await startBrowser();
    await sendGithub(gateway, { body: '{}', secret: 'another secret of sixteen' });
    const { page, complaints } = await openConsole(browser, gateway, '/issues?reason=signature-mismatch');
    await page.getByRole('listbox').getByRole('option').click();
    await page.getByText('Compare the gate’s key with the sender’s').waitFor();
    const id = decodeURIComponent(new URL(page.url()).pathname.split('/').at(-1) ?? '');
    await page.getByRole('button', { name: 'Acknowledge …' }).click();
    await page.getByRole('dialog').getByLabel('Note').fill('mine');
    await adminOf(gateway).call('changeIssue', { id, change: 'acknowledge', note: 'theirs' });
    // The page behind the dialog shows it by now.
    await page.getByText('theirs').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Acknowledge' }).click();
    await page.getByText('Somebody else changed it in the meantime.').waitFor();
    await page.getByText('theirs').waitFor();
    expect((await adminOf(gateway).call('issue', { id })).note).toBe('theirs');
    await page.getByRole('button', { name: 'Close …' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    await page.getByText('closed by token').waitFor();
    await page.getByRole('button', { name: 'Reopen' }).click();
    await page.getByText('Reopened.').waitFor();
    await page.getByRole('link', { name: 'The latest refused request that was kept' }).click();
    await page.getByRole('heading', { name: 'Why it was refused' }).waitFor();
    expect(complaints.filter((text) => !text.includes('412'))).toEqual([]);
  },
);

it.skipIf(leaveOut).each(['light', 'dark'] as const)(
  `these pages can be used by everybody, in the theme %s, and on a telephone${whyLeftOut}`,
  async (theme) => {
    const shop = await receiver((response) => {
      response.statusCode = 404;
      response.end('no such hook');
    });
    const gateway = await startConsole(gates(['shop', 'slow']), {
      destinations: { shop: { to: shop.url, retries: [] }, slow: { to: shop.url, retries: ['24h'] } },
    });
    const browser = await startBrowser();
    for (let number = 0; number < 3; number++) await sendGithub(gateway, { body: `{"number":${number}}` });
    await sendGithub(gateway, { body: '{}', secret: 'another secret of sixteen' });
    await settled(gateway, 'shop', 'dead', 3);
    await expect.poll(() => shop.bodies.length).toBe(6);
    const event = (await adminOf(gateway).call('deliveries', { limit: 1 })).deliveries[0]?.event ?? '';
    const { issues } = await adminOf(gateway).call('issues');
    const { page } = await openConsole(browser, gateway, '/deliveries', { theme, bypassCSP: true });
    const pages: readonly (readonly [path: string, seen: string])[] = [
      ['/deliveries', 'dead letter'],
      ['/deliveries?code=timeout', 'No delivery matches all the filters.'],
      [`/deliveries/${event}/shop`, 'Attempt 1'],
      [`/deliveries/${event}/slow?sent=shown`, 'would be sent'],
      ['/destinations', 'Last minute'],
      [`/destinations?try=shop&event=${event}`, 'would be sent'],
      ['/issues', 'status'],
      ['/issues?state=closed', 'No issue matches'],
      ...issues.map(({ id }): readonly [string, string] => [`/issues/${id}`, 'Failures per minute']),
      [`/issues/${issues[0]?.id}?span=days`, 'Failures per hour'],
    ];
    for (const [path, seen] of pages) {
      await page.setViewportSize({ width: 1280, height: 800 });
      await go(page, path);
      await page.getByRole('main').getByText(seen).filter({ visible: true }).first().waitFor();
      expect(await violationsOf(page), path).toEqual([]);
      await page.setViewportSize({ width: 360, height: 800 });
      await expectNoSidewaysScroll(page);
    }
    await page.setViewportSize({ width: 1280, height: 800 });
    await go(page, '/deliveries');
    await page.getByRole('button', { name: 'Redrive …' }).click();
    await page.getByText('3 deliveries will be sent again').waitFor();
    expect(await violationsOf(page)).toEqual([]);
  },
);
