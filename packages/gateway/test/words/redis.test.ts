/** What is said of a Redis that cannot be used, beside what it was told by. */
import { describe, expect, it } from 'vitest';
import { needsNewConnection, redisFault } from '../../src/redis/redis-fault.ts';

const ADDRESS = 'Correct the address in claims.';
const LOGIN = 'Compare user name and password of claims with the server’s ACL.';
const OWN_SERVER = 'Name a server of its own.';

function coded(code: string): Error {
  return Object.assign(new Error(`connect ${code} 127.0.0.1:6379`), { code });
}

describe('what is wrong with a Redis', () => {
  it.each([
    [coded('ENOTFOUND'), 'has a host name that nobody knows', ADDRESS],
    [coded('EACCES'), 'has a socket that this user may not use', ADDRESS],
    [coded('EPERM'), 'has a socket that this user may not use', ADDRESS],
    [coded('ENOTSOCK'), 'has a path that is no socket', ADDRESS],
    ['WRONGPASS invalid username-password pair', 'refuses this user name and password', LOGIN],
    ['NOAUTH Authentication required.', 'asks for a password', LOGIN],
    [
      'ERR AUTH <password> called without any password configured',
      'takes no password, and one is given',
      LOGIN,
    ],
    [
      "NOPERM User reader has no permissions to run the 'evalsha' command",
      'does not let this user do what claims need',
      'Give it the ACL that docs/configuration.md names.',
    ],
    ['ERR DB index is out of range', 'has no database of this number', ADDRESS],
    ['ERR SELECT is not allowed in cluster mode', 'has no database of this number', ADDRESS],
    ['MOVED 866 127.0.0.1:7001', 'is a cluster, which is not supported', OWN_SERVER],
    [
      'CROSSSLOT Keys in request don’t hash to the same slot',
      'is a cluster, which is not supported',
      OWN_SERVER,
    ],
    ['CLUSTERDOWN Hash slot not served', 'is a cluster, which is not supported', OWN_SERVER],
    ['ERR unknown command', 'lacks commands that claims need, as a Sentinel does', ADDRESS],
    ['Unknown RESP type 72 "H"', 'does not speak the protocol of Redis', ADDRESS],
    [
      coded('DEPTH_ZERO_SELF_SIGNED_CERT'),
      'cannot be reached by TLS (DEPTH_ZERO_SELF_SIGNED_CERT)',
      'Write redis:// for a server without TLS; else have it present a certificate for this host that Node trusts (NODE_EXTRA_CA_CERTS names further authorities).',
    ],
    [
      'READONLY You can’t write against a read only replica.',
      'is a replica, which takes no writes',
      undefined,
    ],
    ['MASTERDOWN Link with MASTER is down', 'is a replica without its primary', undefined],
    ['LOADING Redis is loading the dataset in memory', 'is loading its data', undefined],
    ["OOM command not allowed when used memory > 'maxmemory'.", 'has no memory left for claims', undefined],
    ['BUSY Redis is busy running a script.', 'is busy with a script', undefined],
    ['MISCONF Errors writing to the AOF file', 'takes no writes, for it cannot write to its disk', undefined],
    [coded('ENOENT'), 'has no socket there', undefined],
    [coded('ECONNREFUSED'), 'does not answer (ECONNREFUSED)', undefined],
    ['Connection timeout', 'does not answer in time', undefined],
    [coded('ETIMEDOUT'), 'does not answer in time', undefined],
    ['Socket closed unexpectedly', 'has closed the connection', undefined],
  ])('%s: it %s', (error, problem, remedy) => {
    const fault = redisFault(typeof error === 'string' ? new Error(error) : error);
    expect(fault).toEqual(remedy === undefined ? { problem } : { problem, remedy });
  });

  it('quotes nothing of what else listens there, which may send back a password', () => {
    for (const text of [
      'ERR unknown command AUTH hunter2',
      'Unknown RESP type "hunter2"',
      'hunter2',
      'HUNTER hunter2',
    ])
      expect(JSON.stringify(redisFault(new Error(text)))).not.toContain('hunter2');
  });

  it('is gone with the connection where another server may be there', () => {
    expect(needsNewConnection(new Error('READONLY You can’t write'))).toBe(true);
    expect(needsNewConnection(new Error('OOM command not allowed'))).toBe(false);
    expect(needsNewConnection('READONLY')).toBe(false);
  });
});
