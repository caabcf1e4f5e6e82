/** Gateways on one PostgreSQL store: of copies that come to any of them one runs, whatever becomes of the gateway or of the server. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import type { ConfigInput } from '../../src/config/config-input.ts';
import { connectDatabase, type Row } from '../../src/stores/postgres/database.ts';
import {
  actionsModule,
  flowentBody,
  hmacHeaders,
  isReleased,
  later,
  SECRET,
  send,
  start,
  startUpstream,
  type TestGateway,
  type TestOptions,
} from '../harness.ts';
import { forwarding, STORE_KEY } from '../redis/shared-gates.ts';
import { leaveOutPostgres, postgresDatabases, postgresReason } from '../support/postgres-databases.ts';
import { SINGLE_USE } from './single-use.ts';

const SOON = { timeout: 60_000, interval: 20 };
const LEASE_MS = 60_000;
const keys = [{ id: 'main', secret: SECRET }];

describe.skipIf(leaveOutPostgres)(`gateways on one PostgreSQL store${postgresReason}`, () => {
  const databases = postgresDatabases();
  const open = (gates: ConfigInput['gates'], store: string, more: TestOptions = {}): Promise<TestGateway> =>
    start(gates, { store, storeKey: STORE_KEY, ...more });
  const both = async (gates: ConfigInput['gates'], store: string) =>
    [await open(gates, store), await open(gates, store)] as const;
  const signed = (body = 'x') => ({ body, headers: hmacHeaders(body) });
  const post = async ({ publicUrl }: Pick<TestGateway, 'publicUrl'>, request = signed()) =>
    (await send(`${publicUrl}/hook`, request)).status;
  const metric = async ({ adminUrl, adminToken }: TestGateway, name: string) => {
    const answer = await fetch(`${adminUrl}/metrics`, { headers: { authorization: `Bearer ${adminToken}` } });
    return new RegExp(`^${name}(?:\\{.*\\})? (.*)$`, 'm').exec(await answer.text())?.[1];
  };
  const probe = async ({ adminUrl }: TestGateway, path: 'health' | 'ready') =>
    (await (await fetch(`${adminUrl}/${path}`)).json()) as object;
  const isUp = (gateway: TestGateway) =>
    vi.waitFor(async () => expect(await probe(gateway, 'health')).toMatchObject({ claims: 'up' }), SOON);

  it('run one of two copies that come to both at once, answered, forwarded or responded to', async () => {
    const upstream = await startUpstream((_, response) => response.end());
    const actions = actionsModule(
      'export default [{ name: "greet", description: "Greets.", input: {}, run: () => "hello" }];',
    );
    const gates = {
      forward: { ...forwarding(upstream.url).gate, path: '/forward' },
      respond: { path: '/respond', provider: 'hmac', keys, respond: { status: 200 } },
      answer: { path: '/answer', provider: 'flowent', keys: [{ secret: SECRET }], answer: { actions } },
    } as const;
    const gateways = await both(gates, await databases.create());
    for (let n = 0; n < 50; n++) {
      const requests = [
        ['forward', signed(`${n}`)],
        ['respond', signed(`${n}`)],
        ['answer', { body: flowentBody('greet', { n }) }],
      ] as const;
      const statuses = await Promise.all(
        requests.flatMap(([path, request]) =>
          gateways.map(async ({ publicUrl }) => (await send(`${publicUrl}/${path}`, request)).status),
        ),
      );
      for (let at = 0; at < statuses.length; at += 2)
        expect(statuses.slice(at, at + 2).sort(), `${n} ${at}`).toEqual([200, 409]);
    }
    expect(upstream.received).toHaveLength(50);
    expect(new Set(upstream.received.map(({ body }) => body.toString())).size).toBe(50);
    const committed = gateways.flatMap(({ records }) => records.filter(({ claim }) => claim === 'committed'));
    expect(committed).toHaveLength(150);
  }, 120_000);

  it('refuse at each of them what one has taken, also after a restart, and run anew what failed', async () => {
    let status = 500;
    const upstream = await startUpstream((_, response) => response.writeHead(status).end());
    const store = await databases.create();
    const [first, second] = await both(forwarding(upstream.url), store);
    const request = signed();
    expect(await post(first, request)).toBe(500);
    status = 200;
    expect(await post(second, request)).toBe(200);
    expect(second.records.at(-1)).toMatchObject({ attempt: 2, claim: 'committed', replay: undefined });
    await second.close();
    expect(await post(first, request)).toBe(409);
    expect(first.records.at(-1)).toMatchObject({ reason: 'replayed', claim: 'repeat' });
    expect(await post(await open(forwarding(upstream.url), store), request)).toBe(409);
  });

  it('have an operator find and release a claim at any of them', async () => {
    const upstream = await startUpstream((_, response) => response.end());
    const [first, second] = await both(forwarding(upstream.url), await databases.create());
    const request = signed();
    expect(await post(first, request)).toBe(200);
    const claim = first.records[0]?.claimId ?? '';
    expect(await post(second, request)).toBe(409);
    expect(await isReleased(second, 'gate', claim)).toBe(true);
    expect(await isReleased(first, 'gate', claim)).toBe(false);
    expect(await post(first, request)).toBe(200);
  });

  it('give an action’s first answer to repeats at the other, and store it sealed', async () => {
    const actions = actionsModule(
      'let calls = 0; export default [{ name: "greet", description: "Greets.", input: {}, run: () => ({ calls: ++calls }) }];',
    );
    const gates = {
      gate: {
        path: '/call',
        provider: 'flowent',
        keys: [{ secret: SECRET }],
        replay: { repeat: 'first-answer' },
        answer: { actions },
      },
    } as const;
    const [first, second] = await both(gates, await databases.create());
    const body = flowentBody('greet');
    const answer = await send(`${first.publicUrl}/call`, { body });
    expect(answer).toMatchObject({ status: 200, text: expect.stringContaining('1') });
    // Its commit is told behind the answer: until then a repeat has to wait.
    await vi.waitFor(async () => {
      const again = await send(`${second.publicUrl}/call`, { body });
      expect([again.status, again.text]).toEqual([answer.status, answer.text]);
    }, SOON);
  });

  it('hold what is good for one request before anybody acts on it, whatever becomes of the gateway', async () => {
    const store = await databases.create();
    const database = await connectDatabase({ address: store });
    later(() => database.close());
    for (const [n, { name, gate, headersFor }] of SINGLE_USE.entries()) {
      const held = Promise.withResolvers<readonly Row[]>();
      const upstream = await startUpstream(async (_, response) => {
        const sql =
          'SELECT owner IS NOT NULL AS is_owned, until_ms, leased_until_ms FROM countersign.claims WHERE gate = $1';
        held.resolve(await database.query(sql, [`gate${n}`]));
        response.end();
      });
      const gateway = await open(
        { [`gate${n}`]: { path: '/*', ...gate, forward: { to: upstream.url } } },
        store,
      );
      const headers = headersFor(gateway.publicUrl);
      expect((await send(`${gateway.publicUrl}/a`, { headers, body: 'x' })).status, name).toBe(200);
      const rows = await held.promise;
      expect(rows.length).toBeGreaterThan(0);
      for (const row of rows) {
        expect(row).toMatchObject({ is_owned: true });
        expect(Number(row['until_ms']), name).toBeGreaterThan(Date.now());
      }
    }
  });

  it('take over from one that is killed while its request runs, once its lease is over', async () => {
    const arrived = Promise.withResolvers<void>();
    let isHeld = true;
    const upstream = await startUpstream((_, response) => {
      if (!isHeld) response.end();
      else arrived.resolve();
    });
    const store = await databases.create();
    const gates = forwarding(upstream.url);
    const input = {
      listen: { public: '127.0.0.1:0', admin: '127.0.0.1:0' },
      store,
      storeKey: STORE_KEY,
      gates,
    };
    const child = spawn(
      process.execPath,
      [
        '--conditions=countersign-source',
        fileURLToPath(new URL('claim-child.ts', import.meta.url)),
        JSON.stringify(input),
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    later(() => void child.kill('SIGKILL'));
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const request = signed();
    const cut = post({ publicUrl: line.toString().trim() }, request).catch(() => 'cut off');
    await arrived.promise;
    child.kill('SIGKILL');
    expect(await cut).toBe('cut off');
    isHeld = false;
    expect(await post(await open(gates, store), request)).toBe(409);
    const later61s = await open(gates, store, { now: () => Date.now() + LEASE_MS + 1_000 });
    expect(await post(later61s, request)).toBe(200);
    expect(later61s.records.at(-1)).toMatchObject({ attempt: 2, claim: 'committed' });
    expect(upstream.received).toHaveLength(2);
  }, 120_000);

  it('refuse with 503 and Retry-After while the server is killed, say so, and go on once it is back', async () => {
    const upstream = await startUpstream((_, response) => response.end());
    const gateway = await open(forwarding(upstream.url), await databases.create());
    const taken = signed();
    expect(await post(gateway, taken)).toBe(200);
    expect(await metric(gateway, 'countersign_claims_server_up')).toBe('1');
    await databases.crash(async () => {
      expect(await send(`${gateway.publicUrl}/hook`, signed())).toMatchObject({
        status: 503,
        headers: { 'retry-after': '1' },
      });
      expect(gateway.records.at(-1)).toMatchObject({
        reason: 'replay-guard-unavailable',
        step: 'replay',
        message: expect.stringContaining('PostgreSQL cannot be reached'),
      });
      for (let n = 0; n < 20; n++) expect(await post(gateway)).toBe(503);
      expect(await probe(gateway, 'health')).toMatchObject({ claims: 'down' });
      expect(await metric(gateway, 'countersign_claims_server_up')).toBe('0');
      expect(upstream.received).toHaveLength(1);
    });
    await isUp(gateway);
    expect(await post(gateway, taken)).toBe(409);
    expect(await post(gateway)).toBe(200);
    const sentence =
      /claims cannot be taken: PostgreSQL cannot be reached \(\w+\): gates that answer, forward or respond refuse requests with 503, or accept them unchecked where replay.whenUnavailable is accept; it is tried again and again/;
    expect(gateway.log.filter((line) => sentence.test(line))).toHaveLength(1);
    expect(gateway.log.filter((line) => line.includes('claims can be taken again'))).toHaveLength(1);
  }, 120_000);

  it('accept meanwhile where the gate says so, mark it, and tell the server once it is back', async () => {
    const upstream = await startUpstream((_, response) => response.end());
    const [first, second] = await both(
      forwarding(upstream.url, { whenUnavailable: 'accept' }),
      await databases.create(),
    );
    const before = signed();
    expect(await post(first, before)).toBe(200);
    expect(first.records.at(-1)).toMatchObject({ replay: undefined });
    const request = signed();
    await databases.crash(async () => {
      expect(await post(first, request)).toBe(200);
      expect(first.records.at(-1)).toMatchObject({ claim: 'committed', replay: 'unchecked' });
      for (const repeat of [before, request]) expect(await post(first, repeat)).toBe(409);
      expect(await metric(first, 'countersign_claims_unchecked_total')).toBe('1');
    });
    await isUp(first);
    await isUp(second);
    await vi.waitFor(async () => {
      const { publicUrl } = second;
      expect((await send(`${publicUrl}/hook`, request)).status).toBe(409);
      expect(second.records.at(-1)).toMatchObject({ reason: 'replayed' });
    }, SOON);
    expect(await post(second, before)).toBe(409);
  }, 120_000);

  it('wait for a server that stands still no longer than three seconds, and then refuse at once', async () => {
    const upstream = await startUpstream((_, response) => response.end());
    const store = await databases.create();
    const gateway = await open(forwarding(upstream.url), store);
    expect(await post(gateway)).toBe(200);
    const database = await connectDatabase({ address: store });
    const locked = Promise.withResolvers<void>();
    const unlock = Promise.withResolvers<void>();
    const holding = database.transaction(async (session) => {
      await session.query('LOCK TABLE countersign.claims');
      locked.resolve();
      await unlock.promise;
    });
    await locked.promise;
    try {
      const beganMs = performance.now();
      expect(await send(`${gateway.publicUrl}/hook`, signed())).toMatchObject({
        status: 503,
        headers: { 'retry-after': '1' },
      });
      expect(performance.now() - beganMs).toBeGreaterThanOrEqual(2_900);
      await vi.waitFor(
        async () => expect(await probe(gateway, 'health')).toMatchObject({ claims: 'down' }),
        SOON,
      );
      for (let n = 0; n < 3; n++) {
        expect(await post(gateway)).toBe(503);
        expect(gateway.records.at(-1)?.durationMs).toBeLessThan(1_500);
      }
    } finally {
      unlock.resolve();
      await holding;
      await database.close();
    }
    await isUp(gateway);
    expect(await post(gateway)).toBe(200);
  }, 120_000);
});
