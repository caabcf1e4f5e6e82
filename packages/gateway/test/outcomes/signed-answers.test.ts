/** A gate that signs its answers: what its client can prove, and what of the gateway’s answers nobody signs. */
import { generateKeyPairSync } from 'node:crypto';
import { signedFetch } from '@countersign/core/client';
import { createResponseGate, type ResponseGate, UnprovedResponse } from '@countersign/core/responses';
import { describe, expect, it } from 'vitest';
import type { AnswerSignInput, GateInput } from '../../src/config/config-input.ts';
import { actionsModule, SECRET, start, type TestGateway, type TestOptions } from '../harness.ts';

const ACTIONS = `
import { file, html, stream } from '${new URL('../../src/index.ts', import.meta.url)}';
const input = { type: 'object', additionalProperties: true };
let runs = 0;
const action = (name, run, more) => ({ name, description: name, input, run, ...more });
export const count = action('count', () => ({ runs: ++runs }));
export const fail = action('fail', () => { throw new Error('password=hunter2'); });
export const late = action('late', (_, { signal }) => new Promise((resolve) => signal.addEventListener('abort', () => resolve('late'))), { deadlineMs: 20 });
export const page = action('page', () => html\`<p>☃</p>\`);
export const download = action('download', () => file({ name: 'a.bin', content: new Uint8Array([0, 255, 128]) }));
async function* chunks(count) { for (let i = 0; i < count; i++) yield 'a'.repeat(1000); }
export const streamed = action('streamed', () => stream(chunks(3)));
export const long = action('long', () => stream(chunks(30)));
async function* broken() { yield 'a'; throw new Error('password=hunter2'); }
async function* endless() { yield 'a'; globalThis.streamIsRead(); await new Promise(() => {}); }
export const waits = action('waits', () => stream(endless()));
export const breaks = action('breaks', () => stream(broken()));
`;

const pair = generateKeyPairSync('ed25519');
const PRIVATE = String(pair.privateKey.export({ type: 'pkcs8', format: 'pem' }));
const PUBLIC = String(pair.publicKey.export({ type: 'spki', format: 'pem' }));

const keys = [{ id: 'partner', secret: SECRET }];
/** A signature of a form of its own, which covers the path. */
const scheme = {
  algorithm: 'hmac-sha256',
  message: '{timestamp}.{nonce}.{path}.{body}',
  signature: { header: 'x-signature' },
  timestamp: { header: 'x-timestamp', unit: 's' },
  nonce: { header: 'x-nonce' },
} as const;
const servers = createResponseGate({
  scheme: { algorithm: 'ed25519' },
  keys: [{ id: 'gateway', secret: PUBLIC }],
});
const ED25519: AnswerSignInput = { algorithm: 'ed25519', keys: [{ id: 'gateway', secret: PRIVATE }] };

interface Served {
  readonly gateway: TestGateway;
  /** Calls an action, and takes proved answers only. */
  call(action: string, body?: string, signal?: AbortSignal): Promise<Response>;
}

async function serve(
  sign: AnswerSignInput,
  {
    gate = {},
    responses = servers,
    ...options
  }: TestOptions & { readonly gate?: Partial<GateInput>; readonly responses?: ResponseGate } = {},
): Promise<Served> {
  const answer = { actions: actionsModule(ACTIONS), sign };
  const gateway = await start(
    { api: { path: '/api/:action', scheme, keys, answer, ...gate } as GateInput },
    options,
  );
  const send = signedFetch({ scheme }, SECRET, { responses });
  const call: Served['call'] = (action, body = '{}', signal) =>
    send(`${gateway.publicUrl}/api/${action}`, { method: 'POST', body, ...(signal && { signal }) });
  return { gateway, call };
}

/** The gateway listens without TLS; whom its clients call is known once it listens. */
const HERE: AnswerSignInput = {
  ...ED25519,
  components: ['@status', 'content-type', 'content-digest', '@method;req', '@path;req'],
};
const here = createResponseGate({
  scheme: {
    algorithm: 'ed25519',
    components: ['@status', 'content-type', 'content-digest', '@method;req', '@path;req'],
  },
  keys: [{ id: 'gateway', secret: PUBLIC }],
});
const served = (options: Parameters<typeof serve>[1] = {}, sign: AnswerSignInput = HERE): Promise<Served> =>
  serve(sign, { responses: here, ...options });

async function unproved(sent: Promise<Response>): Promise<UnprovedResponse> {
  const error: unknown = await sent.then(
    (response) => response.status,
    (reason: unknown) => reason,
  );
  if (error instanceof UnprovedResponse) return error;
  throw new Error(`it came to ${String(error)}`);
}

describe('an answer is proved by the client', () => {
  it('that an action gives, with its request', async () => {
    const { call, gateway } = await served();
    const response = await call('count');
    expect([response.status, await response.text()]).toEqual([200, '{"runs":1}']);
    expect(response.headers.get('signature-input')).toContain('"x-signature";req');
    expect(gateway.records).toMatchObject([{ verdict: 'accepted', status: 200, claim: 'committed' }]);
  });

  it('of text that is no ASCII, and of bytes', async () => {
    const { call } = await served();
    const page = await call('page');
    expect(await page.text()).toMatch(/☃.*<footer>Request \S+<\/footer>/s);
    expect(new Uint8Array(await (await call('download')).arrayBuffer())).toEqual(
      new Uint8Array([0, 255, 128]),
    );
  });

  it('that says that the action failed, is late or is none', async () => {
    const { call } = await served();
    expect((await call('fail')).status).toBe(500);
    expect((await call('late')).status).toBe(500);
    expect((await call('none')).status).toBe(404);
    expect((await call('count', 'no json')).status).toBe(400);
  });

  it('that is streamed, once it has come to its end', async () => {
    const { call } = await served();
    const response = await call('streamed');
    expect(await response.text()).toBe('a'.repeat(3000));
  });

  it('to the address that origin says', async () => {
    const { call } = await serve({ ...ED25519, origin: 'https://api.example' });
    expect(await unproved(call('count'))).toMatchObject({ code: 'signature-mismatch' });
  });

  it('by the gate’s own keys, which may change, where these are of message signatures', async () => {
    const components = ['@status', 'content-digest', '@path;req'];
    const signatures = {
      type: 'http-message-signatures',
      components: ['@method', '@path', 'content-digest'],
    } as const;
    const gateway = await start({
      api: {
        path: '/api/:action',
        scheme: signatures,
        keys,
        answer: { actions: actionsModule(ACTIONS), sign: { components } },
      },
    });
    const responses = createResponseGate({ scheme: { components }, keys });
    const send = signedFetch({ scheme: signatures }, { id: 'partner', secret: SECRET }, { responses });
    const response = await send(`${gateway.publicUrl}/api/count`, { method: 'POST', body: '{}' });
    expect(await response.json()).toEqual({ runs: 1 });
    expect(response.headers.get('signature-input')).toContain('"signature";req');
  });
});

describe('a repeat', () => {
  it.each([
    ['acknowledge', 200, ''],
    ['refuse', 409, '{}'],
    ['first-answer', 200, '{"runs":1}'],
  ] as const)('that is to %s has a signed answer of its own', async (repeat, status, text) => {
    const { gateway } = await served({ gate: { replay: { repeat } } });
    const url = `${gateway.publicUrl}/api/count`;
    let copy: RequestInit | undefined;
    const capturing = signedFetch({ scheme }, SECRET, {
      fetch: async (input, init) => {
        copy = init;
        return fetch(input, init);
      },
    });
    expect(await (await capturing(url, { method: 'POST', body: '{}' })).json()).toEqual({ runs: 1 });
    const response = await fetch(url, copy);
    const request = { method: 'POST', url, headers: new Headers(copy?.headers), body: '{}' };
    const proved = await here
      .tiedTo(['x-signature', 'x-timestamp', 'x-nonce'])
      .provedResponse(request, response);
    expect([proved.status, await proved.text()]).toEqual([status, text]);
  });
});

describe('nobody signs', () => {
  it('a refusal of a request that is not proved', async () => {
    const { gateway } = await served();
    const other = signedFetch({ scheme }, `${SECRET}!`, { responses: here, onWarning: () => {} });
    const error = await unproved(other(`${gateway.publicUrl}/api/count`, { method: 'POST', body: '{}' }));
    expect(error).toMatchObject({ code: 'missing-signature', status: 401 });
  });

  it('what a gate that monitors lets through', async () => {
    const { gateway } = await served({ gate: { mode: 'monitor' } });
    const other = signedFetch({ scheme }, `${SECRET}!`, { responses: here });
    const error = await unproved(other(`${gateway.publicUrl}/api/count`, { method: 'POST', body: '{}' }));
    expect(error).toMatchObject({ code: 'missing-signature', status: 200 });
  });

  it.each(['long', 'breaks'])(
    'a stream that is too long, or breaks off: 500 in place of %s',
    async (action) => {
      const { call, gateway } = await served({}, { ...HERE, maxBody: '10KB' });
      expect(await unproved(call(action))).toMatchObject({ code: 'missing-signature', status: 500 });
      expect(gateway.records).toMatchObject([{ verdict: 'accepted', reason: 'action-failed', status: 500 }]);
      expect(gateway.log.join('\n')).toContain(
        action === 'long'
          ? 'the answer could not be signed: it is longer than answer.sign.maxBody: 10240 bytes'
          : 'the answer could not be signed',
      );
    },
  );

  it('a stream whose reader has left, which is not waited for', async () => {
    const { gateway, call } = await served();
    const isRead = new Promise((resolve) => Object.assign(globalThis, { streamIsRead: resolve }));
    const leaving = new AbortController();
    const record = gateway.nextRecord();
    const sent = call('waits', '{}', leaving.signal);
    await isRead;
    leaving.abort();
    await expect(sent).rejects.toThrow('aborted');
    expect(await record).toMatchObject({ verdict: 'accepted', reason: 'action-failed' });
  });

  it('an answer of a gate that is not set to', async () => {
    const gateway = await start({
      api: { path: '/api/:action', scheme, keys, answer: { actions: actionsModule(ACTIONS) } },
    });
    const send = signedFetch({ scheme }, SECRET, { responses: here });
    const error = await unproved(send(`${gateway.publicUrl}/api/count`, { method: 'POST', body: '{}' }));
    expect(error).toMatchObject({ code: 'missing-signature', status: 200 });
  });
});

describe('a gate is not opened', () => {
  const opened = (sign: object, gate: object): Promise<unknown> => {
    const answer = { actions: actionsModule(ACTIONS), sign };
    const all: object = { path: '/api/:action', scheme, keys, answer, ...gate };
    const present = Object.entries(all).filter(([, value]) => value !== undefined);
    return start({ api: Object.fromEntries(present) as GateInput });
  };

  it.each([
    [
      'with the keys of a gate that are not of message signatures',
      {},
      'gates.api.answer.sign.keys: its scheme is template, whose keys are not for message signatures. Give answer.sign keys of its own.',
    ],
    [
      'with a key that verifies only',
      { algorithm: 'ed25519', keys: [{ secret: PUBLIC }] },
      'gates.api.answer.sign.keys: a public key cannot sign. Give a private half: a public one verifies only.',
    ],
    [
      'with no key that is active',
      { keys: [{ secret: SECRET, state: 'next' }] },
      'gates.api.answer.sign.keys: no key is active and within its validity.',
    ],
    [
      'with a signature that leaves the status out',
      { keys: [{ secret: SECRET }], components: 'content-digest' },
      'gates.api.answer.sign.components: they leave out @status.',
    ],
    [
      'where the proof of requests is in no header',
      { keys: [{ secret: SECRET }] },
      'gates.api.answer.sign: the proof of the gate’s requests is in no header, so a signed answer would fit every request to its path. Leave it out, or take requests whose proof is in a header.',
      { scheme: undefined, provider: 'flowent' },
    ],
    [
      'where requests are not proved at all',
      { keys: [{ secret: SECRET }] },
      'is given, and provider none takes unsigned requests: a signed answer would fit every equal one',
      { scheme: undefined, provider: 'none', keys: undefined },
    ],
  ] as const)('%s', async (_, sign, says, gate?: object) => {
    await expect(opened(sign, gate ?? {})).rejects.toThrow(says);
  });
});
