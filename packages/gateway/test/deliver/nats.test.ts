/** What is particular to deliveries to NATS JetStream. */
import { writeFileSync } from 'node:fs';
import type { StoredMsg } from '@nats-io/jetstream';
import { nkeys } from '@nats-io/transport-node';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Secret } from '../../src/config/secret.ts';
import type { Destination } from '../../src/deliver/destination.ts';
import { createNatsDestination, type NatsDestinationOptions } from '../../src/deliver/destinations/nats.ts';
import { createSubject } from '../../src/deliver/nats-subject.ts';
import { messageOf, patience, until } from '../../src/testing/destination-bench.ts';
import { event } from '../../src/testing/kept-events.ts';
import { CERTIFICATE, PRIVATE_KEY } from '../support/self-signed.ts';
import { hasNatsServer, natsReason, startNats } from './nats-server.ts';

type Server = Awaited<ReturnType<typeof startNats>>;

async function serve(config = ''): Promise<Server> {
  const server = await startNats(config);
  onTestFinished(server.close);
  return server;
}

async function open(url: string, more: Partial<NatsDestinationOptions> = {}): Promise<Destination> {
  const destination = await createNatsDestination({
    servers: [url],
    subject: 'events.{gate}.{type}',
    ...more,
  });
  onTestFinished(() => destination.close());
  return destination;
}

const headersOf = ({ header }: StoredMsg): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(header.keys().map((name) => [name, header.values(name)]));

it.each([
  ['a.{gate}.{provider}.{type}', {}, 'a.gate.hmac.none'],
  ['{type}', { type: 'invoice.paid' }, 'invoice.paid'],
  ['x.{type}.y', { type: '.a..b.' }, 'x.a.b.y'],
  ['{type}', { type: '...' }, 'none'],
  ['{type}', { type: '> * \r\n$JS.API' }, '_______JS.API'],
  ['{type}', { type: 'ä' }, '_'],
  ['{type}', { type: 'a.'.repeat(100) }, 'a.a.a.a.a.a.a.a'],
  ['{type}', { type: 'x'.repeat(1_000) }, 'x'.repeat(100)],
  ['{gate}', { gate: 'my.gate' }, 'my_gate'],
  ['pre-{gate}-{provider}', {}, 'pre-gate-hmac'],
])('the subject %s of %j', (template, changes, subject) => {
  expect(createSubject(template)(event(1, changes))).toBe(subject);
});

describe.skipIf(!hasNatsServer)(`with a server${natsReason}`, () => {
  it('a message has the subject, the headers and the id; what the server goes by is none of a sender’s', async () => {
    const server = await serve();
    await server.addStream({ allow_rollup_hdrs: true });
    const destination = await open(server.url);
    await destination.send(messageOf(1), patience());
    const headers = [
      'X-B',
      '2',
      'x-a',
      'caf\xc3\xa9',
      'X-B',
      '1',
      'X-Latin',
      'caf\xe9',
      'X-Empty',
      '',
      'Nats-Rollup',
      'all',
      'NATS-EXPECTED-STREAM',
      'other',
      'nats-msg-id',
      'x',
      'Nats-TTL',
      '1',
      'Bad Name',
      'x',
      'X-Line',
      'a\nb',
    ];
    const type = 'invoice.paid';
    const message = messageOf(2, { headers, event: event(2, { type }), body: Uint8Array.of(0, 255) });
    const result = await destination.send(message, patience());
    expect(JSON.parse(Buffer.from(result.answer ?? []).toString())).toEqual({
      stream: 'EVENTS',
      seq: 2,
      duplicate: false,
    });
    const stored = await server.messages();
    expect(stored.map(({ subject }) => subject)).toEqual(['events.gate.none', 'events.gate.invoice.paid']);
    expect(stored.slice(1).map(headersOf)).toEqual([
      {
        'X-B': ['2', '1'],
        'x-a': ['café'],
        'X-Empty': [''],
        'Nats-Msg-Id': ['01890000-0000-7000-8000-000000000002.shop'],
      },
    ]);
    expect(stored.slice(1).map(({ data }) => [...data])).toEqual([[0, 255]]);
  });

  it('a second attempt stores nothing twice; another destination’s message is another', async () => {
    const server = await serve();
    await server.addStream();
    const destination = await open(server.url);
    for (const attempt of [1, 2]) {
      const { ok, answer } = await destination.send(messageOf(1, { attempt }), patience());
      expect([ok, JSON.parse(Buffer.from(answer ?? []).toString()).duplicate]).toEqual([true, attempt === 2]);
    }
    await destination.send(messageOf(1, { destination: 'other' }), patience());
    expect(await server.messages()).toHaveLength(2);
  });

  it('a stream that is there later takes what had no stream', async () => {
    const server = await serve();
    const destination = await open(server.url);
    expect(await destination.send(messageOf(1), patience())).toMatchObject({ code: 'not-stored' });
    await server.addStream();
    expect(await destination.send(messageOf(1), patience())).toMatchObject({ ok: true });
  });

  it('a stream that refuses: its word stands in the problem', async () => {
    const server = await serve();
    await server.addStream({ max_msg_size: 100 });
    const destination = await open(server.url);
    expect(await destination.send(messageOf(1, { body: new Uint8Array(200) }), patience())).toMatchObject({
      code: 'not-stored',
      problem: expect.stringMatching(
        /^JetStream did not store a message to events\.gate\.none: message size exceeds maximum allowed\. /,
      ),
    });
  });

  it('a message that is longer than the server takes ends its delivery, and no connection', async () => {
    const server = await serve('max_payload: 100000\n');
    await server.addStream();
    const destination = await open(server.url);
    const sends = [1, 2, 3].map((n) =>
      destination.send(messageOf(n, { body: new Uint8Array(n === 2 ? 99_900 : 10) }), patience()),
    );
    const [, long] = await Promise.all(sends);
    expect(long).toMatchObject({ code: 'not-stored', ends: 'delivery' });
    expect(await server.messages()).toHaveLength(2);
    // To the byte: what the gateway lets through the server takes.
    const overhead =
      100_000 - (long?.ok === false ? Number(/is (\d+) bytes/.exec(long.problem)?.[1]) - 99_900 : 0);
    expect(
      await destination.send(messageOf(4, { body: new Uint8Array(overhead) }), patience()),
    ).toMatchObject({ ok: true });
  });

  it('what a user may not publish is not stored, and nobody waits for it', async () => {
    const server = await serve(
      'authorization { users: [{ user: "gw", password: "pw", permissions: { publish: "other.>" } }] }\n',
    );
    const destination = await open(server.url, {
      credentials: { kind: 'password', user: 'gw', password: new Secret('pw') },
    });
    expect(await destination.send(messageOf(1), patience())).toMatchObject({
      code: 'not-stored',
      problem: expect.stringContaining('may not publish to events.gate.none'),
    });
  });

  const user = nkeys.createUser();
  const seed = new Secret(Buffer.from(user.getSeed()).toString());
  it('credentials that become wrong while it is connected are told as such', async () => {
    const server = await startNats('authorization { token: "first" }\n');
    const destination = await open(server.url, {
      credentials: { kind: 'token', token: new Secret('first') },
    });
    expect(await destination.send(messageOf(1), patience())).toMatchObject({ code: 'not-stored' });
    await server.stop();
    const again = await startNats('authorization { token: "second" }\n', server);
    onTestFinished(again.close);
    const problem = async () => {
      const result = await destination.send(messageOf(1), patience());
      return 'problem' in result ? result.problem : '';
    };
    await expect.poll(problem, { timeout: 20_000 }).toContain('refused the credentials');
  }, 30_000);

  it.each([
    ['a token', 'authorization { token: "t0ken" }\n', { kind: 'token', token: new Secret('t0ken') }],
    [
      'a password',
      'authorization { user: "gw", password: "pw" }\n',
      { kind: 'password', user: 'gw', password: new Secret('pw') },
    ],
    ['an NKey', `authorization { users: [{ nkey: ${user.getPublicKey()} }] }\n`, { kind: 'nkey', seed }],
  ] as const)('with %s it is let in; without, or with another, it is not', async (_, config, credentials) => {
    const server = await serve(config);
    // No stream: who is let in hears that.
    const inside = await open(server.url, { credentials });
    expect(await inside.send(messageOf(1), patience())).toMatchObject({ code: 'not-stored' });
    const none = await open(server.url);
    expect(await none.send(messageOf(1), patience())).toMatchObject({
      code: 'unreachable',
      throttles: true,
      problem: expect.stringContaining('refused the credentials'),
    });
    const wrong = await open(server.url, { credentials: { kind: 'token', token: new Secret('wrong') } });
    const result = await wrong.send(messageOf(1), patience());
    expect(result).toMatchObject({ code: 'unreachable' });
    expect(JSON.stringify(result)).not.toContain('wrong');
  });

  it.each([
    { kind: 'nkey', seed: new Secret('nonsense') },
    { kind: 'creds', creds: new Secret('nonsense') },
  ] as const)('credentials that are none are a failure, not an exception: %j', async (credentials) => {
    const server = await serve();
    const destination = await open(server.url, { credentials });
    const result = await destination.send(messageOf(1), patience());
    expect(result).toMatchObject({ code: 'unreachable' });
    expect(JSON.stringify(result)).not.toContain('nonsense');
  });

  it('over TLS, with a certificate of an authority that it was told; never without where it was asked for', async () => {
    const plain = await serve();
    const files = [
      [`${plain.directory}/cert.pem`, CERTIFICATE],
      [`${plain.directory}/key.pem`, PRIVATE_KEY],
    ] as const;
    for (const [file, text] of files) writeFileSync(file, text);
    const server = await serve(`tls { cert_file: "${files[0][0]}", key_file: "${files[1][0]}" }\n`);
    const { url } = server;
    const trusting = await open(url, { tls: { authority: CERTIFICATE } });
    expect(await trusting.send(messageOf(1), patience())).toMatchObject({ code: 'not-stored' });
    const doubting = await open(url, { tls: {} });
    expect(await doubting.send(messageOf(1), patience())).toMatchObject({
      code: 'unreachable',
      problem: expect.stringContaining('(DEPTH_ZERO_SELF_SIGNED_CERT)'),
    });
    const asking = await open(plain.url.replace('nats:', 'tls:'));
    expect(await asking.send(messageOf(1), patience())).toMatchObject({ code: 'unreachable' });
  });

  it('a server that is away and comes back: what is sent meanwhile fails soon and is kept nowhere', async () => {
    const server = await serve();
    await server.addStream();
    const destination = await open(server.url);
    expect(await destination.send(messageOf(1), patience())).toMatchObject({ ok: true });
    await server.stop();
    await until('it is known to be down', async () => {
      const result = await destination.send(messageOf(2), patience());
      return !result.ok && result.code === 'unreachable';
    });
    const again = await startNats('', server);
    onTestFinished(again.stop);
    await until('it is up again', async () => (await destination.send(messageOf(3), patience())).ok);
    const stored = await again.messages();
    expect(stored.map(({ data }) => JSON.parse(Buffer.from(data).toString()).n)).toEqual([1, 3]);
  });

  it('a server that hangs: the signal ends the attempt; what it took all the same is stored once', async () => {
    const server = await serve();
    await server.addStream();
    const destination = await open(server.url);
    await destination.send(messageOf(1), patience());
    server.process.kill('SIGSTOP');
    const stop = new AbortController();
    const sending = destination.send(messageOf(2), stop.signal);
    setImmediate(() => stop.abort(new DOMException('late', 'TimeoutError')));
    expect(await sending).toMatchObject({ code: 'timeout', throttles: true });
    server.process.kill('SIGCONT');
    expect(await destination.send(messageOf(2, { attempt: 2 }), patience())).toMatchObject({ ok: true });
    expect(await server.messages()).toHaveLength(2);
  });

  it('closes while the server hangs, before it has greeted and after', async () => {
    const server = await serve();
    await server.addStream();
    const [before, after] = [await open(server.url), await open(server.url)];
    await after.send(messageOf(1), patience());
    server.process.kill('SIGSTOP');
    const sends = [before, after].map((destination) => destination.send(messageOf(2), patience()));
    await new Promise((resolve) => setImmediate(resolve));
    await Promise.all([before.close(), after.close()]);
    expect(await Promise.all(sends)).toMatchObject([{ code: 'cancelled' }, { code: 'cancelled' }]);
  });

  it('of several servers the next is tried where one is away', async () => {
    const server = await serve();
    await server.addStream();
    const destination = await open('', { servers: ['nats://127.0.0.1:1', server.url] });
    expect(await destination.send(messageOf(1), patience())).toMatchObject({ ok: true });
  });
});
