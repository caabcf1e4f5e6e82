/** What signedFetch learns of a server's clock, and what it does not believe. */
import { createPublicKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Fetch, type SignedFetchOptions, signedFetch } from '../../src/client/index.ts';
import { createGate } from '../../src/create-gate.ts';
import type { ProviderChoice } from '../../src/gate.ts';
import type { SignedRequest } from '../../src/model.ts';
import { writtenProvider } from '../../src/providers/registry.ts';
import { otherKey } from '../support/other-key.ts';
import { HAND_CHECKS } from './hand-checks.ts';
import { listen, type Server, withOrigin } from './server.ts';

const KEY = 'a-secret-nobody-may-see-0123';
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const YEAR = 365 * 24 * HOUR;
/** Ours, on the second. */
const NOW = 1_760_000_000_000;

const httpDate = (ms: number): string => new Date(ms).toUTCString();

interface Skewed {
  /** The server’s clock minus ours. */
  readonly offsetMs: number;
  /** What it says the time is. Default: its clock; null for nothing. */
  readonly date?: string | null;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly provider?: ProviderChoice;
  readonly key?: string;
}

/** A server with a clock of its own, which takes what a gate takes and refuses the rest. */
function skewed({ offsetMs, status = 401, provider = 'hmac', key = KEY, ...rest }: Skewed): Promise<Server> {
  const nowMs = NOW + offsetMs;
  const gate = createGate({ provider, keys: [key], now: () => nowMs });
  return listen(async (request, response) => {
    const { ok } = await gate.verify(withOrigin(request));
    response.sendDate = false;
    const { date = httpDate(nowMs) } = rest;
    if (date !== null) response.setHeader('date', date);
    response.writeHead(ok ? 200 : status, rest.headers).end(ok ? 'taken' : 'refused');
  });
}

const client = (options: SignedFetchOptions = {}): Fetch =>
  signedFetch('hmac', KEY, { now: () => NOW, ...options });
const post = { method: 'POST', body: '{"a":1}' } as const;
const signedAt = ({ headers }: SignedRequest): number => Number(headers.get('x-timestamp')) * SECOND;

/** Of the same kind. */
function otherKeyOf(key: string): string {
  if (/^[0-9a-f]+$/.test(key)) return key.replaceAll('a', 'b');
  if (!key.startsWith('-----')) return 'bm90IHRoZSBrZXkgb2YgdGhlIGNsaWVudA==';
  return otherKey(createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString());
}

describe('a clock that differs', () => {
  it.each([10 * MINUTE, -10 * MINUTE, 23 * HOUR, -23 * HOUR])(
    'by %d ms is learnt from the refusal: one more request, and none after that',
    async (offsetMs) => {
      const { url, requests } = await skewed({ offsetMs });
      const send = client();
      const first = await send(url, post);
      expect([first.status, await first.text()]).toEqual([200, 'taken']);
      expect(requests.length).toBe(2);
      expect((await send(url, post)).status).toBe(200);
      expect(requests.map(signedAt)).toEqual([NOW, NOW + offsetMs, NOW + offsetMs]);
      expect(new Set(requests.map(({ headers }) => headers.get('x-nonce'))).size).toBe(3);
      expect(new Set(requests.map(({ body }) => Buffer.from(body).toString()))).toEqual(new Set([post.body]));
    },
  );

  it('is learnt from a 403 too, and from no other answer', async () => {
    for (const status of [403, 400, 408, 409, 429, 500]) {
      const { url, requests } = await skewed({ offsetMs: 10 * MINUTE, status });
      expect((await client()(url, post)).status).toBe(status === 403 ? 200 : status);
      expect(requests.length).toBe(status === 403 ? 2 : 1);
    }
  });

  it('is learnt for every provider whose proof carries a time, and for no other', async () => {
    const timeless = [
      'adyen',
      'braintree',
      'docusign',
      'flow-production-tracking-webhook',
      'github',
      'hubspot-v1',
      'hubspot-v2',
      'incode',
      'plivo-v3',
      'truelayer',
      'twilio',
      'wise',
    ];
    for (const [provider, { key, body, options = {}, claims = {} }] of Object.entries(HAND_CHECKS)) {
      // An event of Dropbox Sign may be older than any difference of clocks that is learnt.
      if (provider === 'dropbox-sign') continue;
      const isTimeless = timeless.includes(provider);
      const serverKey = isTimeless ? otherKeyOf(key) : key;
      const choice = writtenProvider(provider, options);
      // Longer than any of them allows.
      const { url, requests } = await skewed({ provider: choice, key: serverKey, offsetMs: 3 * HOUR });
      const send = signedFetch(choice, key, { now: () => NOW, claims });
      const { status } = await send(url, { method: 'POST', body });
      expect([provider, status, requests.length]).toEqual([
        provider,
        isTimeless ? 401 : 200,
        isTimeless ? 1 : 2,
      ]);
    }
  });

  it('is learnt again where it was set right', async () => {
    let nowMs = NOW;
    const { url, requests } = await skewed({ offsetMs: 10 * MINUTE });
    const send = client({ now: () => nowMs });
    await send(url, post);
    nowMs += 10 * MINUTE;
    expect((await send(url, post)).status).toBe(200);
    expect((await send(url, post)).status).toBe(200);
    // The learnt ten minutes are too many now.
    expect(requests.slice(2).map(signedAt)).toEqual([
      NOW + 20 * MINUTE,
      NOW + 10 * MINUTE,
      NOW + 10 * MINUTE,
    ]);
  });

  it('is learnt for the origin that says so, and no other', async () => {
    const late = await skewed({ offsetMs: 10 * MINUTE });
    const right = await skewed({ offsetMs: 0 });
    const send = client();
    await send(late.url, post);
    expect((await send(right.url, post)).status).toBe(200);
    expect(right.requests.map(signedAt)).toEqual([NOW]);
  });

  it('costs each of many requests at once one more at most', async () => {
    const { url, requests } = await skewed({ offsetMs: 10 * MINUTE });
    const send = client();
    const answers = await Promise.all(Array.from({ length: 50 }, () => send(url, post)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(requests.length).toBeLessThanOrEqual(100);
    expect(requests.filter((request) => signedAt(request) === NOW + 10 * MINUTE).length).toBe(50);
  });

  it('is told from a slow answer', async () => {
    let nowMs = NOW;
    const { url, requests } = await listen((_, response) => {
      // The answer is dated at the end of 20 s, which ours reads as 10 s after the middle.
      nowMs += 20 * SECOND;
      response.setHeader('date', httpDate(nowMs));
      response.writeHead(401).end();
    });
    expect((await client({ now: () => nowMs })(url, post)).status).toBe(401);
    expect(requests.length).toBe(1);
  });

  it.each([
    { offsetMs: 4 * SECOND, sent: 1 },
    { offsetMs: -4 * SECOND, sent: 1 },
    { offsetMs: 5 * SECOND, sent: 2 },
    { offsetMs: -6 * SECOND, sent: 2 },
  ])('by $offsetMs ms is worth $sent', async ({ offsetMs, sent }) => {
    const { url, requests } = await skewed({ offsetMs, key: 'another-key-0123456789' });
    const send = client();
    expect((await send(url, post)).status).toBe(401);
    expect(requests.length).toBe(sent);
    // The key is wrong: what was learnt once is not tried again.
    expect((await send(url, post)).status).toBe(401);
    expect(requests.length).toBe(sent + 1);
  });
});

describe('a Date is not believed', () => {
  it.each([
    ['that is absent', { date: null }],
    ['that lies by ten years', { date: httpDate(NOW + 10 * YEAR) }],
    ['that lies by ten years back', { date: httpDate(NOW - 10 * YEAR) }],
    ['that is more than a day ahead', { date: httpDate(NOW + 25 * HOUR) }],
    ['of another form', { date: new Date(NOW + 10 * MINUTE).toISOString() }],
    ['that is not a date', { date: 'Xxx, 99 Xxx 2025 99:99:99 GMT' }],
    ['that a cache has kept', { headers: { age: '600' } }],
  ])('%s', async (_, lie) => {
    const { url, requests } = await skewed({ offsetMs: 10 * MINUTE, ...lie });
    expect((await client()(url, post)).status).toBe(401);
    expect(requests.length).toBe(1);
  });

  it('that anyone on the way could have written', async () => {
    const { url, requests } = await skewed({ offsetMs: 10 * MINUTE });
    const throughNetwork: Fetch = (_, init) => fetch(url, init);
    for (const [origin, sent] of [
      ['http://api.example', 1],
      ['http://127.0.0.1.example', 1],
      ['http://10.0.0.1', 1],
      ['https://api.example', 2],
      ['http://localhost', 2],
      ['http://[::1]:8787', 2],
    ] as const) {
      const before = requests.length;
      await client({ fetch: throughNetwork })(`${origin}/`, post);
      expect([origin, requests.length - before]).toEqual([origin, sent]);
    }
  });

  it('where the caller does not want it', async () => {
    const { url, requests } = await skewed({ offsetMs: 10 * MINUTE });
    expect((await client({ learnsClock: false })(url, post)).status).toBe(401);
    expect(requests.length).toBe(1);
  });

  it('that goes further with every refusal: what is signed is never dated more than a day ahead', async () => {
    const { url, requests } = await listen((request, response) => {
      response.setHeader('date', httpDate(signedAt(request) + 20 * HOUR));
      response.writeHead(401).end();
    });
    const send = client();
    for (let i = 0; i < 10; i++) await send(url, post);
    expect(Math.max(...requests.map(signedAt))).toBe(NOW + 20 * HOUR);
  });
});

describe('the answer that is given', () => {
  it('is the second one, be it another refusal', async () => {
    let answers = 0;
    const { url, requests } = await listen((_, response) => {
      response.setHeader('date', httpDate(NOW + ++answers * HOUR));
      response.writeHead(401).end(`refusal ${answers}`);
    });
    const response = await client()(url, post);
    expect(await response.text()).toBe('refusal 2');
    expect(requests.length).toBe(2);
  });
});
