/**
 * Prevents: documentation that reads well in the repository and not on its site. The site is built as `npm run docs` builds it, and read in a
 * real browser that reaches nothing else.
 */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { complaintsOf, launch, leaveOut, whyLeftOut } from '../../packages/cli/test/browser/chromium.ts';
import { docPages } from '../../scripts/doc-groups.ts';
import { codeBlocks } from '../../scripts/docs-blocks.ts';
import { createSiteServer } from '../src/serve-site.ts';

const ROOT = join(import.meta.dirname, '../..');
const MOST_BUILD_MS = 60_000;
/** Of all files; a newcomer may want it on a disk. */
const MOST_BYTES = 22e6;
const PHONE = { viewport: { width: 375, height: 812 }, isMobile: true, hasTouch: true };
/** At the root of a host, and below some path of it. */
const PREFIXES = ['/', '/some/prefix/'];

let folder: string;
let browser: Browser;

beforeAll(async () => {
  if (leaveOut) return;
  folder = mkdtempSync(join(tmpdir(), 'countersign-site-'));
  const began = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, ['site/run.ts', '--out', folder], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  // It names each link that is dead, and each page that nothing leads to.
  expect({ status, faults: stderr.replace(/^site: installing.*\n/m, '') }).toEqual({ status: 0, faults: '' });
  expect(stdout).toMatch(/: \d+ pages, [\d.]+ MB, in [\d.]+ s\n$/);
  expect(performance.now() - began).toBeLessThan(MOST_BUILD_MS);
  browser = await launch();
}, 3 * MOST_BUILD_MS);

afterAll(async () => {
  await browser?.close();
  if (folder) rmSync(folder, { recursive: true });
});

async function serve(prefix: string): Promise<string> {
  const server = createSiteServer(folder, prefix);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}`;
}

interface Visit {
  readonly context: BrowserContext;
  readonly page: Page;
  /** What the pages complained of, their own policy’s refusals too. */
  readonly complaints: readonly string[];
  /** Requests of anything but the site. */
  readonly strangers: readonly string[];
}

async function visit(base: string, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext(options);
  onTestFinished(() => context.close());
  const complaints = complaintsOf(context);
  const strangers: string[] = [];
  await context.route(
    (url) => !url.href.startsWith(base),
    (route) => {
      strangers.push(route.request().url());
      return route.abort();
    },
  );
  return { context, page: await context.newPage(), complaints, strangers };
}

async function searchFor(page: Page, words: string): Promise<readonly string[]> {
  await page.keyboard.press('/');
  await page.getByRole('searchbox').fill(words);
  const first = page.locator('dialog li a').first();
  await first.waitFor();
  return page
    .locator('dialog li a')
    .evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).href));
}

it.skipIf(leaveOut)(
  `every page of the documentation is a page of the site, and the site is small${whyLeftOut}`,
  () => {
    const html = globSync('**/*.html', { cwd: folder });
    expect(html.length).toBeGreaterThanOrEqual(docPages(ROOT).length + 1);
    const bytes = globSync('**/*', { cwd: folder, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .reduce((sum, entry) => sum + readFileSync(join(entry.parentPath, entry.name)).length, 0);
    expect(bytes).toBeLessThan(MOST_BYTES);
  },
);

it.skipIf(leaveOut)(`each page has a title and a description of its own words${whyLeftOut}`, () => {
  const titles = new Map<string, string>();
  for (const file of globSync('**/*.html', { cwd: folder }).filter((name) => name !== '404.html')) {
    const html = readFileSync(join(folder, file), 'utf8');
    const title = /<title>(.+)<\/title>/.exec(html)?.[1] ?? '';
    const description = /<meta name="description" content="(.*)">/.exec(html)?.[1] ?? '';
    expect(title.length, file).toBeGreaterThan(4);
    expect(description.length, file).toBeGreaterThan(4);
    expect(titles.get(title), `${file}, and a page of the same title`).toBeUndefined();
    titles.set(title, file);
    expect(html.match(/<h1[ >]/g), file).toHaveLength(1);
  }
});

it.skipIf(leaveOut)(
  `code is as it is written, without what stands behind a language${whyLeftOut}`,
  async () => {
    const base = await serve('/');
    const { page } = await visit(base);
    const paths = ['README.md', 'docs/library.md', 'docs/deploy.md', 'docs/actions.md'];
    for (const path of paths) {
      await page.goto(base + path.replace('README.md', 'index.html').replace('.md', '.html'));
      const shown = await page.locator('article pre code').allTextContents();
      const written = codeBlocks(readFileSync(join(ROOT, path), 'utf8')).map(({ code }) =>
        code.replace(/\n$/, ''),
      );
      expect(shown, path).toEqual(written);
      expect(await page.locator('article pre code span[class^="t-"]').count(), path).toBeGreaterThan(5);
    }
  },
);

it.skipIf(leaveOut)(
  `at a phone’s width no page scrolls sideways, none complains, and none asks another host${whyLeftOut}`,
  async () => {
    const base = await serve('/');
    const { page, complaints, strangers } = await visit(base, PHONE);
    const wide: string[] = [];
    const files = globSync('**/*.html', { cwd: folder }).filter((name) => name !== '404.html');
    // One form makes all failures’ pages, and one all providers’.
    const isOfForm = (file: string): boolean => /(failures|providers).[^/\\]+$/.test(file);
    const ofForms = files.filter(isOfForm).filter((_, at) => at % 5 === 0);
    for (const file of [...files.filter((name) => !isOfForm(name)), ...ofForms]) {
      await page.goto(base + file, { waitUntil: 'load' });
      const { scrollWidth, clientWidth } = await page.evaluate(() => ({
        scrollWidth: document.documentElement.scrollWidth,
        clientWidth: document.documentElement.clientWidth,
      }));
      if (scrollWidth > clientWidth || clientWidth > PHONE.viewport.width)
        wide.push(`${file}: ${scrollWidth}`);
    }
    expect({ wide, complaints, strangers }).toEqual({ wide: [], complaints: [], strangers: [] });
  },
  300_000,
);

it.skipIf(leaveOut).each(PREFIXES)(
  `at %s links lead through the site, the search finds, and what is not there is told${whyLeftOut}`,
  async (prefix) => {
    const base = await serve(prefix);
    const { page, complaints, strangers } = await visit(base);
    await page.goto(base);
    await page.getByRole('navigation').getByRole('link', { name: 'Library', exact: true }).click();
    await page.waitForURL(`${base}docs/library.html`);
    await searchFor(page, 'webhook signature mismatch: UTF-8 BOM at the start of the body');
    await page.keyboard.press('Enter');
    await page.waitForURL(`${base}docs/failures/body-bom-added.html*`);
    await page.getByRole('link', { name: 'Failures', exact: true }).click();
    await page.waitForURL(`${base}docs/failures/index.html`);
    expect({ complaints, strangers }).toEqual({ complaints: [], strangers: [] });

    const answer = await page.goto(`${base}docs/no/such/page.html`);
    expect(answer?.status()).toBe(404);
    await page.getByRole('link', { name: 'the first page' }).click();
    await page.waitForURL(`${base}index.html`);
    expect(strangers).toEqual([]);
  },
);

/** As a log or a terminal shows them. */
const MESSAGES = [
  'none of the keys proves the request',
  'the key differs, or the request was changed on its way',
  'provider: "githb" is not a provider',
  'the request has no x-hub-signature-256 header',
  'nothing listens at localhost:8080',
  'the admin API answered 401',
  'Cannot use import statement outside a module',
  'only imported providers are taken here',
  'the request says push, which is not signed',
  'EBADENGINE',
  'JWTExpired',
] as const;

/** What people type or paste, and the pages of which one is to stand among the first. */
const QUERIES: readonly (readonly [string, RegExp])[] = [
  [
    'No signatures found matching the expected signature for payload',
    /failures\/body-json-javascript|guides\/stripe|troubleshooting|raw-body/,
  ],
  [
    'StripeSignatureVerificationError: No signatures found matching the expected signature for payload. Are you passing the raw request body you received from Stripe?',
    /failures\/body-json-javascript|guides\/stripe|troubleshooting|raw-body/,
  ],
  ['raw body', /library|guides\/express|raw-body/],
  ['replay protection', /library|configuration/],
  ['idempotency', /library|configuration/],
  ['key rotation', /library|configuration|guides\/rotate/],
  ['isBase64Encoded', /failures\/body-base64/],
  ['dead letter queue', /delivering/],
  ['signature-mismatch', /index|troubleshooting/],
  ['time-tolerance', /failures\/time-tolerance/],
  ['nextjs', /next|library|raw-body/],
  ['nginx', /deploy|guides\/behind-nginx/],
  ...MESSAGES.map((message) => [message, /^\S*docs\/troubleshooting\.html/] as const),
  ['koa', /^\S*docs\/library\.html#koa/],
  ['lambda', /^\S*docs\/library\.html#aws-lambda/],
  ['nest', /^\S*docs\/library\.html#nest/],
  ['nestjs', /^\S*docs\/library\.html#/],
  ...['Approov', 'GitHub', 'Stripe', 'Slack', 'Twilio', 'Incode', 'DPoP', 'Firebase App Check'].map(
    (name) => [name, /providers|guides/] as const,
  ),
];

it.skipIf(leaveOut)(`the search needs no server: a page from a disk finds as well${whyLeftOut}`, async () => {
  const base = pathToFileURL(folder).href;
  const { page, complaints, strangers } = await visit(base);
  await page.goto(`${base}/docs/providers.html`);
  for (const [query, address] of QUERIES) {
    const addresses = await searchFor(page, query);
    expect(addresses.slice(0, 4).join(' '), query).toMatch(address);
    await page.keyboard.press('Escape');
    expect(await page.locator('dialog').isVisible(), 'one Escape closes the search').toBe(false);
  }
  expect({ complaints, strangers }).toEqual({ complaints: [], strangers: [] });
});

it.skipIf(leaveOut)(
  `light or dark is the system’s, until somebody chooses; the choice stays${whyLeftOut}`,
  async () => {
    const base = await serve('/');
    const { page, context } = await visit(base, { colorScheme: 'dark' });
    const backOf = (shown: Page): Promise<string> =>
      shown.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await page.goto(base);
    const dark = await backOf(page);
    await page.emulateMedia({ colorScheme: 'light' });
    const light = await backOf(page);
    expect(light).not.toBe(dark);
    await page.getByRole('button', { name: 'Light or dark' }).click();
    expect(await backOf(page)).toBe(dark);
    const other = await context.newPage();
    await other.goto(`${base}docs/library.html`);
    expect(await backOf(other)).toBe(dark);
  },
);

it.skipIf(leaveOut)(
  `on a phone the list of pages opens over the text; without scripts the pages read as well${whyLeftOut}`,
  async () => {
    const base = await serve('/');
    const { page } = await visit(base, { ...PHONE, javaScriptEnabled: false });
    await page.goto(`${base}docs/library.html`);
    const link = page.getByRole('navigation').getByRole('link', { name: 'Configuration', exact: true });
    expect(await link.isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Pages' }).click();
    await link.click();
    await page.waitForURL(`${base}docs/configuration.html`);
    expect(await page.getByRole('heading', { level: 1 }).isVisible()).toBe(true);
    expect(await page.getByRole('button', { name: 'Search' }).isVisible()).toBe(false);
  },
);

it.skipIf(leaveOut)(
  `what agents read is there, and its links lead to Markdown of the site${whyLeftOut}`,
  async () => {
    const base = await serve('/some/prefix/');
    const text = await (await fetch(`${base}llms.txt`)).text();
    const links = [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, path = '']) => path);
    expect(links.length).toBeGreaterThan(20);
    for (const path of [...links, 'AGENTS.md', 'llms-full.txt']) {
      const answer = await fetch(base + path);
      expect(answer.status, path).toBe(200);
      expect((await answer.text()).length, path).toBeGreaterThan(100);
    }
  },
);

it.skipIf(leaveOut)(`the server of --serve gives nothing from beside the folder${whyLeftOut}`, async () => {
  const base = await serve('/');
  for (const path of [
    '..%2f..%2fetc/passwd',
    '%2e%2e/%2e%2e/etc/passwd',
    '..%5c..%5cetc',
    '%00',
    '%',
    'docs/none/',
  ]) {
    const answer = await fetch(base + path);
    expect(answer.status, path).toBe(404);
    expect(await answer.text(), path).toContain('Page not found');
  }
  expect((await fetch(base, { method: 'POST' })).status).toBe(405);
});
