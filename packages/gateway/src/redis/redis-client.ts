/** node-redis, which only a gateway that shares its claims loads: one connection, and no reconnecting of its own. */
import { within } from '@countersign/core/internal/redis-claims';
import type { RedisAddress } from '../config/redis-address.ts';

/** A connection that is open. */
export interface RedisClient {
  sendCommand(args: string[]): Promise<unknown>;
  /** Calls `listener` once, with what ended the connection; at once where it has ended. */
  onLost(listener: (error: unknown) => void): void;
  /** What it said first of what ended it: what its commands are rejected with says less. */
  readonly firstError: unknown;
  /** Ends it; what was asked is rejected. May be called twice. */
  destroy(): void;
}

/** @throws what keeps it from being opened, at the latest after that time */
export type ConnectRedis = (address: RedisAddress, timeoutMs: number) => Promise<RedisClient>;

export const connectRedis: ConnectRedis = async ({ place, username, password, database }, timeoutMs) => {
  const { createClient } = await import('@redis/client');
  const { kind: _, ...where } = place;
  const client = createClient({
    // Some proxies and rights leave out what the third version of the protocol begins with.
    RESP: 2,
    socket:
      'path' in where
        ? { path: where.path, reconnectStrategy: false, connectTimeout: timeoutMs }
        : {
            host: where.host,
            port: where.port,
            ...(where.tls && { tls: true as const }),
            reconnectStrategy: false,
            connectTimeout: timeoutMs,
          },
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password: password.reveal() }),
    database,
    disableClientInfo: true,
    disableOfflineQueue: true,
    maintNotifications: 'disabled',
  });
  let firstError: unknown;
  let isLost = false;
  let tell: ((error: unknown) => void) | undefined;
  client.on('error', (error: unknown) => {
    firstError ??= error;
    isLost = true;
    tell?.(firstError);
    tell = undefined;
  });
  let isDestroyed = false;
  const destroy = (): void => {
    if (isDestroyed) return;
    isDestroyed = true;
    tell = undefined;
    client.destroy();
  };
  try {
    await within(timeoutMs, () => client.connect());
  } catch (error) {
    destroy();
    throw firstError ?? error;
  }
  return {
    sendCommand: (args) => client.sendCommand(args),
    onLost(listener) {
      if (isLost) listener(firstError);
      else tell = listener;
    },
    get firstError() {
      return firstError;
    },
    destroy,
  };
};
