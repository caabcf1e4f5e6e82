/** The console in a real browser, of the sources as they are, served by a real gateway. */

import { execFile } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import { complaintsOf, launch } from '../../cli/test/browser/chromium.ts';
import type { ConfigInput } from '../../gateway/src/config/config-input.ts';
import { parseConfig } from '../../gateway/src/config/parse-config.ts';
import { startGateway } from '../../gateway/src/gateway.ts';
import type { GatewayOptions } from '../../gateway/src/gateway-options.ts';
import type { Gateway } from '../../gateway/src/running-gateway.ts';
import { startSession } from './start-session.ts';

export { complaintsOf, leaveOut, whyLeftOut } from '../../cli/test/browser/chromium.ts';

export const SECRET = 'a secret of more than sixteen bytes';
export const TOKEN = 'the-admin-token-of-the-tests-of-the-console';

/** Of a machine that is slow and busy. */
export const MOST_WAIT_MS = 60_000;

const ROOT = join(import.meta.dirname, '..');
const VITE = join(ROOT, '../../node_modules/vite/bin/vite.js');
const BUILT = join(ROOT, 'node_modules/.countersign/tested');

let building: Promise<unknown> | undefined;

/** Builds it once for all tests of a worker, where no other worker builds. */
export async function builtFolder(): Promise<URL> {
  const outDir = join(BUILT, String(process.pid));
  // In a process of its own, as `npm run build` has it: here the environment says that this is a test, and React would be another build.
  building ??= promisify(execFile)(process.execPath, [VITE, 'build', ROOT, '--outDir', outDir], {
    env: { ...process.env, NODE_ENV: 'production' },
  });
  await building;
  return pathToFileURL(`${outDir}/`);
}

/** What else is configured. */
export interface ConsoleOptions
  extends Pick<ConfigInput, 'admin' | 'destinations' | 'listen' | 'publicUrl' | 'sessions' | 'storeKey'> {
  /** The gateway's clock. Default: the machine's. */
  readonly now?: () => number;
  /** Who sends requests for trying it out. Default: nobody. */
  readonly sandbox?: GatewayOptions['sandbox'];
}

/** With gates of which one keeps and delivers, one knows a time, and one keeps nothing. */
export async function startConsole(
  gates?: ConfigInput['gates'],
  { now = Date.now, sandbox, ...more }: ConsoleOptions = {},
): Promise<Gateway> {
  const receiver = createServer(
    (request, response) => void request.resume().on('end', () => response.end('taken')),
  );
  await new Promise<void>((resolve) => void receiver.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void receiver.close());
  const keys = [{ id: 'now', secret: SECRET }];
  const to = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/shop`;
  const { config } = parseConfig(
    {
      listen: { public: '127.0.0.1:0', admin: '127.0.0.1:0' },
      admin: { token: TOKEN },
      store: ':memory:',
      log: { level: 'error' },
      ...more,
      gates: gates ?? {
        github: {
          path: '/webhooks/github',
          provider: 'github',
          keys,
          keepRefused: true,
          keep: { deliver: [{ name: 'shop', to }] },
        },
        stripe: { path: '/webhooks/stripe', provider: 'stripe', keys, keepRefused: true, keep: {} },
        plain: { path: '/plain', provider: 'github', keys, respond: { status: 200 } },
      },
    },
    { baseDir: ROOT, env: {} },
  );
  const gateway = await startGateway({
    config,
    now,
    logSink: { write: () => {} },
    console: await builtFolder(),
    ...(sandbox && { sandbox }),
  });
  onTestFinished(() => gateway.close());
  return gateway;
}

export interface GithubRequest {
  readonly path?: string;
  readonly body: string;
  /** What is signed. Default: the body. */
  readonly signed?: string;
  readonly secret?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends a webhook as GitHub does, or as it arrives where somebody changed it. Gives the status. */
export async function sendGithub(
  gateway: Pick<Gateway, 'publicUrl'>,
  { path = '/webhooks/github', body, signed = body, secret = SECRET, headers = {} }: GithubRequest,
): Promise<number> {
  const signature = createHmac('sha256', secret).update(signed).digest('hex');
  const response = await fetch(gateway.publicUrl + path, {
    method: 'POST',
    body,
    headers: Object.assign(
      {
        'content-type': 'application/json',
        'x-github-event': 'pull_request',
        'x-github-delivery': randomUUID(),
        'x-hub-signature-256': `sha256=${signature}`,
      },
      headers,
    ),
  });
  await response.text();
  return response.status;
}

export interface OpenConsole {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the browser complained of: errors, breaches of the policy. */
  readonly complaints: readonly string[];
}

export async function startBrowser(): Promise<Browser> {
  const browser = await launch();
  onTestFinished(() => browser.close());
  return browser;
}

export interface OpenOptions {
  readonly theme?: 'light' | 'dark';
  readonly width?: number;
  /** For what a test runs in the page itself. */
  readonly bypassCSP?: boolean;
}

/** Opens a page of the console, and logs in. */
export async function openConsole(
  browser: Browser,
  gateway: Pick<Gateway, 'adminUrl'>,
  path: string,
  { theme = 'light', width = 1280, bypassCSP = false }: OpenOptions = {},
): Promise<OpenConsole> {
  const context = await browser.newContext({
    viewport: { width, height: 800 },
    colorScheme: theme,
    bypassCSP,
  });
  context.setDefaultTimeout(MOST_WAIT_MS);
  const complaints = complaintsOf(context);
  const page = await context.newPage();
  await startSession(context, gateway.adminUrl ?? '', { token: TOKEN });
  await page.goto(`${gateway.adminUrl}${path}`);
  await page.getByRole('heading', { level: 1 }).filter({ hasNotText: 'Log in' }).waitFor();
  return { page, context, complaints };
}

/** Closes what is open over the page, and waits until it is gone: what is done next is done on the page. */
export async function closeDialogs(page: Page): Promise<void> {
  const dialogs = page.locator('dialog[open]');
  while ((await dialogs.count()) > 0) {
    const [top] = (await dialogs.elementHandles()).slice(-1);
    await page.keyboard.press('Escape');
    await top?.waitForElementState('hidden');
  }
}

/** Another address of the console, within the page that is logged in. */
export async function go(page: Page, to: string): Promise<void> {
  await page.evaluate((address) => {
    history.pushState({}, '', address);
    dispatchEvent(new PopStateEvent('popstate'));
  }, to);
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What of WCAG 2.2 AA the page breaks, as far as a program can tell. */
export function violationsOf(page: Page): Promise<readonly string[]> {
  return brokenRules(page, WCAG);
}

/** What of its colours cannot be read by everybody: all that another theme changes. */
export function colorViolationsOf(page: Page): Promise<readonly string[]> {
  return brokenRules(page, ['color-contrast']);
}

async function brokenRules(page: Page, runOnly: readonly string[]): Promise<readonly string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(AXE);
  return page.evaluate(async (rules) => {
    const { axe } = globalThis as unknown as { readonly axe: Axe };
    const { violations } = await axe.run(document, { runOnly: rules, resultTypes: ['violations'] });
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`,
    );
  }, runOnly);
}

interface Axe {
  run(
    where: unknown,
    options: object,
  ): Promise<{
    readonly violations: readonly {
      readonly id: string;
      readonly nodes: readonly { readonly html: string }[];
    }[];
  }>;
}

/** The page is no wider than the window: only parts of it scroll sideways. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  expect(await widerThanWindow(page)).toEqual([]);
}

/** Where the page scrolls sideways, what reaches beyond the window. */
export function widerThanWindow(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    if (document.documentElement.scrollWidth <= innerWidth) return [];
    const beyond = [...document.querySelectorAll('body *')].filter(
      (element) => element.getBoundingClientRect().right > innerWidth,
    );
    return ['the page', ...beyond.map(({ outerHTML }) => outerHTML.slice(0, 100))].slice(0, 8);
  });
}
