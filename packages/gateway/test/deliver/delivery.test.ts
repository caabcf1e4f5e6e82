/** Events that are kept at a real gateway and delivered to real servers. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAdminClient } from '@countersign/api';
import { createGate, HeaderList, type Refused, sign, type Verdict } from '@countersign/core';
import { describe, expect, it } from 'vitest';
import type { DestinationInput } from '../../src/config/config-input.ts';
import { SECRET, start, type TestOptions, temporaryDir } from '../harness.ts';
import { linesOf } from './lines.ts';
import { type Received, receiver, settled } from './receiver.ts';

const TOKEN = 'the token of a partner';

/** A gate that takes a shared token, so that a test can send what it likes. */
async function gatewayTo(deliver: readonly (string | DestinationInput)[], options: TestOptions = {}) {
  const gateway = await start(
    {
      inbox: {
        path: '/in',
        scheme: { type: 'shared-token', header: 'x-token' },
        keys: [{ secret: TOKEN }],
        keep: { deliver },
      },
    },
    options,
  );
  const send = async (body: string | Uint8Array, headers: Record<string, string> = {}) => {
    const response = await fetch(`${gateway.publicUrl}/in`, {
      method: 'POST',
      headers: { 'x-token': TOKEN, 'content-type': 'application/json', ...headers },
      body: body as BodyInit,
    });
    expect(response.status).toBe(200);
  };
  return { gateway, send };
}

it('an event is delivered, byte for byte, and noted as delivered', async () => {
  const { url, until } = await receiver();
  const { gateway, send } = await gatewayTo([{ to: url }]);
  const body = Uint8Array.from({ length: 512 }, (_, i) => i & 0xff);
  await send(body, { 'x-trace': 'a b' });
  const [received] = await until(1);
  expect(received).toMatchObject({ method: 'POST', url: '/hook?a=1' });
  expect(received?.headers['x-trace']).toBe('a b');
  expect(received?.headers['x-token']).toBeUndefined();
  expect(Buffer.compare(received?.body ?? Buffer.alloc(0), body)).toBe(0);
  const [delivery] = await settled(gateway.store, 'delivered');
  expect(delivery).toMatchObject({ destination: 'inbox', attempts: 1, code: 'delivered' });
  const [attempt] = await gateway.store.deliveries.attempts(delivery?.place ?? 0, 10);
  expect(attempt).toMatchObject({ number: 1, code: 'delivered', status: 200 });
});

it('two destinations with one file: each line of it is whole', async () => {
  const path = join(temporaryDir(), 'events.jsonl');
  const { gateway, send } = await gatewayTo([
    { name: 'first', file: path },
    { name: 'second', file: path },
  ]);
  const body = JSON.stringify({ filling: 'x'.repeat(700_000) });
  await Promise.all(Array.from({ length: 12 }, () => send(body)));
  await settled(gateway.store, 'delivered', 24);
  const lines = linesOf(readFileSync(path)).map((line) => Buffer.from(line).toString() === body);
  expect(lines).toEqual(Array.from({ length: 24 }, () => true));
});

it('each destination has its own state: one that fails holds up no other', async () => {
  const good = await receiver();
  const bad = await receiver((response) => {
    response.statusCode = 500;
    response.end('no');
  });
  const { gateway, send } = await gatewayTo([
    { name: 'good', to: good.url },
    { name: 'bad', to: bad.url, retries: [] },
  ]);
  await send('{"n":1}');
  await good.until(1);
  const [dead] = await settled(gateway.store, 'dead');
  expect(dead).toMatchObject({ destination: 'bad', code: 'status' });
  const [attempt] = await gateway.store.deliveries.attempts(dead?.place ?? 0, 10);
  expect(attempt).toMatchObject({ status: 500 });
  expect(Buffer.from(attempt?.answer ?? []).toString()).toBe('no');
  expect(await settled(gateway.store, 'delivered')).toMatchObject([{ destination: 'good' }]);
});

it('what failed is tried again after a wait, and signed anew each time under the same id', async () => {
  const { url, until } = await receiver((response, number) => {
    response.statusCode = number < 3 ? 503 : 204;
    response.end();
  });
  const secret = `whsec_${Buffer.from(SECRET).toString('base64')}`;
  const { gateway, send } = await gatewayTo([{ to: url, retries: ['1ms', '2ms', '3ms'], sign: { secret } }]);
  await send('{"n":1}');
  const received = await until(3);
  const ids = received.map(({ headers }) => headers['webhook-id']);
  expect(new Set(ids).size).toBe(1);
  expect(ids[0]).toMatch(/^[0-9a-f-]{36}$/);
  expect(received.every(({ headers }) => /^v1,/.test(String(headers['webhook-signature'])))).toBe(true);
  expect(await settled(gateway.store, 'delivered')).toMatchObject([{ attempts: 3 }]);
});

it('an event goes to the destinations that want it; one that none wants is listed as such', async () => {
  const paid = await receiver();
  const { gateway, send } = await gatewayTo([
    { name: 'paid', to: paid.url, when: { json: { 'data.status': 'paid' } } },
  ]);
  await send('{"data":{"status":"open"}}');
  await send('{"data":{"status":"paid"}}');
  await paid.until(1);
  expect(paid.received).toHaveLength(1);
  const unmatched = await gateway.store.events.list({ isUnmatched: true });
  expect(unmatched).toHaveLength(1);
  const [{ id } = { id: '' }] = unmatched;
  await gateway.store.deliveries.send(id, { destination: 'paid' });
  gateway.deliveries.wake('paid');
  expect((await paid.until(2))[1]?.body.toString()).toContain('open');
});

describe('what a destination says', () => {
  it('410 disables it, and what comes waits until an operator resumes it', async () => {
    let isGone = true;
    const { url, until } = await receiver((response) => {
      response.statusCode = isGone ? 410 : 200;
      response.end();
    });
    const { gateway, send } = await gatewayTo([{ to: url }]);
    await send('{"n":1}');
    await until(1);
    await settled(gateway.store, 'waiting');
    await expect.poll(() => gateway.deliveries.list()[0]?.state, { interval: 5 }).toBe('disabled');
    await send('{"n":2}');
    isGone = false;
    await gateway.deliveries.resume('inbox', undefined);
    await until(3);
    expect(await settled(gateway.store, 'delivered', 2)).toHaveLength(2);
  });

  it('the admin API resumes it in the gateway that runs', async () => {
    let isGone = true;
    const { url, until } = await receiver((response) => {
      response.statusCode = isGone ? 410 : 200;
      response.end();
    });
    const { gateway, send } = await gatewayTo([{ to: url }]);
    await send('{"n":1}');
    await until(1);
    await expect.poll(() => gateway.deliveries.list()[0]?.state, { interval: 5 }).toBe('disabled');
    isGone = false;
    const { adminUrl: baseUrl = '', adminToken: token } = gateway;
    const admin = createAdminClient({ baseUrl, token });
    const view = await admin.call('changeDestination', { destination: 'inbox', change: 'resume' });
    expect(view).toMatchObject({ name: 'inbox', state: 'active', kind: 'http' });
    await until(2);
    expect(await settled(gateway.store, 'delivered')).toHaveLength(1);
  });

  it.each([
    { heldBy: 'throttled', events: 1, headers: { 'retry-after': '3000' } },
    { heldBy: 'circuit-open', events: 5, headers: {} },
  ])('it is $heldBy until an operator who has mended it resumes it', async ({ heldBy, events, headers }) => {
    let isMended = false;
    const { url, until, received } = await receiver((response) => {
      response.writeHead(isMended ? 200 : 503, headers).end();
    });
    const { gateway, send } = await gatewayTo([{ to: url, retries: ['3000s'] }]);
    for (let n = 0; n < events; n++) await send('{"n":1}');
    await until(events);
    await expect.poll(() => gateway.deliveries.list()[0]?.heldBy, { interval: 5 }).toBe(heldBy);
    await send('{"n":2}');
    isMended = true;
    expect(received).toHaveLength(events);
    await gateway.deliveries.resume('inbox', undefined);
    expect((await until(events + 1)).at(-1)?.body.toString()).toBe('{"n":2}');
    expect(await settled(gateway.store, 'delivered')).toHaveLength(1);
    expect(gateway.deliveries.list()[0]?.heldBy).toBeUndefined();
  });

  it('a header ends the retries of one event', async () => {
    const { url } = await receiver((response) => {
      response.writeHead(500, { 'webhook-delivery': 'abort-message' });
      response.end();
    });
    const { gateway, send } = await gatewayTo([{ to: url }]);
    await send('{"n":1}');
    expect(await settled(gateway.store, 'dead')).toMatchObject([{ attempts: 1 }]);
  });

  it('nothing: the attempt ends after its time', async () => {
    const { url } = await receiver(() => {});
    const { gateway, send } = await gatewayTo([{ to: url, timeout: '20ms', retries: [] }]);
    await send('{"n":1}');
    expect(await settled(gateway.store, 'dead')).toMatchObject([{ code: 'timeout' }]);
  });
});

it('events of one key come one after the other, however often one fails', async () => {
  const { url, until } = await receiver((response, number) => {
    response.statusCode = number % 3 === 1 ? 503 : 200;
    response.end();
  });
  const { send } = await gatewayTo([{ to: url, retries: ['1ms', '1ms', '1ms'], order: { json: 'k' } }]);
  for (let n = 0; n < 6; n++) await send(JSON.stringify({ k: 'a', n }));
  const received = await until(9);
  const numbers = received.map(({ body }) => JSON.parse(body.toString()).n as number);
  expect([...numbers].sort((one, other) => one - other)).toEqual(numbers);
  expect(new Set(numbers).size).toBe(6);
});

it('operators pause, mute and resume', async () => {
  const { url, received, until } = await receiver();
  const { gateway, send } = await gatewayTo([{ to: url }]);
  await gateway.deliveries.pause('inbox');
  await send('{"n":1}');
  await gateway.deliveries.mute('inbox', true);
  await send('{"n":2}');
  expect(received).toHaveLength(0);
  await gateway.deliveries.mute('inbox', false);
  await gateway.deliveries.resume('inbox', 10);
  await until(1);
  expect(received.map(({ body }) => body.toString())).toEqual(['{"n":1}']);
  expect(await settled(gateway.store, 'muted')).toHaveLength(1);
  // It has caught up.
  await expect.poll(() => gateway.deliveries.list()[0]?.drainPerSecond, { interval: 5 }).toBeUndefined();
});

it('the operator is told of a destination that fails, is disabled, and of an event that is given up', async () => {
  let passedMs = 0;
  const ops = await receiver();
  const bad = await receiver((response) => {
    response.statusCode = 500;
    response.end();
  });
  const { gateway, send } = await gatewayTo(
    [{ name: 'bad', to: bad.url, retries: [], disableAfter: '10s' }],
    {
      monotonicMs: () => passedMs,
      destinations: { ops: { to: ops.url } },
      operatorEvents: 'ops',
    },
  );
  const types = () => ops.received.map(({ body }) => JSON.parse(body.toString()).type as string);
  await send('{"n":1}');
  await ops.until(2);
  expect(types().sort()).toEqual(['event.exhausted', 'issue.opened']);
  passedMs += 5_000;
  await send('{"n":2}');
  await ops.until(3);
  passedMs += 4_500;
  await send('{"n":3}');
  await ops.until(4);
  passedMs += 500;
  await send('{"n":4}');
  await ops.until(6);
  expect(types().slice(2).sort()).toEqual([
    'destination.disabled',
    'destination.failing',
    'destination.failing',
    'destination.failing',
  ]);
  const percents = ops.received.map(({ body }) => JSON.parse(body.toString()).data.percent as number);
  expect(percents.filter((percent) => percent !== undefined)).toEqual([50, 90, 100]);
  expect(gateway.deliveries.list().find(({ name }) => name === 'bad')?.state).toBe('disabled');
});

it('the operator’s destination gets what it asks for; the rest of what an operator is told is kept', async () => {
  const ops = await receiver();
  const gone = await receiver((response, number) => {
    response.statusCode = number === 1 ? 410 : 200;
    response.end();
  });
  const { gateway, send } = await gatewayTo([{ name: 'bad', to: gone.url }], {
    destinations: { ops: { to: ops.url, when: { type: 'destination.recovered' } } },
    operatorEvents: 'ops',
  });
  const kept = async (type: string) =>
    (await gateway.store.events.list({ gate: 'countersign' })).find((event) => event.type === type);
  await send('{"n":1}');
  await expect.poll(() => kept('destination.disabled')).toMatchObject({ destinations: 0 });
  await gateway.deliveries.resume('bad', undefined);
  await ops.until(1);
  expect(ops.received.map(({ body }) => JSON.parse(body.toString()).type)).toEqual(['destination.recovered']);
});

it('a gateway that starts again goes on where it stopped', async () => {
  let isUp = false;
  const { url, until } = await receiver((response) => {
    response.statusCode = isUp ? 200 : 503;
    response.end();
  });
  const options = { retries: ['1d'] };
  const first = await gatewayTo([{ to: url, ...options }]);
  await first.send('{"n":1}');
  await settled(first.gateway.store, 'waiting');
  await until(1);
  await first.gateway.drain();
  isUp = true;
  const second = await gatewayTo([{ to: url, ...options }], { dir: first.gateway.dir });
  const { deliveries } = await second.gateway.store.deliveries.list({});
  expect(deliveries).toMatchObject([{ state: 'waiting', attempts: 1, code: 'status' }]);
  await second.gateway.store.deliveries.change({ match: {}, change: { kind: 'redrive' } });
  second.gateway.deliveries.wake(undefined);
  await until(2);
  expect(await settled(second.gateway.store, 'delivered')).toHaveLength(1);
});

it('an event is signed as its sender does, anew for each attempt: a receiver that checks the time takes it days later', async () => {
  let nowMs = Date.now();
  const day = 86_400_000;
  const key = 'a signing secret of more than sixteen bytes';
  const verdicts: string[] = [];
  const check = createGate({ provider: 'slack', keys: [{ secret: key }], now: () => nowMs });
  const { url, received, until } = await receiver((response, number) => {
    const { headers, body } = received[number - 1] as Received;
    const flat = Object.entries(headers).flatMap(([name, value]) => [name, String(value)]);
    const verdict = check.verify({ method: 'POST', url: '/hook', headers: HeaderList.fromRaw(flat), body });
    verdicts.push((verdict as Verdict).ok ? 'genuine' : (verdict as Refused).reason);
    response.statusCode = number === 1 ? 503 : 200;
    response.end();
  });
  const gates = {
    slack: {
      path: '/slack',
      provider: 'slack' as const,
      keys: [{ secret: key }],
      keep: { deliver: [{ to: url, sign: 'sender' as const, retries: ['1ms'] }] },
    },
  };
  const gateway = await start(gates, { now: () => nowMs });
  const signed = await sign(
    { method: 'POST', url: '/slack', headers: {}, body: '{"n":1}' },
    { provider: 'slack', keys: [{ secret: key }], now: () => nowMs },
  );
  const pairs = Array.from({ length: signed.headers.flat.length / 2 }, (_, i): [string, string] => [
    signed.headers.flat[2 * i] ?? '',
    signed.headers.flat[2 * i + 1] ?? '',
  ]);
  const answer = await fetch(`${gateway.publicUrl}/slack`, {
    method: 'POST',
    headers: pairs,
    body: '{"n":1}',
  });
  expect(answer.status).toBe(200);
  await until(2);
  nowMs += 3 * day;
  await settled(gateway.store, 'delivered');
  const [delivery] = (await gateway.store.deliveries.list({})).deliveries;
  await gateway.store.deliveries.send(delivery?.eventId ?? '', { destination: 'slack' });
  gateway.deliveries.wake('slack');
  await until(3);
  expect(verdicts).toEqual(['genuine', 'genuine', 'genuine']);
  const stamps = received.map(({ headers }) => Number(headers['x-slack-request-timestamp']));
  expect((stamps[2] ?? 0) - (stamps[0] ?? 0)).toBeGreaterThanOrEqual((3 * day) / 1_000 - 1);
});

it('what cannot be signed as its sender does is told at the start', async () => {
  const deliver = [{ to: 'http://127.0.0.1:9/', sign: 'sender' as const }];
  const path = '/a';
  await expect(start({ a: { path, provider: 'none', keep: { deliver } } })).rejects.toThrow(
    'gates.a.keep.deliver[0].sign: is sender, and the gate takes unsigned requests. Name a secret to sign with.',
  );
  const form = {
    path,
    provider: 'flow-production-tracking',
    keys: [{ secret: SECRET }],
    keep: { deliver },
  } as const;
  await expect(start({ a: form })).rejects.toThrow(
    'gates.a.keep.deliver[0].sign: is sender, and the proof of flow-production-tracking does not stand in a header. Leave it out, and the sender’s own proof is passed through; or name a secret to sign with.',
  );
});

it('a destination has headers of its own, which nothing shows', async () => {
  const secret = 'Bearer a-token-that-nobody-may-see';
  const { url, until } = await receiver((response) => {
    response.statusCode = 400;
    response.end(`what is ${secret}?`);
  });
  const headers = { Authorization: secret, 'x-trace': 'ours' };
  const { gateway, send } = await gatewayTo([{ to: url, headers, retries: [] }]);
  await send('{"n":1}', { 'X-Trace': 'of the sender', authorization: 'Bearer of-the-sender' });
  const [received] = await until(1);
  expect(received?.headers).toMatchObject({ authorization: secret, 'x-trace': 'ours' });
  const [dead] = await settled(gateway.store, 'dead');
  const [attempt] = await gateway.store.deliveries.attempts(dead?.place ?? 0, 10);
  expect(Buffer.from(attempt?.answer ?? []).toString()).not.toContain('a-token-that-nobody-may-see');
  const event = await gateway.store.events.get(dead?.eventId ?? '');
  expect(event && (await gateway.deliveries.preview(event, 'inbox'))).toMatchObject({
    secretHeaders: expect.arrayContaining(['authorization', 'x-trace']),
  });
});

it.each<[Record<string, string>, object, string]>([
  ...['two\nlines', 'a\u0001b', 'a\u007f', ' a', 'a\t'].map(
    (value): [Record<string, string>, object, string] => [
      { 'x-key': value },
      {},
      'gates.inbox.keep.deliver[0].headers.x-key: its value holds a line end, another control character, or white space around it. Set it to the value alone: look for a second line in the variable or the file.',
    ],
  ),
  ...[
    'Transfer-Encoding',
    'Content-Length',
    'Connection',
    'Expect',
    'Host',
    'TE',
    'Upgrade',
    'Keep-Alive',
    'Proxy-Authorization',
    'X-Forwarded-For',
    'countersign-event',
    'Countersign_Gate',
  ].map((name): [Record<string, string>, object, string] => [
    { [name]: 'a' },
    {},
    `gates.inbox.keep.deliver[0].headers.${name}: is a header that the gateway makes for each attempt. Leave it out.`,
  ]),
  ...['x y', 'x\r\ny', 'x:', 'ключ', 'x'.repeat(257)].map(
    (name): [Record<string, string>, object, string] => [
      { [name]: 'a' },
      {},
      'gates.inbox.keep.deliver[0].headers: has a name that is no header’s. Write names of letters, digits and hyphens.',
    ],
  ),
  [
    { 'X-Key': 'a', 'x-key': 'b' },
    {},
    'gates.inbox.keep.deliver[0].headers.x-key: is there twice, in another case. Leave out one of the two.',
  ],
  [
    { 'Webhook-Id': 'mine' },
    { sign: { secret: `whsec_${Buffer.alloc(32, 7).toString('base64')}` } },
    'gates.inbox.keep.deliver[0].headers.Webhook-Id: is a header that sign makes. Leave out one of the two.',
  ],
])('headers that no message can have are refused: %j', async (headers, more, problem) => {
  await expect(gatewayTo([{ to: 'http://127.0.0.1:9/', headers, ...more }])).rejects.toThrow(problem);
});

it('headers are looked at though no event goes to their destination yet', async () => {
  const destinations = { ops: { to: 'http://127.0.0.1:9/', headers: { Host: 'a' } } };
  await expect(gatewayTo([], { destinations, operatorEvents: 'ops' } as TestOptions)).rejects.toThrow(
    'destinations.ops.headers.Host: is a header that the gateway makes for each attempt. Leave it out.',
  );
});
