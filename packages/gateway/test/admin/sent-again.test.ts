/** A request that the gateway signs and sends to itself: over real HTTP, by the way of every request, of every provider. */

import { once } from 'node:events';
import { createServer as createHttpServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, createServer } from 'node:net';
import { type AdminClient, AdminError, createAdminClient } from '@countersign/api';
import {
  type Draft,
  type Gate,
  HeaderList,
  type Provider,
  providers,
  type SignedRequest,
} from '@countersign/core';
import { describe, expect, it, vi } from 'vitest';
import { SENDER_DRAFTS } from '../../../core/test/support/sender-drafts.ts';
import { createPassThrough } from '../../src/admin/pass-through.ts';
import { Problem } from '../../src/admin/problem.ts';
import type { GateInput } from '../../src/config/config-input.ts';
import { actionsModule, later, proofOf, SECRET, send, start, type TestGateway } from '../harness.ts';

function clientOf({ adminUrl = '', adminToken }: TestGateway): AdminClient {
  return createAdminClient({ baseUrl: adminUrl, token: adminToken });
}

function coreGateOf(gateway: TestGateway): Gate {
  const gate = gateway.gates[0]?.coreGate;
  if (gate === undefined) throw new Error('it takes unsigned requests');
  return gate;
}

function headersOf({ headers: { flat } }: SignedRequest): Readonly<Record<string, string>> {
  return Object.fromEntries(flat.flatMap((name, i) => (i % 2 === 0 ? [[name, flat[i + 1] ?? '']] : [])));
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

function draftOf({ id }: Pick<Provider, 'id'>, url: string, timestampMs: number): Draft {
  const isForm = id === 'twilio' || id === 'flow-production-tracking';
  return {
    method: 'POST',
    url: url.replace('http:', 'https:'),
    headers: isForm ? FORM : { 'content-type': 'application/json' },
    body: isForm ? 'b=1&a=2' : '{"b": 1, "a": 2}',
    timestampMs,
    claims: { exp: Math.floor(timestampMs / 1000) + 60, sub: 'a sender' },
    ...SENDER_DRAFTS[id],
  };
}

/** Code and words of a refusal. */
async function refusalOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'nothing';
  } catch (error) {
    if (!(error instanceof AdminError)) throw error;
    return `${error.code}: ${error.message.replace(/^.*answered \d+: /, '')}`;
  }
}

/** What the gateway has a key for that signs. */
const SIGNING = providers.filter(({ id, fetchesKeys }) => fetchesKeys !== true && id !== 'dpop');

/** Neither a time nor an id of its own is signed, and repeats are known; or the id stands in the body, and stays. */
function isKnownByContent({ provider, coverage: { covered, replay } }: Gate): boolean {
  // Plivo’s nonce is another one each time.
  if (provider === 'plivo-v3') return false;
  return provider === 'mailgun' || (!covered.includes('timestamp') && replay !== 'none');
}

describe.each(SIGNING)('of $id', (provider) => {
  it('an event that is sent again is signed as of now and comes to its gate, which knows a repeat', async () => {
    const gateway = await start({ in: { path: '/in', ...proofOf(provider), keepRefused: {}, keep: {} } });
    const client = clientOf(gateway);
    const draft = draftOf(provider, `${gateway.publicUrl}/in`, Date.now() - 2000);
    const signed = await coreGateOf(gateway).sign(draft);
    const request = { headers: headersOf(signed), body: signed.body };
    expect((await send(signed.url.replace('https:', 'http:'), request)).status).toBe(200);
    const [event] = (await client.call('events', {})).events;
    const passed = await client.call('sendEventAgain', { id: event?.id ?? '' });
    expect(passed).toMatchObject({
      gate: 'in',
      method: 'POST',
      url: expect.stringMatching(/^\/in(\?|$)/),
      status: 200,
      isCut: false,
    });
    const isNew = passed.verdict.kind === 'accepted';
    if (!isNew) expect(passed.verdict.reason).toBe('replayed');
    const after = (await client.call('events', {})).events.length;
    expect(after).toBe(isNew ? 2 : 1);
    expect(gateway.records.at(-1)).toMatchObject({ requestId: passed.requestId, gate: 'in' });
    expect(isNew, 'it is another request').toBe(!isKnownByContent(coreGateOf(gateway)));
  });

  it('a request that was refused for another key is accepted once it is sent again', async () => {
    const other = { ...proofOf(provider), keepRefused: {}, respond: { status: 201, body: 'taken' } } as const;
    const gateway = await start({ in: { path: '/in', ...other } as GateInput });
    const client = clientOf(gateway);
    const draft = draftOf(provider, `${gateway.publicUrl}/in`, Date.now());
    const signed = await coreGateOf(gateway).sign(draft);
    const proof = coreGateOf(gateway).proofHeaders;
    // Its proof is none of this request’s.
    const headers = Object.fromEntries(
      Object.entries(headersOf(signed)).filter(([name]) => !proof.includes(name.toLowerCase())),
    );
    const isInBody = proof.length === 0;
    const body = isInBody ? String(draft.body) : signed.body;
    const refused = await send(`${gateway.publicUrl}/in`, { headers, body });
    expect(refused.status).toBeGreaterThanOrEqual(400);
    const id = String(refused.headers['x-request-id']);
    const passed = await client.call('sendRefusedAgain', { id });
    expect(passed).toMatchObject({ verdict: { kind: 'accepted', keyId: 'key-1' }, status: 201 });
    expect(Buffer.from(passed.bodyBase64, 'base64').toString()).toBe('taken');
    expect(JSON.stringify(passed)).not.toContain(SECRET);
  });
});

describe('what cannot be sent again', () => {
  it('an event of which the body, or the event itself, is not there', async () => {
    const gateway = await start({
      in: {
        path: '/in',
        provider: 'github',
        keys: [{ secret: SECRET }],
        keepRefused: {},
        keep: { body: 'hash' },
      },
    });
    const client = clientOf(gateway);
    const signed = await coreGateOf(gateway).sign({ method: 'POST', url: '/in', body: '{}' });
    await send(`${gateway.publicUrl}/in`, { headers: headersOf(signed), body: signed.body });
    const [event] = (await client.call('events', {})).events;
    const id = event?.id ?? '';
    expect(await refusalOf(client.call('sendEventAgain', { id }))).toBe(
      'body-not-kept: the gate keeps the SHA-256 of bodies in their place',
    );
    await client.call('eraseEvents', { id });
    expect(await refusalOf(client.call('sendEventAgain', { id }))).toBe(
      'event-erased: nothing but a hash of the event is left',
    );
    expect(await refusalOf(client.call('sendEventAgain', { id: 'x' }))).toMatch(/^no-such-event: /);
    const refused = await send(`${gateway.publicUrl}/in`, { body: 'x'.repeat(400_000) });
    const refusal = client.call('sendRefusedAgain', { id: String(refused.headers['x-request-id']) });
    expect(await refusalOf(refusal)).toBe('body-not-kept: the body of the refused request was not kept');
  });

  it('a request that only its sender can sign', async () => {
    const { publicKey } = (await import('node:crypto')).generateKeyPairSync('ed25519');
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const scheme = {
      algorithm: 'ed25519',
      message: '{body}',
      signature: { header: 'x-signature', encoding: 'hex' },
    };
    const gateway = await start({
      in: {
        path: '/in',
        scheme,
        keys: [{ secret: pem }],
        keepRefused: {},
        respond: { status: 200 },
      } as GateInput,
    });
    const headers = { 'x-signature': '00'.repeat(64) };
    const answer = await send(`${gateway.publicUrl}/in`, { headers, body: '{}' });
    const call = clientOf(gateway).call('sendRefusedAgain', { id: String(answer.headers['x-request-id']) });
    expect(await refusalOf(call)).toMatch(/^cannot-sign: .*public/);
  });
});

const MODULE = `
export const greet = { name: 'greet', description: 'Greets.', input: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] }, run: ({ name }) => 'hello ' + name };
export const fail = { name: 'fail', description: 'Fails.', input: { type: 'object' }, run: () => { throw new Error('a secret of the action'); } };
export const long = { name: 'long', description: 'Is long.', input: { type: 'object' }, run: () => 'x'.repeat(300000) };
`;

it('a public listener that does not answer is told of', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  const passThrough = createPassThrough({
    connect: () => connect(port, '127.0.0.1'),
    requestLog: { listen: () => () => {} },
  });
  const passed = await passThrough({
    method: 'GET',
    url: '/',
    headers: new HeaderList(['Host', 'x']),
    body: new Uint8Array(0),
  });
  expect(passed).toEqual(
    new Problem('not-answered', 'the public listener did not answer the request (ECONNREFUSED)'),
  );
});

describe('actions', () => {
  const GATES: Readonly<Record<string, object>> = {
    flowent: { path: '/act/:action', provider: 'flowent' },
    'flow-production-tracking': { path: '/ami/greet', provider: 'flow-production-tracking' },
    hmac: { path: '/run/greet', provider: 'hmac' },
    'with a key for the action': {
      path: '/act/:action',
      provider: 'flowent',
      keys: [
        { id: 'a', secret: `${SECRET} a`, for: { action: 'fail' } },
        { id: 'b', secret: `${SECRET} b`, for: { action: 'greet' } },
      ],
    },
    unsigned: { path: '/open/:action', provider: 'none' },
  };

  async function opened(kind: string) {
    const keys = kind === 'unsigned' ? {} : { keys: [{ secret: SECRET }] };
    const gate = { ...keys, ...GATES[kind], answer: { actions: actionsModule(MODULE) } };
    const gateway = await start({ a: gate as object as GateInput });
    return { gateway, client: clientOf(gateway) };
  }

  /** An action that waits until it is let go. */
  async function openHeld() {
    const held: ServerResponse[] = [];
    let isReleased = false;
    const server = createHttpServer((_, response) => {
      held.push(response);
      if (isReleased) response.end();
    }).listen(0, '127.0.0.1');
    later(() => void server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const actions = actionsModule(`export const wait = {
      name: 'wait', description: 'Waits.', input: { type: 'object' }, concurrency: 100,
      run: async () => (await fetch('http://127.0.0.1:${port}/')).text(),
    };`);
    const gateway = await start({ a: { path: '/open/:action', provider: 'none', answer: { actions } } });
    const release = (): void => {
      isReleased = true;
      for (const response of held) response.end();
    };
    return { client: clientOf(gateway), held, release };
  }

  it.each(Object.keys(GATES))('of %s run as the platform calls them', async (kind) => {
    const { gateway, client } = await opened(kind);
    const passed = await client.call('testAction', { gate: 'a', action: 'greet', input: '{"name":"Ada"}' });
    expect(passed).toMatchObject({
      status: 200,
      verdict: { kind: kind === 'unsigned' ? 'unsigned' : 'accepted' },
    });
    expect(Buffer.from(passed.bodyBase64, 'base64').toString()).toContain('hello Ada');
    expect(passed.headers.find(({ name }) => name.toLowerCase() === 'content-type')).toBeDefined();
    expect(await client.call('actionRuns', {})).toMatchObject([
      { gate: 'a', action: 'greet', requestId: passed.requestId, status: 200 },
    ]);
    expect(gateway.records.at(-1)?.requestId).toBe(passed.requestId);
    // What the schema refuses is refused as the platform hears it; no action has run.
    const refused = await client.call('testAction', { gate: 'a', action: 'greet' });
    expect(refused).toMatchObject({ verdict: { reason: 'invalid-input' } });
    expect(await client.call('actionRuns', { gate: 'a' })).toHaveLength(1);
  });

  it('are told with their inputs and the keys that may run them', async () => {
    const { client } = await opened('with a key for the action');
    expect(await client.call('actions')).toMatchObject([
      {
        gate: 'a',
        provider: 'flowent',
        path: '/act/:action',
        as: 'flowent',
        registers: false,
        actions: [
          { name: 'fail', keys: ['a'] },
          { name: 'greet', input: { required: ['name'] }, keys: ['b'] },
          { name: 'long', keys: [] },
        ],
      },
    ]);
  });

  it('that fail, or answer at length, are told of; the last hundred calls are kept', async () => {
    const { client } = await opened('unsigned');
    const failed = await client.call('testAction', { gate: 'a', action: 'fail' });
    expect(failed).toMatchObject({ status: 500, verdict: { reason: 'action-failed' } });
    expect(JSON.stringify(failed)).not.toContain('a secret of the action');
    const long = await client.call('testAction', { gate: 'a', action: 'long' });
    expect(long.isCut).toBe(true);
    expect(Buffer.from(long.bodyBase64, 'base64').byteLength).toBe(262_144);
    for (let i = 0; i < 101; i++)
      await client.call('testAction', { gate: 'a', action: 'greet', input: '{"name":"x"}' });
    const runs = await client.call('actionRuns', {});
    expect(runs).toHaveLength(100);
    expect(runs.every(({ action }) => action === 'greet')).toBe(true);
  });

  it('are called so many at a time, and beyond those that wait a call is refused', async () => {
    const { client, held, release } = await openHeld();
    const refusals: string[] = [];
    const call = () => client.call('testAction', { gate: 'a', action: 'wait' });
    const calls = Array.from({ length: 25 }, () =>
      call().catch(({ code }: AdminError) => void refusals.push(code ?? '')),
    );
    await vi.waitFor(() => expect(refusals).toEqual(['too-busy']));
    await vi.waitFor(() => expect(held).toHaveLength(8));
    release();
    const passed = (await Promise.all(calls)).filter((answer) => answer !== undefined);
    expect(passed.map(({ status }) => status)).toEqual(Array.from({ length: 24 }, () => 200));
    expect((await call()).status).toBe(200);
  });

  it('that are none, and an input that is none, are refused', async () => {
    const { client } = await opened('hmac');
    const test = (action: string, input = '{}') =>
      refusalOf(client.call('testAction', { gate: 'a', action, input }));
    expect(await test('nothing')).toBe(
      'no-such-action: the gate has no such action: it has fail, greet, long',
    );
    for (const input of ['[]', '{', 'null', '"x"'])
      expect(await test('greet', input)).toBe(
        'invalid-input: input must be a JSON object as text, such as {"name":"value"}',
      );
    expect(await refusalOf(client.call('actionRuns', { gate: 'none' }))).toMatch(/^no-such-gate: /);
  });
});
