/** Log-in by an OpenID Connect provider: a real one, that is right or wrong in each way that matters. */

import { describe, expect, it } from 'vitest';
import { freePort } from '../../../../../scripts/free-ports.ts';
import type { OidcInput } from '../../../src/config/config-input.ts';
import type { TestGateway } from '../../harness.ts';
import { Browser, startConsole } from './browser.ts';
import { CLIENT, type ProviderTurn, startProvider, type TestProvider } from './oidc-provider.ts';

const ROLES = { viewer: ['staff'], operator: ['ops'], admin: ['root'] };

async function started(oidc: Partial<OidcInput> = {}, now?: () => number) {
  const provider = await startProvider();
  const gateway = await startConsole(
    { oidc: { issuer: provider.issuer, ...CLIENT, roles: ROLES, ...oidc } },
    now ? { now } : {},
  );
  return { provider, gateway, browser: new Browser(gateway) };
}

/** Off to the provider. @returns where it is */
async function depart(browser: Browser, to = '/live'): Promise<string> {
  const answer = await browser.ask(`/api/session/oidc?to=${encodeURIComponent(to)}`);
  expect(answer.status).toBe(303);
  return answer.headers.location ?? '';
}

const comeBack = (browser: Browser, url: URL) =>
  browser.ask(url.pathname + url.search, { headers: { 'sec-fetch-site': 'cross-site' } });

async function whole({ provider, browser }: { provider: TestProvider; browser: Browser }) {
  return comeBack(browser, provider.approve(await depart(browser)));
}

const sessionOf = (browser: Browser): string | undefined => browser.cookies.get('countersign-session');
const warnings = ({ log }: TestGateway): string =>
  log.filter((line) => line.includes('"level":"warn"')).join('');

describe('somebody whom the provider knows', () => {
  it('gets a session with the most of the roles that the claim gives, and a page that moves on', async () => {
    const { provider, browser } = await started();
    const url = new URL(await depart(browser));
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      response_type: 'code',
      client_id: CLIENT.clientId,
      code_challenge_method: 'S256',
      scope: 'openid profile email',
    });
    expect(browser.set).toEqual([
      expect.stringMatching(/^countersign-oidc=[\w-]+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=600$/),
    ]);
    const answer = await comeBack(browser, provider.approve(url.href));
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    // A redirect would go on without the Strict cookie: another site has begun it.
    expect(answer.text).toContain('<meta http-equiv="refresh" content="0;url=/live">');
    expect(answer.headers['referrer-policy']).toBe('no-referrer');
    expect(browser.set[0]).toMatch(/^countersign-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; /);
    expect([...browser.cookies.keys()]).toEqual(['countersign-session']);
    expect(JSON.parse((await browser.ask('/api/session')).text)).toMatchObject({
      name: 'ada@example.com (subject-1)',
      role: 'operator',
      by: 'oidc',
    });
  });

  it('is named as a way to log in', async () => {
    const { browser } = await started();
    expect(JSON.parse((await browser.ask('/api/session/ways')).text)).toEqual({
      ways: ['password', 'oidc', 'token'],
      isLoggedIn: false,
    });
  });

  it.each<[unknown, number]>([
    ['staff', 200],
    [['root'], 200],
    [[], 403],
    [['Staff'], 403],
    [undefined, 403],
    [{ staff: true }, 403],
  ])('with %j as the claim is answered %i', async (groups, status) => {
    const bench = await started();
    bench.provider.turn = { claims: { groups } };
    const answer = await whole(bench);
    expect(answer.status).toBe(status);
    if (status === 403)
      expect(answer.text).toContain('none of what the provider says of you gives you a role here');
    const unknown = 'somebody whom the OpenID Connect provider knows has no role here';
    expect(warnings(bench.gateway).includes(unknown)).toBe(status === 403);
    expect(sessionOf(bench.browser) !== undefined).toBe(status === 200);
  });

  it('is called by no control character, and at no great length', async () => {
    const bench = await started();
    bench.provider.turn = { claims: { preferred_username: `a\n\u202e${'b'.repeat(500)}` } };
    await whole(bench);
    const { name } = JSON.parse((await bench.browser.ask('/api/session')).text) as { name: string };
    expect(name).toBe(`a${'b'.repeat(99)} (subject-1)`);
  });
});

describe('an answer that proves nothing', () => {
  const HOUR_S = 3600;
  const nowS = (): number => Math.floor(Date.now() / 1000);

  it.each<[string, () => ProviderTurn]>([
    ['another issuer', () => ({ claims: { iss: 'https://evil.example' } })],
    ['another client’s token', () => ({ claims: { aud: 'another' } })],
    ['another nonce', () => ({ claims: { nonce: 'another' } })],
    ['no nonce', () => ({ claims: { nonce: undefined } })],
    ['a token that is over', () => ({ claims: { iat: nowS() - HOUR_S, exp: nowS() - HOUR_S + 60 } })],
    ['another’s signature', () => ({ isForged: true })],
    ['no token', () => ({ tokenStatus: 400 })],
  ])('%s', async (_, turn) => {
    const bench = await started();
    bench.provider.turn = turn();
    const answer = await whole(bench);
    expect([answer.status, sessionOf(bench.browser)]).toEqual([401, undefined]);
    expect(answer.text).toContain('the provider’s answer does not prove who you are: begin anew');
    expect(warnings(bench.gateway)).toContain('a log-in by the OpenID Connect provider failed');
    expect(bench.gateway.log.join('')).not.toMatch(/eyJ|an-access-token|a secret of the client/);
  });

  it('another state', async () => {
    const { provider, browser } = await started();
    const back = provider.approve(await depart(browser));
    back.searchParams.set('state', 'another');
    expect((await comeBack(browser, back)).status).toBe(401);
    expect(provider.redeemed).toEqual([]);
  });

  it('a refusal of the provider’s', async () => {
    const { provider, gateway, browser } = await started();
    const back = provider.approve(await depart(browser));
    back.searchParams.delete('code');
    back.searchParams.set('error', 'access_denied');
    back.searchParams.set('error_description', '<script>alert(1)</script>');
    const answer = await comeBack(browser, back);
    expect(answer.status).toBe(401);
    expect(answer.text).not.toContain('script');
    expect(warnings(gateway)).toContain('(access_denied)');
  });

  it('a code in another browser, or once more in the same', async () => {
    const { provider, gateway, browser } = await started();
    const back = provider.approve(await depart(browser));
    const other = new Browser(gateway);
    const elsewhere = await comeBack(other, back);
    expect([elsewhere.status, elsewhere.text]).toEqual([
      401,
      expect.stringContaining(
        'this browser has no log-in under way here, or it took longer than ten minutes: begin anew',
      ),
    ]);
    const pass = new Map(browser.cookies);
    expect((await comeBack(browser, back)).status).toBe(200);
    for (const [name, value] of pass) other.cookies.set(name, value);
    expect((await comeBack(other, back)).status).toBe(401);
    expect(provider.redeemed).toHaveLength(1);
  });

  it('a cookie that was changed, or is of another’s log-in', async () => {
    const { provider, gateway, browser } = await started();
    const back = provider.approve(await depart(browser));
    const pass = browser.cookies.get('countersign-oidc') ?? '';
    for (const changed of [`${pass.slice(0, -2)}AA`, pass.slice(1), 'AAAA']) {
      const other = new Browser(gateway);
      other.cookies.set('countersign-oidc', changed);
      expect((await comeBack(other, back)).status).toBe(401);
    }
    const other = new Browser(gateway);
    await depart(other);
    expect((await comeBack(other, back)).status).toBe(401);
    expect(provider.redeemed).toEqual([]);
  });

  it('one that comes after ten minutes', async () => {
    let nowMs = Date.now();
    const { provider, browser } = await started({}, () => nowMs);
    const back = provider.approve(await depart(browser));
    nowMs += 10 * 60_000;
    expect((await comeBack(browser, back)).status).toBe(401);
  });
});

describe('the way back', () => {
  it.each(['//evil.example', '/\\evil.example', 'https://evil.example', 'live', ''])(
    'to %j is none',
    async (to) => {
      const { browser } = await started();
      expect((await browser.ask(`/api/session/oidc?to=${encodeURIComponent(to)}`)).status).toBe(400);
    },
  );

  it('is written into the page as text', async () => {
    const { provider, browser } = await started();
    const back = provider.approve(await depart(browser, '/a?"><script>alert(1)</script>'));
    const { text } = await comeBack(browser, back);
    expect(text).toContain('url=/a?&#34;&#62;&#60;script&#62;');
    expect(text).not.toContain('<script');
  });

  it('goes by the address that is registered, where that is configured', async () => {
    const redirect = 'https://console.example.com/api/session/oidc/callback';
    const { browser } = await started({ redirect });
    expect(new URL(await depart(browser)).searchParams.get('redirect_uri')).toBe(redirect);
  });
});

describe('a provider that is not there', () => {
  it('is told of, and the log says why', async () => {
    const broken = await startConsole({
      oidc: { issuer: `http://127.0.0.1:${await freePort()}`, ...CLIENT, roles: ROLES },
    });
    const answer = await new Browser(broken).ask('/api/session/oidc');
    expect([answer.status, answer.text]).toEqual([
      502,
      expect.stringContaining('the OpenID Connect provider does not answer as it should; the log says more'),
    ]);
    expect(warnings(broken)).toContain('the OpenID Connect provider does not answer as it should');
    expect(broken.log.join('')).toMatch(/"reason":"[^"]*(?:ECONNREFUSED|bad port)/);
  });

  it('has no way where none is configured', async () => {
    const browser = new Browser(await startConsole());
    for (const path of ['/api/session/oidc', '/api/session/oidc/callback?code=a&state=b']) {
      const answer = await browser.ask(path);
      expect([answer.status, answer.text]).toEqual([
        404,
        expect.stringContaining('the gateway has no OpenID Connect provider'),
      ]);
    }
  });
});
