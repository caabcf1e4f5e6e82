/** What a start makes of the Redis that it is given: a wrong one ends it, a right one in every way of writing it does not. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { SetupError } from '@countersign/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../../../scripts/free-ports.ts';
import {
  leaveOutRedis,
  type NodeRedis,
  type RedisServer,
  redisReason,
  startRedis,
} from '../../../core/test/support/redis-server.ts';
import type { ClaimsInput, ConfigInput } from '../../src/config/config-input.ts';
import { hmacHeaders, later, send, start, startUpstream, type TestGateway } from '../harness.ts';
import { createAuthority } from '../tls/authority.ts';
import { addressOf } from './links.ts';
import { forwarding } from './shared-gates.ts';

const PASSWORD = 'hunter2-of-the/operator@redis';
/** As docs/configuration.md has it. */
const ACL =
  '~countersign:* resetchannels -@all +ping +select +info +script|load +evalsha +eval +time +hmget +hset +hget +hdel +pexpire +pttl +del';

async function open(claims: ConfigInput['claims']): Promise<TestGateway> {
  const upstream = await startUpstream((_, response) => response.end());
  return start(forwarding(upstream.url), { store: ':memory:', ...(claims !== undefined && { claims }) });
}

async function problemOf(claims: ConfigInput['claims']): Promise<string> {
  try {
    await open(claims);
  } catch (error) {
    expect(error).toBeInstanceOf(SetupError);
    const text = String(error);
    expect(text).not.toContain(PASSWORD);
    expect(text).not.toContain('hunter2');
    return text;
  }
  throw new Error('the gateway has started');
}

describe.skipIf(leaveOutRedis)(`a start with a Redis for claims${redisReason}`, () => {
  let server: RedisServer;
  let redis: NodeRedis;
  let port: number;
  let tlsPort: number;
  let caFile: string;
  let ca: string;
  beforeAll(async () => {
    port = await freePort();
    tlsPort = await freePort();
    const authority = createAuthority('of Redis');
    ({ caFile, ca } = authority);
    const { certFile, keyFile } = authority.issue('redis', 'DNS:localhost');
    server = await startRedis({
      appendonly: 'no',
      port: String(port),
      bind: '127.0.0.1',
      'tls-port': String(tlsPort),
      'tls-cert-file': certFile,
      'tls-key-file': keyFile,
      'tls-ca-cert-file': caFile,
      'tls-auth-clients': 'no',
    });
    redis = await server.nodeRedis();
    await redis.sendCommand(['ACL', 'SETUSER', 'gateway', 'on', `>${PASSWORD}`, ...ACL.split(' ')]);
    await redis.sendCommand(['ACL', 'SETUSER', 'reader', 'on', `>${PASSWORD}`, '~*', '+ping', '+get']);
  });
  afterAll(() => server.close());

  const claimed = async (claims: NonNullable<ConfigInput['claims']>, database: number): Promise<void> => {
    await redis.sendCommand(['FLUSHALL']);
    const gateway = await open(claims);
    const body = randomUUID();
    expect((await send(`${gateway.publicUrl}/hook`, { body, headers: hmacHeaders(body) })).status).toBe(200);
    await gateway.close();
    expect(gateway.log.join('\n')).not.toContain('hunter2');
    const keyspace = String(await redis.sendCommand(['INFO', 'keyspace']));
    expect(keyspace.match(/db\d+/g)).toEqual([`db${database}`]);
  };

  it('connects by TCP, to a socket, to a database, and as a user with the rights that the documentation names', async () => {
    await claimed(`redis://127.0.0.1:${port}`, 0);
    await claimed(`redis://localhost:${port}/3`, 3);
    await claimed(`${addressOf(server)}?db=2`, 2);
    await claimed(`redis://gateway:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/1`, 1);
    await claimed({ address: `redis://gateway@127.0.0.1:${port}`, password: PASSWORD }, 0);
    await claimed(addressOf(server, `gateway:${encodeURIComponent(PASSWORD)}@`), 0);
  });

  it('connects by TLS to a certificate that Node trusts, and to no other', async () => {
    expect(await problemOf(`rediss://localhost:${tlsPort}`)).toMatch(
      /^SetupError: claims: the server that it names, rediss:\/\/localhost:\d+\/0, cannot be reached by TLS \(\w+\)\. Write redis:\/\/ for a server without TLS/,
    );
    const trusted = getCACertificates('default');
    setDefaultCACertificates([...trusted, ca]);
    later(() => setDefaultCACertificates(trusted));
    await claimed(`rediss://localhost:${tlsPort}`, 0);
    expect(await problemOf(`rediss://127.0.0.1:${tlsPort}`)).toContain('ERR_TLS_CERT_ALTNAME_INVALID');
    // Redis without TLS waits for the rest of what it takes for a command.
    const gateway = await open({ address: `rediss://localhost:${port}`, timeout: '200ms' });
    expect(gateway.log.join('')).toContain('the Redis of claims does not answer in time');
  });

  it.each([
    [
      'a wrong password',
      (): string => `redis://gateway:hunter2@127.0.0.1:${port}`,
      'refuses this user name and password. Compare',
    ],
    [
      'a wrong user',
      (): string => `redis://nobody:hunter2@127.0.0.1:${port}`,
      'refuses this user name and password. Compare',
    ],
    [
      'a password where there is none',
      (): string => `redis://:hunter2@127.0.0.1:${port}`,
      'takes no password, and one is given. Compare',
    ],
    [
      'a user without the rights',
      (): ClaimsInput => ({ address: `redis://reader@127.0.0.1:${port}`, password: PASSWORD }),
      'does not let this user do what claims need. Give it the ACL',
    ],
    [
      'a database that there is not',
      (): string => `redis://127.0.0.1:${port}/9999`,
      'has no database of this number. Correct',
    ],
    [
      'a host that there is not',
      (): string => 'redis://redis.invalid',
      'claims: the server that it names, redis://redis.invalid:6379/0, has a host name that nobody knows. Correct the address in claims.',
    ],
  ] as const)('ends with %s', async (_, claims, problem) => {
    expect(await problemOf(claims())).toContain(problem);
  });

  it('ends where something else listens, which may send back what it was sent', async () => {
    const echo = createServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', (bytes) => void socket.end(`HTTP/1.1 400 ${bytes.toString('latin1')}\r\n\r\n`));
    });
    echo.listen(0, '127.0.0.1');
    await once(echo, 'listening');
    later(() => void echo.close());
    const address = echo.address();
    const echoPort = typeof address === 'object' && address !== null ? address.port : 0;
    expect(await problemOf({ address: `redis://127.0.0.1:${echoPort}`, password: PASSWORD })).toContain(
      'does not speak the protocol of Redis',
    );
  });

  it('ends where Redis is a cluster', async () => {
    const cluster = await startRedis({ appendonly: 'no', 'cluster-enabled': 'yes' });
    later(() => cluster.close());
    expect(await problemOf(addressOf(cluster))).toContain('is a cluster');
  });

  it('warns once of a Redis that evicts claims, and of one that forgets them when it restarts', async () => {
    await redis.sendCommand(['CONFIG', 'SET', 'maxmemory', '100mb']);
    await redis.sendCommand(['CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru']);
    const gateway = await open(addressOf(server));
    await redis.sendCommand(['CONFIG', 'SET', 'maxmemory', '0']);
    const codes = gateway.log.flatMap((line) => /"code":"([a-z-]+)"/.exec(line)?.[1] ?? []);
    expect(codes).toEqual(['evicts-claims', 'restart-forgets-claims']);
  });

  it('shows neither password nor user in what is logged of a server that does not answer', async () => {
    const gateway = await open({
      address: `redis://gateway@127.0.0.1:${await freePort()}/4`,
      password: PASSWORD,
    });
    const log = gateway.log.join('\n');
    expect(log).toMatch(/"claims":"redis:\/\/127\.0\.0\.1:\d+\/4"/);
    expect(log).not.toContain('hunter2');
    expect(log).toContain('ECONNREFUSED');
  });
});
