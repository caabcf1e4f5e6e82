/** Rate limits that gateways share, and the many things that go to Redis at once. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  leaveOutRedis,
  type NodeRedis,
  type RedisServer,
  redisReason,
  startRedis,
} from '../../../core/test/support/redis-server.ts';
import type { GateInput } from '../../src/config/config-input.ts';
import { createSharedRates } from '../../src/redis/shared-rates.ts';
import { openSocket, readToEnd, send, start, type TestGateway } from '../harness.ts';
import { addressOf, guardOver, openLink } from './links.ts';

const MINUTE = 60_000;
const SOON = { timeout: 20_000, interval: 10 };
const open: GateInput = { path: '/open', provider: 'none', respond: { status: 200 } };

describe.skipIf(leaveOutRedis)(`what gateways count together${redisReason}`, () => {
  let server: RedisServer;
  let redis: NodeRedis;
  beforeAll(async () => {
    server = await startRedis({ appendonly: 'no' });
    redis = await server.nodeRedis();
  });
  afterAll(() => server.close());
  beforeEach(async () => {
    server.resume();
    await redis.sendCommand(['FLUSHALL']);
  });

  const limited = (rate: GateInput['rate'], more: object = {}): Promise<TestGateway> =>
    start(
      { gate: { ...open, ...(rate && { rate }) } },
      { store: ':memory:', claims: { address: addressOf(server), timeout: '30s' }, ...more },
    );
  const statusesOf = async (gateways: readonly TestGateway[], count: number) => {
    const statuses: number[] = [];
    for (let n = 0; n < count; n++) {
      const gateway = gateways[n % gateways.length];
      statuses.push((await send(`${gateway?.publicUrl}/open`)).status);
    }
    return statuses;
  };
  const calls = async (): Promise<number> => {
    const stats = String(await redis.sendCommand(['INFO', 'commandstats']));
    return Number(/cmdstat_evalsha:calls=(\d+)/.exec(stats)?.[1] ?? 0);
  };

  it.each([
    ['one client', { perClient: '5/h' }],
    ['all clients', { total: '5/h' }],
    ['both', { perClient: '5/h', total: '100/s' }],
    ['a burst', { perClient: '1000/h', burst: 5 }],
  ] as const)(
    'is one limit of %s at all of them, and a new gateway begins with what is left',
    async (_, rate) => {
      const gateways = [await limited(rate), await limited(rate)];
      expect(await statusesOf(gateways, 5)).toEqual([200, 200, 200, 200, 200]);
      expect(await statusesOf(gateways, 2)).toEqual([429, 429]);
      expect(await statusesOf([await limited(rate)], 1)).toEqual([429]);
    },
  );

  it('says when to come again, and asks nobody again before that', async () => {
    const [first, second] = [
      await limited({ perClient: '60/h', burst: 1 }),
      await limited({ perClient: '60/h', burst: 1 }),
    ];
    expect(await statusesOf([first], 1)).toEqual([200]);
    const refused = await send(`${second.publicUrl}/open`);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(30);
    await redis.sendCommand(['CONFIG', 'RESETSTAT']);
    expect(await statusesOf([second, first], 20)).toEqual(Array.from({ length: 20 }, () => 429));
    expect(await calls()).toBe(0);
  });

  it('costs one round trip a request that is let in', async () => {
    const gateway = await limited({ perClient: '1000/s', total: '1000/s' });
    await redis.sendCommand(['CONFIG', 'RESETSTAT']);
    await statusesOf([gateway], 10);
    expect(await calls()).toBe(10);
    for (const key of (await redis.sendCommand(['KEYS', '*'])) as string[]) {
      expect(key).toMatch(/^countersign:rate:gate:(perClient|total):1000\/1000\/1000000(:127\.0\.0\.1)?$/);
      expect(Number(await redis.sendCommand(['PTTL', key]))).toBeLessThanOrEqual(1000);
    }
  });

  it('is counted by each gateway alone while Redis is down', async () => {
    const own = await startRedis({ appendonly: 'no' });
    const claims = { address: addressOf(own), timeout: '30s' };
    const gateways = [
      await limited({ total: '3/h' }, { claims }),
      await limited({ total: '3/h' }, { claims }),
    ];
    await own.close();
    for (const gateway of gateways) expect(await statusesOf([gateway], 4)).toEqual([200, 200, 200, 429]);
  });

  it('lets a client in again once its bucket has credit, by the clock of Redis', async () => {
    const { link } = await openLink(server);
    const rates = createSharedRates({
      link,
      timeoutMs: MINUTE,
      prefix: 'p:',
      gate: 'g',
      limits: { perClient: { requests: 10, perMs: 1000 }, burst: 1 },
    });
    expect(await rates.take('a')).toBeUndefined();
    const beganMs = performance.now();
    const refusal = await rates.take('a');
    expect(refusal?.limit).toBe('perClient');
    expect(refusal?.afterMs).toBeGreaterThan(0);
    expect(refusal?.afterMs).toBeLessThanOrEqual(100);
    expect(await rates.take('b')).toBeUndefined();
    await vi.waitFor(async () => expect(await rates.take('a')).toBeUndefined(), SOON);
    expect(performance.now() - beganMs).toBeGreaterThanOrEqual((refusal?.afterMs ?? 0) - 2);
  });

  it('runs the script of limits where Redis has forgotten it', async () => {
    const { link } = await openLink(server);
    const limits = { total: { requests: 1, perMs: MINUTE } };
    const rates = createSharedRates({ link, timeoutMs: MINUTE, prefix: 'p:', gate: 'g', limits });
    await redis.sendCommand(['SCRIPT', 'FLUSH']);
    expect(await rates.take('a')).toBeUndefined();
    expect(await rates.take('b')).toMatchObject({ limit: 'total' });
  });

  it('drops a request whose sender leaves while Redis is asked, and goes on', async () => {
    const gateway = await limited({ total: '100/s' });
    server.pause();
    const socket = await openSocket(gateway.publicPort);
    socket.write('POST /open HTTP/1.1\r\nhost: a\r\ncontent-length: 70000\r\n\r\nabc');
    await vi.waitFor(async () => expect(await inFlight(gateway)).toBe(1), SOON);
    socket.destroy();
    const waiting = send(`${gateway.publicUrl}/open`, { body: 'x' });
    await vi.waitFor(async () => expect(await inFlight(gateway)).toBe(2), SOON);
    server.resume();
    expect((await waiting).status).toBe(200);
    await vi.waitFor(async () => expect(await inFlight(gateway)).toBe(0), SOON);
    await vi.waitFor(() => expect(gateway.bodyBytesInFlight()).toBe(0), { timeout: 3000 });
    expect(gateway.records).toHaveLength(1);
  });

  it('answers requests of one connection in their order, with bodies that come while Redis is asked', async () => {
    const gateway = await limited({ total: '3/h' });
    const socket = await openSocket(gateway.publicPort);
    const one = (more = '') => `POST /open HTTP/1.1\r\nhost: a\r\n${more}content-length: 3\r\n\r\nabc`;
    socket.write(one() + one() + one() + one('connection: close\r\n'));
    const text = await readToEnd(socket);
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual([
      'HTTP/1.1 200',
      'HTTP/1.1 200',
      'HTTP/1.1 200',
      'HTTP/1.1 429',
    ]);
  });

  it('sends ten thousand claims of one turn in few writes, one command each', async () => {
    const { link } = await openLink(server);
    const { guard } = guardOver({ link, prefix: 'many:', now: Date.now, timeoutMs: MINUTE });
    const identities = Array.from({ length: 10_000 }, () => randomBytes(16));
    await guard.begin(randomBytes(16), 0, MINUTE);
    await redis.sendCommand(['CONFIG', 'RESETSTAT']);
    const begun = await Promise.all(identities.map((identity) => guard.begin(identity, 0, MINUTE)));
    expect(begun.filter(({ state }) => state !== 'begun')).toEqual([]);
    const stats = String(await redis.sendCommand(['INFO', 'everything']));
    expect(/cmdstat_evalsha:calls=(\d+)/.exec(stats)?.[1]).toBe('10000');
    const reads = Number(/total_reads_processed:(\d+)/.exec(stats)?.[1]);
    // A read of Redis takes up to 16 KB, some 60 commands.
    expect(reads).toBeLessThan(500);
  });
});

async function inFlight({ adminUrl, adminToken }: TestGateway): Promise<number> {
  const answer = await fetch(`${adminUrl}/metrics`, { headers: { authorization: `Bearer ${adminToken}` } });
  return Number(/^countersign_requests_in_flight (\d+)$/m.exec(await answer.text())?.[1]);
}
