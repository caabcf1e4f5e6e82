/** A replay guard in Redis or Valkey, for several processes: `@countersign/core/guards/redis`. */
import { checkOptions, type OptionRules } from '../check-options.ts';
import type { ReplayGuard } from '../replay.ts';
import { SetupError } from '../setup-error.ts';
import { SHARED_RULES, type SharedGuardOptions, serverGuardOptions } from './guard-options.ts';
import {
  type IoRedisClient,
  isRedisClient,
  type NodeRedisClient,
  type SendRedisCommand,
  sendOf,
} from './redis-client.ts';
import { createRedisServer, textOf } from './redis-server.ts';
import { type RedisWarning, warningsOf } from './redis-warnings.ts';
import { ServerGuard } from './server-guard.ts';
import { within } from './within.ts';

export type { SharedGuardOptions } from './guard-options.ts';
export type { IoRedisClient, NodeRedisClient, SendRedisCommand } from './redis-client.ts';
export type { RedisWarning } from './redis-warnings.ts';

/** What `createRedisReplayGuard` takes: a client of yours, or how a command is sent. */
export interface RedisReplayGuardOptions extends SharedGuardOptions {
  /** A connected client of node-redis or ioredis. Give this or `send`. It stays yours: the guard closes nothing. */
  readonly client?: NodeRedisClient | IoRedisClient;
  /** Sends a command by any other client: `(args, key) => cluster.sendCommand(key, false, args)` for a cluster of node-redis. */
  readonly send?: SendRedisCommand;
  /** What the keys of claims begin with; 32 hexadecimal digits follow. Default `countersign:claim:`. */
  readonly prefix?: string;
}

/** A guard whose claims are keys of Redis, and what it can tell of the server. */
export interface RedisReplayGuard extends ReplayGuard {
  /** What of the server's set-up would lose claims: ask once, at start. @throws what the client throws */
  warnings(): Promise<readonly RedisWarning[]>;
}

const RULES: OptionRules<RedisReplayGuardOptions> = {
  ...SHARED_RULES,
  client: { expected: 'a client of node-redis or ioredis', isValid: isRedisClient },
  send: { expected: 'a function', isValid: (value) => typeof value === 'function' },
  prefix: { expected: 'a text', isValid: (value) => typeof value === 'string' },
};

/**
 * A guard whose claims are in Redis (6 and later) or Valkey, each in a key of its own that expires by itself. Each step is one script, so it holds
 * for any number of processes, and in a cluster.
 *
 * - Times are the callers', and their clocks must be kept together: a gate that is two thirds of `leaseMs` ahead of another (40 s by default) runs
 *   a request that runs there. A claim that is committed bears an hour. Redis' own clock only ever keeps a key for longer.
 * - Where Redis has no room and evicts nothing, `begin` says `full`, and a commit is written all the same.
 * - Where it does not answer, `begin` says `unavailable`: the sender hears 503 and tries again.
 * - It has no bound of its own on claims, and so gives none up: `freshUntilMs` is not needed.
 *
 * @example createGate({ provider: 'github', keys, replay: createRedisReplayGuard({ client }) });
 * @throws SetupError for an unknown option, one of the wrong kind, and for neither or both of `client` and `send`.
 */
export function createRedisReplayGuard(options: RedisReplayGuardOptions): RedisReplayGuard {
  checkOptions<RedisReplayGuardOptions>(options, RULES);
  const { client, send: ownSend, prefix = 'countersign:claim:' } = options;
  if (client !== undefined && ownSend !== undefined) {
    throw new SetupError('send', 'it is given beside client', 'Give one of the two.');
  }
  const send = client === undefined ? ownSend : sendOf(client);
  if (send === undefined) {
    throw new SetupError(
      'client',
      'it is missing',
      'Give a connected client of node-redis or ioredis, or send.',
    );
  }
  const settings = serverGuardOptions(options);
  const guard = new ServerGuard(createRedisServer(send, prefix), settings);
  return Object.assign(guard, {
    async warnings(): Promise<readonly RedisWarning[]> {
      return warningsOf(textOf(await within(settings.timeoutMs, () => send(['INFO'], undefined))));
    },
  });
}
