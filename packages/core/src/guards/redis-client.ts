/** The clients that a guard over Redis takes, and how a script is run with them. */
import { memberOf, messageOf } from '../given.ts';
import { utf8 } from '../text/bytes.ts';
import { encodeHex } from '../text/encodings.ts';

/** A client of node-redis (`redis`, `@redis/client`), connected. */
export interface NodeRedisClient {
  sendCommand(args: string[]): Promise<unknown>;
}

/** A client of `ioredis`, or its `Cluster`. */
export interface IoRedisClient {
  call(command: string, ...args: string[]): Promise<unknown>;
}

/**
 * Sends a command. What finds a cluster's node by a key takes the second argument; there is none of a command that any node may answer.
 * Texts and numbers come back as such, or as bytes.
 */
export type SendRedisCommand = (args: string[], key: string | undefined) => Promise<unknown>;

/** @param client of ioredis where it has `call`; its `sendCommand` takes something else */
export function sendOf(client: NodeRedisClient | IoRedisClient): SendRedisCommand {
  if ('call' in client && typeof client.call === 'function') {
    return ([command = '', ...args]) => client.call(command, ...args);
  }
  const nodeRedis = client as NodeRedisClient;
  return (args) => nodeRedis.sendCommand(args);
}

export function isRedisClient(value: unknown): boolean {
  return (
    typeof memberOf(value, 'call') === 'function' || typeof memberOf(value, 'sendCommand') === 'function'
  );
}

/** Runs one script with one key: by its digest, and whole where the server does not have it (a restart, a failover). */
export function createScript(
  text: string,
  send: SendRedisCommand,
): (key: string, args: readonly string[]) => Promise<unknown> {
  let digest: Promise<string> | undefined;
  return async (key, args) => {
    digest ??= sha1Of(text);
    try {
      return await send(['EVALSHA', await digest, '1', key, ...args], key);
    } catch (error) {
      if (!messageOf(error).includes('NOSCRIPT')) throw error;
      return await send(['EVAL', text, '1', key, ...args], key);
    }
  };
}

/** Redis names scripts by it; nothing is proved with it. */
async function sha1Of(text: string): Promise<string> {
  const digest = await globalThis.crypto.subtle.digest('SHA-1', new Uint8Array(utf8(text)));
  return encodeHex(new Uint8Array(digest));
}
