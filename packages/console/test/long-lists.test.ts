/** Ten thousand rows, scrolled from the first to the last: each is there once, and few stand in the page at once. */
import { createAdminClient } from '@countersign/api';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { isLong, leftOutReason, someOf } from '../../../scripts/effort.ts';
import { openConsole, sendGithub, startBrowser, startConsole } from './console-browser.ts';
import { type ListedRows, readWholeList } from './listed-rows.ts';

const ROWS = 10_000;
const ROW_HEIGHT = 48;
/** What the window shows, and eight on each side. */
const MOST_IN_PAGE = 60;
const AT_ONCE = 32;
/** Between two looks at how many are kept. */
const BATCH = 500;
const READING = { rows: ROWS, part: '.mono', step: 10 * ROW_HEIGHT };
const LONG_MS = 600_000;

const TRIED = isLong ? someOf(['live', 'events', 'refused'], 3) : [];
const reasonOf = (list: string): string => (TRIED.includes(list) ? '' : leftOutReason);

/** Prints how smoothly it went: no promise, since the machine decides. */
function expectWhole(name: string, { texts, mostInPage, frames }: ListedRows): void {
  const sorted = [...frames].sort((a, b) => a - b);
  const at = (part: number): string => (sorted[Math.floor(part * (sorted.length - 1))] ?? 0).toFixed(1);
  const dropped = frames.filter((ms) => ms > 1.5 * (1_000 / 60)).length;
  console.log(
    `${name}: ${texts.length} rows, at most ${mostInPage} in the page; ${frames.length} frames, median ${at(0.5)} ms, p95 ${at(0.95)} ms, ${dropped} late`,
  );
  expect(texts).toHaveLength(ROWS);
  expect(new Set(texts).size).toBe(ROWS);
  expect(mostInPage).toBeLessThanOrEqual(MOST_IN_PAGE);
}

async function sendAll(send: (n: number) => Promise<unknown>, count: number = ROWS): Promise<void> {
  let n = 0;
  const go = async (): Promise<void> => {
    for (let next = n++; next < count; next = n++) await send(next);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, go));
}

const listOf = (page: Page) => page.getByRole('listbox');

it.skipIf(!TRIED.includes('live'))(
  `the live page, paused, shows ten thousand rows to who scrolls${reasonOf('live')}`,
  async () => {
    const gateway = await startConsole();
    const { page } = await openConsole(await startBrowser(), gateway, '/live');
    await page
      .getByRole('status')
      .filter({ hasText: /^Live$/ })
      .waitFor();
    await sendAll(async (n) => (await fetch(`${gateway.publicUrl}/n/${n}`, { method: 'POST' })).text());
    await expect
      .poll(() => listOf(page).getByRole('option').first().getAttribute('aria-setsize'), { timeout: 60_000 })
      .toBe(`${ROWS}`);
    await page.getByRole('button', { name: 'Pause' }).click();
    expectWhole('live', await readWholeList(listOf(page), READING));
  },
);

it.skipIf(!TRIED.includes('events'))(
  `the list of events shows ten thousand rows to who scrolls${reasonOf('events')}`,
  async () => {
    const keys = [{ id: 'now', secret: 'a secret of more than sixteen bytes' }];
    const gateway = await startConsole({
      github: { path: '/webhooks', provider: 'github', keys, keep: {} },
    });
    await sendAll((n) => sendGithub(gateway, { path: `/webhooks?n=${n}`, body: `{"n":${n}}` }));
    const { page } = await openConsole(await startBrowser(), gateway, '/events');
    await listOf(page).getByRole('option').first().waitFor();
    expectWhole('events', await readWholeList(listOf(page), READING));
  },
  LONG_MS,
);

it.skipIf(!TRIED.includes('refused'))(
  `the list of refused requests shows ten thousand rows to who scrolls${reasonOf('refused')}`,
  async () => {
    // Of refused requests one a second is kept.
    let nowMs = Date.now();
    const keys = [{ id: 'now', secret: 'a secret of more than sixteen bytes' }];
    const gateway = await startConsole(
      { github: { path: '/webhooks', provider: 'github', keys, keepRefused: { atMost: ROWS }, keep: {} } },
      { now: () => nowMs },
    );
    const client = createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: gateway.adminToken });
    // What comes faster than it is written is left out, and sent again as another request.
    for (let sent = 0, kept = 0; kept < ROWS; ) {
      const count = Math.min(BATCH, ROWS - kept);
      const first = sent;
      await sendAll((n) => {
        nowMs += 1_000;
        const number = first + n;
        return sendGithub(gateway, {
          path: `/webhooks?n=${number}`,
          body: `{"n":${number}}`,
          secret: 'some other secret of sixteen',
        });
      }, count);
      sent += count;
      const [gate] = await client.call('gates');
      kept = sent - (gate?.keepsRefused?.leftOut ?? 0);
    }
    const { page } = await openConsole(await startBrowser(), gateway, '/events?show=refused');
    await listOf(page).getByRole('option').first().waitFor();
    expectWhole('refused', await readWholeList(listOf(page), READING));
  },
  LONG_MS,
);
