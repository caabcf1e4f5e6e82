/** Parts of messages that few senders have, as a configuration writes them: what is signed, what is refused, and what a provider signs alike. */
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createGate,
  type Draft,
  type Gate,
  HeaderList,
  SetupError,
  type SignedRequest,
  writtenProvider,
  writtenScheme,
} from '../../src/index.ts';

const KEY = 'a secret of thirty-two characters';
const NOW = 1_760_000_000_000;
const TIME = '1760000000';
const FORM = 'application/x-www-form-urlencoded';

function gateOf(scheme: object): Gate {
  return createGate({
    scheme: writtenScheme({
      algorithm: 'hmac-sha256',
      signature: { header: 'x-sig', encoding: 'hex' },
      ...scheme,
    }),
    keys: [KEY],
    now: () => NOW,
  });
}

const mac = (message: string | Uint8Array): Buffer => createHmac('sha256', KEY).update(message).digest();

/** Whether a message is that of a request, under its signature. */
async function judge(
  gate: Gate,
  request: { url?: string; headers?: Record<string, string>; body?: string; method?: string },
  message: string,
): Promise<string> {
  const verdict = await gate.verify({
    method: 'POST',
    url: '/hook',
    body: '',
    ...request,
    headers: { host: 'api.example', ...request.headers, 'x-sig': mac(message).toString('hex') },
  });
  return verdict.ok ? 'ok' : `${verdict.reason}: ${verdict.message}`;
}

const ENDED = 'which ends it in the message';

describe('a parameter of the query', () => {
  const gate = gateOf({ message: '{parameter:data.id}\n{body}' });

  it.each([
    ['/hook?data.id=1&a=2', '1'],
    ['/hook?a=2&data%2Eid=a%20b+c', 'a b c'],
    ['/hook?data.id=%C3%A9%E2%82%AC', 'é€'],
    ['/hook?data.id=A1', 'A1'],
  ])('of %s is %s', async (url, value) => {
    expect(await judge(gate, { url, body: 'x' }, `${value}\nx`)).toBe('ok');
    expect(await judge(gate, { url, body: 'x' }, `${value}0\nx`)).toMatch('signature-mismatch');
  });

  it('is in lower case where the declaration says so: A to Z, and no other letter', async () => {
    const both = gateOf({ message: '{parameter:id:lower}\n{body}' });
    expect(await judge(both, { url: '/?id=ORD%C3%89x' }, 'ordÉx\n')).toBe('ok');
  });

  it.each(['/hook', '/hook?data.id', '/hook?data.id=', '/hook?data.id=1&data.id=1', '/hook?data.id=%zz'])(
    'is missing in %s',
    async (url) => {
      expect(await judge(gate, { url }, '\n')).toMatch(/^missing-part/);
    },
  );
});

describe('a part that falls away', () => {
  const gate = gateOf({
    message: '{?id:{parameter:data.id};?}{?request-id:{header:x-request-id};?}ts:{timestamp};',
    timestamp: { header: 'x-time' },
  });
  const request = (id: string | undefined, requestId: string | undefined) => ({
    url: id === undefined ? '/hook' : `/hook?data.id=${encodeURIComponent(id)}`,
    headers: { 'x-time': TIME, ...(requestId !== undefined && { 'x-request-id': requestId }) },
  });

  it.each([
    ['1', 'r', `id:1;request-id:r;ts:${TIME};`],
    ['1', undefined, `id:1;ts:${TIME};`],
    [undefined, 'r', `request-id:r;ts:${TIME};`],
    [undefined, undefined, `ts:${TIME};`],
    ['', '', `ts:${TIME};`],
  ])('of %j and %j', async (id, requestId, message) => {
    expect(await judge(gate, request(id, requestId), message)).toBe('ok');
  });

  it('gives no two requests one message', async () => {
    const text = fc.stringMatching(/^[;:a-z0-9]{0,6}(?:;request-id:|;ts:|;id:)?[;:a-z0-9]{0,6}$/);
    const optional = fc.option(text, { nil: undefined });
    await fc.assert(
      fc.asyncProperty(
        optional,
        optional,
        optional,
        optional,
        async (id, requestId, otherId, otherRequestId) => {
          const first = await signedMessage(gate, request(id, requestId));
          const second = await signedMessage(gate, request(otherId, otherRequestId));
          if (first === undefined || second === undefined || first !== second) return;
          expect([otherId || undefined, otherRequestId || undefined]).toEqual([
            id || undefined,
            requestId || undefined,
          ]);
        },
      ),
      { seed: 12, numRuns: 300 },
    );
  });

  it('says of a value that holds its end what is the matter', async () => {
    expect(await judge(gate, request('1;request-id:r', undefined), `id:1;request-id:r;ts:${TIME};`)).toBe(
      `missing-part: {parameter:data.id} holds ";", ${ENDED}`,
    );
  });

  it.each([
    '{?a{header:x}b?}',
    '{?a{header:x};?}{body}',
    '{?a:{header:x};?}{?a:{header:y};?}b{body}',
    '{?a:{header:x};?}{?a{header:y};?}b{body}',
    '{?{header:x};?}a{body}',
    '{?a{header:x}?}b{body}',
    '{?a?}{body}',
    '{??}{body}',
    '{?a{body}b?}',
    '{?a{timestamp}b?}{body}',
    '{?a{header:x}b}{body}',
    '{?a{?b{header:x}c?}d?}{body}',
  ])('%s is refused', (message) => {
    expect(() => gateOf({ message })).toThrow(SetupError);
  });
});

/** The message that a request would have to be signed by; undefined where it is refused before. */
async function signedMessage(
  gate: Gate,
  { url, headers }: { url: string; headers: Record<string, string> },
): Promise<string | undefined> {
  const signed = { 'x-sig': '00'.repeat(32) };
  const verdict = await gate.verify({ method: 'POST', url, headers: { ...headers, ...signed }, body: '' });
  if (verdict.ok || verdict.reason !== 'signature-mismatch') return undefined;
  // The evidence holds no message: it is made again, from what was not refused.
  const id = new URL(url, 'http://a').searchParams.get('data.id');
  const requestId = headers['x-request-id'];
  return `${id ? `id:${id};` : ''}${requestId ? `request-id:${requestId};` : ''}ts:${TIME};`;
}

describe('headers that the sender lists', () => {
  const gate = gateOf({
    message: '{method}\n{headers:x-signed}\n{body}',
    timestamp: { header: 'x-time' },
    id: { header: 'x-id' },
  });
  const headers = {
    'x-time': TIME,
    'x-id': 'a',
    'x-kind': 'b; c',
    'x-signed': 'x-id,x-kind,x-signed,x-time',
  };
  const message = `POST\nx-id:a;x-kind:b; c;x-signed:x-id,x-kind,x-signed,x-time;x-time:${TIME}\n{}`;

  it('are signed by name and in order, however the list is written', async () => {
    expect(await judge(gate, { headers, body: '{}' }, message)).toBe('ok');
    const written = { ...headers, 'x-signed': 'X-Time, x-kind,  x-signed,x-id' };
    expect(await judge(gate, { headers: written, body: '{}' }, message)).toBe('ok');
  });

  it.each(['x-time', 'x-id', 'x-signed', 'x-kind'])('are missing where %s is', async (name) => {
    const fewer = Object.fromEntries(Object.entries(headers).filter(([header]) => header !== name));
    expect(await judge(gate, { headers: fewer, body: '{}' }, message)).toMatch(/^missing-(part|timestamp)/);
  });

  it.each(['x-time', 'x-id', 'x-signed'])('must be %s too: else nobody has signed it', async (name) => {
    const names = ['x-id', 'x-kind', 'x-signed', 'x-time'].filter((header) => header !== name);
    const fewer = { ...headers, 'x-signed': names.join(',') };
    const pairs = names.map((header) => `${header}:${fewer[header as keyof typeof fewer]}`);
    expect(await judge(gate, { headers: fewer, body: '{}' }, `POST\n${pairs.join(';')}\n{}`)).toBe(
      `missing-part: the header x-signed does not name ${name}, so that is not signed`,
    );
  });

  it('are not moved from one into the next', async () => {
    const moved = { 'x-time': TIME, 'x-id': 'a;x-kind:b; c', 'x-signed': 'x-id,x-signed,x-time' };
    const same = `POST\nx-id:a;x-kind:b; c;x-signed:x-id,x-signed,x-time;x-time:${TIME}\n{}`;
    expect(await judge(gate, { headers: moved, body: '{}' }, same)).toMatch(
      /^missing-part: the header x-id holds/,
    );
  });

  it('are put into a draft with what the gate demands', async () => {
    const signed = await gate.sign({ method: 'POST', url: '/', headers: {}, body: '{}', id: 'a' });
    expect(signed.headers.get('x-signed')).toBe('x-id,x-signed,x-time');
    expect(await gate.verify(signed)).toMatchObject({ ok: true });
  });

  it('are covered as far as they are demanded', () => {
    expect([...gate.coverage.headers].sort()).toEqual(['x-id', 'x-signed', 'x-time']);
  });
});

describe('an address that is signed decoded', () => {
  const gate = gateOf({ message: '{url:decoded}\n{body}' });

  it.each([
    ['/a?b=c%40d%3A%2f%3Fe', '/a?b=c@d:/?e'],
    ['/a%3Ab%2C%3b?x=%26%3D%25', '/a:b,;?x=%26%3D%25'],
    ['/%21%24%27%28%29%2A', "/!$'()*"],
    ['/a%253A', '/a%253A'],
    ['/a', '/a'],
  ])('%s is %s', async (url, text) => {
    expect(await judge(gate, { url }, `https://api.example${text}\n`)).toBe('ok');
  });

  it.each(['/a%2Fb', '/a%2fb', '/a%3Fb=1', '/a%3fb?c'])('%s could be another path', async (url) => {
    const text = url.replace(/%2f/i, '/').replace(/%3f/i, '?');
    expect(await judge(gate, { url }, `https://api.example${text}\n`)).toMatch(/^missing-part/);
  });
});

describe('a query that is encoded anew', () => {
  const gate = gateOf({ message: '{query:encoded}', signature: { query: 'hmac', encoding: 'hex' } });
  const verify = async (query: string, message: string): Promise<boolean> =>
    (
      await gate.verify({
        method: 'GET',
        url: `/auth?${query}&hmac=${mac(message).toString('hex')}`,
        headers: {},
        body: '',
      })
    ).ok;

  it('is what URLSearchParams makes of it, by name', async () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.tuple(text, text), { selector: ([name]) => name, minLength: 1 }),
        async (pairs) => {
          fc.pre(pairs.every(([name]) => name !== 'hmac'));
          const query = pairs.map((pair) => pair.map(encodeURIComponent).join('=')).join('&');
          const sorted = [...pairs].sort(([a], [b]) => (a < b ? -1 : 1));
          const message = new URLSearchParams(sorted).toString();
          expect(await verify(query, message)).toBe(true);
          expect(await verify(`${query}&more=1`, message)).toBe(false);
        },
      ),
      { seed: 5, numRuns: 200 },
    );
  });

  it('keeps the order of those of one name', async () => {
    expect(await verify('b=1&a=2&a=1', 'a=2&a=1&b=1')).toBe(true);
    expect(await verify('b=1&a=1&a=2', 'a=2&a=1&b=1')).toBe(false);
  });
});

describe('a target that is escaped', () => {
  const gate = gateOf({ message: '{method}\n{target:escaped}\n{body}' });

  it.each([
    ['/a', '/a'],
    ['/a?b=c&d=e', '/a?b%253Dc%2526d%253De'],
    ['/caf%C3%A9?', '/caf%25C3%25A9'],
    ["/a-_.!~*'()?x=%20", "/a-_.!~*'()?x%253D%252520"],
  ])('%s is %s', async (url, text) => {
    expect(await judge(gate, { url }, `POST\n${text}\n`)).toBe('ok');
  });

  it('has one question mark: what stands behind a second one would be unsigned', async () => {
    expect(await judge(gate, { url: '/a?b?c' }, 'POST\n/a?b\n')).toMatch(/^missing-part/);
  });
});

describe('an address with its form', () => {
  const gate = gateOf({
    message: '{url+form}.{nonce}',
    nonce: 'x-nonce',
    signature: { header: 'x-sig', encoding: 'hex' },
  });
  const headers = { 'x-nonce': 'n', 'content-type': FORM };

  it.each([
    ['/a', '', 'https://api.example/a.n'],
    ['/a?b=2&a=1', '', 'https://api.example/a?a=1&b=2.n'],
    ['/a', 'z=1&y=2', 'https://api.example/a?y2z1.n'],
    ['/a?b=2&a=1', 'z=1&y=2', 'https://api.example/a?a=1&b=2.y2z1.n'],
    ['/a?b=%C3%A9&b=a', 'z=%C3%A9', 'https://api.example/a?b=a&b=é.zé.n'],
    ['/a', 'z=1&z=1', 'https://api.example/a?z1z1.n'],
  ])('%s and %j', async (url, body, message) => {
    expect(await judge(gate, { url, body, headers }, message)).toBe('ok');
  });

  it('says nothing of a body that is no form, so that is refused', async () => {
    const json = { 'x-nonce': 'n', 'content-type': 'application/json' };
    expect(await judge(gate, { url: '/a', body: '{}', headers: json }, 'https://api.example/a.n')).toBe(
      'missing-part: nothing of the request proves its body',
    );
  });

  it('ends where its nonce begins', async () => {
    const dotted = { ...headers, 'x-nonce': 'n.m' };
    expect(await judge(gate, { url: '/a', headers: dotted }, 'https://api.example/a.n.m')).toMatch(ENDED);
  });
});

describe('signatures in several places', () => {
  const places = ['x-sig', 'x-sig-2', 'x-sig-3'];
  const gate = gateOf({
    message: '{body}',
    signature: { header: 'x-sig', encoding: 'hex', also: places.slice(1) },
  });
  const good = mac('{}').toString('hex');
  const other = 'ab'.repeat(32);
  const verify = async (headers: Record<string, string>) => {
    const verdict = await gate.verify({ method: 'POST', url: '/', headers, body: '{}' });
    return verdict.ok ? 'ok' : verdict.reason;
  };

  it.each(places)('are taken where %s has one that a key proves', async (place) => {
    expect(await verify({ [place]: good })).toBe('ok');
    for (const wrong of [other, 'zz', good.slice(2), '']) {
      const headers = Object.fromEntries(places.map((other) => [other, other === place ? good : wrong]));
      expect(await verify(headers)).toBe('ok');
    }
  });

  it('are refused where none does', async () => {
    expect(await verify({})).toBe('missing-signature');
    expect(await verify({ 'x-sig-4': good })).toBe('missing-signature');
    expect(await verify({ 'x-sig-2': 'zz', 'x-sig-3': '00' })).toBe('malformed-signature');
    expect(await verify({ 'x-sig': other, 'x-sig-3': 'zz' })).toBe('signature-mismatch');
  });

  it('are no place of another part', () => {
    expect(() =>
      gateOf({
        message: '{timestamp}.{body}',
        timestamp: { header: 'x-sig-2' },
        signature: { header: 'x-sig', also: 'x-sig-2' },
      }),
    ).toThrow('scheme.timestamp: the signature sits there');
  });

  it('are at most sixteen', () => {
    const also = (count: number) => Array.from({ length: count }, (_, i) => `x-sig-${i + 2}`);
    expect(() => gateOf({ message: '{body}', signature: { header: 'x-sig', also: also(15) } })).not.toThrow();
    expect(() => gateOf({ message: '{body}', signature: { header: 'x-sig', also: also(16) } })).toThrow(
      'scheme.signature.also',
    );
  });

  it('are proof, all of them: none is shown as another header', () => {
    expect(gate.proofHeaders).toEqual(places);
  });
});

describe('a list without labels', () => {
  const gate = gateOf({
    message: '{body}',
    signature: { header: 'x-sig', encoding: 'base64', list: { bare: true } },
  });
  const good = mac('{}').toString('base64');
  const other = Buffer.alloc(32, 7).toString('base64');

  it.each([good, `${other},${good}`, `${good}, ${other}`, `zz,${good}`])('takes %s', async (text) => {
    const request = { method: 'POST', url: '/', headers: { 'x-sig': text }, body: '{}' };
    expect(await gate.verify(request)).toMatchObject({ ok: true });
  });

  it.each([
    [other, 'signature-mismatch'],
    ['zz,', 'malformed-signature'],
    [`v1=${good}`, 'malformed-signature'],
    [Array.from({ length: 17 }, () => good).join(','), 'malformed-signature'],
  ])('refuses %s', async (text, reason) => {
    const request = { method: 'POST', url: '/', headers: { 'x-sig': text }, body: '{}' };
    expect(await gate.verify(request)).toMatchObject({ reason });
  });
});

describe('a declaration does as the provider does', () => {
  const hmac = { algorithm: 'hmac-sha256' };
  const hex = (header: string) => ({ header, encoding: 'hex' });
  const base64 = (header: string) => ({ header, encoding: 'base64' });
  const DECLARED: Readonly<Record<string, object>> = {
    'hubspot-v1': {
      algorithm: 'sha256-secret-first',
      signature: hex('x-hubspot-signature'),
      message: '{body}',
    },
    'hubspot-v2': {
      algorithm: 'sha256-secret-first',
      signature: hex('x-hubspot-signature'),
      message: '{method}{url}{body}',
    },
    'hubspot-v3': {
      ...hmac,
      signature: base64('x-hubspot-signature-v3'),
      message: '{method}{url:decoded}{body}{timestamp}',
      timestamp: { header: 'x-hubspot-request-timestamp', unit: 'ms' },
    },
    cloudinary: {
      algorithm: 'sha1-secret-last',
      signature: hex('x-cld-signature'),
      message: '{body}{timestamp}',
      timestamp: { header: 'x-cld-timestamp' },
    },
    contentful: {
      ...hmac,
      signature: hex('x-contentful-signature'),
      message: '{method}\n{target:escaped}\n{headers:x-contentful-signed-headers}\n{body}',
      timestamp: { header: 'x-contentful-timestamp', unit: 'ms' },
    },
    docusign: {
      ...hmac,
      signature: { ...base64('x-docusign-signature-1'), also: ['x-docusign-signature-2'] },
      message: '{body}',
    },
    mailgun: {
      ...hmac,
      signature: { member: 'signature.signature', encoding: 'hex', also: ['signature.parent-signature'] },
      message: '{timestamp}{id}',
      timestamp: { member: 'signature.timestamp', text: true },
      id: { member: 'signature.token' },
    },
    mercadopago: {
      ...hmac,
      signature: { ...hex('x-signature'), list: { labels: 'v1' } },
      message: '{?id:{parameter:data.id:lower};?}{?request-id:{header:x-request-id};?}ts:{timestamp};',
      timestamp: { item: 'ts' },
    },
    'plivo-v3': {
      ...hmac,
      signature: { ...base64('x-plivo-signature-v3'), list: { bare: true } },
      message: '{url+form}.{nonce}',
      nonce: 'x-plivo-signature-v3-nonce',
    },
    'shopify-admin-query': {
      ...hmac,
      signature: { query: 'hmac', encoding: 'hex' },
      message: '{query:encoded}',
      timestamp: { query: 'timestamp' },
    },
  };

  it.each(Object.entries(DECLARED))('%s', async (id, scheme) => {
    const provider = createGate({ provider: writtenProvider(id), keys: [KEY], now: () => NOW });
    const declared = gateOf(scheme);
    const draft: Draft = {
      method: 'POST',
      url: 'https://api.example/in?data.id=A1&x=%40y',
      headers: { 'content-type': FORM, 'x-request-id': 'r1' },
      body: id === 'mailgun' ? '{"a":1}' : 'a=1&b=2',
      id: 'token-1',
      nonce: 'n1',
      timestampMs: NOW,
    };
    for (const [signer, verifier] of [
      [provider, declared],
      [declared, provider],
    ] as const) {
      const signed: SignedRequest = await signer.sign(draft);
      expect(await verifier.verify(signed)).toMatchObject({ ok: true });
      const without = new HeaderList([...signed.headers].filter(([name]) => name !== 'content-type').flat());
      const changed = {
        ...signed,
        headers: without,
        url: signed.url.replace('A1', 'A2'),
        body: Buffer.from('{}'),
      };
      expect(await verifier.verify(changed)).toMatchObject({ ok: false });
    }
    expect(declared.coverage.covered.filter((part) => part !== 'type' && part !== 'id')).toEqual(
      provider.coverage.covered.filter((part) => part !== 'type' && part !== 'id'),
    );
  });
});
