/** Tests of an address by its platform: answered as the platform wants it, and nobody gains a signature by them. */
import { createHmac } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../scripts/effort.ts';
import {
  createGate,
  type Draft,
  done,
  type Gate,
  type GateOptions,
  type RequestParts,
  replyTo,
  writtenProvider,
  writtenScheme,
} from '../src/index.ts';
import { keyOfProvider } from './support/provider-key.ts';

const NOW = 1_760_000_000_000;
const SECRET = keyOfProvider('zoom').signing;
const mac = (text: string, encoding: 'hex' | 'base64'): string =>
  createHmac('sha256', SECRET).update(text).digest(encoding);

const gateOf = (id: string, keys = [keyOfProvider(id).signing]): Gate =>
  createGate({ provider: writtenProvider(id), keys, now: () => NOW });

/** Status, type and body of the answer, or why there is none. */
async function answerOf(gate: Gate, request: RequestParts): Promise<unknown> {
  const received = await gate.receive(request, () => done());
  if (received.kind === 'refused') return received.verdict.reason;
  if (received.kind !== 'handshake') return received.kind;
  const { status, headers, body } = replyTo(received);
  expect(headers['x-content-type-options']).toBe('nosniff');
  return [status, headers['content-type'], body];
}

const get = (query: string): RequestParts => ({
  method: 'GET',
  url: `/in?${query}`,
  headers: { host: 'a.example' },
  body: '',
});
const draft = (body: object | string): Draft => ({
  method: 'POST',
  url: 'https://a.example/in',
  headers: {},
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

describe('a test that is signed', () => {
  const twitch = {
    challenge: 'pogchamp-kappa-360noscope-vohiyo',
    subscription: { status: 'webhook_callback_verification_pending' },
  };
  const zoom = { event: 'endpoint.url_validation', payload: { plainToken: 'qgg8vlvZRS6UYooatFL8Aw' } };
  it.each<[string, object, unknown]>([
    [
      'slack',
      { type: 'url_verification', challenge: '3eZbrw1aB' },
      [200, 'text/plain; charset=utf-8', '3eZbrw1aB'],
    ],
    ['twitch', twitch, [200, 'text/plain; charset=utf-8', 'pogchamp-kappa-360noscope-vohiyo']],
    ['discord', { type: 1, id: '1' }, [200, 'application/json', '{"type":1}']],
    [
      'zoom',
      zoom,
      [
        200,
        'application/json',
        JSON.stringify({
          plainToken: 'qgg8vlvZRS6UYooatFL8Aw',
          encryptedToken: mac('qgg8vlvZRS6UYooatFL8Aw', 'hex'),
        }),
      ],
    ],
  ])(
    'of %s is answered, and not where it is unsigned or signed by somebody else',
    async (id, body, answer) => {
      const gate = gateOf(id);
      const signed = await gate.sign(draft(body));
      expect(await answerOf(gate, signed)).toEqual(answer);
      expect(await answerOf(gate, draft(body) as RequestParts)).toBe('missing-signature');
      const changed = { ...signed, body: Buffer.from(`${Buffer.from(signed.body)} `) };
      expect(await answerOf(gate, changed)).toBe('signature-mismatch');
    },
  );

  it('is none where Discord sends an event, which has the type of its test and no id', async () => {
    const gate = gateOf('discord');
    const event = { type: 'ENTITLEMENT_CREATE', timestamp: '2026-01-01T00:00:00Z', data: { id: '3' } };
    const body = { version: 1, application_id: '2', type: 1, event };
    expect(await answerOf(gate, await gate.sign(draft(body)))).toBe('done');
  });

  it('is none without its mark, with a challenge that is no word, or with a long body', async () => {
    const gate = gateOf('slack');
    for (const body of [
      { type: 'event_callback', challenge: 'a' },
      { type: 'url_verification', challenge: '<script>alert(1)</script>' },
      { type: 'url_verification', challenge: 'a b' },
      { type: 'url_verification', challenge: 'a'.repeat(513) },
      { type: 'url_verification', challenge: ['a'] },
      { type: 'url_verification' },
      { type: 'url_verification', challenge: 'a', more: 'x'.repeat(2048) },
    ])
      expect(await answerOf(gate, await gate.sign(draft(body)))).toBe('done');
  });
});

describe('a test by a method of its own', () => {
  it('of X is a challenge to be signed', async () => {
    const answer = JSON.stringify({ response_token: `sha256=${mac('ODkx_-.~+/=', 'base64')}` });
    expect(await answerOf(gateOf('x-twitter'), get('crc_token=ODkx_-.~%2B/%3D'))).toEqual([
      200,
      'application/json',
      answer,
    ]);
  });

  it('of X is none without a challenge, with two, or with one that is no word', async () => {
    const gate = gateOf('x-twitter');
    for (const query of [
      '',
      'crc_token=',
      'crc_token=a&crc_token=b',
      'crc_token=%7B%22a%22%3A1%7D',
      'crc_token=a%0Ab',
      'crc_token=%ff',
      `crc_token=${'a'.repeat(513)}`,
      'other=a',
    ])
      expect(await answerOf(gate, get(query)), query).toBe('method-not-allowed');
  });

  it('of X has no answer where no key can sign', async () => {
    const keys = [{ secret: SECRET, state: 'revoked' as const }];
    const gate = createGate({ provider: 'x-twitter', keys, now: () => NOW });
    expect(await answerOf(gate, get('crc_token=a'))).toBe('method-not-allowed');
  });

  it('of Trello is a HEAD', async () => {
    const gate = gateOf('trello');
    const head = { ...get(''), method: 'HEAD' };
    expect(await answerOf(gate, head)).toEqual([200, 'text/plain; charset=utf-8', '']);
    expect(await answerOf(gate, get(''))).toBe('missing-signature');
  });

  it('is the only request of that method, even of one that is signed', async () => {
    const gate = gateOf('x-twitter');
    const signed = await gate.sign(draft({ for_user_id: '1' }));
    expect(await answerOf(gate, signed)).toBe('done');
    const other = { ...signed, method: 'GET' };
    expect(await answerOf(gate, other)).toBe('method-not-allowed');
    expect(await gate.verify(other)).toMatchObject({ ok: false, reason: 'method-not-allowed', step: 'pick' });
    expect(gate.refuseHead(other)).toBeUndefined();
  });

  it('signs nothing that is taken as a request: whatever is asked for', async () => {
    const gate = gateOf('x-twitter');
    const word = fc.string({ unit: fc.constantFrom(...'aZ09._~+/=-{}"[]:, <'), minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(word, async (challenge) => {
        const received = await gate.receive(get(`crc_token=${encodeURIComponent(challenge)}`), () => done());
        if (received.kind !== 'handshake') return;
        const { response_token: signature } = JSON.parse(received.handshake.body);
        const forged = {
          ...draft(challenge),
          headers: { 'x-twitter-webhooks-signature': signature },
        } as RequestParts;
        expect(await gate.verify(forged)).toMatchObject({ ok: false, reason: 'malformed-body' });
      }),
      { numRuns: runs(200), seed: 15 },
    );
  });

  const word = 'aZ09._~+/=-'.repeat(3);
  const asked = { method: 'GET', challenge: 'c', answer: '{hmac:hex}' };
  it.each<[string, object, (signature: string) => Partial<RequestParts>]>([
    [
      'a body that is compressed',
      { signature: 'x-sig', body: ['raw', 'gunzipped'] },
      (signature) => ({ headers: { 'x-sig': signature }, body: gzipSync(word) }),
    ],
    [
      'a form without its signature',
      { signature: { field: 'sig' } },
      (signature) => ({
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: `${encodeURIComponent(word)}&sig=${signature}`,
      }),
    ],
    [
      'a form without its signature, as it came',
      { signature: { field: 'sig' } },
      (signature) => ({
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: `${word.replaceAll('+', '')}&sig=${signature}`,
      }),
    ],
    [
      'text of a JSON string',
      { signature: 'x-sig', body: 'json-string' },
      (signature) => ({ headers: { 'x-sig': signature }, body: word }),
    ],
  ])('signs nothing that is taken as %s', async (_what, more, forge) => {
    const scheme = { algorithm: 'hmac-sha256', message: '{body}', handshake: asked, ...more };
    const gate = createGate({ scheme: writtenScheme(scheme), keys: [SECRET], now: () => NOW });
    for (const challenge of [word, word.replaceAll('+', ''), encodeURIComponent(word)]) {
      const received = await gate.receive(get(`c=${encodeURIComponent(challenge)}`), () => done());
      const signature = received.kind === 'handshake' ? received.handshake.body : '';
      const verdict = await gate.verify({ ...draft(''), ...forge(signature) } as RequestParts);
      expect(verdict).toMatchObject({ ok: false });
    }
  });

  it('has no say at a provider that has no such test', async () => {
    expect(await answerOf(gateOf('github'), get('crc_token=a'))).toBe('missing-signature');
  });
});

describe('a test that is declared', () => {
  const base = { algorithm: 'hmac-sha256', signature: 'x-sig', message: '{body}' };
  const declared = (handshake: object, more: object = {}): GateOptions => ({
    scheme: writtenScheme({ ...base, handshake, ...more }),
    keys: [SECRET],
    now: () => NOW,
  });

  it('is answered as the provider’s', async () => {
    const crc = { method: 'GET', challenge: 'crc_token', answer: { response_token: 'sha256={hmac:base64}' } };
    const byProvider = await answerOf(gateOf('x-twitter', [SECRET]), get('crc_token=abc'));
    expect(await answerOf(createGate(declared(crc)), get('crc_token=abc'))).toEqual(byProvider);
  });

  it('by GET may want a parameter to say what it is, and its answer a text around the challenge', async () => {
    const gate = createGate(
      declared({ method: 'GET', when: { mode: 'subscribe' }, challenge: 'c', answer: 'ok {challenge}' }),
    );
    expect(await answerOf(gate, get('mode=subscribe&c=12'))).toEqual([
      200,
      'text/plain; charset=utf-8',
      'ok 12',
    ]);
    expect(await answerOf(gate, get('c=12'))).toBe('method-not-allowed');
  });

  it('by POST is told by a member, and must be signed', async () => {
    const gate = createGate(declared({ when: { 'a.kind': 'ping' }, answer: { pong: 1 } }));
    const signed = await gate.sign(draft({ a: { kind: 'ping' } }));
    expect(await answerOf(gate, signed)).toEqual([200, 'application/json', '{"pong":1}']);
    expect(await answerOf(gate, await gate.sign(draft({ a: { kind: 'event' } })))).toBe('done');
  });

  it('by POST is told by members, where these are what is signed', async () => {
    const gate = createGate(
      declared({ when: { type: 'ping' }, challenge: 'c' }, { message: '{member:type}.{member:c}' }),
    );
    expect(await answerOf(gate, await gate.sign(draft({ type: 'ping', c: 'ab' })))).toEqual([
      200,
      'text/plain; charset=utf-8',
      'ab',
    ]);
  });

  it.each<[string, object, object?]>([
    ['scheme.handshake.when', { challenge: 'c' }],
    ['scheme.handshake.method', { method: 'PUT' }],
    ['scheme.handshake.answer', { method: 'GET', answer: { a: true } }],
    ['scheme.handshake.when', { when: ['a'] }],
    ['scheme.handshake.challange', { method: 'GET', challange: 'c' }],
    [
      'scheme.handshake.answer',
      { method: 'GET', challenge: 'c', answer: '{hmac:hex}' },
      { message: '{timestamp}.{body}', timestamp: 'x-time' },
    ],
    [
      'scheme.handshake.answer',
      { method: 'HEAD', challenge: 'c', answer: '{hmac:hex}' },
      { message: '{timestamp}.{body}', timestamp: 'x-time' },
    ],
    [
      'scheme.handshake.answer',
      { method: 'GET', challenge: 'c', answer: '{hmac:hex}' },
      { algorithm: 'ed25519' },
    ],
    [
      'scheme.handshake.answer',
      { when: { type: 'ping' }, challenge: 'c', answer: '{hmac:hex}' },
      { algorithm: 'sha256-secret-first' },
    ],
    ['scheme.handshake', { when: { type: 'ping' } }, { message: '{header:x-id}.{header:x-time}' }],
    [
      'scheme.handshake',
      { when: { type: 'ping' } },
      { message: ['{body}.{nonce}', '{header:x-id}'], nonce: 'x-n' },
    ],
    ['scheme.handshake', { when: { type: 'ping' }, challenge: 'c' }, { message: '{member:type}' }],
    [
      'scheme.handshake',
      { when: { type: 'ping' } },
      { message: '{member:type}', each: 'items.*', signature: { member: 'sig' } },
    ],
  ])('is refused at set-up: %s of %j', (option, handshake, more) => {
    expect(() => createGate(declared(handshake, more))).toThrow(expect.objectContaining({ option }));
  });
});
