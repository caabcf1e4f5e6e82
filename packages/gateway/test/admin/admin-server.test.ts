import { connect } from 'node:net';
import { ADMIN_LISTENER_NAME, createAdminClient, LISTENER_HEADER, ROUTES } from '@countersign/api';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../src/stores/open-store.ts';
import { StoreError } from '../../src/stores/store.ts';
import { hmacHeaders, later, readToEnd, SECRET, send, start, type TestGateway } from '../harness.ts';

const gates = {
  k: { path: '/keep', provider: 'hmac', keys: [{ id: 'main', secret: SECRET }], keep: {} },
} as const;

async function started() {
  const gateway = await start(gates);
  const url = gateway.adminUrl ?? '';
  const bearer = { authorization: `Bearer ${gateway.adminToken}` };
  const get = (path: string, headers: Record<string, string> = bearer) =>
    send(url + path, { method: 'GET', headers });
  return { gateway, url, get };
}

/** Sends a head as it is, with the token. */
async function ask(gateway: TestGateway, host: string, head: string, body = ''): Promise<string> {
  const socket = connect(gateway.adminPort ?? 0, host);
  later(() => void socket.destroy());
  socket.write(`${head}authorization: Bearer ${gateway.adminToken}\r\n\r\n${body}`);
  return readToEnd(socket);
}

describe('the admin listener', () => {
  it('answers its probes without a token', async () => {
    const { get } = await started();
    expect((await get('/health', {})).status).toBe(200);
    expect((await get('/ready', {})).text).toBe('{"status":"ready"}');
  });

  it('says in each answer whose it is; the public listener says it in none', async () => {
    const { gateway, get } = await started();
    for (const path of ['/health', '/ready', '/api/gates', '/metrics', '/anything', '/api/events/%zz'])
      expect((await get(path)).headers, path).toMatchObject({ [LISTENER_HEADER]: ADMIN_LISTENER_NAME });
    const stranger = await get('/api/gates', {});
    expect([stranger.status, stranger.headers[LISTENER_HEADER]]).toEqual([401, ADMIN_LISTENER_NAME]);
    const open = await send(`${gateway.publicUrl}/health`, { method: 'GET' });
    expect([open.status, open.headers[LISTENER_HEADER]]).toEqual([200, undefined]);
  });

  it('wants the token for everything else', async () => {
    const { gateway, get } = await started();
    const guarded = Object.values(ROUTES).filter(({ auth }) => auth);
    expect(guarded).not.toHaveLength(0);
    for (const { path } of [...guarded, { path: '/anything' }]) {
      for (const authorization of [
        '',
        'Bearer',
        'Bearer wrong',
        `Basic ${gateway.adminToken}`,
        `Bearer ${gateway.adminToken}x`,
      ]) {
        const answer = await get(path, { authorization });
        expect(answer).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer' } });
      }
    }
    expect(gateway.log.join('')).not.toContain(gateway.adminToken);
  });

  it('makes a token of its own for each run, unless one is configured', async () => {
    const [one, two] = [await start(gates), await start(gates)];
    expect(one.adminToken).toMatch(/^[\w-]{32}$/);
    expect(one.adminToken).not.toBe(two.adminToken);
    const configured = await start(gates, { admin: { token: 'a-configured-token' } });
    expect(configured.adminToken).toBe('a-configured-token');
  });

  it('refuses other hosts and other origins', async () => {
    const { gateway, url, get } = await started();
    const authorization = `Bearer ${gateway.adminToken}`;
    expect((await get('/api/gates', { authorization, host: 'evil.example' })).status).toBe(403);
    expect((await get('/api/gates', { authorization, origin: 'http://evil.example' })).status).toBe(403);
    expect((await get('/api/gates', { authorization, origin: 'null' })).status).toBe(403);
    expect((await get('/api/gates', { authorization, origin: url })).status).toBe(200);
  });

  it.each([
    '/api/events/%',
    '/api/events/%zz',
    '/api/events/%00',
    '/%',
    '//api/gates',
    '/api/gates/',
    '/API/GATES',
    '/api/../api/gates',
    `/api/events/${'a'.repeat(2000)}`,
    '*',
  ])('judges who asks before it reads the path: %s', async (path) => {
    const { gateway } = await started();
    const head = (host: string) => `GET ${path} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n`;
    const socket = connect(gateway.adminPort ?? 0, '127.0.0.1');
    later(() => void socket.destroy());
    socket.write(`${head('localhost')}\r\n`);
    const [target, others] = path.startsWith('/') ? [401, 403] : [400, 400];
    expect(await readToEnd(socket)).toMatch(new RegExp(`^HTTP/1.1 ${target} `));
    expect(await ask(gateway, '127.0.0.1', head('evil'))).toMatch(new RegExp(`^HTTP/1.1 ${others} `));
    expect(await ask(gateway, '127.0.0.1', head('localhost'))).toMatch(/^HTTP\/1.1 (?:4|200)/);
  });

  it('is local on every loopback address, and knows every loopback name as its own', async () => {
    for (const host of ['127.0.0.1', '127.0.0.2', '::1']) {
      const address = host.includes(':') ? `[${host}]` : host;
      const gateway = await start(gates, { listen: { public: '127.0.0.1:0', admin: `${address}:0` } });
      const get = (name: string) =>
        ask(gateway, host, `GET /api/gates HTTP/1.1\r\nhost: ${name}\r\nconnection: close\r\n`);
      for (const name of ['evil.example', '127.0.0.2.evil.example', '128.0.0.1', '[::2]']) {
        expect([host, name, await get(name)]).toEqual([host, name, expect.stringMatching(/^HTTP\/1\.1 403/)]);
      }
      for (const name of [address, 'localhost:1', 'LOCALHOST', '127.0.0.1', '127.9.9.9:80', '[::1]:80']) {
        expect([host, name, await get(name)]).toEqual([host, name, expect.stringMatching(/^HTTP\/1\.1 200/)]);
      }
    }
  });

  it.each([
    ['no JSON', 'application/json', '{', 400, 'the body is not what its content type says'],
    [
      'nothing where JSON is announced',
      'application/json',
      '',
      400,
      'the body is not what its content type says',
    ],
    ['of no type that is taken', 'text/xml', '<a/>', 415, 'a body of this type is not taken'],
    ['of more than a megabyte', 'application/json', 1_100_000, 413, 'the body is too large'],
  ])('answers a body that is %s as the caller’s fault', async (_, type, body, status, words) => {
    const { gateway } = await started();
    const length = typeof body === 'string' ? body.length : body;
    for (const [target, refused] of [
      [`DELETE /api/gates/k/claims/${'0'.repeat(32)}`, { status, detail: words }],
      ['POST /api/gates', { status: 405, detail: 'the path takes GET, HEAD, not POST' }],
      ['POST /nothing', { status: 404, detail: 'the admin API has no such path' }],
    ] as const) {
      const head = `${target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: ${type}\r\ncontent-length: ${length}\r\n`;
      const answer = await ask(gateway, '127.0.0.1', head, typeof body === 'string' ? body : '');
      expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${refused.status}`));
      expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))).toMatchObject(refused);
    }
    expect(gateway.log.join('')).not.toContain('the admin API failed');
  });

  it('shows gates with their keys, coverage and counts, and no secret', async () => {
    const { gateway, url, get } = await started();
    await send(`${gateway.publicUrl}/keep`, { headers: hmacHeaders('x'), body: 'x' });
    await send(`${gateway.publicUrl}/keep`, { body: 'x' });
    const client = createAdminClient({ baseUrl: url, token: gateway.adminToken });
    expect(await client.call('gates')).toMatchObject([
      {
        name: 'k',
        path: '/keep',
        methods: ['POST'],
        provider: 'hmac',
        outcome: 'keep',
        keys: [
          {
            id: 'main',
            state: 'active',
            bytes: SECRET.length,
            hits: 1,
            strengthBits: 8 * SECRET.length,
            warnings: [],
          },
        ],
        coverage: {
          covered: expect.arrayContaining(['body', 'timestamp']),
          warnings: expect.arrayContaining([
            {
              code: 'repeat-in-time',
              severity: 'info',
              sentence:
                'Whoever captures a request can send it again until it is 5 min old, if the gate’s memory of it is lost.',
            },
          ]),
        },
        counts: { accepted: 1, handshakes: 0, refused: 1, refusedBy: { 'missing-signature': 1 } },
      },
    ]);
    const answer = await get('/api/gates');
    expect(answer.text).not.toContain(SECRET);
    expect(answer.headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
    });
  });

  it('pages through events, the newest first; what is kept meanwhile shifts no page', async () => {
    const { gateway, url, get } = await started();
    const keep = (body: string) =>
      send(`${gateway.publicUrl}/keep?${body}`, { headers: hmacHeaders(body), body });
    for (const body of ['1', '2', '3', '4', '5']) await keep(body);
    const client = createAdminClient({ baseUrl: url, token: gateway.adminToken });
    const seen: string[][] = [];
    let before: string | undefined;
    do {
      const page = await client.call('events', { limit: 2, before });
      seen.push(page.events.map((event) => event.url.slice(-1)));
      before = page.next;
      await keep(`later ${seen.length}`.replace(' ', '-'));
    } while (before !== undefined);
    expect(seen).toEqual([['5', '4'], ['3', '2'], ['1']]);
    await expect(client.call('event', { id: 'no-such-event' })).rejects.toMatchObject({
      status: 404,
      code: 'no-such-event',
      message: 'the admin API answered 404: no event with this id is kept',
    });
    expect((await get('/api/events?limit=200')).status).toBe(200);
    await expect(client.call('releaseClaim', { gate: 'k', claim: '0'.repeat(32) })).rejects.toThrow(
      'the admin API answered 404: the gate has no such claim, or its request is under way',
    );
  });

  it.each([
    ['failed', 503, 'store-unavailable', 'PostgreSQL cannot be reached (ECONNREFUSED).', '10'],
    ['queue-full', 503, 'store-unavailable', 'PostgreSQL cannot be reached (ECONNREFUSED).', '10'],
    ['closed', 500, 'internal-error', 'the gateway failed; its log says how', undefined],
  ] as const)(
    'says why of a store that does not do it, where that passes: %s',
    async (why, status, code, detail, wait) => {
      const store = await openStore(':memory:');
      later(() => store.close());
      const get = () => Promise.reject(new StoreError(why, 'PostgreSQL cannot be reached (ECONNREFUSED).'));
      const gateway = await start(gates, { sharedStore: { ...store, events: { ...store.events, get } } });
      const answer = await send(`${gateway.adminUrl}/api/events/x`, {
        method: 'GET',
        headers: { authorization: `Bearer ${gateway.adminToken}` },
      });
      expect(answer.status).toBe(status);
      expect(answer.headers['retry-after']).toBe(wait);
      expect(JSON.parse(answer.text)).toMatchObject({ code, detail });
    },
  );

  it('says nothing of a bug but that it failed', async () => {
    const store = await openStore(':memory:');
    later(() => store.close());
    const get = () => Promise.reject(new Error('a secret of the store'));
    const gateway = await start(gates, { sharedStore: { ...store, events: { ...store.events, get } } });
    const answer = await send(`${gateway.adminUrl}/api/events/x`, {
      method: 'GET',
      headers: { authorization: `Bearer ${gateway.adminToken}` },
    });
    expect(answer.status).toBe(500);
    expect(JSON.parse(answer.text)).toMatchObject({
      code: 'internal-error',
      detail: 'the gateway failed; its log says how',
    });
    expect(gateway.log.join('')).toMatch(/"path":"\/api\/events\/x".*the admin API failed/);
  });

  it('answers an unknown route with 404 and keeps the API off the public listener', async () => {
    const { gateway, get } = await started();
    expect((await get('/api/nothing')).status).toBe(404);
    const authorization = `Bearer ${gateway.adminToken}`;
    expect(
      (await send(`${gateway.publicUrl}/api/gates`, { method: 'GET', headers: { authorization } })).status,
    ).toBe(404);
  });
});
