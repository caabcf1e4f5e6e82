/** What an operator reads of attempts that failed, beside what they failed with. */
import { describe, expect, it } from 'vitest';
import { unquotedSentences } from '../../../../scripts/sentences.ts';
import { closedDestination, endedBy } from '../../src/deliver/attempt-failed.ts';
import { startFailure } from '../../src/deliver/command-results.ts';
import { connectionFailure } from '../../src/deliver/connection-faults.ts';
import { createFileDestination } from '../../src/deliver/destinations/file.ts';
import { createNatsDestination, type NatsDestinationOptions } from '../../src/deliver/destinations/nats.ts';
import { fileFailure } from '../../src/deliver/file-faults.ts';
import { natsFailure, tooLong } from '../../src/deliver/nats-faults.ts';

const HOST = 'hooks.example:8443';

function failing(code: string, wasSent = false): unknown {
  return connectionFailure({ error: Object.assign(new Error('no'), { code }), host: HOST, wasSent });
}

describe('an attempt by HTTP that found no connection', () => {
  it.each([
    ['ECONNREFUSED', `Nothing listens at ${HOST}. Start the destination’s server, or correct its address.`],
    ['ENOTFOUND', `The name of ${HOST} does not exist. Correct the address, or the name’s DNS entry.`],
    ['EAI_AGAIN', `The name of ${HOST} could not be looked up. See whether this machine’s resolver works.`],
    ['EHOSTUNREACH', `There is no way to ${HOST}. See whether its machine and the network between run.`],
    ['ENETUNREACH', `There is no network to ${HOST}. See whether this machine has one, and for IPv6 too.`],
    [
      'EMFILE',
      'This process may open no more connections. Raise its limit of open files (ulimit -n), or lower the destination’s concurrency.',
    ],
    [
      'CERT_HAS_EXPIRED',
      `The certificate of ${HOST} is not believed (CERT_HAS_EXPIRED). Renew it, or have it signed by an authority that this machine trusts (NODE_EXTRA_CA_CERTS).`,
    ],
    [
      'ERR_SSL_WRONG_VERSION_NUMBER',
      `${HOST} and this gateway agreed on no TLS connection (ERR_SSL_WRONG_VERSION_NUMBER). See whether the address should begin with http: there, and which versions of TLS it takes.`,
    ],
    [
      'EADDRNOTAVAIL',
      `No connection to ${HOST} was made (EADDRNOTAVAIL). See whether it runs, and can be reached from here.`,
    ],
  ])('%s', (code, problem) => {
    expect(failing(code)).toEqual({ ok: false, code: 'unreachable', throttles: true, problem });
  });

  it('of two addresses: what the first failed with; without a code: none', () => {
    const error = new AggregateError([Object.assign(new Error('no'), { code: 'ECONNREFUSED' })]);
    expect(connectionFailure({ error, host: HOST, wasSent: false }).problem).toMatch(/^Nothing listens/);
    expect(connectionFailure({ error: 'odd', host: HOST, wasSent: false }).problem).toBe(
      `No connection to ${HOST} was made. See whether it runs, and can be reached from here.`,
    );
  });

  it.each(['DEPTH_ZERO_SELF_SIGNED_CERT', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'ERR_TLS_CERT_ALTNAME_INVALID'])(
    'for its certificate: %s',
    (code) => expect(failing(code)).toMatchObject({ problem: expect.stringContaining('is not believed') }),
  );
});

describe('an attempt by HTTP that got no answer', () => {
  it.each([
    [
      Object.assign(new Error('Expected HTTP/'), { name: 'HTTPParserError' }),
      `What answers at ${HOST} does not speak HTTP/1.1. See whether the port is right, and whether the address should begin with https:.`,
    ],
    [
      Object.assign(new Error('bad response'), { name: 'SocketError', code: 'UND_ERR_SOCKET' }),
      `${HOST} answered 100 Continue, which was not asked for, and this gateway takes no such answer. It may have taken the event. Have it, or the proxy before it, answer with the final status alone.`,
    ],
  ])('%s', (error, problem) => {
    expect(connectionFailure({ error, host: HOST, wasSent: true })).toEqual({
      ok: false,
      code: 'connection-lost',
      throttles: true,
      problem,
    });
  });

  it.each([
    [
      'HPE_INVALID_CONSTANT',
      `What answers at ${HOST} does not speak HTTP/1.1 (HPE_INVALID_CONSTANT). See whether the port is right, and whether the address should begin with https:.`,
    ],
    [
      'UND_ERR_HEADERS_OVERFLOW',
      `The head of ${HOST}’s answer is longer than 16 KB. Have it answer with fewer headers.`,
    ],
    [
      'ECONNRESET',
      `${HOST} closed the connection before it answered (ECONNRESET). It may have taken the event; see its log, and that of a proxy before it.`,
    ],
  ])('%s', (code, problem) => {
    expect(failing(code, true)).toEqual({ ok: false, code: 'connection-lost', throttles: true, problem });
  });
});

const PATH = '/var/lib/events.jsonl';

it.each([
  [
    'EDQUOT',
    `There is no room for ${PATH} (EDQUOT). Free some on its disk, or raise the quota or limit: what was sent meanwhile follows by itself.`,
  ],
  [
    'EACCES',
    `${PATH} may not be written (EACCES). Give the gateway’s user the right to, or name another file.`,
  ],
  [
    'EROFS',
    `${PATH} may not be written (EROFS). Give the gateway’s user the right to, or name another file.`,
  ],
  ['EIO', `${PATH} could not be written (EIO). See whether its disk is well.`],
])('an attempt to write to a file: %s', (code, problem) => {
  const error = Object.assign(new Error('no'), { code });
  expect(fileFailure(error, PATH)).toEqual({ ok: false, code: 'not-written', throttles: true, problem });
});

it('a command that the system has no room for', () => {
  expect(startFailure('EAGAIN', 'x')).toEqual({
    ok: false,
    code: 'not-started',
    throttles: true,
    problem:
      'The system started no process (EAGAIN). See how many processes and open files this one may have, and how much memory is left.',
  });
});

it('a path that no file has', async () => {
  await expect(createFileDestination({ path: '' })).rejects.toMatchObject({
    message: 'path: it is no path of a file. Write where the lines shall go, e.g. ./events.jsonl.',
  });
});

describe('an attempt at NATS', () => {
  const servers = '127.0.0.1:4222';
  const failed = (name: string, more: object = {}, wasSent = true) => {
    const error = Object.assign(new Error('maximum bytes exceeded'), { name, ...more });
    return natsFailure({ error: new Error('request', { cause: error }), servers, subject: 'a.b', wasSent });
  };

  it.each([
    [
      'PermissionViolationError',
      'not-stored',
      'The NATS user may not publish to a.b. Give it the right to (permissions, publish, allow), and to get answers (subscribe to _INBOX.>).',
    ],
    [
      'NoRespondersError',
      'not-stored',
      'No stream takes a.b, so nothing would be kept. Add a stream whose subjects include it (nats stream add), in this user’s account, and enable JetStream where it is off.',
    ],
    [
      'AuthorizationError',
      'unreachable',
      'NATS at 127.0.0.1:4222 refused the credentials. Correct them, or let that user in.',
    ],
    [
      'NoGreeting',
      'unreachable',
      'What answers at 127.0.0.1:4222 is no NATS server. See whether the port is that of clients, 4222 as a rule.',
    ],
    [
      'Disconnected',
      'connection-lost',
      'The connection to NATS at 127.0.0.1:4222 broke off before a message was acknowledged. It is sent again under the same Nats-Msg-Id; see the server’s log.',
    ],
  ])('%s', (name, code, problem) => {
    expect(failed(name)).toMatchObject({ code, problem });
  });

  it('whose stream takes no more', () => {
    const error = Object.assign(new Error('maximum bytes exceeded'), { name: 'JetStreamApiError' });
    expect(natsFailure({ error, servers, subject: 'a.b', wasSent: true })).toEqual({
      ok: false,
      code: 'not-stored',
      throttles: true,
      problem:
        'JetStream did not store a message to a.b: maximum bytes exceeded. Look at the stream’s limits and state (nats stream info).',
    });
  });

  it('that finds no connection', () => {
    expect(failed('Disconnected', {}, false).problem).toBe(
      'There is no connection to NATS at 127.0.0.1:4222. See whether it runs and can be reached from here, and whether TLS is what both expect.',
    );
    expect(failed('Error', { code: 'ECONNREFUSED' }, false).problem).toMatch(/4222 \(ECONNREFUSED\)\. See/);
  });

  it('that nobody answers in time', () => {
    expect(failed('TimeoutError', {}, false)).toMatchObject({
      code: 'unreachable',
      problem:
        'NATS at 127.0.0.1:4222 did not greet in time. See whether it hangs, and whether a firewall drops what comes from here.',
    });
    expect(failed('TimeoutError')).toMatchObject({
      code: 'timeout',
      problem:
        'NATS at 127.0.0.1:4222 did not acknowledge a message in time. It may have stored it all the same; see whether the stream’s leader and its disk are well.',
    });
  });

  it('whose message is too long', () => {
    expect(tooLong(20, 10).problem).toBe(
      'The message is 20 bytes long with its headers, and the NATS server takes 10. Raise max_payload there, and the stream’s limit of a message, and redrive the delivery.',
    );
  });

  const open = (options: Partial<NatsDestinationOptions>) =>
    createNatsDestination({ servers: ['nats://127.0.0.1'], subject: 'a', ...options });
  it.each<readonly [Partial<NatsDestinationOptions>, string]>([
    [{ servers: [] }, 'servers: there is none. Name one, e.g. nats://127.0.0.1:4222.'],
    [
      { servers: ['127.0.0.1:4222'] },
      'servers: one is no address of NATS. Write it in full, e.g. nats://127.0.0.1:4222.',
    ],
    [
      { servers: ['nats://me:secret@127.0.0.1'] },
      'servers: an address holds a user or a token. Leave it out, and give a token, a user and a password, an nkey or creds beside it.',
    ],
    [
      { subject: 'a.{kind}' },
      'subject: it names {kind}, of which no subject is made. Use {gate}, {provider} and {type}.',
    ],
    ...['', 'a..b', '.a', 'a b', 'a.*', 'a.>', 'a.{gate', '{gate}}'].map(
      (subject) =>
        [
          { subject },
          'subject: it is no subject of NATS. Write words with dots between them, without white space, * and >, e.g. webhooks.{gate}.{type}.',
        ] as const,
    ),
  ])('is not opened with %j', async (options, message) => {
    await expect(open(options)).rejects.toMatchObject({ message });
  });
});

it('an attempt that was ended', () => {
  expect(endedBy(AbortSignal.abort())).toEqual({
    ok: false,
    code: 'cancelled',
    problem: 'The attempt was stopped. It is made again when deliveries go on.',
  });
  expect(endedBy(AbortSignal.abort(new DOMException('late', 'TimeoutError')))).toEqual({
    ok: false,
    code: 'timeout',
    throttles: true,
    problem:
      'The destination did not answer in time. It may have taken the event all the same; see whether it is overloaded, or have it answer first and work afterwards.',
  });
  expect(closedDestination().problem).toBe(
    'The destination is closed, since the gateway stops or has a new configuration. It is tried again afterwards.',
  );
});

it('every one stands in a test', () => {
  expect(unquotedSentences('packages/gateway', { attemptFailed: [1] })).toEqual([]);
});
