/** Detached signatures over a request: whatever the sender lists is covered, and nothing that it says chooses where keys are. */
import { sign } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../../scripts/effort.ts';
import { createGate, type Gate, HeaderList, requestFrom, type SignedRequest } from '../../src/index.ts';
import { base64url, NOW, P521, wordOf } from './mint.ts';

interface Parts {
  readonly method?: string;
  readonly path?: string;
  readonly lines?: readonly (readonly [name: string, value: string])[];
  readonly body?: Uint8Array;
  readonly header?: object;
}

/** Signed by hand, as TrueLayer’s page says. */
function signed({
  method = 'POST',
  path = '/hook',
  lines = [],
  body = Buffer.from('{}'),
  header,
}: Parts = {}): string {
  const names = lines.map(([name]) => name).join(',');
  const head = base64url(
    JSON.stringify({ alg: 'ES512', kid: 'k-1', tl_version: '2', tl_headers: names, ...header }),
  );
  const text = `${method} ${path}\n${lines.map(([name, value]) => `${name}: ${value}\n`).join('')}`;
  const payload = base64url(Buffer.concat([Buffer.from(text, 'latin1'), body]));
  const signature = sign('sha512', Buffer.from(`${head}.${payload}`), {
    key: P521.privateKey,
    dsaEncoding: 'ieee-p1363',
  });
  return `${head}..${base64url(signature)}`;
}

const gateOf = (options: object = {}, more: object = {}): Gate =>
  createGate({
    provider: { id: 'truelayer', ...options },
    keys: [{ id: 'k-1', secret: P521.pem }],
    now: () => NOW,
    ...more,
  });

const requestOf = (signature: string, more: Partial<SignedRequest> = {}): SignedRequest =>
  requestFrom({
    method: 'POST',
    url: 'https://hooks.example/hook?a=1',
    headers: { 'tl-signature': signature },
    body: Buffer.from('{}'),
    ...more,
  });

const judged = async (gate: Gate, request: SignedRequest): Promise<string> =>
  wordOf(await gate.verify(request));

describe('what the sender lists', () => {
  const TIME = ['X-Tl-Webhook-Timestamp', '2025-10-09T08:53:20Z'] as const;
  const TYPE = ['content-TYPE', 'application/json'] as const;

  it('is covered with its name as written, in its order', async () => {
    const signature = signed({ lines: [TIME, TYPE] });
    const headers = (type: string): HeaderList =>
      HeaderList.from({ 'content-type': type, 'x-tl-webhook-timestamp': TIME[1], 'tl-signature': signature });
    const gate = gateOf();
    const verdict = await gate.verify(requestOf(signature, { headers: headers('application/json') }));
    expect(verdict).toMatchObject({ ok: true, coveredHeaders: ['x-tl-webhook-timestamp', 'content-type'] });
    expect(await judged(gate, requestOf(signature, { headers: headers('text/plain') }))).toBe(
      'signature-mismatch',
    );
  });

  it('must hold what the gate demands', async () => {
    const gate = gateOf({ requiredHeaders: ['x-tl-webhook-timestamp'] });
    const own = signed({ lines: [TIME] });
    const headers = HeaderList.from({ 'x-tl-webhook-timestamp': TIME[1], 'tl-signature': own });
    expect(await judged(gate, requestOf(own, { headers }))).toBe('accepted');
    expect(await judged(gate, requestOf(signed()))).toBe('missing-part');
  });

  it('may have letters that are no ASCII, one byte each', async () => {
    const own = signed({ lines: [['X-A', 'é']] });
    const headers = HeaderList.from({ 'x-a': 'é', 'tl-signature': own });
    expect(await judged(gateOf(), requestOf(own, { headers }))).toBe('accepted');
  });
});

describe('what is covered', () => {
  it('is any body, byte by byte', async () => {
    const gate = gateOf();
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 64 }),
        fc.uint8Array({ maxLength: 64 }),
        async (own, other) => {
          const signature = signed({ body: own });
          expect(await judged(gate, requestOf(signature, { body: own }))).toBe('accepted');
          const isSame = Buffer.compare(own, other) === 0;
          expect(await judged(gate, requestOf(signature, { body: other }))).toBe(
            isSame ? 'accepted' : 'signature-mismatch',
          );
        },
      ),
      { seed: 11, numRuns: runs(20) },
    );
  });

  it('is a body that is encoded in slices', async () => {
    for (const length of [128 * 1024 - 12, 128 * 1024, 300_001]) {
      const body = Buffer.alloc(length, 'ab\xff');
      const signature = signed({ body });
      expect(await judged(gateOf(), requestOf(signature, { body }))).toBe('accepted');
      body[length - 1] = 0;
      expect(await judged(gateOf(), requestOf(signature, { body }))).toBe('signature-mismatch');
    }
  });

  it('is the path, with either end', async () => {
    const gate = gateOf();
    for (const [path, url, word] of [
      ['/hook', '/hook', 'accepted'],
      ['/hook', '/hook/', 'accepted'],
      ['/hook/', '/hook', 'accepted'],
      ['/hook', '/hook//', 'signature-mismatch'],
      ['/', '/', 'accepted'],
      ['/hook', '/', 'signature-mismatch'],
      ['/hook', '/other', 'signature-mismatch'],
    ] as const) {
      expect(await judged(gate, requestOf(signed({ path }), { url }))).toBe(word);
    }
  });

  it('is the path as it came, where a declaration says no more', async () => {
    const gate = createGate({
      scheme: {
        type: 'detached-jws',
        algorithm: 'ES512',
        header: 'tl-signature',
        headersParameter: 'tl_headers',
      },
      keys: [P521.pem],
      now: () => NOW,
    });
    expect(await judged(gate, requestOf(signed()))).toBe('accepted');
    expect(await judged(gate, requestOf(signed(), { url: '/hook/' }))).toBe('signature-mismatch');
  });
});

describe('where keys are', () => {
  const SET = 'https://webhooks.truelayer.com/.well-known/jwks';
  const fetching = (): { readonly gate: Gate; readonly asked: string[] } => {
    const asked: string[] = [];
    const fetch = async (url: Parameters<typeof globalThis.fetch>[0]) => {
      asked.push(String(url));
      return new Response(JSON.stringify({ keys: [{ ...P521.jwk, kid: 'k-1' }] }));
    };
    return { gate: gateOf({}, { keys: [], fetch }), asked };
  };

  it('says the gate: the sender may say the same, or nothing', async () => {
    const { gate, asked } = fetching();
    expect(await judged(gate, requestOf(signed({ header: { jku: SET } })))).toBe('accepted');
    expect(await judged(gate, requestOf(signed()))).toBe('accepted');
    expect(asked).toEqual([SET]);
  });

  it.each([
    'https://evil.example/.well-known/jwks',
    `${SET}/`,
    `${SET}?a`,
    'http://webhooks.truelayer.com/.well-known/jwks',
    '',
    7,
    null,
  ])('is not %j, which nobody asks', async (jku) => {
    const { gate, asked } = fetching();
    expect(await judged(gate, requestOf(signed({ header: { jku } })))).toBe('unknown-key');
    expect(asked).toEqual([]);
  });

  it('is not looked at where the gate has its keys', async () => {
    expect(await judged(gateOf(), requestOf(signed({ header: { jku: 'https://evil.example/' } })))).toBe(
      'accepted',
    );
  });

  it('is an id that is known', async () => {
    const secret = JSON.stringify({ ...P521.jwk, kid: 'k-1' });
    const gate = gateOf({}, { keys: [secret] });
    expect(await judged(gate, requestOf(signed()))).toBe('accepted');
    expect(await judged(gate, requestOf(signed({ header: { kid: 'k-2' } })))).toBe('unknown-key');
  });
});

describe('a header that a token would be refused for', () => {
  it.each<[string, object, string]>([
    ['no signature at all', { alg: 'none' }, 'algorithm-not-allowed'],
    ['a secret’s algorithm', { alg: 'HS512' }, 'algorithm-not-allowed'],
    ['an extension that is not understood', { crit: ['b64'], b64: false }, 'malformed-signature'],
    ['another version', { tl_version: '1' }, 'malformed-signature'],
    ['a version that is a number', { tl_version: 2 }, 'malformed-signature'],
    ['a kid that is no text', { kid: 1 }, 'malformed-signature'],
  ])('%s', async (_, header, word) => {
    expect(await judged(gateOf(), requestOf(signed({ header })))).toBe(word);
  });
});
