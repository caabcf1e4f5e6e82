/** What is Redis' own: its clock, its memory, its scripts, clients that send a command anew. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRedisReplayGuard } from '../../src/guards/redis.ts';
import { identity } from '../../src/testing/replay-guard/claims.ts';
import {
  leaveOutRedis,
  type NodeRedis,
  type RedisServer,
  redisReason,
  startRedis,
} from '../support/redis-server.ts';

const LEASE = 60_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe.skipIf(leaveOutRedis)(`a guard over Redis${redisReason}`, () => {
  let server: RedisServer;
  let client: NodeRedis;
  let claims = 0;
  beforeAll(async () => {
    server = await startRedis();
    client = await server.nodeRedis();
  });
  afterAll(() => server.close());

  const keyOf = (claim: Uint8Array): string => `countersign:claim:${Buffer.from(claim).toString('hex')}`;
  const leftMs = async (claim: Uint8Array): Promise<number> =>
    Number(await client.sendCommand(['PTTL', keyOf(claim)]));

  it.each([
    { clock: 'right', offMs: 0, leastMs: DAY },
    { clock: 'a week behind', offMs: -7 * DAY, leastMs: DAY },
    { clock: 'a week ahead', offMs: 7 * DAY, leastMs: 8 * DAY },
  ])(
    'expires no key before its claim has ended, by a clock that is $clock, and keeps none for ever',
    async ({ offMs, leastMs }) => {
      const guard = createRedisReplayGuard({ client });
      const claim = identity(claims++);
      const nowMs = Date.now() + offMs;
      await guard.begin(claim, nowMs, LEASE);
      expect(await leftMs(claim)).toBeGreaterThan(LEASE);
      await guard.commit(claim, nowMs + DAY);
      const left = await leftMs(claim);
      expect(left).toBeGreaterThan(leastMs);
      expect(left).toBeLessThanOrEqual(leastMs + 2 * HOUR);
    },
  );

  it('holds a claim that had ended when it was committed for a while yet: a clock may be set back', async () => {
    const guard = createRedisReplayGuard({ client });
    const claim = identity(claims++);
    await guard.commit(claim, 1000);
    expect(await leftMs(claim)).toBeGreaterThan(HOUR / 2);
    expect(await guard.begin(claim, 999, LEASE)).toEqual({ state: 'committed' });
  });

  it('says full where Redis has no room, and writes a commit all the same', async () => {
    const problems: string[] = [];
    const guard = createRedisReplayGuard({ client, report: (problem) => problems.push(problem) });
    const [held, next, never] = [identity(claims++), identity(claims++), identity(claims++)];
    await guard.begin(held, 0, LEASE);
    await client.sendCommand(['CONFIG', 'SET', 'maxmemory', '1']);
    try {
      expect(await guard.begin(next, 0, LEASE)).toEqual({ state: 'full' });
      await guard.renew(held, 1000, LEASE);
      await guard.commit(held, HOUR, Uint8Array.of(1));
      await guard.commit(never, HOUR);
    } finally {
      await client.sendCommand(['CONFIG', 'SET', 'maxmemory', '0']);
    }
    // Not this guard's own memory of what it could not write.
    expect(problems).toEqual([]);
    const other = createRedisReplayGuard({ client });
    expect(await other.begin(held, 1, LEASE)).toEqual({ state: 'committed', answer: Uint8Array.of(1) });
    expect(await other.begin(never, 1, LEASE)).toEqual({ state: 'committed' });
  });

  it('runs its scripts where Redis has forgotten them', async () => {
    const guard = createRedisReplayGuard({ client });
    const claim = identity(claims++);
    await client.sendCommand(['SCRIPT', 'FLUSH']);
    expect(await guard.begin(claim, 0, LEASE)).toEqual({ state: 'begun', attempt: 1 });
    await client.sendCommand(['SCRIPT', 'FLUSH']);
    await guard.commit(claim, HOUR);
    expect(await guard.begin(claim, 1, LEASE)).toEqual({ state: 'committed' });
  });

  it('begins once where its client sends a command a second time, as after a lost connection', async () => {
    const guard = createRedisReplayGuard({
      send: async (args) => {
        await client.sendCommand(args);
        return client.sendCommand(args);
      },
    });
    const claim = identity(claims++);
    expect(await guard.begin(claim, 0, LEASE)).toEqual({ state: 'begun', attempt: 1 });
    await guard.abort(claim);
    expect(await guard.begin(claim, 0, LEASE)).toEqual({ state: 'begun', attempt: 2 });
  });

  it('gives back a lease that comes after it had said unavailable', async () => {
    const [slow, other] = [
      createRedisReplayGuard({ client, timeoutMs: 50 }),
      createRedisReplayGuard({ client: await server.nodeRedis(), timeoutMs: 10_000 }),
    ];
    const claim = identity(claims++);
    await slow.begin(identity(claims++), 0, LEASE);
    server.pause();
    try {
      expect(await slow.begin(claim, 0, LEASE)).toEqual({
        state: 'unavailable',
        problem: 'no answer came within 50 ms',
      });
    } finally {
      server.resume();
    }
    // Who asks before that gets the claim: the late lease comes to nothing then.
    const key = `countersign:claim:${Buffer.from(claim).toString('hex')}`;
    await expect.poll(() => client.sendCommand(['HGET', key, 'state'])).toBe('free');
    expect(await other.begin(claim, 0, LEASE)).toEqual({ state: 'begun', attempt: 2 });
  });

  it('hands a sender of one’s own the key, so that a cluster’s node can be found', async () => {
    const keys: (string | undefined)[] = [];
    const guard = createRedisReplayGuard({
      prefix: 'shop:',
      send: (args, key) => {
        keys.push(key);
        return client.sendCommand(args);
      },
    });
    const claim = identity(claims++);
    await guard.begin(claim, 0, LEASE);
    await guard.warnings();
    expect(new Set(keys)).toEqual(new Set([`shop:${Buffer.from(claim).toString('hex')}`, undefined]));
  });

  it('takes bytes for texts, as a client may be set to return', async () => {
    const bytesOf = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(bytesOf);
      return typeof value === 'string' ? Buffer.from(value) : value;
    };
    const send = async (args: string[]): Promise<unknown> => bytesOf(await client.sendCommand(args));
    const guard = createRedisReplayGuard({ send });
    const claim = identity(claims++);
    expect(await guard.begin(claim, 0, LEASE)).toEqual({ state: 'begun', attempt: 1 });
    expect(await guard.begin(claim, 0, LEASE)).toEqual({ state: 'in-flight', retryAfterMs: LEASE });
    await guard.commit(claim, HOUR, Uint8Array.of(0, 255));
    expect(await guard.begin(claim, 0, LEASE)).toEqual({ state: 'committed', answer: Uint8Array.of(0, 255) });
    expect(await guard.warnings()).toEqual([]);
  });

  it('warns of a server that evicts claims, and of one that forgets them when it restarts', async () => {
    const cache = await startRedis({
      appendonly: 'no',
      maxmemory: '64mb',
      'maxmemory-policy': 'allkeys-lru',
    });
    try {
      const warnings = await createRedisReplayGuard({ client: await cache.ioRedis() }).warnings();
      expect(warnings).toEqual([
        {
          code: 'evicts-claims',
          message:
            'Redis drops keys when its memory is full (maxmemory-policy allkeys-lru), claims among them: a request that was taken would run again',
          remedy:
            'Set maxmemory-policy noeviction, or give claims a server of their own: what it has no room for is refused with 503 then.',
        },
        {
          code: 'restart-forgets-claims',
          message: 'Redis keeps no append-only file, so a restart forgets the claims since its last snapshot',
          remedy:
            'Set appendonly yes; with appendfsync everysec a crash of the machine still loses up to a second.',
        },
      ]);
    } finally {
      await cache.close();
    }
  });
});

it.each([
  ['throws', () => Promise.reject(new Error('READONLY You can’t write against a read only replica.'))],
  [
    'throws at once',
    () => {
      throw new Error('the client is closed');
    },
  ],
  ['answers nothing', async () => null],
  ['answers something else', async () => ['begun?', 1]],
])('says unavailable where its client %s', async (_, send) => {
  const guard = createRedisReplayGuard({ send });
  expect(await guard.begin(identity(1), 0, LEASE)).toEqual({
    state: 'unavailable',
    problem: expect.stringMatching(
      /^(READONLY|the client is closed|the answer is none of the guard’s scripts$)/,
    ),
  });
});
