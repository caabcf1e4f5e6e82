/** The guard over a real Redis, through both of the usual clients. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { isLong } from '../../../../scripts/effort.ts';
import { createRedisReplayGuard } from '../../src/guards/redis.ts';
import { testReplayGuard } from '../../src/testing/replay-guard-contract.ts';
import {
  type IoRedis,
  leaveOutRedis,
  type NodeRedis,
  type RedisServer,
  redisReason,
  startRedis,
} from '../support/redis-server.ts';

describe.skipIf(leaveOutRedis)(`over Redis${redisReason}`, () => {
  let server: RedisServer;
  let nodeRedis: NodeRedis;
  let ioRedis: IoRedis;
  let guards = 0;
  beforeAll(async () => {
    server = await startRedis({ appendonly: 'no' });
    nodeRedis = await server.nodeRedis();
    ioRedis = await server.ioRedis();
  });
  afterAll(() => server.close());

  testReplayGuard({
    describe,
    it,
    name: 'Redis through node-redis',
    create: () => createRedisReplayGuard({ client: nodeRedis, prefix: `${guards++}:`, timeoutMs: 20_000 }),
  });
  if (!isLong) return;
  testReplayGuard({
    describe,
    it,
    name: 'Redis through ioredis',
    create: () => createRedisReplayGuard({ client: ioRedis, prefix: `${guards++}:`, timeoutMs: 20_000 }),
  });
});
