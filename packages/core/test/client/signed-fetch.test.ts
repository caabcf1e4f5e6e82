/** signedFetch against real servers, each request checked by hand and by a gate. */
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { done } from '../../src/acted.ts';
import { type Signer, signedFetch, signedFetchOf } from '../../src/client/index.ts';
import { createGate } from '../../src/create-gate.ts';
import type { SchemeDeclaration } from '../../src/gate.ts';
import { withOptions } from '../../src/provider-scheme.ts';
import { findProvider, writtenProvider } from '../../src/providers/registry.ts';
import { REFUSALS } from '../../src/refusals.ts';
import { HAND_CHECKS } from './hand-checks.ts';
import { listen, withOrigin } from './server.ts';

const KEY = 'a-secret-nobody-may-see-0123';
const only = <T>(list: readonly T[]): T => {
  const [first, second] = list;
  if (first === undefined || second !== undefined) throw new Error(`${list.length} instead of one`);
  return first;
};

describe('every provider', () => {
  it.each(Object.entries(HAND_CHECKS))('%s signs what the server finds proved', async (provider, check) => {
    const { key, body, proves, options = {}, claims = {} } = check;
    const choice = writtenProvider(provider, options);
    const { url, requests } = await listen();
    const imported = withOptions(findProvider(provider) as never, options as never);
    const byId: typeof fetch = signedFetch(choice, key, { claims });
    const byImport: typeof fetch = signedFetchOf(imported, key, { claims });
    for (const send of [byId, byImport]) {
      const response = await send(`${url}/path?query=1`, { method: 'POST', body });
      expect(await response.text()).toBe('ok');
    }
    expect(requests).toHaveLength(2);
    const gate = createGate({ provider: choice, keys: [key] });
    for (const request of requests) {
      expect(proves(request, key)).toBe(true);
      expect(proves(request, `${key.slice(0, -4)}AAA=`)).toBe(false);
      expect(await gate.verify(withOrigin(request))).toMatchObject({ ok: true });
    }
  });

  it('signedFetchOf takes none by its id', () => {
    expect(() => signedFetchOf('hmac' as never, KEY)).toThrow(
      'provider: only imported providers are taken here.',
    );
    expect(() => signedFetchOf(findProvider('hmac') as never, '')).toThrow('key');
  });
});

it('makes the nonce that a message signature must have', async () => {
  const choice = writtenProvider('http-message-signatures', {
    algorithm: 'hmac-sha256',
    required: ['nonce'],
  });
  const { url, requests } = await listen();
  await signedFetch(choice, KEY)(`${url}/path`, { method: 'POST', body: 'hello' });
  const verdict = await createGate({ provider: choice, keys: [KEY] }).verify(withOrigin(only(requests)));
  expect(verdict).toMatchObject({ ok: true });
});

describe('a scheme of one’s own', () => {
  const message = (parts: readonly (string | Uint8Array)[], key = KEY): string => {
    const hmac = createHmac('sha256', key);
    for (const part of parts) hmac.update(part);
    return hmac.digest('hex');
  };
  const scheme = { algorithm: 'hmac-sha256', signature: { header: 'x-sig', encoding: 'hex' } } as const;

  it('covers method and URL as they are sent, normalised by fetch', async () => {
    const { url, requests } = await listen();
    const send = signedFetch({ scheme: { ...scheme, message: '{method} {url} {body}' } }, KEY);
    await send(`${url}/a b/../c?x=ü&y='#fragment`, { method: 'post', body: 'hello' });
    const request = only(requests);
    expect(request.url).toBe('/c?x=%C3%BC&y=%27');
    expect(request.headers.get('x-sig')).toBe(message(['POST ', url, request.url, ' hello']));
  });

  it('may carry signature and time in the query', async () => {
    const { url, requests } = await listen();
    const inQuery: SchemeDeclaration = {
      algorithm: 'hmac-sha256',
      signature: { query: 'sig', encoding: 'base64' },
      timestamp: { query: 'ts' },
      message: '{path}?{query}',
    };
    await signedFetch({ scheme: inQuery }, KEY)(new URL(`${url}/a?b=c#fragment`));
    const request = only(requests);
    expect(request.url).toMatch(/^\/a\?b=c&ts=\d{10}&sig=[A-Za-z0-9%]+$/);
    const { searchParams } = new URL(request.url, url);
    const covered = request.url.slice(0, request.url.indexOf('&sig='));
    expect(Buffer.from(searchParams.get('sig') ?? '', 'base64').toString('hex')).toBe(message([covered]));
  });

  it('may carry signature and time in the body', async () => {
    const { url, requests } = await listen();
    const inBody: SchemeDeclaration = {
      ...scheme,
      signature: { member: 'sig', encoding: 'hex' },
      timestamp: { member: 'at', unit: 'ms' },
      message: '{body}',
    };
    await signedFetch({ scheme: inBody }, KEY, { now: () => 1_760_000_000_123 })(url, {
      method: 'PUT',
      body: '{ "a": "ü" }',
    });
    const signed = '{ "a": "ü" ,"at":1760000000123';
    expect(Buffer.from(only(requests).body).toString()).toBe(`${signed},"sig":"${message([`${signed}}`])}"}`);
  });

  it('gives a token the claims that it is told', async () => {
    const { url, requests } = await listen();
    const jwt: SchemeDeclaration = { type: 'jwt', algorithm: 'HS256', required: ['exp', 'sub'] };
    await signedFetch({ scheme: jwt }, KEY, { claims: { sub: 'ada' } })(url);
    const verdict = await createGate({ scheme: jwt, keys: [KEY] }).verify(only(requests));
    expect(verdict).toMatchObject({ ok: true, claims: { sub: 'ada', exp: expect.any(Number) } });
  });

  it('is refused at once where it cannot work', () => {
    expect(() => signedFetch(writtenProvider('githb'), KEY)).toThrow('Did you mean github?');
    expect(() => signedFetch(writtenProvider('hmac', { colour: 'red' }), KEY)).toThrow(
      'there is no such option',
    );
    expect(() => signedFetch('hmac', '')).toThrow('empty or only white space');
    expect(() => signedFetch('hmac', { secret: '@', encoding: 'hex' })).toThrow('keys[0].secret');
  });
});

describe('a body', () => {
  const bytes = new TextEncoder().encode('…{"ü":"😀"}…');
  const form = (): FormData => {
    const data = new FormData();
    data.append('näme', 'välue');
    data.append('file', new Blob([bytes], { type: 'image/png' }), 'ä.png');
    return data;
  };
  const large = '€'.repeat(350_000);

  it.each<readonly [string, () => BodyInit | null]>([
    ['nothing', () => null],
    ['an empty text', () => ''],
    ['a text', () => '{"ü":"😀"}'],
    ['a text with half a character', () => 'a\ud800b'],
    ['a text of a megabyte', () => large],
    ['an ArrayBuffer', () => bytes.buffer.slice()],
    ['bytes within a larger buffer', () => bytes.subarray(3, -3)],
    ['a DataView', () => new DataView(bytes.buffer, 3, 8)],
    ['a Blob', () => new Blob(['{"ü":', '1}'], { type: 'application/json' })],
    ['a Blob without a type', () => new Blob([bytes])],
    ['a query', () => new URLSearchParams({ 'ä b': '&=€' })],
    ['a form', form],
  ])('that is %s is signed and sent as fetch would send it', async (_, make) => {
    const { url, requests } = await listen();
    const send = signedFetch('github', KEY);
    await send(url, { method: 'POST', body: make() });
    await fetch(url, { method: 'POST', body: make() });
    const [signed, plain] = requests;
    if (signed === undefined || plain === undefined) throw new Error('no two requests');
    const expected = `sha256=${createHmac('sha256', KEY).update(signed.body).digest('hex')}`;
    expect(signed.headers.get('x-hub-signature-256')).toBe(expected);
    const withoutBoundary = ({ headers, body }: typeof signed): unknown => {
      const type = headers.get('content-type');
      const boundary = /boundary=(.*)$/.exec(type ?? '')?.[1] ?? '\0';
      return [type?.replace(boundary, ''), Buffer.from(body).toString('latin1').replaceAll(boundary, '')];
    };
    expect(withoutBoundary(signed)).toEqual(withoutBoundary(plain));
  });

  it('keeps the content type that the caller gives it', async () => {
    const { url, requests } = await listen();
    await signedFetch('github', KEY)(url, {
      method: 'POST',
      body: '{}',
      headers: { 'Content-Type': 'application/json' },
    });
    expect(only(requests).headers.get('content-type')).toBe('application/json');
  });

  it('may change once it is given: what was signed is sent', async () => {
    const { url, requests } = await listen();
    const changing = Uint8Array.from(bytes);
    const sent = signedFetch('github', KEY)(url, { method: 'POST', body: changing });
    changing.fill(0);
    await sent;
    expect(Buffer.from(only(requests).body)).toEqual(Buffer.from(bytes));
  });

  it('is not taken with GET, as by fetch', async () => {
    await expect(signedFetch('github', KEY)('http://127.0.0.1/', { body: 'x' })).rejects.toThrow(TypeError);
  });
});

describe('a request', () => {
  it('keeps the caller’s headers, and replaces those of the proof', async () => {
    const { url, requests } = await listen();
    const headers = {
      'X-Mine': 'yes',
      'X-Signature': 'old',
      'x-timestamp': '1',
      'X-Nonce': 'n',
      'X-Key-Id': 'old',
    };
    await signedFetch('hmac', KEY)(url, { method: 'DELETE', headers });
    const request = only(requests);
    expect(request.headers.get('x-mine')).toBe('yes');
    expect(request.headers.get('x-key-id')).toBeUndefined();
    for (const name of ['x-signature', 'x-timestamp', 'x-nonce']) expect(request.headers.count(name)).toBe(1);
    expect(await createGate({ provider: 'hmac', keys: [KEY] }).verify(request)).toMatchObject({ ok: true });
  });

  it('names the key where it has a name', async () => {
    const { url, requests } = await listen();
    await signedFetch('hmac', { id: 'main', secret: KEY })(url);
    expect(only(requests).headers.get('x-key-id')).toBe('main');
  });

  it('keeps the id that the caller gives an event', async () => {
    const { url, requests } = await listen();
    const key = HAND_CHECKS['standard-webhooks']?.key ?? '';
    const send = signedFetch('standard-webhooks', key);
    await send(url, { method: 'POST', body: '{}', headers: { 'Webhook-Id': 'evt_1' } });
    await send(url, { method: 'POST', body: '{}' });
    expect(requests.map(({ headers }) => headers.get('webhook-id'))).toEqual([
      'evt_1',
      expect.stringMatching(/^msg_.{22}$/),
    ]);
    const gate = createGate({ provider: 'standard-webhooks', keys: [key] });
    for (const request of requests) expect(await gate.verify(request)).toMatchObject({ ok: true });
  });

  it('may be a Request, whose settings hold unless others are given', async () => {
    const { url, requests } = await listen();
    const send = signedFetch('github', KEY);
    const given = new Request(`${url}/a`, { method: 'PUT', body: 'ü', headers: { 'x-mine': '1' } });
    await send(given.clone());
    await send(given, { headers: { 'x-other': '2' }, body: 'other', method: 'PATCH' });
    await send(new Request(`${url}/b`));
    const view = requests.map(({ method, url: target, headers, body }) => [
      method,
      target,
      headers.get('x-mine'),
      headers.get('x-other'),
      Buffer.from(body).toString(),
    ]);
    expect(view).toEqual([
      ['PUT', '/a', '1', undefined, 'ü'],
      ['PATCH', '/a', undefined, '2', 'other'],
      ['GET', '/b', undefined, undefined, ''],
    ]);
    const gate = createGate({ provider: 'github', keys: [KEY] });
    for (const request of requests) expect(await gate.verify(request)).toMatchObject({ ok: true });
  });

  it('ends with its signal, and with that of a Request', async () => {
    const { url } = await listen(() => {});
    const send = signedFetch('github', KEY);
    const reason = new Error('enough');
    await expect(send(url, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    const answer = send(new Request(url, { signal: controller.signal }));
    controller.abort(reason);
    await expect(answer).rejects.toBe(reason);
  });

  it('passes the runtime’s own settings on', async () => {
    const seen: unknown[] = [];
    const send = signedFetch('github', KEY, {
      fetch: async (_, init) => {
        seen.push(init);
        return new Response();
      },
    });
    await send('https://x/', { dispatcher: 'mine', keepalive: true } as RequestInit);
    expect(seen).toMatchObject([{ dispatcher: 'mine', keepalive: true, redirect: 'manual' }]);
  });

  it.each(['/path', 'example.com/path', 'ftp://example.com/', 'data:,x', ''])(
    'needs an absolute URL: %j is none',
    async (url) => {
      await expect(signedFetch('github', KEY)(url)).rejects.toThrow(
        new TypeError('the URL is not absolute: give it whole, https://host/path'),
      );
    },
  );

  it('is refused where it carries a signature that ours would stand beside', async () => {
    const { url, requests } = await listen();
    const carries = /carries a signature already/;
    const inQuery: Signer = { id: 'hmac', signature: { query: 'sig' } };
    await expect(signedFetch(inQuery, KEY)(`${url}/?sig=00`)).rejects.toThrow(carries);
    const body = JSON.stringify({ action_name: 'a', timestamp: 1, signature: '00' });
    await expect(signedFetch('flowent', KEY)(url, { method: 'POST', body })).rejects.toThrow(carries);
    const form = new URLSearchParams({ user_id: '1', signature: '00' });
    const ami = signedFetch('flow-production-tracking', KEY);
    await expect(ami(url, { method: 'POST', body: form })).rejects.toThrow(carries);
    expect(requests).toEqual([]);
  });

  it('is refused where its body cannot carry the signature', async () => {
    const post = (signer: Signer, body: BodyInit) =>
      signedFetch(signer, KEY)('http://127.0.0.1:9/', { method: 'POST', body });
    await expect(post('flowent', '[]')).rejects.toThrow('Give a JSON object');
    await expect(post('flow-production-tracking', 'a=b')).rejects.toThrow('Give an urlencoded form');
    const form = new FormData();
    form.append('a', 'b');
    await expect(post('flow-production-tracking', form)).rejects.toThrow('Send it urlencoded');
  });
});

describe('a redirect', () => {
  it.each([301, 302, 303, 307, 308])('%i is answered as it came, and goes nowhere', async (status) => {
    const other = await listen();
    const { url } = await listen((_, response) => {
      response.writeHead(status, { location: other.url }).end('moved');
    });
    const response = await signedFetch('hmac', KEY)(url, { method: 'POST', body: 'x' });
    expect(response.status).toBe(status);
    expect(response.headers.get('location')).toBe(other.url);
    expect(await response.text()).toBe('moved');
    expect(other.requests).toEqual([]);
  });

  it('is an error where the caller asks for that', async () => {
    const { url } = await listen((_, response) => void response.writeHead(302, { location: '/' }).end());
    await expect(signedFetch('hmac', KEY)(url, { redirect: 'error' })).rejects.toThrow(TypeError);
    const request = new Request(url, { redirect: 'error' });
    await expect(signedFetch('hmac', KEY)(request)).rejects.toThrow(TypeError);
  });
});

describe('many at once', () => {
  it('are told apart, though all are the same', async () => {
    const gate = createGate({ provider: 'hmac', keys: [KEY] });
    let acted = 0;
    const { url } = await listen(async (request, response) => {
      const received = await gate.receive(request, () => done(++acted));
      response.statusCode = received.kind === 'refused' ? REFUSALS[received.verdict.reason].status : 200;
      response.end();
    });
    const send = signedFetch('hmac', KEY);
    const same = Array.from({ length: 50 }, () => send(url, { method: 'POST', body: '{"a":1}' }));
    const statuses = (await Promise.all(same)).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(acted).toBe(50);
  });
});

describe('an error', () => {
  it('never shows the key', async () => {
    const failing: readonly (() => Promise<unknown>)[] = [
      () => signedFetch('hmac', KEY)('/relative'),
      () => signedFetch('hmac', KEY)('http://127.0.0.1:1/'),
      () => signedFetch('hmac', KEY)('http://x/', { method: 'GET', body: 'x' }),
      () => signedFetch('flowent', KEY)('http://x/', { method: 'POST', body: 'no JSON' }),
      () => signedFetch('hmac', { secret: KEY, state: 'retiring' })('http://x/'),
      // A shared token is the key itself; fetch's own error would quote it.
      async () => signedFetch('incode', `${KEY}\0`)('http://x/'),
      async () => signedFetch('incode', `${KEY.slice(0, 9)}\n${KEY.slice(9)}`)('http://x/'),
      async () => signedFetch('approov', KEY)('http://x/'),
    ];
    for (const fail of failing) {
      const error: unknown = await fail().then(() => undefined, String);
      expect(error).toMatch(/^(?:TypeError|SetupError): /);
      expect(error).not.toContain(KEY);
      expect(error).not.toContain(KEY.slice(9));
    }
    await expect(failing[5]?.()).rejects.toThrow('which no header can carry');
  });
});
