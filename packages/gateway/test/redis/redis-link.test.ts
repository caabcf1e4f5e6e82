/** The one connection to a Redis: what it says while it is down, and what it holds. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  leaveOutRedis,
  type RedisServer,
  redisReason,
  startRedis,
} from '../../../core/test/support/redis-server.ts';
import type { RedisClient } from '../../src/redis/redis-client.ts';
import { RedisLink } from '../../src/redis/redis-link.ts';
import { openLink } from './links.ts';

const ADDRESS = {
  place: { kind: 'tcp', host: 'redis.internal', port: 6379, tls: false },
  database: 0,
} as const;

/** By whether anything was on its way. */
const GONE = /has closed the connection$|does not answer \(E[A-Z]+\)$/;

/** A client whose server says nothing once it has been connected to. */
function silentClient(): { readonly client: RedisClient; readonly destroyed: () => number } {
  let destroyed = 0;
  const answers: Readonly<Record<string, string>> = {
    SCRIPT: 'digest',
    EVALSHA: '1',
    INFO: 'redis_mode:standalone',
  };
  const client: RedisClient = {
    sendCommand: ([name = '']) => {
      const answer = answers[name];
      return answer === undefined ? new Promise(() => {}) : Promise.resolve(answer);
    },
    onLost() {},
    firstError: undefined,
    destroy: () => void destroyed++,
  };
  return { client, destroyed: () => destroyed };
}

describe('a link to a Redis', () => {
  it('refuses at once before it is open and after it is closed', async () => {
    const { client } = silentClient();
    const link = new RedisLink({
      address: ADDRESS,
      timeoutMs: 1000,
      trialKey: 't',
      onDown() {},
      onUp() {},
      connect: async () => client,
    });
    await expect(link.send(['PING'], undefined)).rejects.toThrow(
      'Redis at redis://redis.internal:6379/0 is not connected yet',
    );
    await link.open();
    link.close();
    await expect(link.send(['PING'], undefined)).rejects.toThrow(
      'Redis at redis://redis.internal:6379/0 is not asked any more: the gateway stops',
    );
  });

  it('is down once a server is silent, and leaves its connection after five times as long', async () => {
    const { client, destroyed } = silentClient();
    const problems: string[] = [];
    const left = Promise.withResolvers<void>();
    let connections = 0;
    const link = new RedisLink({
      address: ADDRESS,
      timeoutMs: 20,
      trialKey: 't',
      onDown({ problem }) {
        problems.push(problem);
      },
      onUp() {},
      async connect() {
        if (++connections > 1) left.resolve();
        return client;
      },
    });
    await link.open();
    link.send(['PING'], undefined).catch(() => {});
    await left.promise;
    link.close();
    expect(problems[0]).toBe('has not answered for 20 ms');
    expect(destroyed()).toBeGreaterThanOrEqual(1);
    expect(problems).toHaveLength(1);
  });
});

describe.skipIf(leaveOutRedis)(`a link to a real Redis${redisReason}`, () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis({ appendonly: 'no' });
  });
  afterAll(() => server.close());

  it('gives all that is asked an end where the server is killed, and connects anew by itself', async () => {
    const { link, downs, nextUp } = await openLink(server);
    const up = nextUp();
    server.pause();
    const asked = Array.from({ length: 100 }, () => link.send(['PING'], undefined));
    const ended = Promise.allSettled(asked);
    server.resume();
    await server.kill();
    const ends = await ended;
    for (const end of ends) if (end.status === 'rejected') expect(String(end.reason)).toMatch(GONE);
    await expect(link.send(['PING'], undefined)).rejects.toThrow(GONE);
    expect(downs.map(({ problem }) => problem)).toContainEqual(expect.stringMatching(GONE));
    await server.start();
    await up;
    expect(await link.send(['PING'], undefined)).toBe('PONG');
    expect(link.fault).toBeUndefined();
  });
});
