/**
 * What is wrong with a Redis server, in words. Of what it says stands its first word at most: whoever else listens there may
 * send back what it was sent, the password with it.
 */
import { isObject } from '@countersign/core/internal/is-object';

/** Why it cannot be used. */
export interface RedisFault {
  /** Completes "Redis at … ": `does not answer (ECONNREFUSED)`. */
  readonly problem: string;
  /** What to change. Undefined: nothing, it may come back by itself. */
  readonly remedy?: string;
}

const LOOK_AT_LOGIN = 'Compare user name and password of claims with the server’s ACL.';
const LOOK_AT_ADDRESS = 'Correct the address in claims.';
const LOOK_AT_TLS =
  'Write redis:// for a server without TLS; else have it present a certificate for this host that Node trusts (NODE_EXTRA_CA_CERTS names further authorities).';

/** By the code of a system, of TLS, or by the first word of an answer. */
const FAULTS: ReadonlyMap<string, RedisFault> = new Map([
  ['ENOTFOUND', { problem: 'has a host name that nobody knows', remedy: LOOK_AT_ADDRESS }],
  ['EACCES', { problem: 'has a socket that this user may not use', remedy: LOOK_AT_ADDRESS }],
  ['EPERM', { problem: 'has a socket that this user may not use', remedy: LOOK_AT_ADDRESS }],
  ['ENOTSOCK', { problem: 'has a path that is no socket', remedy: LOOK_AT_ADDRESS }],
  ['WRONGPASS', { problem: 'refuses this user name and password', remedy: LOOK_AT_LOGIN }],
  ['NOAUTH', { problem: 'asks for a password', remedy: LOOK_AT_LOGIN }],
  [
    'NOPERM',
    {
      problem: 'does not let this user do what claims need',
      remedy: 'Give it the ACL that docs/configuration.md names.',
    },
  ],
  ['MOVED', { problem: 'is a cluster, which is not supported', remedy: 'Name a server of its own.' }],
  ['CLUSTERDOWN', { problem: 'is a cluster, which is not supported', remedy: 'Name a server of its own.' }],
  ['CROSSSLOT', { problem: 'is a cluster, which is not supported', remedy: 'Name a server of its own.' }],
  ['READONLY', { problem: 'is a replica, which takes no writes' }],
  ['MASTERDOWN', { problem: 'is a replica without its primary' }],
  ['LOADING', { problem: 'is loading its data' }],
  ['OOM', { problem: 'has no memory left for claims' }],
  ['BUSY', { problem: 'is busy with a script' }],
  ['MISCONF', { problem: 'takes no writes, for it cannot write to its disk' }],
  ['ETIMEDOUT', { problem: 'does not answer in time' }],
  ['ENOENT', { problem: 'has no socket there' }],
]);

/** OpenSSL's codes, as Node gives them. */
const TLS_CODE = /^(ERR_SSL_|ERR_TLS_|EPROTO$|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH)/;

/** @param error of the client, or of a command */
export function redisFault(error: unknown): RedisFault {
  const message = error instanceof Error ? error.message : '';
  const code = isObject(error) && typeof error['code'] === 'string' ? error['code'] : replyCode(message);
  if (/DB index is out of range|invalid DB index|SELECT is not allowed/.test(message))
    return { problem: 'has no database of this number', remedy: LOOK_AT_ADDRESS };
  if (/^ERR AUTH |^ERR Client sent AUTH/.test(message))
    return { problem: 'takes no password, and one is given', remedy: LOOK_AT_LOGIN };
  if (message.startsWith('Unknown RESP type'))
    return { problem: 'does not speak the protocol of Redis', remedy: LOOK_AT_ADDRESS };
  if (/^ERR unknown command/.test(message))
    return { problem: 'lacks commands that claims need, as a Sentinel does', remedy: LOOK_AT_ADDRESS };
  if (code !== undefined && TLS_CODE.test(code))
    return { problem: `cannot be reached by TLS (${code})`, remedy: LOOK_AT_TLS };
  const fault = code === undefined ? undefined : FAULTS.get(code);
  if (fault !== undefined) return fault;
  if (/^Connection timeout/.test(message)) return { problem: 'does not answer in time' };
  return { problem: code === undefined ? 'has closed the connection' : `does not answer (${code})` };
}

/** Faults that a server has until it is connected to anew, at another time or place. */
export function needsNewConnection(error: unknown): boolean {
  const word = error instanceof Error ? replyCode(error.message) : undefined;
  return (
    word === 'READONLY' ||
    word === 'MASTERDOWN' ||
    word === 'LOADING' ||
    word === 'NOAUTH' ||
    word === 'MOVED'
  );
}

/** The code of an answer that is an error: its first word. */
export function replyCode(message: string): string | undefined {
  return /^([A-Z]{3,20})\b/.exec(message)?.[1];
}
