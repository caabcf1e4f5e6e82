/** Gateways that share their claims: of copies that come to any of them one runs, whatever becomes of the gateway or of Redis. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  leaveOutRedis,
  type NodeRedis,
  type RedisServer,
  redisReason,
  startRedis,
} from '../../../core/test/support/redis-server.ts';
import { SINGLE_USE } from '../claims/single-use.ts';
import {
  actionsModule,
  flowentBody,
  hmacHeaders,
  isReleased,
  send,
  start,
  startUpstream,
  type TestGateway,
} from '../harness.ts';
import { addressOf } from './links.ts';
import { forwarding, STORE_KEY } from './shared-gates.ts';

describe.skipIf(leaveOutRedis)(`gateways that share a Redis${redisReason}`, () => {
  let server: RedisServer;
  let redis: NodeRedis;
  beforeAll(async () => {
    server = await startRedis({ appendonly: 'no' });
    redis = await server.nodeRedis();
  });
  afterAll(() => server.close());
  beforeEach(async () => void (await redis.sendCommand(['FLUSHALL'])));

  const open = (gates: Parameters<typeof start>[0], more: object = {}): Promise<TestGateway> =>
    // A busy machine is no silent server.
    start(gates, { store: ':memory:', claims: { address: addressOf(server), timeout: '30s' }, ...more });

  it('run one of many copies that come at once', async () => {
    const release = Promise.withResolvers<void>();
    const upstream = await startUpstream(
      (_, response) => void release.promise.then(() => response.end('ran')),
    );
    const gateways = [await open(forwarding(upstream.url)), await open(forwarding(upstream.url))];
    const headers = hmacHeaders('x');
    const answers = Promise.all(
      Array.from({ length: 20 }, async (_, i) => {
        const { status } = await send(`${gateways[i % 2]?.publicUrl}/hook`, { body: 'x', headers });
        // All others are told to wait while the first runs.
        if (status === 409 && --left === 0) release.resolve();
        return status;
      }),
    );
    let left = 19;
    expect((await answers).sort()).toEqual([200, ...Array.from({ length: 19 }, () => 409)]);
    expect(upstream.received).toHaveLength(1);
  });

  it('refuse at each of them what one has taken, also after a restart, and run anew what failed', async () => {
    let status = 500;
    const upstream = await startUpstream((_, response) => response.writeHead(status).end());
    const first = await open(forwarding(upstream.url));
    const second = await open(forwarding(upstream.url));
    const headers = hmacHeaders('x');
    const post = async ({ publicUrl }: TestGateway) =>
      (await send(`${publicUrl}/hook`, { body: 'x', headers })).status;
    expect(await post(first)).toBe(500);
    status = 200;
    expect(await post(second)).toBe(200);
    expect(second.records.at(-1)).toMatchObject({ attempt: 2, claim: 'committed', replay: undefined });
    await second.close();
    expect(await post(first)).toBe(409);
    expect(first.records.at(-1)).toMatchObject({ reason: 'replayed', claim: 'repeat' });
    expect(await post(await open(forwarding(upstream.url)))).toBe(409);
  });

  it('keep claims of gates apart, and those of deployments with other prefixes', async () => {
    const upstream = await startUpstream((_, response) => response.end());
    const [gate] = Object.values(forwarding(upstream.url));
    const gates = { a: { ...gate, path: '/a' }, b: { ...gate, path: '/b' } };
    const gateway = await open(gates);
    const other = await open(gates, {
      claims: { address: addressOf(server), timeout: '30s', prefix: 'staging:' },
    });
    const headers = hmacHeaders('x');
    for (const url of [`${gateway.publicUrl}/a`, `${gateway.publicUrl}/b`, `${other.publicUrl}/a`])
      expect((await send(url, { body: 'x', headers })).status).toBe(200);
    await gateway.close();
    await other.close();
    const keys = (await redis.sendCommand(['KEYS', '*'])) as string[];
    expect(keys.map((key) => key.replace(/[0-9a-f]{32}$/, '…')).sort()).toEqual([
      'countersign:claim:a:…',
      'countersign:claim:b:…',
      'staging:claim:a:…',
    ]);
    for (const key of keys) expect(Number(await redis.sendCommand(['PTTL', key]))).toBeGreaterThan(0);
  });

  it('tell Redis nothing of gates that keep, nor of those whose repeats run', async () => {
    const upstream = await startUpstream((_, response) => response.end());
    const [gate] = Object.values(forwarding(upstream.url, { repeat: 'run' }));
    const { forward: _, ...proof } = gate ?? { path: '' };
    const gateway = await open({
      kept: { ...proof, path: '/kept', replay: {}, keep: {} },
      runs: { ...gate, path: '/runs' },
    });
    const headers = hmacHeaders('x');
    for (const [path, statuses] of [
      ['kept', [200, 200]],
      ['runs', [200, 200]],
    ] as const)
      for (const status of statuses)
        expect((await send(`${gateway.publicUrl}/${path}`, { body: 'x', headers })).status).toBe(status);
    expect(gateway.records.map(({ claim }) => claim)).toEqual([
      'committed',
      'repeat',
      'committed',
      'committed',
    ]);
    expect(await redis.sendCommand(['KEYS', 'countersign:*'])).toEqual([]);
  });

  it('give an action’s first answer to its repeats, where they have the same storeKey', async () => {
    const actions = actionsModule(
      'let calls = 0; export default [{ name: "greet", description: "Greets.", input: {}, run: () => ({ calls: ++calls }) }];',
    );
    const gates = {
      gate: {
        path: '/call',
        provider: 'flowent',
        keys: [{ secret: 'a secret of more than sixteen bytes' }],
        replay: { repeat: 'first-answer' },
        answer: { actions },
      },
    } as const;
    const first = await open(gates, { storeKey: STORE_KEY });
    const body = flowentBody('greet');
    const answer = await send(`${first.publicUrl}/call`, { body });
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('1');
    await first.close();
    const [key = ''] = (await redis.sendCommand(['KEYS', 'countersign:claim:*'])) as string[];
    const held = String(await redis.sendCommand(['HGET', key, 'answer']));
    expect(Buffer.from(held, 'base64').includes('calls')).toBe(false);
    const second = await open(gates, { storeKey: STORE_KEY });
    const again = await send(`${second.publicUrl}/call`, { body });
    expect([again.status, again.text]).toEqual([answer.status, answer.text]);
    const other = await open(gates, { storeKey: 'b'.repeat(64) });
    expect(await send(`${other.publicUrl}/call`, { body })).toMatchObject({ status: 200, text: '' });
  });

  it('hold what is good for one request before anybody acts on it, whatever becomes of the gateway', async () => {
    for (const { name, gate, headersFor } of SINGLE_USE) {
      const held = Promise.withResolvers<string[]>();
      const upstream = await startUpstream(async (_, response) => {
        const [key = ''] = (await redis.sendCommand(['KEYS', 'countersign:claim:*'])) as string[];
        held.resolve((await redis.sendCommand(['HMGET', key, 'state', 'ahead'])) as string[]);
        response.end();
      });
      const gateway = await open({ gate: { path: '/*', ...gate, forward: { to: upstream.url } } });
      const headers = headersFor(gateway.publicUrl);
      expect((await send(`${gateway.publicUrl}/a`, { headers, body: 'x' })).status, name).toBe(200);
      const [state, aheadMs] = await held.promise;
      expect(state).toBe('held');
      expect(Number(aheadMs)).toBeGreaterThan(Date.now());
      // What it came to is told behind the answer.
      await gateway.close();
      await redis.sendCommand(['FLUSHALL']);
    }
  });

  it('let an operator release a claim at any of them', async () => {
    const upstream = await startUpstream((_, response) => response.end());
    const gateways = [await open(forwarding(upstream.url)), await open(forwarding(upstream.url))] as const;
    const headers = hmacHeaders('x');
    const post = async (at: 0 | 1) =>
      (await send(`${gateways[at].publicUrl}/hook`, { body: 'x', headers })).status;
    expect(await post(0)).toBe(200);
    const claim = gateways[0].records[0]?.claimId ?? '';
    expect(await post(1)).toBe(409);
    expect(await isReleased(gateways[1], 'gate', claim)).toBe(true);
    expect(await isReleased(gateways[0], 'gate', claim)).toBe(false);
    expect(await post(0)).toBe(200);
  });

  it('ask Redis once a request before it is acted on, and tell it once behind the answer', async () => {
    const upstream = await startUpstream((_, response) => response.end());
    const gateway = await open(forwarding(upstream.url));
    await redis.sendCommand(['CONFIG', 'RESETSTAT']);
    for (let n = 0; n < 10; n++)
      await send(`${gateway.publicUrl}/hook`, { body: `${n}`, headers: hmacHeaders(`${n}`) });
    await gateway.close();
    const stats = String(await redis.sendCommand(['INFO', 'commandstats']));
    expect(/cmdstat_evalsha:calls=(\d+)/.exec(stats)?.[1]).toBe('20');
    expect(stats).not.toContain('cmdstat_eval:');
  });
});
