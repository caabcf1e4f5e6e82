/** Keys that are asked for by the `kid` of a token: of whom, how often, and what becomes of each answer. */
import { describe, expect, it } from 'vitest';
import { createGate, type Gate, requestFrom, type SignedRequest, writtenScheme } from '../../src/index.ts';
import { mint, NOW, P256, SECONDS, wordOf } from './mint.ts';

const KID = 'bfbd5111-8e33-4643-8ced-b2e642a72f3c';
const SECRET = 'plaid-secret-of-nobody';

interface Asked {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly body: string;
  readonly redirect: RequestRedirect;
}

/** A fetch that notes what it was asked. */
function fetchOf(answer: (asked: Asked) => Response): {
  readonly fetch: typeof globalThis.fetch;
  readonly asked: readonly Asked[];
} {
  const asked: Asked[] = [];
  return {
    asked,
    async fetch(input, init) {
      const request = new Request(input, init);
      const { url, method, headers, redirect } = request;
      const question = { url, method, headers, redirect, body: await request.text() };
      asked.push(question);
      return answer(question);
    },
  };
}

const keyAnswer = (more: object = {}) =>
  new Response(JSON.stringify({ key: { ...P256.jwk, kid: KID, alg: 'ES256', use: 'sig', ...more } }));

const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

function webhook(kid: string | undefined = KID, claims: object = {}): SignedRequest {
  const token = mint('ES256', P256.privateKey, {
    header: { ...(kid !== undefined && { kid }) },
    claims: { exp: undefined, iat: SECONDS, request_body_sha256: EMPTY, ...claims },
  });
  return requestFrom({ method: 'POST', url: '/in', headers: { 'plaid-verification': token }, body: '' });
}

const plaidOf = (fetch: typeof globalThis.fetch, clock = { nowMs: NOW }): Gate =>
  createGate({
    provider: { id: 'plaid', clientId: 'client-1', secret: SECRET },
    fetch,
    now: () => clock.nowMs,
  });

const judged = async (gate: Gate, request: SignedRequest): Promise<string> =>
  wordOf(await gate.verify(request));

describe('a key of Plaid', () => {
  it('is asked for as its page says, and kept', async () => {
    const { fetch, asked } = fetchOf(() => keyAnswer({ expired_at: null, created_at: 1 }));
    const gate = plaidOf(fetch);
    expect(gate.keys.list()).toEqual([{ id: 'by-kid', state: 'active', hits: 0, warnings: [] }]);
    expect(await judged(gate, webhook())).toBe('accepted');
    expect(await judged(gate, webhook())).toBe('accepted');
    expect(asked).toHaveLength(1);
    const [question] = asked;
    expect(question).toMatchObject({
      url: 'https://production.plaid.com/webhook_verification_key/get',
      method: 'POST',
      body: `{"key_id":"${KID}"}`,
      redirect: 'manual',
    });
    expect(question?.headers.get('plaid-client-id')).toBe('client-1');
    expect(question?.headers.get('plaid-secret')).toBe(SECRET);
    expect(question?.headers.get('content-type')).toBe('application/json');
    expect(gate.keys.list().map(({ id, hits }) => [id, hits])).toEqual([[KID, 2]]);
  });

  it('is asked for once by those who come at one time', async () => {
    const { fetch, asked } = fetchOf(() => keyAnswer());
    const gate = plaidOf(fetch);
    const words = await Promise.all([1, 2, 3].map(async () => judged(gate, webhook())));
    expect(words).toEqual(['accepted', 'accepted', 'accepted']);
    expect(asked).toHaveLength(1);
  });

  it('is asked for anew after an hour, and no longer taken once it has ended', async () => {
    const clock = { nowMs: NOW };
    let end: number | null = null;
    const { fetch, asked } = fetchOf(() => keyAnswer({ expired_at: end }));
    const gate = plaidOf(fetch, clock);
    expect(await judged(gate, webhook())).toBe('accepted');
    clock.nowMs = NOW + 3_600_000;
    end = clock.nowMs / 1000;
    const later = webhook(KID, { iat: clock.nowMs / 1000 });
    expect(await judged(gate, later)).toBe('unknown-key');
    expect(asked).toHaveLength(2);
  });

  it('of the sandbox is asked for there', async () => {
    const { fetch, asked } = fetchOf(() => keyAnswer());
    const gate = createGate({
      provider: { id: 'plaid', clientId: 'a', secret: 'b', environment: 'sandbox' },
      fetch,
      now: () => NOW,
    });
    expect(await judged(gate, webhook())).toBe('accepted');
    expect(asked.map(({ url }) => url)).toEqual(['https://sandbox.plaid.com/webhook_verification_key/get']);
  });

  it('may be the gate’s own, without anybody being asked', async () => {
    const { fetch, asked } = fetchOf(() => keyAnswer());
    const gate = createGate({ provider: 'plaid', keys: [P256.pem], fetch, now: () => NOW });
    expect(await judged(gate, webhook())).toBe('accepted');
    expect(asked).toEqual([]);
  });
});

describe('an answer', () => {
  it.each<[string, () => Response, string]>([
    ['400', () => new Response('', { status: 400 }), 'unknown-key'],
    ['404', () => new Response('', { status: 404 }), 'unknown-key'],
    ['401', () => new Response('', { status: 401 }), 'keys-unavailable'],
    ['500', () => new Response('', { status: 500 }), 'keys-unavailable'],
    ['a redirect', () => new Response('', { status: 302, headers: { location: '/' } }), 'keys-unavailable'],
    ['no JSON', () => new Response('<html>'), 'keys-unavailable'],
    ['no key', () => new Response('{}'), 'keys-unavailable'],
    ['a list of keys', () => new Response('{"key":[]}'), 'keys-unavailable'],
    ['very much', () => new Response(' '.repeat(65_537)), 'keys-unavailable'],
    ['a key of another id', () => keyAnswer({ kid: 'other' }), 'keys-unavailable'],
    ['a key for another algorithm', () => keyAnswer({ alg: 'ES384' }), 'keys-unavailable'],
    ['a key that encrypts', () => keyAnswer({ use: 'enc' }), 'keys-unavailable'],
    ['a key whose end is a text', () => keyAnswer({ expired_at: 'soon' }), 'keys-unavailable'],
    [
      'a private key: its public half proves',
      () => keyAnswer(P256.privateKey.export({ format: 'jwk' })),
      'accepted',
    ],
  ])('of %s', async (_, answer, word) => {
    const gate = plaidOf(fetchOf(answer).fetch);
    expect(await judged(gate, webhook())).toBe(word);
  });

  it('that never comes, or fails, is told without the gate’s credentials', async () => {
    const gate = plaidOf(async () => {
      throw new TypeError('fetch failed', {
        cause: { message: 'getaddrinfo ENOTFOUND production.plaid.com' },
      });
    });
    const verdict = await gate.verify(webhook());
    expect(verdict).toMatchObject({ reason: 'keys-unavailable' });
    expect(JSON.stringify([verdict, gate.keys.list(), gate.coverage])).not.toContain(SECRET);
  });
});

describe('who names keys', () => {
  it.each([
    ['nothing', undefined],
    ['a step to another folder', '..'],
    ['a path', 'a/../../admin'],
    ['a query', 'a?b=c'],
    ['quotes, which would end the JSON', 'a","x":"'],
    ['a blank', 'a b'],
    ['a percent escape', 'a%2Fb'],
    ['a very long one', 'a'.repeat(129)],
    ['no ASCII', 'é'],
  ])('as %s has nobody asked', async (_, kid) => {
    const { fetch, asked } = fetchOf(() => keyAnswer());
    expect(await judged(plaidOf(fetch), webhook(kid ?? ''))).toBe('unknown-key');
    expect(asked).toEqual([]);
  });

  it('that there are none of has the address asked a few times and no more, and a known key is not crowded out', async () => {
    const clock = { nowMs: NOW };
    const { fetch, asked } = fetchOf(({ body }) =>
      body.includes(KID) ? keyAnswer() : new Response('', { status: 404 }),
    );
    const gate = plaidOf(fetch, clock);
    expect(await judged(gate, webhook())).toBe('accepted');
    for (let i = 0; i < 200; i++) await gate.verify(webhook(`forged-${i}`));
    expect(asked.length).toBeLessThanOrEqual(11);
    expect(await judged(gate, webhook())).toBe('accepted');
    expect(await judged(gate, webhook('forged-again'))).toBe('keys-unavailable');
    clock.nowMs += 2_000;
    expect(await judged(gate, webhook('forged-again'))).toBe('unknown-key');
  });
});

describe('an address with the id in it', () => {
  it('is asked by GET, and the whole answer is the key', async () => {
    const { fetch, asked } = fetchOf(() => new Response(JSON.stringify(P256.jwk)));
    const gate = createGate({
      scheme: writtenScheme({
        type: 'jwt',
        algorithm: 'ES256',
        header: 'plaid-verification',
        maxAgeMs: 300_000,
        keyUrl: { url: 'https://issuer.example/keys/{kid}?v=1' },
      }),
      fetch,
      now: () => NOW,
    });
    expect(await judged(gate, webhook('key.1~a_b-c'))).toBe('accepted');
    expect(asked).toMatchObject([
      { url: 'https://issuer.example/keys/key.1~a_b-c?v=1', method: 'GET', body: '' },
    ]);
  });
});
