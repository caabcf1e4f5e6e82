/** A Redis that is killed, stands still, has no room or was never there, while requests come: by both of a gate's choices. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  leaveOutRedis,
  type RedisServer,
  redisReason,
  startRedis,
} from '../../../core/test/support/redis-server.ts';
import { hmacHeaders, send, start, startUpstream, type TestGateway, type Upstream } from '../harness.ts';
import { addressOf } from './links.ts';
import { forwarding } from './shared-gates.ts';

const SOON = { timeout: 20_000, interval: 20 };
const TIMEOUT_MS = 500;

describe.skipIf(leaveOutRedis)(`a gateway whose Redis fails${redisReason}`, () => {
  let server: RedisServer;
  let upstream: Upstream;
  beforeEach(async () => {
    server = await startRedis();
    upstream = await startUpstream((_, response) => response.end());
  });
  afterEach(() => server.close());

  const open = (whenUnavailable?: 'refuse' | 'accept', timeoutMs = TIMEOUT_MS): Promise<TestGateway> =>
    start(forwarding(upstream.url, whenUnavailable && { whenUnavailable }), {
      store: ':memory:',
      claims: { address: addressOf(server), timeout: `${timeoutMs}ms` },
    });
  const signed = () => ({ body: 'x', headers: hmacHeaders('x') });
  const post = ({ publicUrl }: TestGateway, request = signed()) => send(`${publicUrl}/hook`, request);
  const probe = async ({ adminUrl }: TestGateway, path: 'health' | 'ready') => {
    const answer = await fetch(`${adminUrl}/${path}`);
    return { status: answer.status, ...((await answer.json()) as object) };
  };
  const metric = async ({ adminUrl, adminToken }: TestGateway, name: string) => {
    const answer = await fetch(`${adminUrl}/metrics`, { headers: { authorization: `Bearer ${adminToken}` } });
    return new RegExp(`^${name}(?:\\{.*\\})? (.*)$`, 'm').exec(await answer.text())?.[1];
  };
  const lines = ({ log }: TestGateway, text: string) => log.filter((line) => line.includes(text)).length;
  const isUp = (gateway: TestGateway) =>
    vi.waitFor(async () => expect(await probe(gateway, 'health')).toMatchObject({ claims: 'up' }), SOON);

  it('refuses with 503 and Retry-After while Redis is killed, says so, and goes on once it is back', async () => {
    const gateway = await open('refuse', 20_000);
    const taken = signed();
    expect((await post(gateway, taken)).status).toBe(200);
    expect(await metric(gateway, 'countersign_claims_server_up')).toBe('1');
    await server.kill();
    const refused = await post(gateway);
    expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    expect(gateway.records.at(-1)).toMatchObject({
      reason: 'replay-guard-unavailable',
      step: 'replay',
      message: expect.stringMatching(
        /could not be asked: Redis at redis\+unix:\/\/\S+ has closed the connection$/,
      ),
    });
    for (let n = 0; n < 20; n++) expect((await post(gateway)).status).toBe(503);
    expect(await probe(gateway, 'health')).toMatchObject({ status: 'healthy', claims: 'down' });
    expect(await probe(gateway, 'ready')).toMatchObject({
      status: 'unready',
      reason: expect.stringContaining('where claims are shared'),
    });
    expect(await metric(gateway, 'countersign_claims_server_up')).toBe('0');
    expect(upstream.received).toHaveLength(1);
    await server.start();
    await isUp(gateway);
    expect(await probe(gateway, 'ready')).toMatchObject({ status: 'ready' });
    expect((await post(gateway, taken)).status).toBe(409);
    expect((await post(gateway)).status).toBe(200);
    expect(lines(gateway, 'the Redis of claims has closed the connection')).toBe(1);
    expect(lines(gateway, 'the Redis of claims answers again')).toBe(1);
  });

  it('accepts meanwhile where the gate says so, marks it, and tells Redis of it once it is back', async () => {
    const gateway = await open('accept');
    const other = await open('accept');
    const before = signed();
    expect((await post(gateway, before)).status).toBe(200);
    expect(gateway.records.at(-1)).toMatchObject({ replay: undefined });
    await server.kill();
    const request = signed();
    expect((await post(gateway, request)).status).toBe(200);
    expect(gateway.records.at(-1)).toMatchObject({
      verdict: 'accepted',
      claim: 'committed',
      replay: 'unchecked',
    });
    expect(upstream.received.map(({ headers }) => headers.includes('countersign-replay'))).toEqual([
      false,
      true,
    ]);
    expect(gateway.log.some((line) => line.includes('"replay":"unchecked"'))).toBe(true);
    // What this gateway has taken it knows by itself, from before and from now.
    for (const repeat of [before, request]) expect((await post(gateway, repeat)).status).toBe(409);
    expect(await metric(gateway, 'countersign_claims_unchecked_total')).toBe('1');
    expect(await probe(gateway, 'ready')).toMatchObject({ status: 'ready' });
    await server.start();
    await isUp(gateway);
    await isUp(other);
    await vi.waitFor(async () => expect((await post(other, request)).status).toBe(409), SOON);
    expect((await post(other, before)).status).toBe(409);
  });

  it('accepts nothing twice that it has seen fail at its upstream, and runs that anew', async () => {
    let status = 500;
    upstream = await startUpstream((_, response) => response.writeHead(status).end());
    const gateway = await open('accept');
    await server.kill();
    const request = signed();
    expect((await post(gateway, request)).status).toBe(500);
    expect(gateway.records.at(-1)).toMatchObject({ claim: 'aborted', replay: 'unchecked' });
    status = 200;
    expect((await post(gateway, request)).status).toBe(200);
    expect(gateway.records.at(-1)).toMatchObject({ attempt: 2, replay: 'unchecked' });
    expect((await post(gateway, request)).status).toBe(409);
  });

  it('waits for a Redis that stands still no longer than it was told to, and then refuses at once', async () => {
    const gateway = await open();
    const request = signed();
    server.pause();
    const beganMs = performance.now();
    expect((await post(gateway, request)).status).toBe(503);
    const waitedMs = performance.now() - beganMs;
    expect(waitedMs).toBeGreaterThanOrEqual(TIMEOUT_MS - 1);
    await vi.waitFor(
      async () => expect(await probe(gateway, 'health')).toMatchObject({ claims: 'down' }),
      SOON,
    );
    for (let n = 0; n < 3; n++) {
      expect((await post(gateway)).status).toBe(503);
      expect(gateway.records.at(-1)?.durationMs).toBeLessThan(TIMEOUT_MS / 2);
    }
    server.resume();
    await isUp(gateway);
    // What Redis has begun for the first of them too late is given back.
    await vi.waitFor(async () => expect((await post(gateway, request)).status).toBe(200), SOON);
  });

  it('connects anew to a Redis that stands still for long', async () => {
    const gateway = await open('refuse', 50);
    server.pause();
    expect((await post(gateway)).status).toBe(503);
    await vi.waitFor(
      () => expect(lines(gateway, 'the Redis of claims does not answer in time')).toBe(1),
      SOON,
    );
    server.resume();
    await isUp(gateway);
    expect((await post(gateway)).status).toBe(200);
  });

  it('says of a Redis without room that it is full, and takes it for one that cannot be asked where the gate accepts', async () => {
    const [refusing, accepting] = [await open('refuse', 20_000), await open('accept', 20_000)];
    const taken = signed();
    expect((await post(refusing, taken)).status).toBe(200);
    const redis = await server.nodeRedis();
    await redis.sendCommand(['CONFIG', 'SET', 'maxmemory', '1']);
    await redis.sendCommand(['CONFIG', 'SET', 'maxmemory-policy', 'noeviction']);
    expect(await post(refusing)).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    expect(refusing.records.at(-1)).toMatchObject({ reason: 'replay-guard-full' });
    expect((await post(refusing, taken)).status).toBe(409);
    expect((await post(accepting)).status).toBe(200);
    expect(accepting.records.at(-1)).toMatchObject({ replay: 'unchecked' });
    await redis.sendCommand(['CONFIG', 'SET', 'maxmemory', '0']);
    expect((await post(refusing)).status).toBe(200);
  });

  it('connects anew where its Redis has become a replica, which takes no writes', async () => {
    const gateway = await open('refuse', 20_000);
    const redis = await server.nodeRedis();
    await redis.sendCommand(['REPLICAOF', '127.0.0.1', '1']);
    expect((await post(gateway)).status).toBe(503);
    await vi.waitFor(() => expect(lines(gateway, 'the Redis of claims is a replica')).toBe(1), SOON);
    await redis.sendCommand(['REPLICAOF', 'NO', 'ONE']);
    await isUp(gateway);
    expect((await post(gateway)).status).toBe(200);
  });

  it('starts where Redis is down, refuses until it is there, and says why', async () => {
    await server.kill();
    const gateway = await open();
    expect(lines(gateway, 'the Redis of claims does not answer (ECONNREFUSED)')).toBe(1);
    expect((await post(gateway)).status).toBe(503);
    await server.start();
    await isUp(gateway);
    expect((await post(gateway)).status).toBe(200);
  });

  it('loses no request’s claim where Redis is killed and started while they come', async () => {
    const gateways = [await open(), await open()] as const;
    const requests = Array.from({ length: 300 }, (_, n) => ({ body: `${n}`, headers: hmacHeaders(`${n}`) }));
    const statuses: number[] = [];
    let unavailable = 0;
    const sendFrom = async (at: number): Promise<void> => {
      for (let n = at; n < requests.length; n += 10) {
        const request = requests[n];
        if (n === 150) await server.kill();
        // Until it is taken, at either of them.
        for (let turn = n; request !== undefined; turn++) {
          const { status } = await post(gateways[turn % 2 === 0 ? 0 : 1], request);
          statuses.push(status);
          if (status !== 503) break;
          if (++unavailable === 100) await server.start();
        }
      }
    };
    await Promise.all(Array.from({ length: 10 }, (_, at) => sendFrom(at)));
    const ran = new Set(upstream.received.map(({ body }) => body.toString()));
    expect(upstream.received).toHaveLength(ran.size);
    expect(ran.size).toBe(statuses.filter((status) => status === 200).length);
    expect(unavailable).toBeGreaterThanOrEqual(100);
    expect(statuses.filter((status) => status !== 503)).toHaveLength(requests.length);
  });
});
