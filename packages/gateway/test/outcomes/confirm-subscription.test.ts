/** Subscriptions that a gate confirms: by a call that is bounded, goes where the sender's own hosts are, and that the sender's retry makes again. */
import type { RequestListener } from 'node:http';
import { createGate, MemoryReplayGuard, type SignedRequest } from '@countersign/core';
import { describe, expect, it } from 'vitest';
import { RSA_PAIR } from '../../../core/test/support/rsa-pairs.ts';
import type { Handled, OpenCall } from '../../src/call.ts';
import { createRememberingGuard } from '../../src/claims/remembering-guard.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { createCoreGate } from '../../src/gates/core-gate.ts';
import { openGateKeys } from '../../src/gates/gate-keys.ts';
import { createOpenGate, type OpenGate } from '../../src/gates/open-gate.ts';
import { createConfirm } from '../../src/outcomes/confirm-subscription.ts';
import { createRespondOutcome } from '../../src/outcomes/respond.ts';
import { createOutgoingFetch } from '../../src/outgoing/outgoing-fetch.ts';
import { createKeyRecords } from '../../src/sealed/key-records.ts';
import { openStore } from '../../src/stores/open-store.ts';
import { later, send, start } from '../harness.ts';
import { startServer, type TestServer } from '../outgoing/support.ts';

const TOPIC = 'arn:aws:sns:us-east-1:123456789012:orders';
const KEY = RSA_PAIR.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const QUERY = `/?Action=ConfirmSubscription&TopicArn=${TOPIC}&Token=2336412f37fb`;
const PROVIDER = { id: 'aws-sns', topics: TOPIC } as const;

/** Signed as SNS does. */
async function message(
  type = 'SubscriptionConfirmation',
  id = '165545c9',
  topic = TOPIC,
): Promise<SignedRequest> {
  const gate = createGate({ provider: { ...PROVIDER, topics: topic }, keys: [KEY] });
  const body = JSON.stringify({
    Type: type,
    MessageId: id,
    Message: 'You have chosen to subscribe',
    TopicArn: topic,
    Token: '2336412f37fb',
    SubscribeURL: `https://sns.us-east-1.amazonaws.com${QUERY}`,
    Timestamp: new Date().toISOString(),
  });
  return gate.sign({ method: 'POST', url: '/sns', headers: { host: 'a.example' }, body });
}

interface Bench {
  readonly gate: OpenGate;
  readonly server: TestServer;
  readonly lines: object[];
}

/** A gate whose SNS is a server on this machine. */
async function bench(answer?: RequestListener, timeoutMs = 5_000): Promise<Bench> {
  const server = await startServer(answer);
  const outgoing = createOutgoingFetch({ policy: 'configured' });
  const lines: object[] = [];
  const write = (record: object, text: string): void => void lines.push({ ...record, text });
  const gates = {
    sns: { path: '/sns', provider: PROVIDER, keys: [{ secret: KEY }], respond: { status: 204 } },
  };
  const { config } = parseConfig({ store: 'memory:', gates }, { baseDir: '/', env: {} });
  const [gate] = config.gates;
  if (gate?.outcome.kind !== 'respond') throw new TypeError('the gate does not respond');
  const store = await openStore(':memory:');
  later(() => store.close());
  const guard = createRememberingGuard({ memory: new MemoryReplayGuard(), forgets: false, store: undefined });
  const open = createOpenGate({
    config: gate,
    coreGate: createCoreGate(gate, { replay: guard, now: Date.now }),
    keys: await openGateKeys(gate, createKeyRecords(gate.name, store.records, undefined)),
    outcome: createRespondOutcome(gate.outcome),
    guard,
    refusals: undefined,
    confirm: createConfirm({
      gate: gate.name,
      fetch: (input, init) => {
        const { host, pathname, search } = new URL(String(input));
        expect(host).toBe('sns.us-east-1.amazonaws.com');
        return outgoing(`http://127.0.0.1:${server.port}${pathname}${search}`, init);
      },
      log: { info: write, warn: write },
      timeoutMs,
    }),
  });
  return { gate: open, server, lines };
}

const handle = async ({ gate }: Bench, request: SignedRequest): Promise<Handled> => {
  const call: OpenCall = {
    request,
    requestId: 'req-1',
    path: '/sns',
    query: '',
    params: {},
    remoteAddress: '192.0.2.1',
    accepted: undefined,
    claim: undefined,
    answerEarly: () => {},
    onSenderLeft: () => () => {},
    streamFailed: () => {},
  };
  return gate.handle(call);
};

describe('a subscription', () => {
  it('is confirmed by one call, and reaches no outcome', async () => {
    const world = await bench();
    const request = await message();
    expect(await handle(world, request)).toMatchObject({
      verdict: 'handshake',
      answer: { status: 200, body: '' },
      claim: 'committed',
    });
    expect(world.server.paths).toEqual([QUERY]);
    expect(world.lines).toEqual([
      {
        gate: 'sns',
        requestId: 'req-1',
        host: 'sns.us-east-1.amazonaws.com',
        text: 'a subscription was confirmed: its sender will send to this gate',
      },
    ]);
    // Its repeat is acknowledged, and calls nobody.
    expect(await handle(world, request)).toMatchObject({ claim: 'repeat', answer: { status: 200 } });
    expect(world.server.paths).toHaveLength(1);
    // What is no subscription goes its way.
    for (const type of ['Notification', 'UnsubscribeConfirmation'])
      expect(await handle(world, await message(type, type))).toMatchObject({ answer: { status: 204 } });
    expect(world.server.paths).toHaveLength(1);
  });

  it('that is forged, or of a topic that the gate does not take, calls nobody', async () => {
    const world = await bench();
    const request = await message();
    const body = Buffer.from(Buffer.from(request.body).toString().replace('Token=2336', 'Token=9999'));
    expect(await handle(world, { ...request, body })).toMatchObject({ reason: 'signature-mismatch' });
    const foreign = await message(undefined, undefined, `${TOPIC}-of-somebody-else`);
    expect(await handle(world, foreign)).toMatchObject({ reason: 'unknown-key' });
    expect(world.server.paths).toEqual([]);
  });

  it.each<[string, RequestListener, number]>([
    ['fails', (_, response) => void response.writeHead(500).end('no'), 502],
    ['leads elsewhere', (_, response) => void response.writeHead(302, { location: '/other' }).end(), 502],
    ['breaks off', (request) => void request.socket.destroy(), 502],
    ['does not come', () => {}, 504],
  ])('whose call %s is asked for again', async (_how, answer, status) => {
    let isWell = false;
    const world = await bench(
      (request, response) => (isWell ? void response.end() : answer(request, response)),
      200,
    );
    const request = await message();
    expect(await handle(world, request)).toMatchObject({
      verdict: 'handshake',
      answer: { status, body: expect.not.stringContaining('amazonaws') },
      claim: 'aborted',
    });
    expect(world.lines).toMatchObject([
      { text: 'a subscription was not confirmed: its sender will ask again' },
    ]);
    // Neither the log nor the problem has the token.
    expect(JSON.stringify(world.lines)).not.toContain('2336412f37fb');
    isWell = true;
    expect(await handle(world, request)).toMatchObject({ answer: { status: 200 }, claim: 'committed' });
    expect(world.server.paths).toEqual([QUERY, QUERY]);
  });

  it('is one of four at a time; the others are told to come again', async () => {
    const held: (() => void)[] = [];
    let isFull = (): void => {};
    const full = new Promise<void>((resolve) => {
      isFull = resolve;
    });
    const world = await bench((_, response) => {
      held.push(() => response.end());
      if (held.length === 4) isFull();
    });
    const requests = await Promise.all(['1', '2', '3', '4', '5'].map((id) => message(undefined, id)));
    const running = requests.slice(0, 4).map((request) => handle(world, request));
    await full;
    const [last] = requests.slice(4);
    if (last === undefined) throw new Error('there are five');
    expect(await handle(world, last)).toMatchObject({ reason: 'upstream-busy', answer: { status: 503 } });
    for (const end of held) end();
    for (const handled of await Promise.all(running)) expect(handled.answer.status).toBe(200);
  });
});

describe('a gateway', () => {
  it('calls no address of this machine for a subscription, whoever has signed it', async () => {
    const scheme = {
      type: 'certificate',
      certificate: { member: 'cert', hosts: ['sns.localhost'], names: ['sns.localhost'] },
      signature: 'signature',
      algorithm: 'rsa-pkcs1-sha256',
      message: ['text', 'id', 'kind', 'call'],
      confirm: { member: 'call', when: { kind: 'new' } },
    } as const;
    const body = JSON.stringify({ text: 'a', id: '1', kind: 'new', call: 'https://sns.localhost/' });
    const gate = createGate({ scheme, keys: [KEY] });
    const signed = await gate.sign({ method: 'POST', url: '/in', headers: {}, body });
    const gateway = await start({ in: { path: '/in', scheme, keys: [{ secret: KEY }], keep: {} } });
    const { status } = await send(`${gateway.publicUrl}/in`, { body: signed.body });
    expect(status).toBe(502);
    expect(gateway.records.at(-1)).toMatchObject({ verdict: 'handshake', reason: 'upstream-failed' });
    expect((await gateway.store.events.list({ limit: 1 })).length).toBe(0);
  });
});
