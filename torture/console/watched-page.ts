/** The console's Live page in a real browser, and what it costs: memory, nodes, and how old a verdict is when its row stands in the page. */
import type { Browser, CDPSession, Page } from 'playwright-core';
import { launch } from '../../packages/cli/test/browser/launch.ts';
import { startSession } from '../../packages/console/test/start-session.ts';

export interface PageCost {
  /** After a garbage collection. */
  readonly heapBytes: number;
  readonly nodes: number;
}

export interface Counts {
  readonly accepted: number;
  readonly refused: number;
}

export interface WatchedPage {
  readonly page: Page;
  cost(): Promise<PageCost>;
  /** What the page says to have counted, by gate. */
  counts(): Promise<ReadonlyMap<string, Counts>>;
  /** Milliseconds from verdict to row, of the rows that came to stand in the page. */
  latencies(): Promise<readonly number[]>;
  /** CPU seconds of the page's own process so far. */
  cpuSeconds(): Promise<number>;
  close(): Promise<void>;
}

/** Longer ones count as so long. */
const MOST_MS = 60_000;

export async function openWatchedPage(adminUrl: string, token: string): Promise<WatchedPage> {
  const browser = await launch();
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  await startSession(context, adminUrl, { token });
  const page = await context.newPage();
  await page.addInitScript(watchRows, MOST_MS);
  await page.goto(`${adminUrl}/live`);
  await page
    .getByRole('status')
    .filter({ hasText: /^Live$/ })
    .waitFor();
  const session = await context.newCDPSession(page);
  return {
    page,
    cost: () => costOf(session),
    counts: () => countsOf(page),
    async latencies() {
      const counts = await page.evaluate(() => [...(globalThis as unknown as Watched).latencies]);
      return counts.flatMap((count, ms) => Array.from({ length: count }, () => ms));
    },
    cpuSeconds: () => cpuSecondsOf(browser),
    close: () => browser.close(),
  };
}

interface Watched {
  /** How many rows came after so many milliseconds. */
  latencies: Uint32Array;
}

/** Runs in the page, before its own scripts. */
function watchRows(mostMs: number): void {
  const latencies = new Uint32Array(mostMs + 1);
  Object.assign(globalThis, { latencies });
  new MutationObserver((changes) => {
    const now = Date.now();
    for (const { addedNodes } of changes) {
      for (const node of addedNodes) {
        if (!(node instanceof HTMLElement) || node.role !== 'option') continue;
        const at = node.querySelector('time')?.dateTime;
        if (at === undefined) continue;
        const ms = Math.min(mostMs, Math.max(0, now - Date.parse(at)));
        latencies[ms] = (latencies[ms] ?? 0) + 1;
      }
    }
  }).observe(document, { childList: true, subtree: true });
}

async function costOf(session: CDPSession): Promise<PageCost> {
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  const { nodes } = await session.send('Memory.getDOMCounters');
  return { heapBytes: usedSize, nodes };
}

async function countsOf(page: Page): Promise<ReadonlyMap<string, Counts>> {
  const texts = await page
    .locator('.live-filters .chip')
    .evaluateAll((chips) =>
      chips.map((chip) => [
        chip.firstChild?.nodeValue ?? '',
        chip.querySelector('.visually-hidden')?.textContent ?? '',
      ]),
    );
  const counts = new Map<string, Counts>();
  for (const [gate = '', text = ''] of texts) {
    const [, accepted, refused] = /^(\d+) accepted, (\d+) refused$/.exec(text) ?? [];
    if (accepted !== undefined) counts.set(gate, { accepted: Number(accepted), refused: Number(refused) });
  }
  return counts;
}

async function cpuSecondsOf(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return processInfo.filter(({ type }) => type === 'renderer').reduce((sum, { cpuTime }) => sum + cpuTime, 0);
}
