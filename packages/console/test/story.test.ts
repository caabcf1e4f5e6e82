/** An operator's day in a real browser: what senders and receivers do wrong is seen, understood and mended in the console alone. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdminClient } from '@countersign/api';
import type { Page } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import type { Gateway } from '../../gateway/src/running-gateway.ts';
import { githubRequest, send } from '../../sandbox/src/index.ts';
import { complaintsOf, leaveOut, SECRET, startBrowser, TOKEN, whyLeftOut } from './console-browser.ts';
import { GITHUB_GATE, startOperated } from './operated-gateway.ts';

const LONG_MS = 180_000;
const NEXT_SECRET = 'the secret that the sender signs with next';
const MINUTE_MS = 60_000;

/** Sends a webhook of the sandbox's GitHub. Gives the status. */
async function deliver({ publicUrl }: Pick<Gateway, 'publicUrl'>, id: string, secret: string) {
  const body = JSON.stringify({ zen: 'Keep it logically awesome.', delivery: id });
  const options = { secret, nowMs: Date.now(), id, body, path: '/webhooks/github' };
  return (await send(githubRequest(options), publicUrl)).status;
}

function adminOf({ adminUrl = '' }: Pick<Gateway, 'adminUrl'>) {
  return createAdminClient({ baseUrl: adminUrl, token: TOKEN });
}

/** Logs in by the link that the gateway's start prints. */
async function openByLink(gateway: Gateway) {
  const browser = await startBrowser();
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const complaints = complaintsOf(context);
  const page = await context.newPage();
  const streams: string[] = [];
  page.on('response', (response) => {
    if (response.headers()['content-type']?.startsWith('text/event-stream') === true)
      streams.push(new URL(response.url()).pathname);
  });
  await page.goto(gateway.createLogInUrl() ?? '');
  await page.getByRole('heading', { name: 'Live', level: 1 }).waitFor();
  expect(new URL(page.url()).hash).toBe('');
  return { page, complaints, streams };
}

/** Marks the document, so that a reload would show. */
async function markDocument(page: Page): Promise<() => Promise<void>> {
  await page.evaluate(() => Object.assign(window, { isMarked: true }));
  return async () => expect(await page.evaluate(() => 'isMarked' in window)).toBe(true);
}

it.skipIf(leaveOut)(
  `a webhook that is signed with the next key too early is refused, explained, let in by the guided rotation, and sent again${whyLeftOut}`,
  async () => {
    const { gateway } = await startOperated({
      github: {
        ...GITHUB_GATE,
        keys: [
          { id: 'old', secret: SECRET },
          { id: 'next', secret: NEXT_SECRET, state: 'next', from: '2999-01-01T00:00:00Z' },
        ],
      },
    });
    const { page, complaints, streams } = await openByLink(gateway);
    await page.getByText('No requests yet').waitFor();
    const expectSameDocument = await markDocument(page);

    // The sender has switched before the gate takes its new key.
    expect(await deliver(gateway, 'd-1', SECRET)).toBe(200);
    expect(await deliver(gateway, 'd-2', NEXT_SECRET)).toBe(401);
    const latest = page.getByRole('region', { name: 'The latest refused request' });
    await latest.getByText('signed with a key that is not valid yet').waitFor();
    await latest.getByText('proved cause').waitFor();
    expect(streams).toEqual(['/api/verdicts/live']);
    await page.getByRole('listbox').getByRole('option').filter({ hasText: 'refused' }).click();
    await page.getByRole('heading', { name: 'Why it was refused' }).waitFor();
    const finding = page.locator('.finding').first();
    await finding.getByText('key-not-yet-valid').waitFor();
    await finding.getByText('proved cause', { exact: true }).waitFor();
    await finding.getByText('key "next" proves the request').waitFor();
    await page.getByRole('button', { name: 'compare: refused here', pressed: true }).waitFor();
    const refused = new URL(page.url()).pathname;

    await page.getByRole('main').getByRole('link', { name: 'github' }).click();
    await page.getByRole('tab', { name: 'Keys' }).click();
    await page.getByRole('button', { name: 'Rotate old' }).click();
    await page.getByRole('button', { name: 'Use next' }).click();
    await page.getByText('next is not accepted yet. It starts').waitFor();
    expect(await deliver(gateway, 'd-3', NEXT_SECRET)).toBe(401);
    await page.getByRole('button', { name: 'Accept it from now on' }).click();
    await page.getByText('next is not accepted yet. It starts').waitFor({ state: 'detached' });
    await page.getByText('Waiting for the first request with the new key …').waitFor();
    expect(await deliver(gateway, 'd-4', SECRET)).toBe(200);
    expect(await deliver(gateway, 'd-5', NEXT_SECRET)).toBe(200);
    await page.getByText('The new key is in use.').waitFor();
    await page.getByRole('img', { name: /^Last hour: next 1 request, old 2 requests/ }).waitFor();
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('button', { name: 'Retire old' }).click();
    await page.getByText('old is retiring.').waitFor();
    await expectSameDocument();
    const { keys } = await adminOf(gateway).call('gateKeys', { gate: 'github' });
    expect(keys.map(({ id, state }) => [id, state])).toEqual([
      ['old', 'retiring'],
      ['next', 'active'],
    ]);

    await page.goto(`${gateway.adminUrl}${refused}`);
    await page.getByRole('button', { name: 'Send again, signed now' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Send again, signed now' }).click();
    await page.getByText('answered 200').waitFor();
    await page.getByRole('link', { name: 'Open the new request' }).click();
    await page.getByRole('heading', { name: 'Step by step through the gate' }).waitFor();
    const facts = page.locator('.request-head');
    await facts.getByText('accepted', { exact: true }).waitFor();
    await facts
      .getByRole('definition')
      .filter({ hasText: /^next$/ })
      .waitFor();
    const { events } = await adminOf(gateway).call('events', { limit: 1 });
    expect(events[0]).toMatchObject({ keyId: 'next', gate: 'github' });
    expect(complaints).toEqual([]);
  },
  LONG_MS,
);

it.skipIf(leaveOut)(
  `deliveries that fail are one issue, are redriven from it once the receiver is mended, and the issue closes by itself${whyLeftOut}`,
  async () => {
    const clock = { aheadMs: 0 };
    const shop = { status: 404, taken: [] as string[] };
    const receiver = createServer((request, response) => {
      request.resume().on('end', () => {
        if (shop.status === 204) shop.taken.push(String(request.headers['x-github-delivery']));
        response.writeHead(shop.status).end();
      });
    });
    receiver.listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    onTestFinished(() => {
      receiver.closeAllConnections();
      receiver.close();
    });
    const to = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
    const { gateway } = await startOperated(
      { github: { ...GITHUB_GATE, keep: { deliver: ['shop'] } } },
      { destinations: { shop: { to, retries: [] } }, now: () => Date.now() + clock.aheadMs },
    );
    const { page, complaints } = await openByLink(gateway);
    await page.getByRole('link', { name: 'Issues' }).click();
    await page.getByRole('heading', { name: 'No open issues' }).waitFor();
    const expectSameDocument = await markDocument(page);

    const ids = ['d-1', 'd-2', 'd-3'];
    for (const id of ids) expect(await deliver(gateway, id, SECRET)).toBe(200);
    const line = page.getByRole('listbox').getByRole('option');
    await line.getByRole('img', { name: 'Failures in the last hour: 3' }).waitFor();
    expect(await line.count()).toBe(1);
    await line.click();
    await page.getByRole('heading', { name: 'status → shop' }).waitFor();
    const issue = new URL(page.url()).pathname;
    await page.getByRole('link', { name: 'Dead letters with this result' }).click();
    await expect.poll(() => page.getByRole('listbox').getByRole('option').count()).toBe(3);

    shop.status = 204;
    await page.getByRole('button', { name: 'Redrive …' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('3 deliveries will be sent again').waitFor();
    await dialog.getByRole('button', { name: 'Redrive 3' }).click();
    await dialog.getByText('3 deliveries redriven.').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('heading', { name: 'No delivery matches' }).waitFor();
    await expect.poll(() => shop.taken.toSorted()).toEqual(ids);
    await page.getByRole('link', { name: 'Issues' }).click();
    clock.aheadMs += MINUTE_MS + 1_000;
    await page.getByRole('heading', { name: 'No open issues' }).waitFor();
    await expectSameDocument();
    await page.goto(`${gateway.adminUrl}${issue}`);
    await page.getByText('closed automatically: it delivers again').waitFor();
    expect(complaints).toEqual([]);
  },
  LONG_MS,
);
