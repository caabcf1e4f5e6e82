/** What `signedRequest` makes is genuine, for whatever a gate can be built of here. */
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createGate, done, type GateOptions } from '../../src/index.ts';
import { stripe } from '../../src/providers/stripe.ts';
import { fakeClock, type Payload, signedRequest } from '../../src/testing/index.ts';
import { RIGHT_PROVIDERS, RIGHT_SCHEMES } from '../options/right-declarations.ts';
import { claimsFor } from '../support/gate-of-any-keys.ts';
import { NOW } from '../tokens/mint.ts';

const CHOICES: readonly (readonly [string, GateOptions])[] = [
  ...Object.values(RIGHT_PROVIDERS)
    .flat()
    .map((provider) => ({ provider })),
  ...Object.values(RIGHT_SCHEMES)
    .flat()
    .map((scheme) => ({ scheme })),
].map((options) => [JSON.stringify(options), options] as const);

/** Parts that some of these declarations cover. */
const HEADERS = { authorization: 'Bearer x', 'x-device': 'd', 'x-dict': 'a=1', 'x-list': 'a' };

const JSON_PAYLOAD = { id: 'evt_1', action_name: 'a', parameters: {} };
const ITEMS_PAYLOAD = { items: [{ a: 1 }], notificationItems: [{ NotificationRequestItem: {} }] };
const FORM_PAYLOAD = new URLSearchParams({
  a: '1',
  user_id: '2',
  bt_payload: 'PG4+',
  json: '{"a":"1","event":{"event_type":"sent"}}',
});

describe.each(CHOICES)('of %s', (name, options) => {
  const sampleOf = (payload: Payload) =>
    signedRequest(options, payload, {
      now: NOW,
      headers: HEADERS,
      remoteAddress: '192.0.2.1',
      url: 'https://localhost/hook/orders',
      nonce: 'n-1',
      claims: claimsFor(options),
    });

  // Fetched keys are nobody's here, and an account's key has a name of its own.
  if (/jwks|agents|brand|keyUrl|clientId|"signer":"account"/.test(name)) {
    it('is refused at set-up, with what to do', async () => {
      await expect(sampleOf(JSON_PAYLOAD)).rejects.toMatchObject({ name: 'SetupError' });
    });
    return;
  }
  it('is accepted by its gate, and refused by the same with another key', async () => {
    const sample = await sampleOf(JSON_PAYLOAD)
      .catch(() => sampleOf(FORM_PAYLOAD))
      .catch(() => sampleOf(ITEMS_PAYLOAD));
    const verdict = await createGate(sample.gateOptions).verify(sample.request);
    expect(verdict.ok ? '' : verdict.message).toBe('');
    const other = await sampleOf(JSON_PAYLOAD)
      .catch(() => sampleOf(FORM_PAYLOAD))
      .catch(() => sampleOf(ITEMS_PAYLOAD));
    expect(other.secret).not.toBe(sample.secret);
    expect((await createGate(other.gateOptions).verify(sample.request)).ok).toBe(false);
  });
});

describe('signedRequest', () => {
  it('signs as the provider documents it', async () => {
    const nowMs = Date.parse('2026-01-02T03:04:05Z');
    const { request, secret } = await signedRequest('stripe', { type: 'invoice.paid' }, { now: nowMs });
    const body = '{"type":"invoice.paid"}';
    expect(new TextDecoder().decode(request.body)).toBe(body);
    const signature = createHmac('sha256', secret)
      .update(`${nowMs / 1000}.${body}`)
      .digest('hex');
    expect(request.headers.get('stripe-signature')).toBe(`t=${nowMs / 1000},v1=${signature}`);
  });

  it('takes a provider that is imported, one with options, and the options of a gate with its own key', async () => {
    const own = { provider: 'stripe', keys: ['whsec_of_this_application'] } as const;
    for (const target of [stripe, { id: 'stripe', toleranceMs: 1000 } as const, own]) {
      const { request, gateOptions } = await signedRequest(target, {});
      expect((await createGate(gateOptions).verify(request)).ok).toBe(true);
    }
    expect((await signedRequest(own, {})).secret).toBe('whsec_of_this_application');
  });

  it('is signed at a clock’s time, which is the gate’s', async () => {
    const clock = fakeClock(NOW);
    const { request, gateOptions } = await signedRequest('stripe', {}, { now: clock.now });
    const gate = createGate(gateOptions);
    clock.advance(5 * 60_000);
    expect((await gate.verify(request)).ok).toBe(true);
    clock.advance(1);
    expect(await gate.verify(request)).toMatchObject({ reason: 'expired' });
  });

  it.each<readonly [string, Payload, string | null, string]>([
    ['an object', { a: 1 }, 'application/json', '{"a":1}'],
    ['a list', [1], 'application/json', '[1]'],
    ['a text', 'a', null, 'a'],
    ['bytes', Uint8Array.of(0x61, 0), null, 'a\0'],
    ['a form', new URLSearchParams({ a: '1 2' }), 'application/x-www-form-urlencoded', 'a=1+2'],
  ])('sends %s', async (_, payload, type, body) => {
    const { request } = await signedRequest('github', payload);
    expect(request.headers.get('content-type') ?? null).toBe(type);
    expect(new TextDecoder().decode(request.body)).toBe(body);
  });

  it('keeps the headers that it is given, a content type among them', async () => {
    const headers = { 'X-GitHub-Event': 'push', 'Content-Type': 'application/json; charset=utf-8' };
    const { request } = await signedRequest('github', {}, { headers });
    expect(request.headers.get('x-github-event')).toBe('push');
    expect(request.headers.count('content-type')).toBe(1);
  });

  it('makes a web Request, as often as one is wanted', async () => {
    const sample = await signedRequest('github', { text: 'ü' }, { headers: { 'x-github-event': 'push' } });
    const gate = createGate(sample.gateOptions);
    for (const kind of ['done', 'refused']) {
      const received = await gate.receive(sample.toRequest(), () => done());
      expect(received.kind).toBe(kind);
    }
  });

  it('says what a gate demands that its token lacks', async () => {
    const gate = { provider: { id: 'jwt-bearer', audience: 'shop' } } as const;
    await expect(signedRequest(gate, {})).rejects.toThrow(
      'signedRequest: the gate refuses what it signed: missing-claim at step fresh: the token has no claim aud. Give what it demands as claims, id, nonce, headers, url or remoteAddress. Have the issuer put',
    );
    const { request, gateOptions } = await signedRequest(gate, {}, { claims: { aud: 'shop' } });
    expect((await createGate(gateOptions).verify(request)).ok).toBe(true);
  });
});

describe('fakeClock', () => {
  it('stands still until it is told to go on', () => {
    const clock = fakeClock(1000);
    expect([clock.now(), clock.now()]).toEqual([1000, 1000]);
    clock.advance(5);
    expect(clock.now()).toBe(1005);
    clock.advance(-1005);
    expect(clock.now()).toBe(0);
  });
});
