/**
 * Prevents: pictures of a console that is no more, and pages that nobody has looked at in the dark and on a telephone. Starts the demo's gateway
 * and one without traffic, takes a picture of each page in docs/console/, and writes their table into docs/console.md. The clock stands at one
 * time, so that only what has changed makes another picture.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { launch } from '../packages/cli/test/browser/launch.ts';
import { SHELL } from '../packages/console/src/words/shell.ts';
import { startSession } from '../packages/console/test/start-session.ts';
import { readArguments } from './read-arguments.ts';
import { type Place, type Played, STARTED_AT, startScene } from './screenshots/scene.ts';
import { fileOf, PICTURED_VIEWS, VARIANTS, type Variant, withScreenshots } from './screenshots/views.ts';

readArguments('npm run screenshots', { options: {} });

const ROOT = join(import.meta.dirname, '..');
const FOLDER = join(ROOT, 'docs/console');
const PAGE = join(ROOT, 'docs/console.md');

interface Device {
  readonly viewport: { readonly width: number; readonly height: number };
  readonly variants: readonly Variant[];
}

const DEVICES: readonly Device[] = [
  { viewport: { width: 1280, height: 800 }, variants: ['light', 'dark'] },
  { viewport: { width: 390, height: 844 }, variants: ['telephone'] },
];
/** Of a long page its beginning. */
const MOST_HEIGHT = 1_800;
/** Of WebP: letters are sharp, and all pictures together below 4 MB. */
const QUALITY = 45;

const scene = await startScene();
const browser = await launch();
try {
  // Follows from the first request on: what the gateway tells is remembered while somebody listens.
  await logIn(await browser.newContext(), scene.full);
  console.error('screenshots: playing the demo …');
  const played = await scene.play();
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  let bytes = 0;
  const shownAt = scene.now();
  for (const device of DEVICES) bytes += await shootAll(device, played, shownAt);
  writeFileSync(PAGE, withScreenshots(readFileSync(PAGE, 'utf8')));
  console.log(
    `${PICTURED_VIEWS.length * VARIANTS.length} pictures, ${Math.round(bytes / 1024)} KB, in docs/console`,
  );
} finally {
  await browser.close();
  await scene.close();
}

/** @returns how many bytes were written */
async function shootAll(device: Device, played: Played, shownAt: number): Promise<number> {
  console.error(`screenshots: ${PICTURED_VIEWS.length} pages, ${device.variants.join(' and ')} …`);
  let bytes = 0;
  const full = await logIn(await newContext(device, shownAt), scene.full);
  const empty = await logIn(await newContext(device, shownAt), scene.empty);
  const loggedOut = await (await newContext(device, shownAt)).newPage();
  await loggedOut.goto(`${scene.full.url}/live`);
  for (const view of PICTURED_VIEWS) {
    const page = view.isLoggedOut ? loggedOut : view.isEmpty ? empty : full;
    if (!view.isLoggedOut) await goTo(page, view.path(played));
    await settle(page);
    await view.act?.(page);
    for (const variant of device.variants) {
      await page.emulateMedia({ colorScheme: variant === 'dark' ? 'dark' : 'light' });
      await settle(page);
      const picture = await shoot(page, device);
      writeFileSync(join(FOLDER, fileOf(view, variant)), picture);
      bytes += picture.length;
    }
  }
  for (const page of [full, empty, loggedOut]) await page.context().close();
  return bytes;
}

/** Within the console, which is loaded once: past a page that is not there, so that the next one is told from the one before. */
async function goTo(page: Page, path: string): Promise<void> {
  const gone = page.getByRole('heading', { name: SHELL.notFound.title });
  await page.keyboard.press('Escape');
  await page.evaluate(() => history.pushState(null, '', '/there-is-none'));
  await gone.waitFor();
  await page.evaluate((to) => {
    history.pushState(null, '', to);
    scrollTo(0, 0);
  }, path);
  await gone.waitFor({ state: 'detached' });
}

async function newContext({ viewport }: Device, shownAt: number): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport,
    locale: 'en-GB',
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
  });
  await context.clock.setFixedTime(shownAt);
  // The process itself has another clock.
  await context.route('**/metrics', async (route) => {
    const response = await route.fetch();
    const text = await response.text();
    const started = `process_start_time_seconds ${STARTED_AT / 1_000}`;
    await route.fulfill({ response, body: text.replace(/^process_start_time_seconds .*$/m, started) });
  });
  return context;
}

async function logIn(context: BrowserContext, { url, token }: Place): Promise<Page> {
  await startSession(context, url, { token });
  const page = await context.newPage();
  await page.goto(`${url}/live`);
  await settle(page);
  return page;
}

/** Nothing is loaded any more. */
async function settle(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await page.waitForFunction(
    () =>
      document.querySelector('[aria-busy="true"]') === null &&
      !/Loading|Looking for the cause|Connecting …/.test(document.body.innerText),
  );
  await page.evaluate(async () => {
    await document.fonts.ready;
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  });
}

/** Of a long page more than the window, of one with something over it the window. */
async function shoot(page: Page, { viewport }: Device): Promise<Buffer> {
  const height = await page.evaluate(
    ({ root, mostHeight }) => {
      const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      // Where this working copy lies is nobody's business.
      for (let text = texts.nextNode(); text !== null; text = texts.nextNode())
        if (text.nodeValue?.includes(root))
          text.nodeValue = text.nodeValue.replaceAll(root, '/srv/countersign');
      const isWindow = document.querySelector('dialog[open]') !== null || scrollY > 0;
      return isWindow ? innerHeight : Math.min(document.documentElement.scrollHeight, mostHeight);
    },
    { root: ROOT.replace(/\/$/, ''), mostHeight: MOST_HEIGHT },
  );
  await page.setViewportSize({ width: viewport.width, height: Math.max(viewport.height, height) });
  await settle(page);
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY });
  await session.detach();
  await page.setViewportSize(viewport);
  return Buffer.from(data, 'base64');
}
