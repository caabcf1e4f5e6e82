/** What is kept of refused requests by real gateways, and what is not: whole, sealed, apart from events. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { AdminError, createAdminClient, type RefusedView } from '@countersign/api';
import { describe, expect, it } from 'vitest';
import type { ConfigInput, GateInput } from '../../src/config/config-input.ts';
import {
  hmacHeaders,
  openSocket,
  readToEnd,
  SECRET,
  send,
  start,
  type TestGateway,
  type TestOptions,
  temporaryDir,
} from '../harness.ts';
import { giveUpKey } from '../sealed/give-up-key.ts';
import { startChild } from '../stores/child-gateway.ts';

const STORE_KEY = '0123456789abcdef'.repeat(4);
const HOUR = 3_600_000;

const hmac = (more: Partial<GateInput> = {}): GateInput => ({
  path: '/hook',
  provider: 'hmac',
  keys: [{ secret: SECRET }],
  respond: { status: 204 },
  keepRefused: true,
  ...more,
});

function clientOf({ adminUrl = '', adminToken }: Pick<TestGateway, 'adminUrl' | 'adminToken'>) {
  return createAdminClient({ baseUrl: adminUrl, token: adminToken });
}

async function startKeeping(
  gates: ConfigInput['gates'] = { hook: hmac() },
  options: TestOptions = {},
): Promise<TestGateway> {
  return start(gates, { storeKey: STORE_KEY, ...options });
}

async function idsOf(gateway: TestGateway, gate?: string): Promise<readonly string[]> {
  const { refused } = await clientOf(gateway).call('refused', { gate, limit: 50 });
  return refused.map(({ id }) => id);
}

/** Headers of a signature over another body. */
const forged = (): Record<string, string> => hmacHeaders('another body');

function bodyOf({ bodyBase64 }: RefusedView): Buffer {
  return Buffer.from(bodyBase64, 'base64');
}

describe('a refused request of a gate that keeps them', () => {
  it('is there whole under the id of its answer: method, target, headers in their order, body, address, reason', async () => {
    const gateway = await startKeeping();
    const body = Buffer.from(Array.from({ length: 3_000 }, (_, i) => i & 0xff));
    const headers = [
      ['Host', 'a.example'],
      ['X-B', '2'],
      ['x-a', '1'],
      ['X-b', ''],
      ['X-Latin1', 'Zo\xeb'],
      ['X-Utf8', 'Zo\xc3\xab'],
      ...Object.entries(forged()),
      ['Content-Length', '3000'],
    ].flat();
    const fromMs = Date.now();
    const answer = await send(`${gateway.publicUrl}/hook?q=%zz`, { headers, body });
    expect(answer.status).toBe(401);
    const id = String(answer.headers['x-request-id']);
    const view = await clientOf(gateway).call('refusedRequest', { id });
    expect(bodyOf(view).equals(body)).toBe(true);
    expect(view).toMatchObject({
      id,
      gate: 'hook',
      method: 'POST',
      url: '/hook?q=%zz',
      remoteAddress: '127.0.0.1',
      reason: 'signature-mismatch',
      step: 'compare',
      bodyBytes: 3_000,
    });
    expect(view.bodyLeftOut).toBeUndefined();
    const flat = view.headers.flatMap(({ name, value, valueBase64 }) => [
      name,
      valueBase64 === undefined
        ? Buffer.from(value).toString('latin1')
        : Buffer.from(valueBase64, 'base64').toString('latin1'),
    ]);
    expect(flat.slice(0, headers.length)).toEqual(headers);
    expect(Date.parse(view.receivedAt)).toBeGreaterThanOrEqual(fromMs);
    expect(Date.parse(view.receivedAt)).toBeLessThanOrEqual(Date.now());
    const { refused } = await clientOf(gateway).call('refused', { gate: 'hook' });
    expect(refused).toEqual([expect.not.objectContaining({ headers: expect.anything() })]);
    expect(refused[0]).toMatchObject({ id, url: '/hook?q=%zz', reason: 'signature-mismatch' });
    // Its line in the log has the same id.
    expect(gateway.records.at(-1)).toMatchObject({ requestId: id, reason: 'signature-mismatch' });
  });

  it('is there without its body where nobody read it, or it is too long; how long it was is told', async () => {
    const gateway = await startKeeping({ hook: hmac({ maxBody: '1MB' }) });
    const body = 'x'.repeat(400_000);
    await send(`${gateway.publicUrl}/hook`, { body: 'x'.repeat(65_537) }).catch(() => {});
    await send(`${gateway.publicUrl}/hook`, { headers: forged(), body });
    await send(`${gateway.publicUrl}/hook`, { headers: forged(), body: body.slice(0, 256 * 1024) });
    await send(`${gateway.publicUrl}/hook`, {
      headers: { ...forged(), 'content-length': '2000000' },
    }).catch(() => {});
    const { refused } = await clientOf(gateway).call('refused', {});
    const views = await Promise.all(
      refused.map(({ id }) => clientOf(gateway).call('refusedRequest', { id })),
    );
    expect(views.map((view) => [view.reason, view.bodyBytes, view.bodyLeftOut, bodyOf(view).length])).toEqual(
      [
        ['body-too-large', 2_000_000, 'not-read', 0],
        ['signature-mismatch', 262_144, undefined, 262_144],
        ['signature-mismatch', 400_000, 'too-long', 0],
        ['missing-signature', 65_537, 'not-read', 0],
      ],
    );
  });

  it('is there with its body, where that is short, though its head was reason enough: without it nobody could explain it', async () => {
    const gateway = await startKeeping({
      hook: hmac(),
      loose: hmac({ path: '/loose', keepRefused: false }),
    });
    const answer = await send(`${gateway.publicUrl}/hook`, { body: 'unsigned' });
    const other = await send(`${gateway.publicUrl}/loose`, { body: 'unsigned' });
    expect([answer.status, answer.text]).toEqual([other.status, other.text]);
    const { refused } = await clientOf(gateway).call('refused', {});
    const views = await Promise.all(
      refused.map(({ id }) => clientOf(gateway).call('refusedRequest', { id })),
    );
    expect(
      views.map((view) => [view.reason, view.bodyBytes, view.bodyLeftOut, bodyOf(view).toString()]),
    ).toEqual([['missing-signature', 8, undefined, 'unsigned']]);
  });

  it('is refused for its head all the same where there is no room for its body', async () => {
    const gateway = await startKeeping({ hook: hmac() }, { limits: { maxBodyBytesInFlight: '256KB' } });
    const head = 'POST /hook HTTP/1.1\r\nhost: a\r\nconnection: close\r\n';
    const sockets = await Promise.all([1, 2, 3].map(() => openSocket(gateway.publicPort)));
    for (const socket of sockets) socket.write(`${head}content-length: 60000\r\n\r\n${'x'.repeat(59_999)}`);
    await expect.poll(() => gateway.bodyBytesInFlight()).toBeGreaterThan(170_000);
    const second = await openSocket(gateway.publicPort);
    second.write(`${head}content-length: 60000\r\n\r\n${'x'.repeat(59_999)}`);
    expect((await readToEnd(second)).slice(0, 12)).toBe('HTTP/1.1 401');
    for (const socket of sockets) {
      socket.write('x');
      expect((await readToEnd(socket)).slice(0, 12)).toBe('HTTP/1.1 401');
    }
    await expect.poll(() => gateway.bodyBytesInFlight()).toBe(0);
  });

  it('is one that a redirect has made a GET, or a repeat that is refused', async () => {
    const gateway = await startKeeping();
    const url = `${gateway.publicUrl}/hook`;
    const headers = hmacHeaders('once');
    expect((await send(url, { headers, body: 'once' })).status).toBe(204);
    expect((await send(url, { headers, body: 'once' })).status).toBe(409);
    expect((await send(url, { method: 'GET' })).status).toBe(405);
    const { refused } = await clientOf(gateway).call('refused', {});
    expect(refused.map(({ reason, method }) => [reason, method])).toEqual([
      ['method-not-allowed', 'GET'],
      ['replayed', 'POST'],
    ]);
  });

  it('is none that was accepted, acknowledged as a repeat, or came to no gate', async () => {
    const gateway = await startKeeping({ hook: hmac({ replay: { repeat: 'acknowledge' } }) });
    const headers = hmacHeaders('once');
    const url = `${gateway.publicUrl}/hook`;
    expect((await send(url, { headers, body: 'once' })).status).toBe(204);
    expect((await send(url, { headers, body: 'once' })).status).toBe(200);
    expect((await send(`${gateway.publicUrl}/nowhere`)).status).toBe(404);
    const socket = await openSocket(gateway.publicPort);
    socket.write('POST /hook HTTP/1.1\r\nhost: a\r\nhost: b\r\nconnection: close\r\n\r\n');
    expect(await readToEnd(socket)).toContain('HTTP/1.1 400');
    expect(await idsOf(gateway)).toEqual([]);
  });

  it('is an event of no list, and goes with no event', async () => {
    const { respond: _, ...rest } = hmac();
    const gateway = await startKeeping({ hook: { ...rest, keep: {} } });
    await send(`${gateway.publicUrl}/hook`, { headers: forged(), body: 'x' });
    const body = 'x';
    await send(`${gateway.publicUrl}/hook`, { headers: hmacHeaders(body), body });
    expect((await clientOf(gateway).call('events', {})).events).toHaveLength(1);
    expect(await idsOf(gateway)).toHaveLength(1);
  });

  it('is kept of a body that came in pieces, of a chunked one, and of an empty one', async () => {
    const gateway = await startKeeping();
    const head = Object.entries(forged())
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('');
    for (const [framing, body] of [
      ['content-length: 5', 'hello'],
      ['transfer-encoding: chunked', '2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n'],
      ['transfer-encoding: chunked', '0\r\n\r\n'],
      ['content-length: 0', ''],
    ] as const) {
      const socket = await openSocket(gateway.publicPort);
      socket.write(`POST /hook HTTP/1.1\r\nhost: a\r\nconnection: close\r\n${head}${framing}\r\n\r\n`);
      for (const letter of body) socket.write(letter);
      expect(await readToEnd(socket)).toContain('HTTP/1.1 401');
    }
    const views = await Promise.all(
      (await idsOf(gateway)).map((id) => clientOf(gateway).call('refusedRequest', { id })),
    );
    expect(views.map((view) => [bodyOf(view).toString(), view.bodyLeftOut, view.bodyBytes])).toEqual([
      ['', undefined, 0],
      ['', undefined, 0],
      ['hello', undefined, 5],
      ['hello', undefined, 5],
    ]);
  });
});

describe('what a gate holds of refused requests', () => {
  it('is nothing without the option, whatever another gate holds', async () => {
    const gateway = await startKeeping({
      hook: hmac(),
      other: hmac({ path: '/other', keepRefused: false }),
      third: { path: '/third', provider: 'hmac', keys: [{ secret: SECRET }], respond: { status: 204 } },
    });
    for (const path of ['/hook', '/other', '/third'])
      await send(gateway.publicUrl + path, { headers: forged(), body: 'x' });
    expect(await idsOf(gateway)).toHaveLength(1);
    expect(await idsOf(gateway, 'other')).toEqual([]);
    const gates = await clientOf(gateway).call('gates');
    expect(gates.map(({ keepsRefused }) => keepsRefused)).toEqual([
      { atMost: 1_000, forSeconds: 86_400, where: 'store', leftOut: 0 },
      undefined,
      undefined,
    ]);
  });

  it('is no more than it may, the last ones, and no longer than it may', async () => {
    let nowMs = Date.now();
    const gateway = await startKeeping(
      { hook: hmac({ keepRefused: { atMost: 3, for: '1h' } }) },
      { now: () => nowMs },
    );
    const ids: string[] = [];
    for (let n = 0; n < 5; n++) {
      const { headers } = await send(`${gateway.publicUrl}/hook`, { headers: forged(), body: `${n}` });
      ids.push(String(headers['x-request-id']));
      nowMs += 1_000;
    }
    expect(await idsOf(gateway)).toEqual(ids.slice(2).reverse());
    nowMs += HOUR - 2_500;
    expect(await idsOf(gateway)).toEqual(ids.slice(3).reverse());
    nowMs += HOUR;
    expect(await idsOf(gateway)).toEqual([]);
    await expect(clientOf(gateway).call('refusedRequest', { id: ids[4] ?? '' })).rejects.toMatchObject({
      code: 'no-such-refusal',
    });
  });

  it('is there after a restart, and opens under its own storeKey only', async () => {
    const dir = temporaryDir();
    const first = await startKeeping(undefined, { dir });
    const { headers } = await send(`${first.publicUrl}/hook`, { headers: forged(), body: 'x' });
    const id = String(headers['x-request-id']);
    await first.drain();
    const again = await startKeeping(undefined, { dir });
    expect(await idsOf(again)).toEqual([id]);
    expect(bodyOf(await clientOf(again).call('refusedRequest', { id })).toString()).toBe('x');
    await again.drain();
    await giveUpKey(dir, 'f'.repeat(64));
    const other = await startKeeping(undefined, { dir, storeKey: 'f'.repeat(64) });
    expect(await clientOf(other).call('refused', {})).toEqual({ refused: [], unreadable: 1 });
    await expect(clientOf(other).call('refusedRequest', { id })).rejects.toMatchObject({
      code: 'refusal-unreadable',
      message: expect.stringContaining('the refused request was stored under another storeKey'),
    });
    await other.drain();
  });

  it('is deleted at a start when its time is over, whether or not anything is refused since', async () => {
    const dir = temporaryDir();
    let nowMs = Date.now();
    const options = { dir, now: () => nowMs };
    const first = await startKeeping(undefined, options);
    await send(`${first.publicUrl}/hook`, { headers: forged(), body: 'x' });
    expect(await idsOf(first)).toHaveLength(1);
    await first.drain();
    const count = (): unknown => {
      const db = new DatabaseSync(join(dir, 'test.db'));
      try {
        return db.prepare('SELECT count(*) AS count FROM refused').get()?.['count'];
      } finally {
        db.close();
      }
    };
    expect(count()).toBe(1);
    nowMs += 25 * HOUR;
    // Also by a gateway whose gates keep none any more.
    const second = await startKeeping({ hook: hmac({ keepRefused: false }) }, options);
    await second.store.records.put({ space: 's', key: 'k', version: 0, bytes: new Uint8Array(1) });
    await second.drain();
    expect(count()).toBe(0);
  });

  it('is there after kill -9, once it was written', async () => {
    const dir = temporaryDir();
    const gates = { hook: hmac() };
    const token = 'an-admin-token-of-this-test';
    const child = startChild(dir, {
      gates,
      storeKey: STORE_KEY,
      listen: { public: '127.0.0.1:0', admin: '127.0.0.1:0' },
      admin: { token },
    });
    const line = await child.said('listens');
    const { headers } = await send(`${line['publicUrl']}/hook`, { headers: forged(), body: 'x' });
    const baseUrl = String(line['adminUrl']);
    // The list is asked for what was offered, and so has it written.
    const { refused } = await createAdminClient({ baseUrl, token }).call('refused', {});
    expect(refused).toHaveLength(1);
    child.child.kill('SIGKILL');
    await child.ended;
    const again = await startKeeping(gates, { dir, store: 'sqlite:store.db' });
    expect(await idsOf(again)).toEqual([String(headers['x-request-id'])]);
  });

  it.each([
    ['a store in memory', { store: ':memory:', storeKey: STORE_KEY }, 0],
    ['no storeKey', { storeKey: undefined }, 1],
  ])('is in memory only with %s, and the log says so where that is odd', async (_, options, lines) => {
    const dir = temporaryDir();
    const { storeKey, ...rest } = { ...options };
    const all = { dir, ...rest, ...(storeKey !== undefined && { storeKey }) };
    const gateway = await start({ hook: hmac() }, all);
    await send(`${gateway.publicUrl}/hook`, { headers: forged(), body: 'x' });
    expect(await idsOf(gateway)).toHaveLength(1);
    const [gate] = await clientOf(gateway).call('gates');
    expect(gate?.keepsRefused).toMatchObject({ where: 'memory' });
    const said = gateway.log.filter((line) =>
      line.includes(
        'refused requests are kept in memory only, and are gone when the gateway stops: the store takes them encrypted, and there is no storeKey',
      ),
    );
    expect(said).toHaveLength(lines);
    await gateway.drain();
    const again = await start({ hook: hmac() }, all);
    expect(await idsOf(again)).toEqual([]);
  });

  it('is not in the store’s files in the clear: no letter of the target, of a header or of the body', async () => {
    const dir = temporaryDir();
    const gateway = await startKeeping(undefined, { dir });
    const secrets = ['target-secret-0001', 'header-secret-0002', 'body-secret-0003'];
    await send(`${gateway.publicUrl}/hook?t=${secrets[0]}`, {
      headers: { ...forged(), authorization: `Bearer ${secrets[1]}` },
      body: `{"password":"${secrets[2]}"}`,
    });
    const [id = ''] = await idsOf(gateway);
    // The same request in an event is found by the same search: it finds what is there.
    const view = await clientOf(gateway).call('refusedRequest', { id });
    expect(secrets.filter((secret) => JSON.stringify(view).includes(secret)).length).toBe(2);
    const found = (): readonly string[] =>
      readdirSync(dir).flatMap((name) => {
        const bytes = readFileSync(join(dir, name));
        return [...secrets, id].filter((text) => bytes.includes(text));
      });
    expect(found()).toEqual([id]);
    await gateway.drain();
    expect(found()).toEqual([id]);
  });
});

describe('who may see refused requests', () => {
  it('is nobody without the token, and nobody on the public listener', async () => {
    const gateway = await startKeeping();
    await send(`${gateway.publicUrl}/hook`, { headers: forged(), body: 'x' });
    const [id = ''] = await idsOf(gateway);
    for (const path of ['/api/refused', `/api/refused/${id}`]) {
      expect((await send(gateway.adminUrl + path, { method: 'GET' })).status).toBe(401);
      const authorization = `Bearer ${gateway.adminToken}`;
      const answer = await send(gateway.publicUrl + path, { method: 'GET', headers: { authorization } });
      expect([answer.status, answer.text]).toEqual([404, '{"error":"not found"}']);
    }
    await expect(clientOf(gateway).call('refused', { limit: 51 })).rejects.toBeInstanceOf(AdminError);
    await expect(clientOf(gateway).call('refusedRequest', { id: `${id}x` })).rejects.toMatchObject({
      message: expect.stringContaining('no refused request with this id is kept'),
    });
  });
});
