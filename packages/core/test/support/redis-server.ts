/** A real redis-server, and clients of it: node-redis and ioredis. Debian's package is redis-server. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { IoRedisClient, NodeRedisClient } from '../../src/guards/redis.ts';
import { type ServerProcess, startServer } from './server-process.ts';

const hasRedis = spawnSync('redis-server', ['--version']).status === 0;
if (!hasRedis && process.env['CI'] !== undefined)
  throw new Error('redis-server is missing. Install it: apt-get install redis-server');

/** Whether to leave its tests out; never in CI. */
export const leaveOutRedis: boolean = !hasRedis;

/** For the title of a test that needs it. */
export const redisReason: string = hasRedis
  ? ''
  : ' (skipped: redis-server is not installed; apt-get install redis-server)';

/** What a test uses of node-redis. The types of the package ask for less strict settings than ours. */
export interface NodeRedis extends NodeRedisClient {
  on(event: 'error', listener: () => void): void;
  connect(): Promise<unknown>;
  destroy(): void;
}

/** What a test uses of ioredis. */
export interface IoRedis extends IoRedisClient {
  on(event: 'error', listener: () => void): void;
  disconnect(): void;
}

interface NodeRedisModule {
  createClient(options: object): NodeRedis;
}

interface IoRedisModule {
  readonly Redis: new (options: object) => IoRedis;
}

const NODE_REDIS = '@redis/client';
const IO_REDIS = 'ioredis';

export interface RedisServer extends ServerProcess {
  nodeRedis(): Promise<NodeRedis>;
  ioRedis(): Promise<IoRedis>;
}

/** @param options of its configuration: names and values */
export async function startRedis(options: Readonly<Record<string, string>> = {}): Promise<RedisServer> {
  const lines = Object.entries({ appendonly: 'yes', appendfsync: 'always', ...options });
  const socketOf = (directory: string): string => join(directory, 'redis.sock');
  const server = await startServer({
    command: 'redis-server',
    args: (directory) => [
      '--port',
      '0',
      '--unixsocket',
      socketOf(directory),
      '--dir',
      directory,
      '--save',
      '',
      ...lines.flatMap(([name, value]) => [`--${name}`, value]),
    ],
    ready: 'eady to accept connections',
  });
  const closes: (() => void)[] = [];
  const path = socketOf(server.directory);
  return {
    ...server,
    async nodeRedis() {
      const { createClient } = (await import(NODE_REDIS)) as NodeRedisModule;
      const client = createClient({ socket: { path, reconnectStrategy: 10 } });
      // Without a listener a lost connection would end the process.
      client.on('error', () => {});
      await client.connect();
      closes.push(() => client.destroy());
      return client;
    },
    async ioRedis() {
      const { Redis } = (await import(IO_REDIS)) as IoRedisModule;
      const client = new Redis({ path, retryStrategy: () => 10, maxRetriesPerRequest: null });
      client.on('error', () => {});
      closes.push(() => client.disconnect());
      return client;
    },
    async close() {
      for (const close of closes) close();
      await server.close();
    },
  };
}
