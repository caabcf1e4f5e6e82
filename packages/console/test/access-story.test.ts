/** Who may do what from a browser: passwords, roles, requests that other pages make, and the policy that every page comes with. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdminClient, hasRole, neededRole, ROUTES } from '@countersign/api';
import type { BrowserContext, Page } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import type { Gateway } from '../../gateway/src/running-gateway.ts';
import { githubRequest, send } from '../../sandbox/src/index.ts';
import { type Breaches, HOOK, watchBreaches } from './breaches.ts';
import { leaveOut, SECRET, startBrowser, TOKEN, whyLeftOut } from './console-browser.ts';
import { GITHUB_GATE, openAsUser, PASSWORD, startOperated } from './operated-gateway.ts';

const LONG_MS = 180_000;

interface Watched {
  readonly context: BrowserContext;
  readonly breaches: Breaches;
}

async function openContext({ adminUrl = '' }: Pick<Gateway, 'adminUrl'>): Promise<Watched> {
  const context = await (await startBrowser()).newContext();
  return { context, breaches: await watchBreaches(context, new URL(adminUrl).origin) };
}

async function refuseOne({ publicUrl, adminUrl = '' }: Pick<Gateway, 'adminUrl' | 'publicUrl'>) {
  const options = { secret: SECRET, nowMs: Date.now(), id: 'd-1', body: '{"n":1}', path: '/webhooks/github' };
  expect((await send(githubRequest({ ...options, fault: 'wrong-key' }), publicUrl)).status).toBe(401);
  expect((await send(githubRequest(options), publicUrl)).status).toBe(200);
  const admin = createAdminClient({ baseUrl: adminUrl, token: TOKEN });
  const { refused } = await admin.call('refused', { limit: 1 });
  const { events } = await admin.call('events', { limit: 1 });
  return { refused: refused[0]?.id ?? '', event: events[0]?.id ?? '' };
}

interface Answered {
  readonly status: number;
  readonly code: unknown;
}

/** Asks the admin API as a script of the page would. */
async function ask(
  page: Page,
  path: string,
  method: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answered> {
  return page.evaluate(
    async (asked) => {
      const body = asked.method === 'POST' ? { body: '{}' } : {};
      const response = await fetch(asked.path, { method: asked.method, headers: asked.headers, ...body });
      const answer: { code?: unknown } = await response.json().catch(() => ({}));
      return { status: response.status, code: answer.code };
    },
    { path, method, headers: { 'content-type': 'application/json', ...headers } },
  );
}

async function csrfOf(page: Page): Promise<string> {
  return page.evaluate(async () => ((await (await fetch('/api/session')).json()) as { csrf: string }).csrf);
}

const DENIED = Object.entries(ROUTES)
  .filter(([, row]) => row.auth && !hasRole('viewer', neededRole(row)))
  .map(([name, { method, path }]) => ({ name, method, path: path.replace(/:[a-z]+/gi, 'x') }));

it.skipIf(leaveOut)(
  `each role finds enabled what it may do and nothing else, and the API refuses what its buttons do not offer${whyLeftOut}`,
  async () => {
    const { gateway } = await startOperated({ github: GITHUB_GATE });
    const { refused, event } = await refuseOne(gateway);
    const { context, breaches } = await openContext(gateway);
    const page = await openAsUser(context, gateway, '/live');
    /** Of pages that offer changes: what is there for an operator, and what for an admin alone. */
    const offers = [
      { path: `/requests/${event}`, buttons: ['Send again, signed now'], role: 'operator' },
      { path: `/requests/${event}?tab=claim`, buttons: ['Forget it'], role: 'operator' },
      { path: '/gates/github?tab=keys', buttons: ['Rotate old', 'Change old'], role: 'admin' },
      { path: '/gates/github?tab=keys&rotate=old', buttons: ['Add the key'], role: 'admin' },
    ] as const;
    for (const { path, buttons } of offers)
      for (const name of buttons) {
        await page.goto(`${gateway.adminUrl}${path}`);
        const button = page.getByRole('button', { name, exact: true });
        await button.waitFor();
        expect(await button.isDisabled(), `${path} ${name}`).toBe(true);
      }
    await page.goto(`${gateway.adminUrl}/requests/${refused}`);
    await page.getByText('viewing it needs the role operator').waitFor();
    expect(await page.getByRole('button', { name: 'Send again, signed now' }).count()).toBe(0);
    // Whether there is such a refused request, a viewer is not told.
    await page.goto(`${gateway.adminUrl}/requests/nobody-1`);
    await page.getByRole('heading', { name: 'This request cannot be shown to you' }).waitFor();

    const csrf = await csrfOf(page);
    expect(DENIED.length).toBeGreaterThan(10);
    for (const { name, method, path } of DENIED)
      expect([name, await ask(page, path, method, { 'countersign-csrf': csrf })]).toEqual([
        name,
        { status: 403, code: 'role-not-enough' },
      ]);
    await context.clearCookies();

    const operator = await openAsUser(context, gateway, '/live', 'olga');
    for (const { path, buttons, role } of offers)
      for (const name of buttons) {
        await operator.goto(`${gateway.adminUrl}${path}`);
        const button = operator.getByRole('button', { name, exact: true });
        await button.waitFor();
        expect(await button.isDisabled(), `${path} ${name}`).toBe(role === 'admin');
      }
    await operator.goto(`${gateway.adminUrl}/requests/${refused}`);
    await operator.getByRole('button', { name: 'Send again, signed now' }).click();
    await operator.getByRole('dialog').getByRole('button', { name: 'Send again, signed now' }).click();
    await operator.getByText('answered 200').waitFor();
    // What is refused, or not there, the browser writes to its console itself.
    expect(breaches.seen.filter((text) => !/status of 40[34]/.test(text))).toEqual([]);
  },
  LONG_MS,
);

it.skipIf(leaveOut)(
  `who guesses passwords is made to wait, also with the right one, and is let in after the wait${whyLeftOut}`,
  async () => {
    // It stands still: a busy machine takes longer for a password than the first wait.
    const clock = { nowMs: Date.now() };
    const { gateway } = await startOperated({ github: GITHUB_GATE }, { now: () => clock.nowMs });
    const { context, breaches } = await openContext(gateway);
    const page = await context.newPage();
    await page.goto(`${gateway.adminUrl}/gates`);
    const tryPassword = async (password: string): Promise<number> => {
      await page.getByLabel('User name').fill('ada');
      await page.getByLabel('Password').fill(password);
      const answer = page.waitForResponse((response) => response.request().method() === 'POST');
      await page.getByLabel('Password').press('Enter');
      return (await answer).status();
    };
    for (let i = 0; i < 5; i++) expect(await tryPassword(`guess ${i}`)).toBe(401);
    await page.getByRole('alert').getByText('name or the password is wrong').waitFor();
    expect(await tryPassword('guess 5')).toBe(429);
    await page.getByRole('alert').getByText('Too many log-ins failed: try again in').waitFor();
    expect(await tryPassword(PASSWORD)).toBe(429);
    clock.nowMs += 2_000;
    expect(await tryPassword(PASSWORD)).toBe(200);
    await page.getByRole('heading', { name: 'Gates', level: 1 }).waitFor();
    const [cookie] = await context.cookies();
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict', path: '/' });
    expect(breaches.seen.filter((text) => !/status of 4(01|29)/.test(text))).toEqual([]);
  },
  LONG_MS,
);

it.skipIf(leaveOut)(
  `a change is made by pages of the console alone: not without their token, and by no page of another origin${whyLeftOut}`,
  async () => {
    const { gateway } = await startOperated({ github: GITHUB_GATE });
    const adminUrl = gateway.adminUrl ?? '';
    const browser = await startBrowser();
    const context = await browser.newContext();
    const page = await openAsUser(context, gateway, '/gates', 'ada');
    const csrf = await csrfOf(page);
    const path = '/api/gates/github/keys/old';
    const refusal = { status: 403, code: 'csrf-refused' };
    expect(await ask(page, path, 'POST')).toEqual(refusal);
    expect(await ask(page, path, 'POST', { 'countersign-csrf': `${csrf.slice(1)}A` })).toEqual(refusal);
    // With it the route itself judges: the body says no change.
    expect(await ask(page, path, 'POST', { 'countersign-csrf': csrf })).toMatchObject({ status: 400 });

    // Another port is another origin of the same site: strict cookies go along.
    const server = createServer((_, response) => {
      response.setHeader('content-type', 'text/html');
      response.end(
        `<!doctype html><title>other</title><form method="post" action="${adminUrl}${path}"><button>Win</button></form>`,
      );
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const other = await context.newPage();
    await other.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const foreign = async (act: () => Promise<unknown>) => {
      const answer = other.waitForResponse(
        (response) => response.url() === `${adminUrl}${path}` && response.request().method() !== 'OPTIONS',
      );
      await act();
      const response = await answer;
      const { cookie } = await response.request().allHeaders();
      const { code } = JSON.parse((await response.body()).toString()) as { code: string };
      return { status: response.status(), code, hasCookie: cookie?.includes('session') === true };
    };
    const denied = { status: 403, code: 'origin-not-served', hasCookie: true };
    expect(await foreign(() => other.getByRole('button', { name: 'Win' }).click())).toEqual(denied);
    await other.goBack();
    // What it may read is nothing at all: a header of its own needs leave, which nobody gives.
    const isRead = await other.evaluate(
      ({ url, token }) =>
        fetch(url, {
          method: 'POST',
          credentials: 'include',
          headers: { 'countersign-csrf': token },
          body: '{}',
        })
          .then(() => true)
          .catch(() => false),
      { url: `${adminUrl}${path}`, token: csrf },
    );
    expect(isRead).toBe(false);
    const isShown = await other.evaluate(
      (url) =>
        fetch(`${url}/api/session`, { credentials: 'include' })
          .then(() => true)
          .catch(() => false),
      adminUrl,
    );
    expect(isShown).toBe(false);
    const admin = createAdminClient({ baseUrl: adminUrl, token: TOKEN });
    const { keys } = await admin.call('gateKeys', { gate: 'github' });
    expect(keys.map(({ state }) => state)).toEqual(['active']);
  },
  LONG_MS,
);

const POLICY = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self'",
  'connect-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'self'",
  'frame-ancestors': "'none'",
  'require-trusted-types-for': "'script'",
  'trusted-types': "'none'",
};

it.skipIf(leaveOut)(
  `every page comes with the strict policy, and a page that breaks it is stopped and noticed${whyLeftOut}`,
  async () => {
    const { gateway } = await startOperated({ github: GITHUB_GATE });
    const adminUrl = gateway.adminUrl ?? '';
    const { context, breaches } = await openContext(gateway);
    const page = await context.newPage();
    const policies = new Map<string, string>();
    page.on('response', (response) => {
      const { pathname } = new URL(response.url());
      if (!pathname.startsWith('/api/'))
        policies.set(pathname, response.headers()['content-security-policy'] ?? 'none');
    });
    await page.goto(gateway.createLogInUrl() ?? '');
    await page.getByRole('heading', { name: 'Live', level: 1 }).waitFor();
    await page.goto(`${adminUrl}/gates/no-such`);
    await page.getByText('No such gate').waitFor();
    expect([...policies.keys()].some((path) => path.endsWith('.js'))).toBe(true);
    for (const [path, policy] of policies) {
      const rules = policy.split('; ').map((rule) => rule.split(/ (.*)/s).slice(0, 2));
      expect([path, Object.fromEntries(rules)]).toEqual([path, POLICY]);
    }
    expect(breaches.seen.filter((text) => !text.includes('status of 404'))).toEqual([]);

    // Each way in which a text could become more than text, tried by a script of the page: all are stopped, and all are seen.
    await page.evaluate(async (hook) => {
      const attempts: (() => unknown)[] = [
        () => {
          document.body.innerHTML = `<img src=x onerror="${hook}()">`;
        },
        () => document.body.setAttribute('onclick', `${hook}()`),
        () => document.createElement('script').append('1'),
        () => fetch('https://other.example/'),
        () => window.alert(hook),
        () => Reflect.get(globalThis, hook)(),
      ];
      for (const attempt of attempts)
        try {
          await attempt();
        } catch {
          // What is stopped throws.
        }
    }, HOOK);
    const all = () => breaches.seen.join('\n');
    for (const sign of [
      'policy: require-trusted-types-for',
      'policy: connect-src',
      'dialog: __xss',
      'a text was run',
    ])
      await expect.poll(all).toContain(sign);
  },
  LONG_MS,
);
