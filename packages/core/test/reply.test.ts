/** respond: what a sender is answered, whatever became of its request. */
import { describe, expect, it } from 'vitest';
import {
  createGate,
  done,
  failed,
  type Gate,
  providers,
  REFUSALS,
  type RefusalReason,
  replyTo,
  replyToRefusal,
  requestFrom,
  schemeTypes,
  writtenProvider,
} from '../src/index.ts';
import { OptionReader } from '../src/options.ts';
import { createDeclaredScheme } from '../src/schemes/declared.ts';
import { RIGHT_SCHEMES } from './options/right-declarations.ts';

const NOW = 1_760_000_000_000;
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const gateOf = (provider: string, options = {}): Gate =>
  createGate({ provider: writtenProvider(provider), keys: [SECRET], now: () => NOW, ...options });

describe('replyTo', () => {
  it('is 200 and nothing where the handler is done', async () => {
    const gate = gateOf('github');
    const received = await gate.receive(await gate.sign({ method: 'POST', url: '/', body: '{}' }), () =>
      done('secret'),
    );
    expect(replyTo(received)).toEqual({ status: 200, headers: {}, body: '' });
  });

  it('tells a forger its status and nothing of the reason', async () => {
    const received = await gateOf('github').receive(requestFrom({ method: 'POST', url: '/' }), () => done(1));
    expect(replyTo(received)).toEqual({
      status: 401,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      body: 'unauthorized',
    });
  });

  it('gives a platform’s test of the endpoint what it wants to hear', async () => {
    const gate = gateOf('slack');
    const body = JSON.stringify({ type: 'url_verification', challenge: 'c-1' });
    const received = await gate.receive(await gate.sign({ method: 'POST', url: '/', body }), () => done(1));
    expect(replyTo(received)).toEqual({
      status: 200,
      headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
      body: 'c-1',
    });
  });

  it('says when to try again while the first of two is under way, as the guard knows it', async () => {
    const gate = gateOf('github', { leaseMs: 2500 });
    const request = await gate.sign({ method: 'POST', url: '/', body: '{}' });
    let again: unknown;
    await gate.receive(request, async () => {
      again = replyTo(await gate.receive(request, () => done(1)));
      return done();
    });
    expect(again).toMatchObject({ status: 409, headers: { 'retry-after': '3' } });
  });

  it('lets a failed request be sent again', async () => {
    const gate = gateOf('github');
    const request = await gate.sign({ method: 'POST', url: '/', body: '{}' });
    const first = replyTo(await gate.receive(request, () => failed('not yet')));
    expect(first).toMatchObject({ status: 500, body: 'internal error' });
    expect(replyTo(await gate.receive(request, () => done(1))).status).toBe(200);
  });
});

describe('replyToRefusal', () => {
  it.each(Object.keys(REFUSALS) as RefusalReason[])(
    'of %s is the table’s, in one text a status',
    (reason) => {
      const { status, text, retryAfterS } = REFUSALS[reason];
      const reply = replyToRefusal({ reason });
      expect(reply).toMatchObject({ status, body: text });
      expect(reply.headers['retry-after']).toBe(retryAfterS === undefined ? undefined : String(retryAfterS));
      expect(text, `status ${status} has a text`).not.toBe('refused');
    },
  );
});

describe('a repeat of a request that ended well', () => {
  /** Once to run, once as a repeat. */
  const repeat = async (gate: Gate, body: string): Promise<number> => {
    const request = await gate.sign({ method: 'POST', url: '/', body, id: 'evt_1' });
    await gate.receive(request, () => done(1));
    return replyTo(await gate.receive(request, () => done(1))).status;
  };

  it.each([
    ['github', '{}', 200],
    ['stripe', '{"id":"evt_1"}', 200],
    ['stripe', '{}', 200],
    ['standard-webhooks', '{}', 200],
    ['flow-production-tracking-webhook', '{}', 200],
    ['hmac', '{}', 409],
    ['flowent', '{"action_name":"a","parameters":{}}', 409],
    // Events have an id; commands have none, and a person must not see a second "done".
    ['slack', '{"event_id":"Ev1"}', 200],
    ['slack', 'command=%2Fweather&text=94070', 409],
  ])('%s with %s: %i', async (provider, body, status) => {
    expect(await repeat(gateOf(provider), body)).toBe(status);
  });

  it('is told what the gate says, where it says it', async () => {
    expect(await repeat(gateOf('github', { repeats: 'refuse' }), '{}')).toBe(409);
    expect(await repeat(gateOf('hmac', { repeats: 'acknowledge' }), '{}')).toBe(200);
  });

  it('is refused at a gate of a scheme of one’s own', async () => {
    const scheme = {
      algorithm: 'hmac-sha256',
      signature: 'x-signature',
      message: '{body}',
      timestamp: 'none',
    } as const;
    expect(await repeat(createGate({ scheme, keys: [SECRET] }), '{}')).toBe(409);
  });
});

it.each(providers)('$id says truly what its requests prove themselves with', ({ proof, needs, scheme }) => {
  expect(scheme.create(new OptionReader({ ...needs }, 'provider')).proof).toBe(proof);
});

it.each(schemeTypes)('a scheme of the type $type says so too', ({ type, proof }) => {
  for (const declared of RIGHT_SCHEMES[type]) expect(createDeclaredScheme({ ...declared }).proof).toBe(proof);
});
