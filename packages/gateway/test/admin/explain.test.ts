/** What the admin API tells of a request’s way through its gate, of every provider: over real HTTP, from a sender to the operator. */
import { createHmac, createPrivateKey, generateKeyPairSync } from 'node:crypto';
import {
  type AdminClient,
  AdminError,
  createAdminClient,
  type ExplainBody,
  type ExplanationView,
} from '@countersign/api';
import {
  type Draft,
  type Gate,
  MemoryReplayGuard,
  type Provider,
  providers,
  type SignedRequest,
  STEPS,
} from '@countersign/core';
import { describe, expect, it, vi } from 'vitest';
import { keyOfProvider } from '../../../core/test/support/provider-key.ts';
import { OTHER_RSA_PAIR } from '../../../core/test/support/rsa-pairs.ts';
import { SENDER_DRAFTS } from '../../../core/test/support/sender-drafts.ts';
import type { GateInput } from '../../src/config/config-input.ts';
import { Secret } from '../../src/config/secret.ts';
import { createCoreGate } from '../../src/gates/core-gate.ts';
import { type Answer, proofOf, SECRET, send, start, type TestGateway } from '../harness.ts';

function clientOf({ adminUrl = '', adminToken }: TestGateway): AdminClient {
  return createAdminClient({ baseUrl: adminUrl, token: adminToken });
}

/** Of the same kind, in PEM. */
function otherPrivateKey(pem: string): string {
  const { asymmetricKeyType, asymmetricKeyDetails } = createPrivateKey(pem);
  const privateKey =
    asymmetricKeyType === 'rsa'
      ? OTHER_RSA_PAIR.privateKey
      : asymmetricKeyType === 'ed25519'
        ? generateKeyPairSync('ed25519').privateKey
        : generateKeyPairSync('ec', { namedCurve: asymmetricKeyDetails?.namedCurve ?? 'P-256' }).privateKey;
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** The same gate with another key: who signs with it is refused. */
function strangers(gateway: TestGateway, name: string): Gate {
  const config = gateway.gates.find((gate) => gate.config.name === name)?.config;
  if (config === undefined) throw new Error(name);
  const id = config.proof.kind === 'provider' ? config.proof.id : '';
  const { signing } = keyOfProvider(id, 'another secret, and as long as it');
  const secret = new Secret(signing.startsWith('-----') ? otherPrivateKey(signing) : signing);
  const keys = config.keys.map((key) => ({ ...key, secret }));
  const gate = createCoreGate({ ...config, keys }, { replay: new MemoryReplayGuard(), now: Date.now });
  if (gate === undefined) throw new Error('it takes unsigned requests');
  return gate;
}

function coreGateOf(gateway: TestGateway, name = 'in'): Gate {
  const gate = gateway.gates.find(({ config }) => config.name === name)?.coreGate;
  if (gate === undefined) throw new Error(name);
  return gate;
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

function draftOf({ id }: Pick<Provider, 'id'>, url: string): Draft {
  const isForm = id === 'twilio' || id === 'flow-production-tracking';
  return {
    method: 'POST',
    url,
    headers: isForm ? FORM : { 'content-type': 'application/json' },
    body: isForm ? 'b=1&a=2' : '{"b": 1, "a": 2}',
    claims: { exp: Math.floor(Date.now() / 1000) + 300, sub: 'a sender' },
    ...SENDER_DRAFTS[id],
  };
}

async function sendSigned(gate: Gate, draft: Draft, body?: string): Promise<Answer> {
  const signed = await gate.sign(draft);
  // Where no proxy says otherwise, senders are believed to have called https.
  return send(signed.url.replace('https:', 'http:'), {
    method: signed.method,
    headers: headersOf(signed),
    body: body ?? signed.body,
  });
}

function headersOf({ headers: { flat } }: SignedRequest): Readonly<Record<string, string>> {
  return Object.fromEntries(flat.flatMap((name, i) => (i % 2 === 0 ? [[name, flat[i + 1] ?? '']] : [])));
}

async function lastEvent(client: AdminClient): Promise<string> {
  const [event] = (await client.call('events', { limit: 1 })).events;
  return event?.id ?? '';
}

function statuses({ steps }: ExplanationView): readonly string[] {
  return steps.map(({ status }) => status);
}

const KEPT: Omit<GateInput, 'path'> = { keepRefused: {}, keep: {} };

/** What the gateway has a key for that signs. */
const SIGNING = providers.filter(({ id, fetchesKeys }) => fetchesKeys !== true && id !== 'dpop');

describe.each(SIGNING)('of $id', (provider) => {
  it('an accepted request passes the steps of its proof, and the rest is not run again', async () => {
    const gateway = await start(
      { in: { path: '/in', ...proofOf(provider), ...KEPT } },
      { storeKey: 'a1'.repeat(32) },
    );
    const client = clientOf(gateway);
    const draft = draftOf(provider, `${gateway.publicUrl.replace('http:', 'https:')}/in`);
    expect((await sendSigned(coreGateOf(gateway), draft)).status).toBe(200);
    const trace = await client.call('traceEvent', { id: await lastEvent(client) });
    expect(trace).toMatchObject({ gate: 'in', verdict: { ok: true }, findings: [], untried: [], notes: [] });
    expect(trace.steps.map(({ step }) => step)).toEqual(STEPS);
    expect(statuses(trace)).toEqual([...Array(6).fill('passed'), ...Array(4).fill('skipped')]);
    expect(trace.steps[1]?.evidence[0]).toEqual({ label: 'gate', value: 'in' });
    const now = await client.call('traceEvent', { id: await lastEvent(client), at: 'now' });
    expect(now.verdict.ok).toBe(true);
    expect(Date.parse(now.judgedAt)).toBeGreaterThanOrEqual(Date.parse(trace.judgedAt));
    // A trace is no use of the key.
    expect((await client.call('gates')).map(({ keys }) => keys[0]?.hits)).toEqual([1]);
  });

  it('a request of another key is refused at compare, and nothing that proves it is told', async () => {
    const gateway = await start({ in: { path: '/in', ...proofOf(provider), ...KEPT } });
    const client = clientOf(gateway);
    const draft = draftOf(provider, `${gateway.publicUrl.replace('http:', 'https:')}/in`);
    const id = String((await sendSigned(strangers(gateway, 'in'), draft)).headers['x-request-id']);
    const trace = await client.call('traceRefused', { id });
    expect(trace.verdict).toMatchObject({ ok: false, reason: 'signature-mismatch', step: 'compare' });
    expect(statuses(trace)).toEqual([...Array(4).fill('passed'), 'refused', ...Array(5).fill('not-reached')]);
    expect(trace.diff).toBeUndefined();
    const genuine = await coreGateOf(gateway).sign(draft);
    for (const secret of [SECRET, ...genuine.headers.flat.filter((text) => text.length > 40)])
      expect(JSON.stringify(trace)).not.toContain(secret);
  });
});

describe('a refused request', () => {
  async function refusedOne(gate: Omit<GateInput, 'path'>, signed: string, arrived: string) {
    const gateway = await start({ in: { path: '/in', ...gate } });
    const client = clientOf(gateway);
    const signature = createHmac('sha256', SECRET).update(signed).digest('hex');
    const headers = { 'x-hub-signature-256': `sha256=${signature}`, 'content-type': 'application/json' };
    const answer = await send(`${gateway.publicUrl}/in`, { headers, body: arrived });
    return { gateway, client, id: String(answer.headers['x-request-id']) };
  }
  const GITHUB = { provider: 'github', keys: [{ secret: SECRET }], keepRefused: {} } as const;

  it('is explained: what happened, what to do, the code for frameworks, the bytes that differ', async () => {
    const { client, id } = await refusedOne(
      { ...GITHUB, respond: { status: 200 } },
      '{"b": 1, "a": 2}',
      '{"b":1,"a":2}',
    );
    const trace = await client.call('traceRefused', { id });
    expect(trace.verdict).toMatchObject({ ok: false, reason: 'signature-mismatch' });
    const [finding] = trace.findings;
    expect(finding).toMatchObject({ certainty: 'proved' });
    const express = finding?.examples.find(({ frameworks }) => frameworks.includes('express'));
    expect(express?.code).toContain('github');
    expect(finding?.examples.flatMap(({ frameworks }) => frameworks)).toEqual(
      expect.arrayContaining(['express', 'django', 'rails', 'go', 'php']),
    );
    expect(trace.diff).toMatchObject({ finding: finding?.id, of: 'message', cut: { signed: 0, arrived: 0 } });
    const text = (base64: string): string => Buffer.from(base64, 'base64').toString();
    expect(trace.diff?.segments.map(({ kind, offset, base64 }) => [kind, offset, text(base64)])).toEqual([
      ['same', 0, '{"b":'],
      ['signed-only', 5, ' '],
      ['same', 5, '1,'],
      ['signed-only', 8, ' '],
      ['same', 7, '"a":'],
      ['signed-only', 13, ' '],
      ['same', 11, '2}'],
    ]);
    expect(trace.messages?.map(({ base64 }) => text(base64))).toEqual(['{"b":1,"a":2}']);
  });

  it('of a gate that masks is explained without anything of the request', async () => {
    const { client, id } = await refusedOne(
      { ...GITHUB, keep: { mask: { members: ['b'] } } },
      '{"b": "ada@example", "a": 2}',
      '{"b":"ada@example","a":2}',
    );
    const trace = await client.call('traceRefused', { id });
    expect(trace).toMatchObject({ masked: true, findings: [{ certainty: 'proved' }] });
    expect(trace).not.toHaveProperty('messages');
    expect(trace).not.toHaveProperty('diff');
    expect(trace.steps.flatMap(({ evidence }) => evidence)).toEqual([]);
    expect(JSON.stringify(trace)).not.toContain('ada');
  });

  it('whose time is past is refused then and now; a repeat is one then, and what it repeats is named', async () => {
    const stripe = { path: '/in', provider: 'stripe', keys: [{ secret: SECRET }], keepRefused: {} } as const;
    const gateway = await start({
      in: { ...stripe, respond: { status: 200 }, replay: { repeat: 'refuse' } },
    });
    const client = clientOf(gateway);
    const gate = coreGateOf(gateway);
    const signed = await gate.sign({ method: 'POST', url: '/in', body: '{}' });
    const request = { headers: headersOf(signed), body: signed.body };
    expect((await send(`${gateway.publicUrl}/in`, request)).status).toBe(200);
    const repeat = await send(`${gateway.publicUrl}/in`, request);
    expect(repeat.status).toBe(409);
    const then = await client.call('traceRefused', { id: String(repeat.headers['x-request-id']) });
    expect(then.verdict).toMatchObject({ ok: false, reason: 'replayed', step: 'replay' });
    expect(statuses(then)).toEqual([...Array(6).fill('passed'), 'refused', ...Array(3).fill('not-reached')]);
    const old = await gate.sign({
      method: 'POST',
      url: '/in',
      body: '{}',
      timestampMs: Date.now() - 3_600_000,
    });
    const late = await send(`${gateway.publicUrl}/in`, { headers: headersOf(old), body: old.body });
    for (const at of ['received', 'now']) {
      const trace = await client.call('traceRefused', { id: String(late.headers['x-request-id']), at });
      expect(trace.verdict).toMatchObject({ ok: false, reason: 'expired', step: 'fresh' });
    }
  });

  it('whose body was not read says so', async () => {
    const gateway = await start({ in: { path: '/in', ...GITHUB, respond: { status: 200 } } });
    const client = clientOf(gateway);
    const answer = await send(`${gateway.publicUrl}/in`, { body: 'x'.repeat(400_000) });
    const trace = await client.call('traceRefused', { id: String(answer.headers['x-request-id']) });
    expect(trace.verdict).toMatchObject({ ok: false, reason: 'missing-signature' });
    expect(trace.notes).toEqual([
      'The body was not read, since the request was refused before: what depends on it is not judged.',
    ]);
  });
});

describe('an event', () => {
  async function keptOne(gate: object, options: object = {}) {
    const gateway = await start({ in: { path: '/in', ...gate } as GateInput }, options);
    const client = clientOf(gateway);
    const draft = draftOf({ id: 'hmac' }, `${gateway.publicUrl}/in`);
    expect((await sendSigned(coreGateOf(gateway), draft)).status).toBe(200);
    return { client, id: await lastEvent(client) };
  }

  it.each([
    [
      'a token that was not kept',
      { provider: 'jwt-bearer', keys: [{ secret: SECRET }], keep: {} },
      {},
      'headers-not-kept: a secret of its headers was not kept, or was stored under another storeKey: with a storeKey it is kept encrypted',
    ],
    [
      'a body of which the hash is kept',
      { provider: 'github', keys: [{ secret: SECRET }], keep: { body: 'hash' } },
      {},
      'body-not-kept: the gate keeps the SHA-256 of bodies in their place',
    ],
  ])('with %s cannot be judged', async (_, gate, options, expected) => {
    const { client, id } = await keptOne(gate, options);
    expect(await refusalOf(client.call('traceEvent', { id }))).toBe(expected);
  });

  it('that is erased, or that nobody kept, is none', async () => {
    const { client, id } = await keptOne({ provider: 'github', keys: [{ secret: SECRET }], keep: {} });
    await client.call('eraseEvents', { id });
    expect(await refusalOf(client.call('traceEvent', { id }))).toBe(
      'event-erased: nothing but a hash of the event is left',
    );
    expect(await refusalOf(client.call('traceEvent', { id: 'x' }))).toBe(
      'no-such-event: no event with this id is kept',
    );
    expect(await refusalOf(client.call('traceRefused', { id: 'x' }))).toBe(
      'no-such-refusal: no refused request with this id is kept',
    );
  });

  it('of an unsigned gate has no proof to judge', async () => {
    const gateway = await start({ in: { path: '/in', provider: 'none', keep: {} } });
    await send(`${gateway.publicUrl}/in`, { body: '{}' });
    const client = clientOf(gateway);
    expect(await refusalOf(client.call('traceEvent', { id: await lastEvent(client) }))).toBe(
      'takes-unsigned: the gate in takes unsigned requests: there is no proof to judge',
    );
  });
});

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

describe('a pasted request', () => {
  async function opened() {
    const proof = { provider: 'github', keys: [{ secret: SECRET }], respond: { status: 200 } } as const;
    const other = { path: '/other', provider: 'github', keys: [{ secret: `${SECRET} of another` }] } as const;
    const gateway = await start({
      in: { path: '/in', ...proof },
      other: { ...other, respond: { status: 200 } },
    });
    const signed = await coreGateOf(gateway).sign({ method: 'POST', url: '/in', body: '{"a": 1}\n' });
    return { client: clientOf(gateway), signature: signed.headers.get('x-hub-signature-256') ?? '', gateway };
  }

  const FORMS: Readonly<Record<string, (signature: string) => string>> = {
    curl: (signature) =>
      `curl -X POST https://hooks.example/in -H 'content-type: application/json' -H 'x-hub-signature-256: ${signature}' --data-raw '{"a": 1}'`,
    'raw-http': (signature) =>
      `POST /in HTTP/1.1\r\nHost: hooks.example\r\nX-Hub-Signature-256: ${signature}\r\n\r\n{"a": 1}`,
    json: (signature) =>
      JSON.stringify({
        method: 'POST',
        url: '/in',
        headers: { 'x-hub-signature-256': signature },
        body: '{"a": 1}',
      }),
    fetch: (signature) =>
      `fetch("https://hooks.example/in", ${JSON.stringify({ method: 'POST', headers: { 'x-hub-signature-256': signature }, body: '{"a": 1}' })});`,
    har: (signature) =>
      JSON.stringify({
        request: {
          method: 'POST',
          url: 'https://hooks.example/in',
          headers: [{ name: 'x-hub-signature-256', value: signature }],
          postData: { text: '{"a": 1}' },
        },
      }),
    lambda: (signature) =>
      JSON.stringify({
        version: '2.0',
        rawPath: '/in',
        rawQueryString: '',
        headers: { 'x-hub-signature-256': signature },
        requestContext: { http: { method: 'POST', path: '/in' } },
        body: '{"a": 1}',
        isBase64Encoded: false,
      }),
  };

  it.each(Object.keys(FORMS))('as %s is explained by the gate of its path', async (form) => {
    const { client, signature } = await opened();
    const trace = await client.call('explain', { request: FORMS[form]?.(signature) ?? '' });
    expect(trace).toMatchObject({ gate: 'in', form, verdict: { ok: false, reason: 'signature-mismatch' } });
    expect(trace.findings[0]).toMatchObject({ id: 'body-newline-cut', certainty: 'proved' });
    expect(trace.diff?.segments.at(-1)).toMatchObject({ kind: 'signed-only', base64: 'Cg==' });
  });

  it('is judged by the gate that is named, and which gate’s key proves it is said', async () => {
    const { client, signature } = await opened();
    const request = FORMS['curl']?.(signature).replace(`'{"a": 1}'`, `'{"a": 1}\n'`) ?? '';
    const trace = await client.call('explain', { request, gate: 'other' });
    expect(trace.findings[0]).toMatchObject({ id: 'key-of-other-gate' });
    expect(trace.notes).toContain(
      'Judged by other, to which the gateway would not take it: the request’s path is that of the gate in.',
    );
  });

  it('that the gateway has taken before is a repeat', async () => {
    const stripe = { provider: 'stripe', keys: [{ secret: SECRET }], respond: { status: 200 } } as const;
    const gateway = await start({ in: { path: '/in', ...stripe } });
    const signed = await coreGateOf(gateway).sign({ method: 'POST', url: '/in', body: '{}' });
    const request = `POST /in HTTP/1.1\nstripe-signature: ${signed.headers.get('stripe-signature')}\n\n{}`;
    const client = clientOf(gateway);
    expect((await client.call('explain', { request })).verdict).toMatchObject({ ok: true });
    await send(`${gateway.publicUrl}/in`, { headers: headersOf(signed), body: signed.body });
    // Claims are written a little later.
    await vi.waitFor(async () =>
      expect((await client.call('explain', { request })).verdict).toMatchObject({ reason: 'replayed' }),
    );
  });

  it('that is none, or whose gate is none, is refused', async () => {
    const { client } = await opened();
    const refused = (input: ExplainBody) => refusalOf(client.call('explain', input));
    expect(await refused({ request: 'hello' })).toMatch(
      /^request-unreadable: the input is not a request in a form that is known here\. Give a raw HTTP message/,
    );
    expect(await refused({ request: 'GET /nowhere HTTP/1.1\n\n' })).toBe(
      'no-such-gate: the request’s path leads to no gate: name one with gate (in, other)',
    );
    expect(await refused({ request: 'GET / HTTP/1.1\n\n', gate: 'ni' })).toMatch(/^no-such-gate: /);
    expect(await refused({ request: 'x'.repeat(262_145) })).toMatch(/^invalid-input: /);
  });

  it('of another method than its gate takes is refused for that alone, where its proof holds', async () => {
    const { client, gateway } = await opened();
    const signed = await coreGateOf(gateway).sign({ method: 'POST', url: '/in', body: '{}' });
    const request = `PUT /in HTTP/1.1\nx-hub-signature-256: ${signed.headers.get('x-hub-signature-256')}\n\n{}`;
    const trace = await client.call('explain', { request });
    expect(trace.verdict).toMatchObject({ reason: 'method-not-allowed', step: 'pick' });
    expect(trace.findings.map(({ sentence }) => sentence)).toEqual([
      'The proof of the request holds: the gate’s key and what was signed are right, and its method alone is refused.',
    ]);
  });

  it('that another gate’s key, or another gate, proves is told of', async () => {
    const keys = (text: string) => [{ secret: `${SECRET} of ${text}` }];
    const respond = { status: 200 } as const;
    const gateway = await start({
      a: { path: '/a', provider: 'github', keys: keys('a'), respond },
      b: { path: '/b', provider: 'github', keys: keys('b'), respond },
      c: { path: '/c', provider: 'stripe', keys: keys('c'), respond },
    });
    const client = clientOf(gateway);
    const told = async (signer: string) => {
      const { headers } = await coreGateOf(gateway, signer).sign({ method: 'POST', url: '/a', body: '{}' });
      const fields = headers.flat.flatMap((name, i) =>
        i % 2 === 0 ? [`${name}: ${headers.flat[i + 1]}`] : [],
      );
      const request = ['POST /a HTTP/1.1', ...fields, '', '{}'].join('\n');
      return (await client.call('explain', { request })).findings[0]?.sentence;
    };
    expect(await told('b')).toBe('The request is proved by a key of the gate b, and by none of this gate.');
    expect(await told('c')).toBe('This is a request for the gate c, whose scheme and key prove it.');
  });

  it('only so many are explained at once, and who comes later is told to wait', async () => {
    const { client, signature } = await opened();
    const request = FORMS['curl']?.(signature) ?? '';
    const results = await Promise.allSettled(
      Array.from({ length: 30 }, () => client.call('explain', { request })),
    );
    const refusals = results.flatMap((result) =>
      result.status === 'rejected' ? [refusalOf(Promise.reject(result.reason))] : [],
    );
    expect(new Set(await Promise.all(refusals))).toEqual(
      new Set(['too-busy: as many of these run and wait as may: try again in a moment']),
    );
    expect(results.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThanOrEqual(10);
  });
});
