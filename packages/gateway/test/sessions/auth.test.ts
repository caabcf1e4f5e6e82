/** How callers of a session prove themselves: a token, an address, a token that we have issued; webhooks and the backend's token alike. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAdminClient } from '@countersign/api';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config/config-error.ts';
import type { SessionInput } from '../../src/config/config-input.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { createKeysetSealer } from '../../src/sealed/keyset-sealer.ts';
import { createSealer, type Sealer } from '../../src/sealed/seal.ts';
import { createIssuedTokens, createSealedTokens } from '../../src/sessions/issued-tokens.ts';
import { type Answer, type Send, send, start, startUpstream } from '../harness.ts';
import { finished, incodeInput, json, startBench } from './support.ts';

const SECRET = 'a secret of the page: nobody may see it';
const PAGE = 'https://page.example';

/** A session of the broker oauth2-client-credentials, in front of a token server that always answers. */
async function startTokenBench(changes: Partial<SessionInput>, trustedProxies: readonly string[] = []) {
  const upstream = await startUpstream((_, response) => {
    response.end(
      JSON.stringify({ access_token: 'the-backends-own-token', token_type: 'Bearer', expires_in: 600 }),
    );
  });
  const session: SessionInput = {
    broker: 'oauth2-client-credentials',
    at: '/partner',
    tokenUrl: upstream.url,
    clientId: 'c',
    clientSecret: 'the client secret of the backend',
    origins: [PAGE],
    ...changes,
  };
  const gateway = await start(undefined, {
    store: 'memory:',
    listen: { public: '127.0.0.1:0', admin: '127.0.0.1:0', trustedProxies },
    sessions: { partner: session },
  });
  return {
    gateway,
    upstream,
    get: (headers: Record<string, string> = {}) =>
      send(`${gateway.publicUrl}/partner/token`, { method: 'GET', headers }),
    post: (path: string, sent: Send) => send(`${gateway.publicUrl}${path}`, sent),
  };
}

/** The problems of a configuration, as `check` prints them. */
function problemsOf(session: Partial<SessionInput>): readonly string[] {
  try {
    parseConfig({ store: 'memory:', sessions: { s: session as SessionInput } }, { baseDir: '/', env: {} });
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ path, problem, expected }) => `${path}: ${problem}; ${expected}`);
  }
}

describe('the backend’s token', () => {
  it('is given to nobody who does not prove himself: no proof, a wrong one, a stranger’s page', async () => {
    const { get, upstream, gateway } = await startTokenBench({ auth: { secret: SECRET } });
    for (const headers of [
      {},
      { authorization: '' },
      { authorization: 'Bearer wrong' },
      { authorization: SECRET },
      { authorization: `Basic ${Buffer.from(`u:${SECRET}`).toString('base64')}` },
      { origin: PAGE },
      { origin: 'https://evil.example', cookie: `authorization=${SECRET}` },
    ]) {
      const answer = await get(headers as Record<string, string>);
      expect(answer.status).toBe(401);
      expect(answer.text).not.toContain('the-backends-own-token');
      expect(answer.headers['cache-control']).toBe('no-store');
    }
    expect(upstream.received).toHaveLength(0);
    const answer = await get({ authorization: `Bearer ${SECRET}`, origin: PAGE });
    expect(json(answer)).toMatchObject({ access_token: 'the-backends-own-token', token_type: 'Bearer' });
    expect(gateway.records.at(-1)).toMatchObject({ session: 'partner', verdict: 'accepted', keyId: 'auth' });
    expect(gateway.log.join('')).not.toContain(SECRET);
  });

  it('may be asked for by a listed page, which is told that it may send its proof', async () => {
    const { post } = await startTokenBench({ auth: { header: 'x-page-token', secret: SECRET } });
    const preflight = await post('/partner/token', {
      method: 'OPTIONS',
      headers: {
        origin: PAGE,
        'access-control-request-method': 'GET',
        'access-control-request-headers': 'x-page-token',
      },
    });
    expect(preflight).toMatchObject({
      status: 204,
      headers: {
        'access-control-allow-origin': PAGE,
        'access-control-allow-headers': 'content-type, x-page-token',
      },
    });
    const refused = await post('/partner/token', { method: 'GET', headers: { origin: PAGE } });
    expect(refused).toMatchObject({ status: 401, headers: { 'access-control-allow-origin': PAGE } });
  });

  it('is given to anybody only where the configuration says so by name; check and the log say what that means', async () => {
    const open = {
      broker: 'oauth2-client-credentials',
      tokenUrl: 'https://a.example/t',
      clientId: 'c',
    } as const;
    const closed = { ...open, clientSecret: 'the client secret of the backend' };
    expect(problemsOf(closed)).toEqual([
      expect.stringMatching(/^sessions\.s\.auth: is missing; .*none, by name, which gives it to anybody/),
    ]);
    const { warnings } = parseConfig(
      { store: 'memory:', sessions: { s: { ...closed, auth: 'none' } } },
      { baseDir: '/', env: {} },
    );
    expect(warnings).toContainEqual({
      path: 'sessions.s.auth',
      code: 'open-session',
      severity: 'warning',
      sentence: expect.stringMatching(/anybody who reaches \/token gets the backend’s own token/),
    });
    const { get, gateway } = await startTokenBench({ auth: 'none' });
    expect((await get()).status).toBe(200);
    expect(gateway.log.join('')).toContain('anybody gets the backend’s token');
  });
});

describe('auth by address', () => {
  it.each([
    [['127.0.0.1'], 200],
    [['127.0.0.0/8'], 200],
    [['::ffff:127.0.0.1'], 200],
    [['::ffff:127.0.0.0/104'], 200],
    [['192.0.2.7', '127.0.0.1'], 200],
    [['127.0.0.2'], 403],
    [['192.0.2.0/24', '::1'], 403],
    [['::/0'], 403],
    [['::/80'], 403],
    [['2001:db8::/32'], 403],
  ] as const)('takes from %j what comes from 127.0.0.1: %i', async (ips, status) => {
    const { get, gateway } = await startTokenBench({ auth: { ips } });
    expect((await get()).status).toBe(status);
    // Nobody is believed who says that he is somebody else.
    expect((await get({ 'x-forwarded-for': '192.0.2.7', forwarded: 'for=192.0.2.7' })).status).toBe(status);
    if (status === 403) {
      expect(gateway.records[0]).toMatchObject({
        reason: 'foreign-address',
        message: 'the request came from 127.0.0.1',
      });
    }
  });

  it.each([
    ['192.0.2.7', 200],
    ['10.0.0.1, 192.0.2.7', 200],
    ['::ffff:192.0.2.7', 200],
    ['192.0.2.7:1234', 200],
    ['2001:db8::7', 200],
    ['[2001:DB8:0:0::7]:443', 200],
    ['2001:db8::7%eth0', 403],
    ['192.0.2.7, 198.51.100.1', 403],
    ['192.0.2.8', 403],
    ['', 403],
    ['unknown', 403],
  ])('behind a trusted proxy that says %j: %i', async (forwarded, status) => {
    const { get } = await startTokenBench({ auth: { ips: ['192.0.2.7', '2001:db8::/32'] } }, ['127.0.0.1']);
    expect((await get({ 'x-forwarded-for': forwarded })).status).toBe(status);
  });

  it('an address list and a token together: both must hold', async () => {
    const near = await startTokenBench({ auth: { secret: SECRET, ips: ['127.0.0.1'] } });
    const far = await startTokenBench({ auth: { secret: SECRET, ips: ['192.0.2.7'] } });
    const right = { authorization: `Bearer ${SECRET}` };
    expect([
      (await near.get(right)).status,
      (await near.get()).status,
      (await far.get(right)).status,
    ]).toEqual([200, 401, 403]);
  });

  it('holds for Incode’s webhooks, and leaves the pages’ routes alone', async () => {
    const near = await startBench({ auth: { ips: ['127.0.0.1'] } });
    const far = await startBench({ auth: { ips: ['192.0.2.7'] } });
    for (const path of ['/webhook', '/approve']) {
      expect((await near.post(path, finished('int-1'))).status).toBe(200);
      expect((await far.post(path, finished('int-1'))).status).toBe(403);
    }
    expect((await far.get('/start')).status).toBe(200);
    expect(far.upstream.approved).toEqual([]);
  });
});

const CLIENT = {
  form: 'issued',
  clientId: 'incode',
  clientSecret: 'a client secret of ours: 100% + more',
} as const;
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const basic = (id: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
});
const encodedBasic = basic(CLIENT.clientId, encodeURIComponent(CLIENT.clientSecret).replaceAll('%20', '+'));

describe('auth by a token that we issue', () => {
  const ask = (url: string, sent: Send): Promise<Answer> => send(`${url}/oauth2/token`, sent);

  it.each([
    [
      'Basic, form-encoded as the RFC says',
      { headers: { ...FORM, ...encodedBasic }, body: 'grant_type=client_credentials' },
    ],
    [
      'Basic, as most clients send it',
      {
        headers: { ...FORM, ...basic('incode', CLIENT.clientSecret) },
        body: 'grant_type=client_credentials&scope=a',
      },
    ],
    [
      'the form',
      {
        headers: FORM,
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          client_id: CLIENT.clientId,
          client_secret: CLIENT.clientSecret,
        }).toString(),
      },
    ],
  ])('is had for credentials in %s, and proves the webhook', async (_, sent) => {
    const { gateway, post } = await startBench({ auth: CLIENT });
    const answer = await ask(gateway.publicUrl, sent);
    expect(answer).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } });
    const { access_token: token, ...rest } = json(answer);
    expect(rest).toEqual({ token_type: 'Bearer', expires_in: 3600 });
    const headers = { authorization: `Bearer ${token}` };
    expect((await post('/webhook', finished('int-1'), { headers })).status).toBe(200);
    expect(gateway.log.join('')).toContain(
      '"onboardingStatus":"ONBOARDING_FINISHED","msg":"a webhook was received"',
    );
    expect(
      (await post('/webhook', finished('int-1'), { headers: { authorization: `bearer ${token}` } })).status,
    ).toBe(200);

    // It stands nowhere: not in the store, not in the API, not in the log.
    const files = readdirSync(gateway.dir).map((file) => readFileSync(join(gateway.dir, file), 'latin1'));
    const admin = createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: gateway.adminToken });
    const { events } = await admin.call('events');
    const views = await Promise.all(events.map(({ id }) => admin.call('event', { id })));
    expect(events).toHaveLength(2);
    const everything = [...files, ...gateway.log, JSON.stringify(views)].join('\n');
    for (const secret of [String(token), CLIENT.clientSecret]) expect(everything).not.toContain(secret);
  });

  const RIGHT = 'grant_type=client_credentials';
  it.each([
    ['no credentials', { headers: FORM, body: RIGHT }, 401, 'invalid_client'],
    [
      'a wrong secret',
      { headers: { ...FORM, ...basic('incode', 'wrong') }, body: RIGHT },
      401,
      'invalid_client',
    ],
    [
      'a wrong id',
      { headers: { ...FORM, ...basic('other', CLIENT.clientSecret) }, body: RIGHT },
      401,
      'invalid_client',
    ],
    ['an empty secret', { headers: { ...FORM, ...basic('incode', '') }, body: RIGHT }, 401, 'invalid_client'],
    [
      'no colon',
      { headers: { ...FORM, authorization: 'Basic aW5jb2Rl' }, body: RIGHT },
      401,
      'invalid_client',
    ],
    ['a bearer', { headers: { ...FORM, authorization: 'Bearer x' }, body: RIGHT }, 401, 'invalid_client'],
    [
      'a wrong secret in the form',
      { headers: FORM, body: `${RIGHT}&client_id=incode&client_secret=x` },
      401,
      'invalid_client',
    ],
    [
      'two ways at once',
      { headers: { ...FORM, ...encodedBasic }, body: `${RIGHT}&client_secret=x` },
      400,
      'invalid_request',
    ],
    ['no grant', { headers: { ...FORM, ...encodedBasic }, body: '' }, 400, 'invalid_request'],
    [
      'another grant',
      { headers: { ...FORM, ...encodedBasic }, body: 'grant_type=password' },
      400,
      'unsupported_grant_type',
    ],
    [
      'a parameter twice',
      { headers: { ...FORM, ...encodedBasic }, body: `${RIGHT}&${RIGHT}` },
      400,
      'invalid_request',
    ],
    [
      'JSON',
      { headers: { ...encodedBasic, 'content-type': 'application/json' }, body: '{}' },
      400,
      'invalid_request',
    ],
    ['no type', { headers: encodedBasic, body: RIGHT }, 400, 'invalid_request'],
    ['GET', { method: 'GET', headers: encodedBasic }, 405, undefined],
  ])('is not had with %s', async (_, sent, status, error) => {
    const { gateway } = await startBench({ auth: CLIENT });
    const answer = await ask(gateway.publicUrl, sent as Send);
    expect(answer.status).toBe(status);
    if (error !== undefined) expect(json(answer)).toEqual({ error });
    if (status === 401) expect(answer.headers['www-authenticate']).toMatch(/^Basic /);
    expect(answer.text).not.toContain('access_token');
  });

  it('is refused when it is none of ours, and when it has expired; the client is told to fetch another', async () => {
    let nowMs = Date.now();
    const { gateway, post } = await startBench({ auth: CLIENT }, { now: () => nowMs });
    const { access_token: token } = json(
      await ask(gateway.publicUrl, { headers: { ...FORM, ...encodedBasic }, body: RIGHT }),
    );
    const good = { headers: { authorization: `Bearer ${token}` } };
    for (const authorization of [
      '',
      'Bearer',
      'Bearer wrong',
      `Basic ${token}`,
      `Bearer ${token}x`,
      `Bearer ${token} x`,
    ]) {
      const answer = await post('/webhook', finished('int-1'), { headers: { authorization } });
      expect(answer).toMatchObject({
        status: 401,
        headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
      });
    }
    nowMs += 3_600_000 - 1;
    expect((await post('/webhook', finished('int-1'), good)).status).toBe(200);
    nowMs += 1;
    expect((await post('/webhook', finished('int-1'), good)).status).toBe(401);
  });

  it('is asked for so many times a minute, whatever the credentials', async () => {
    const { gateway } = await startBench({ auth: CLIENT });
    const sent = { headers: { ...FORM, ...basic('incode', 'a guess') }, body: RIGHT };
    const answers = await Promise.all(Array.from({ length: 40 }, () => ask(gateway.publicUrl, sent)));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(30);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(10);
  });

  it('guards the backend’s token as well', async () => {
    const { gateway, get } = await startTokenBench({ auth: CLIENT });
    expect((await get()).status).toBe(401);
    const answer = await send(`${gateway.publicUrl}/partner/oauth2/token`, {
      headers: { ...FORM, ...encodedBasic },
      body: RIGHT,
    });
    expect((await get({ authorization: `Bearer ${json(answer)['access_token']}` })).status).toBe(200);
  });

  it('is one of a bounded number: the oldest makes room', () => {
    let nowMs = 0;
    const tokens = createIssuedTokens(() => nowMs);
    const issued = Array.from({ length: 1_001 }, () => tokens.issue().token);
    expect(new Set(issued).size).toBe(1_001);
    expect(tokens.has(issued[0] ?? '')).toBe(false);
    expect(tokens.has(issued[1] ?? '')).toBe(true);
    expect(tokens.has(issued[1_000] ?? '')).toBe(true);
    nowMs = 3_600_000;
    expect(issued.some((token) => tokens.has(token))).toBe(false);
  });

  it('is good at every gateway that has the same store key, for this session and its client’s secret alone', () => {
    let nowMs = 0;
    const key = new Uint8Array(32).fill(7);
    const tokensOf = (sealer: Sealer, holder: string) =>
      createSealedTokens({ sealer, holder, now: () => nowMs });
    const { token } = tokensOf(createSealer(key), 'a session').issue();
    const there = tokensOf(createSealer(key), 'a session');
    expect(there.has(token)).toBe(true);
    expect(tokensOf(createSealer(key), 'another').has(token)).toBe(false);
    expect(tokensOf(createSealer(new Uint8Array(32)), 'a session').has(token)).toBe(false);
    for (const other of ['', 'x', `${token}x`, `${token}=`, token.slice(1), token.toUpperCase()])
      expect(there.has(other)).toBe(false);
    nowMs = 3_600_000;
    expect(there.has(token)).toBe(false);
  });

  it('is a text of at most 128 characters, under a store key with an id', () => {
    const current = { id: '0123456789abcdef', key: new Uint8Array(32) };
    const sealer = createKeysetSealer({ current, previous: [], withoutId: [] });
    const { token } = createSealedTokens({ sealer, holder: 'a session', now: Date.now }).issue();
    expect(token).toMatch(/^[A-Za-z0-9_-]{1,128}$/);
  });
});

describe('what is kept of a webhook', () => {
  it.each([
    ['bearer', { secret: SECRET }, { authorization: `Bearer ${SECRET}` }],
    ['basic', { form: 'basic', secret: `user:${SECRET}` }, basic('user', SECRET)],
    ['a header', { header: 'x-webhook-secret', secret: SECRET }, { 'x-webhook-secret': SECRET }],
  ] as const)('holds nothing of its secret: %s', async (_, auth, headers) => {
    const { gateway, post } = await startBench({ auth });
    expect((await post('/webhook', finished('int-1'), { headers })).status).toBe(200);
    const files = readdirSync(gateway.dir).map((file) => readFileSync(join(gateway.dir, file), 'latin1'));
    const admin = createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: gateway.adminToken });
    const { events } = await admin.call('events');
    const views = await Promise.all(events.map(({ id }) => admin.call('event', { id })));
    expect(events).toMatchObject([{ keyId: 'auth' }]);
    const everything = [...files, ...gateway.log, JSON.stringify(views)].join('\n');
    for (const value of Object.values(headers)) {
      expect(everything).not.toContain(value);
      expect(everything).not.toContain(value.slice(value.indexOf(' ') + 1));
    }
    expect(JSON.stringify(views)).toContain('"withheld":"sealed"');
  });
});

describe('an auth that cannot be meant', () => {
  const incode = incodeInput('https://api.example', { broker: 'incode', redirects: [] });
  it.each([
    ['nothing', {}, /auth\.secret: is missing/],
    ['a form without a secret', { form: 'bearer', ips: ['127.0.0.1'] }, /auth\.secret: is missing/],
    ['no address', { ips: [] }, /auth\.ips: .*at least one address/],
    ['a name for an address', { ips: ['example.com'] }, /auth\.ips/],
    ['a range too wide to be one', { ips: ['10.0.0.0/33'] }, /auth\.ips/],
    ['issued without a client', { form: 'issued' }, /auth\.clientId: is missing/],
    [
      'issued with a secret',
      { ...CLIENT, secret: SECRET },
      /auth\.secret: is given, and form issued has no such member/,
    ],
    [
      'a client without issued',
      { clientId: 'c', secret: SECRET },
      /auth\.clientId: is given, and is for form: issued only/,
    ],
  ])('is refused with the place: %s', (_, auth, problem) => {
    expect(problemsOf({ ...incode, auth: auth as SessionInput['auth'] } as SessionInput).join('\n')).toMatch(
      problem,
    );
  });

  it('is a secret that can be guessed', async () => {
    const bad = { ...CLIENT, clientSecret: 'short' };
    await expect(startBench({ auth: bad })).rejects.toThrow(
      /sessions\.incode\.auth\.clientSecret: is 5 bytes long/,
    );
  });

  it('is one path for two: the token endpoint and another session’s route', () => {
    const gates = { g: { path: '/oauth2/token', provider: 'none', respond: { status: 200 } } };
    expect(() =>
      parseConfig(
        { store: 'memory:', gates, sessions: { incode: { ...incode, auth: CLIENT } } },
        { baseDir: '/', env: {} },
      ),
    ).toThrow(/has the route \/oauth2\/token, which is answered by the gate g/);
  });
});

describe('an interview that the vendor does not know', () => {
  it('is 404, and no failure of anybody', async () => {
    const { gateway, get, post, upstream } = await startBench();
    upstream.intercept = ({ path }, response) =>
      path.startsWith('/omni/get/') && Boolean(response.writeHead(404).end('{"error":"no such interview"}'));
    for (const path of ['/onboarding-status?interviewId=zzz', '/fetch-score?interviewId=zzz']) {
      const answer = await get(path);
      expect(answer).toMatchObject({ status: 404, text: '{"error":"there is no such interview"}' });
    }
    expect((await post('/approve', finished('zzz'))).status).toBe(404);
    expect(gateway.log.filter((line) => JSON.parse(line).level === 'error')).toEqual([]);
  });
});
