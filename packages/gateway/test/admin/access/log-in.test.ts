/** Log-in by password and token: cookies, sessions and their ends, and what a change by cookie has to show. */
import { createAdminClient } from '@countersign/api';
import { describe, expect, it } from 'vitest';
import { send } from '../../harness.ts';
import { listenTo } from '../listening.ts';
import { Browser, hashOf, loggedIn, PASSWORD, startConsole, TOKEN } from './browser.ts';

const codeOf = ({ text }: { readonly text: string }): unknown =>
  (JSON.parse(text) as { code?: unknown }).code;
const HOUR = 3_600_000;

describe('a log-in', () => {
  it('says who one is, sets a cookie that no script and no other site has, and lets one in by it', async () => {
    const gateway = await startConsole({}, { now: () => Date.parse('2026-11-27T09:00:00Z') });
    const browser = new Browser(gateway);
    const answer = await browser.logIn('the operator');
    expect([answer.status, JSON.parse(answer.text)]).toEqual([
      200,
      {
        name: 'the operator',
        role: 'operator',
        by: 'password',
        csrf: expect.stringMatching(/^[\w-]{43}$/),
        expiresAt: '2026-11-27T21:00:00.000Z',
      },
    ]);
    expect(browser.set).toEqual([
      expect.stringMatching(
        /^countersign-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/,
      ),
    ]);
    expect((await browser.ask('/api/gates')).status).toBe(200);
    expect(JSON.parse((await browser.ask('/api/session/ways')).text)).toMatchObject({ isLoggedIn: true });
    expect(JSON.parse((await browser.ask('/api/session')).text)).toEqual(JSON.parse(answer.text));
    expect(gateway.log.join('')).not.toContain(PASSWORD);
    expect(gateway.log.join('')).toContain('"msg":"somebody has logged in"');
  });

  it('over TLS, which a trusted proxy ends, sets a cookie that browsers take from this host only', async () => {
    const gateway = await startConsole(
      {},
      { listen: { public: '127.0.0.1:0', admin: '127.0.0.1:0', trustedProxies: ['127.0.0.1'] } },
    );
    const { adminPort = 0 } = gateway;
    const origin = `https://127.0.0.1:${adminPort}`;
    const browser = new Browser(gateway, { 'x-forwarded-proto': 'https', origin });
    expect((await browser.logIn('the viewer')).status).toBe(200);
    expect(browser.set[0]).toMatch(/^__Host-countersign-session=.*; Secure$/);
    expect((await browser.ask('/api/gates')).status).toBe(200);
    // Without the prefix anybody on the way could have set it.
    const [value = ''] = browser.cookies.values();
    const plain = { cookie: `countersign-session=${value}`, 'x-forwarded-proto': 'https' };
    expect((await send(`${gateway.adminUrl}/api/gates`, { method: 'GET', headers: plain })).status).toBe(401);
  });

  it('does not believe a scheme that nobody trusted tells', async () => {
    const browser = new Browser(await startConsole(), { 'x-forwarded-proto': 'https' });
    await browser.logIn('the viewer');
    expect(browser.set[0]).not.toContain('Secure');
  });

  it('by the bearer token gives a session, so that no page has to hold the token', async () => {
    const browser = new Browser(await startConsole());
    const answer = await browser.ask('/api/session', { method: 'POST', body: { token: TOKEN } });
    expect(JSON.parse(answer.text)).toMatchObject({ name: 'token', role: 'admin', by: 'token' });
    expect((await browser.ask('/api/gates')).status).toBe(200);
    const other = await browser.ask('/api/session', { method: 'POST', body: { token: `${TOKEN}x` } });
    expect([other.status, codeOf(other)]).toEqual([401, 'log-in-refused']);
    expect(other.text).toContain(
      'this is not the gateway’s admin token; the right one is admin.token of its configuration',
    );
  });

  it('says the same of a wrong password and of a name that nobody has', async () => {
    const gateway = await startConsole();
    const answers = await Promise.all(
      ['the viewer', 'nobody', '__proto__', ''].map(
        async (name) => (await new Browser(gateway).logIn(name, 'wrong')).text,
      ),
    );
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toContain('the name or the password is wrong');
    const failed = gateway.log.filter((line) => line.includes('a log-in failed'));
    expect(failed).toHaveLength(4);
    // What nobody is called may be a password.
    expect(failed.join('')).toContain('the viewer');
    expect(failed.join('')).not.toMatch(/nobody|wrong/);
  });

  it.each([{}, { name: 'a' }, { password: 'b' }, { name: 'a', token: 'b' }])(
    'with %j is none',
    async (body) => {
      const browser = new Browser(await startConsole());
      const answer = await browser.ask('/api/session', { method: 'POST', body });
      expect([answer.status, answer.text]).toEqual([
        400,
        expect.stringContaining('the body has name and password, or token'),
      ]);
    },
  );

  it('with a name is told where there are no users', async () => {
    const browser = new Browser(await startConsole({ users: [] }));
    expect(JSON.parse((await browser.ask('/api/session/ways')).text)).toEqual({
      ways: ['token'],
      isLoggedIn: false,
    });
    const answer = await browser.logIn('a');
    expect([answer.status, answer.text]).toEqual([
      404,
      expect.stringContaining('the gateway has no users: log in with the admin token'),
    ]);
  });

  it('takes a password in another form of Unicode', async () => {
    const users = [{ name: 'zoë', password: hashOf('caf\u00e9 caf\u00e9'), role: 'viewer' as const }];
    const browser = new Browser(await startConsole({ users }));
    expect((await browser.logIn('zoë', 'cafe\u0301 cafe\u0301')).status).toBe(200);
  });
});

describe('a session', () => {
  it('is a new one after each log-in, whatever cookie came along, and the former one ends', async () => {
    const gateway = await startConsole();
    const browser = new Browser(gateway);
    browser.cookies.set('countersign-session', 'A'.repeat(43));
    await browser.logIn('the viewer');
    const [first = ''] = browser.cookies.values();
    expect(first).not.toBe('A'.repeat(43));
    await browser.logIn('the admin');
    const [second = ''] = browser.cookies.values();
    expect(second).not.toBe(first);
    browser.cookies.set('countersign-session', first);
    expect((await browser.ask('/api/gates')).status).toBe(401);
  });

  it('ends twelve hours after its log-in, and an hour after its last request', async () => {
    let nowMs = 1_800_000_000_000;
    const gateway = await startConsole({}, { now: () => nowMs });
    const [busy, idle] = [await loggedIn(gateway, 'viewer'), await loggedIn(gateway, 'viewer')];
    for (let i = 0; i < 13; i++) {
      nowMs += HOUR - 60_000;
      expect([i, (await busy.ask('/api/gates')).status]).toEqual([i, i < 12 ? 200 : 401]);
      if (i === 0) expect((await idle.ask('/api/gates')).status).toBe(200);
    }
    expect((await idle.ask('/api/gates')).status).toBe(401);
  });

  it('leaves streams to others: one person has eight at most', async () => {
    const gateway = await startConsole();
    const open = async ({ cookies }: Browser) => {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      return listenTo(`${gateway.adminUrl}/api/verdicts/live`, { cookie });
    };
    const browser = await loggedIn(gateway, 'viewer');
    const [first] = await Promise.all(Array.from({ length: 8 }, () => open(browser)));
    // Another log-in is the same person.
    const ninth = await open(await loggedIn(gateway, 'viewer'));
    expect(JSON.parse(await ninth.until(/}$/))).toMatchObject({
      status: 503,
      code: 'too-many-listeners',
      detail: 'you have as many streams open as one person may: close a window of the console first',
    });
    expect((await open(await loggedIn(gateway, 'operator'))).answer.statusCode).toBe(200);
    first?.leave();
    await expect.poll(async () => (await open(browser)).answer.statusCode).toBe(200);
  });

  it('ends at the log-out, with its streams', async () => {
    const gateway = await startConsole();
    const browser = await loggedIn(gateway, 'viewer');
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join();
    const stream = await listenTo(`${gateway.adminUrl}/api/verdicts/live`, { cookie });
    expect(stream.answer.statusCode).toBe(200);
    const ended = new Promise((resolve) => stream.answer.once('close', resolve));
    const answer = await browser.change('/api/session', 'DELETE');
    expect([answer.status, JSON.parse(answer.text)]).toEqual([200, { loggedOut: true }]);
    await ended;
    expect(browser.cookies.size).toBe(0);
    expect((await send(`${gateway.adminUrl}/api/gates`, { method: 'GET', headers: { cookie } })).status).toBe(
      401,
    );
  });

  it('counts for nothing where a token comes along: the token is judged', async () => {
    const gateway = await startConsole();
    const browser = await loggedIn(gateway, 'viewer');
    const wrong = { headers: { authorization: 'Bearer wrong' } };
    expect((await browser.ask('/api/gates', wrong)).status).toBe(401);
    const right = { headers: { authorization: `Bearer ${TOKEN}` } };
    expect(JSON.parse((await browser.ask('/api/session', right)).text)).toEqual({
      name: 'token',
      role: 'admin',
      by: 'token',
    });
  });

  it.each([
    ['of nobody', `countersign-session=${'A'.repeat(43)}`],
    ['that is empty', 'countersign-session='],
    ['that is very long', `countersign-session=${'A'.repeat(10_000)}`],
    ['under another name', 'Countersign-Session=x'],
  ])('a cookie %s is none', async (_, cookie) => {
    const { adminUrl } = await startConsole();
    expect((await send(`${adminUrl}/api/gates`, { method: 'GET', headers: { cookie } })).status).toBe(401);
  });

  it('a cookie that is there twice is none: one of them is somebody else’s', async () => {
    const gateway = await startConsole();
    const browser = await loggedIn(gateway, 'viewer');
    const [value] = browser.cookies.values();
    const cookie = `countersign-session=${value}; countersign-session=${value}`;
    expect((await send(`${gateway.adminUrl}/api/gates`, { method: 'GET', headers: { cookie } })).status).toBe(
      401,
    );
  });
});

describe('a change by cookie', () => {
  const ERASE = { id: 'x', dryRun: true };

  it.each<[string, Readonly<Record<string, string>>, number, string | undefined]>([
    ['all that a page of the listener sends', {}, 200, undefined],
    ['Sec-Fetch-Site and no Origin', { origin: '' }, 200, undefined],
    ['Origin and no Sec-Fetch-Site', { 'sec-fetch-site': '' }, 200, undefined],
    ['neither Origin nor Sec-Fetch-Site', { origin: '', 'sec-fetch-site': '' }, 403, 'csrf-refused'],
    ['another port’s Sec-Fetch-Site', { 'sec-fetch-site': 'same-site' }, 403, 'csrf-refused'],
    ['another site’s', { 'sec-fetch-site': 'cross-site' }, 403, 'csrf-refused'],
    ['that of an address that was typed', { 'sec-fetch-site': 'none' }, 403, 'csrf-refused'],
    ['another origin', { origin: 'http://127.0.0.1:1' }, 403, 'origin-not-served'],
    ['an origin that is not told', { origin: 'null' }, 403, 'origin-not-served'],
    ['no token', { 'countersign-csrf': '' }, 403, 'csrf-refused'],
    ['another token', { 'countersign-csrf': 'A'.repeat(43) }, 403, 'csrf-refused'],
    ['a token that is cut', { 'countersign-csrf': 'cut' }, 403, 'csrf-refused'],
  ])('with %s', async (_, headers, status, code) => {
    const gateway = await startConsole();
    const browser = await loggedIn(gateway, 'admin');
    const sent: Record<string, string> = {
      cookie: [...browser.cookies].map(([name, value]) => `${name}=${value}`).join(),
      'content-type': 'application/json',
      origin: gateway.adminUrl ?? '',
      'sec-fetch-site': 'same-origin',
      'countersign-csrf': browser.csrf,
      ...headers,
    };
    for (const [name, value] of Object.entries(sent)) if (value === '') delete sent[name];
    if (headers['countersign-csrf'] === 'cut') sent['countersign-csrf'] = browser.csrf.slice(1);
    const answer = await send(`${gateway.adminUrl}/api/events/erase`, {
      headers: sent,
      body: JSON.stringify(ERASE),
    });
    expect([answer.status, codeOf(answer)]).toEqual([status, code]);
  });

  it('with the token of another session is refused', async () => {
    const gateway = await startConsole();
    const [browser, other] = [await loggedIn(gateway, 'admin'), await loggedIn(gateway, 'admin')];
    browser.csrf = other.csrf;
    const answer = await browser.change('/api/events/erase', 'POST', ERASE);
    expect([answer.status, answer.text]).toEqual([
      403,
      expect.stringContaining(
        'a change by cookie needs the header countersign-csrf, with the csrf that GET /api/session answers',
      ),
    ]);
  });

  it.each([
    ['same-site', 403],
    ['cross-site', 403],
    ['same-origin', 200],
    ['none', 200],
  ])('is not needed for harm: reading with Sec-Fetch-Site %s is answered %i', async (site, status) => {
    const browser = await loggedIn(await startConsole(), 'viewer');
    const answer = await browser.ask('/api/gates', { headers: { 'sec-fetch-site': site } });
    expect(answer.status).toBe(status);
    if (status === 403)
      expect(answer.text).toContain(
        'a request by cookie must come from a page of the listener itself, with Origin or Sec-Fetch-Site to show it',
      );
  });

  it('a log-in from a page of another origin is none', async () => {
    const browser = new Browser(await startConsole(), { origin: 'http://evil.example' });
    const answer = await browser.logIn('the viewer');
    expect([answer.status, codeOf(answer)]).toEqual([403, 'origin-not-served']);
  });
});

it('the client of the API logs in, changes and logs out as a page of the console does', async () => {
  const gateway = await startConsole();
  const { adminUrl: baseUrl = '' } = gateway;
  const jar = { cookie: '' };
  let csrf: string | undefined;
  const client = createAdminClient({
    baseUrl,
    csrf: () => csrf,
    async fetch(url, { method, headers, body }) {
      // What a browser adds.
      const added = { cookie: jar.cookie, origin: baseUrl };
      const response = await fetch(url, { method, headers: { ...headers, ...added }, ...(body && { body }) });
      jar.cookie = /^[^;]*/.exec(response.headers.getSetCookie()[0] ?? jar.cookie)?.[0] ?? '';
      return response;
    },
  });
  await expect(client.call('gates')).rejects.toMatchObject({ code: 'token-required' });
  const view = await client.call('logIn', { name: 'the admin', password: PASSWORD });
  await expect(client.call('eraseEvents', { id: 'x' })).rejects.toMatchObject({ code: 'csrf-refused' });
  csrf = view.csrf;
  expect(await client.call('loggedIn')).toEqual(view);
  expect(await client.call('eraseEvents', { id: 'x' })).toMatchObject({ events: 0 });
  expect(await client.call('logOut')).toEqual({ loggedOut: true });
  await expect(client.call('gates')).rejects.toMatchObject({ code: 'token-required' });
});
