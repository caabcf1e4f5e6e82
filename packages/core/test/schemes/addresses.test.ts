/** What a message has of a request's address: path, query, host and URL, as they were sent. */
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../../scripts/effort.ts';
import { createGate, type Gate, type GateOptions, type RequestParts } from '../../src/index.ts';

const KEY = 'a-secret-of-20-bytes!';
const mac = (text: string): string => createHmac('sha256', KEY).update(text).digest('hex');
const HOST = { host: 'a.example' };

const gateOf = (message: string, more: object = {}): Gate =>
  createGate({
    scheme: { algorithm: 'hmac-sha256', signature: { header: 'x-sig', encoding: 'hex' }, message, ...more },
    keys: [KEY],
  } as unknown as GateOptions);

/** Whether the message of such a request is that text. */
async function isSigned(gate: Gate, request: Partial<RequestParts>, text: string): Promise<boolean> {
  const { url = '/', ...others } = request;
  const headers = { ...HOST, ...request.headers, 'x-sig': mac(text) };
  const verdict = await gate.verify({
    method: 'POST',
    body: '',
    url: String(url).replace('MAC', mac(text)),
    ...others,
    headers,
  });
  if (!verdict.ok) expect(verdict.reason).toBe('signature-mismatch');
  return verdict.ok;
}

describe('in a message', () => {
  it.each<[message: string, request: Partial<RequestParts>, text: string]>([
    ['{path}', { url: '/' }, '/'],
    ['{path}', { url: '/a%20b/../c?d=/e' }, '/a%20b/../c'],
    ['{path}', { url: 'https://b.example?d' }, '/'],
    ['{path}', { method: 'OPTIONS', url: '*' }, '*'],
    ['{query}', { url: '/' }, ''],
    ['{query}', { url: '/?' }, ''],
    ['{query}', { url: '/?a=1&&b=%zz&c' }, 'a=1&&b=%zz&c'],
    ['{query}', { url: '/?%zz=1&a?b' }, '%zz=1&a?b'],
    ['{host}', {}, 'a.example'],
    ['{host}', { headers: { host: 'A.Example:443' } }, 'a.example'],
    ['{host}', { headers: { host: 'a.example:80' } }, 'a.example:80'],
    ['{host}', { url: 'http://b.example:80/' }, 'b.example'],
    ['{url}', { url: '/a?b=1' }, 'https://a.example/a?b=1'],
    ['{url}', { url: '/a' }, 'https://a.example/a'],
    ['{url}', { url: '/a?' }, 'https://a.example/a?'],
    ['{url}', { url: 'http://b.example:80' }, 'http://b.example/'],
    ['{url}', { method: 'OPTIONS', url: '*' }, 'https://a.example'],
  ])('%s of %j is %j', async (message, request, text) => {
    expect(await isSigned(gateOf(message), request, text)).toBe(true);
    expect(await isSigned(gateOf(message), request, `${text}x`)).toBe(false);
  });

  it.each<[message: string, url: string, text: string]>([
    ['{query}\n{body}', '/?sig=MAC', '\n'],
    ['{query}', '/?a=1&sig=MAC', 'a=1'],
    ['{query}', '/?sig=MAC&a=1', 'a=1'],
    ['{query}', '/?a=1&sig=MAC&b=2', 'a=1&b=2'],
    ['{query}', '/?a=1&s%69g=MAC&b+c', 'a=1&b+c'],
    ['{query}', '/?sig=MAC&', ''],
    ['{query}', '/?&sig=MAC', ''],
    ['{query:sorted}', '/?b&sig=MAC&a', 'a&b'],
    ['{url}', '/?sig=MAC', 'https://a.example/'],
    ['{url}', '/?a=1&sig=MAC', 'https://a.example/?a=1'],
    ['{url}', '/?sigs=1&sig=MAC', 'https://a.example/?sigs=1'],
  ])('%s of %s leaves the signature out', async (message, url, text) => {
    const gate = gateOf(message, { signature: { query: 'sig', encoding: 'hex' } });
    expect(await isSigned(gate, { url }, text)).toBe(true);
    expect(await isSigned(gate, { url }, `${text}x`)).toBe(false);
  });

  it('a sorted query is that of a stable sort by name', async () => {
    const gate = gateOf('{query:sorted}\n');
    const pair = fc.tuple(
      fc.constantFrom('a', 'b', 'a-b', 'B', '%41', ''),
      fc.constantFrom('', '=', '=1', '=2=3'),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(pair, { minLength: 1, maxLength: 40 }), async (pairs) => {
        const sorted = pairs.toSorted(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
        const written = (all: typeof pairs): string => all.map((texts) => texts.join('')).join('&');
        expect(await isSigned(gate, { url: `/?${written(pairs)}` }, `${written(sorted)}\n`)).toBe(true);
      }),
      { numRuns: runs(2000) },
    );
  });

  it('a sorted query has up to 1,000 parameters', async () => {
    const gate = gateOf('{query:sorted}');
    const query = (count: number): string => Array.from({ length: count }, () => 'a').join('&');
    expect(await isSigned(gate, { url: `/?${query(1000)}` }, query(1000))).toBe(true);
    const headers = { 'x-sig': mac(query(1001)) };
    expect(await gate.verify({ method: 'POST', url: `/?${query(1001)}`, headers, body: '' })).toMatchObject({
      reason: 'missing-part',
      message: 'the query has more than 1000 parameters, and the message covers them in order',
      remedy: 'Send fewer: the rest in the body, say.',
    });
  });
});

describe('a request that does not say', () => {
  const NO_HOST = 'the message covers the host; there is none';
  const GIVE_HOST =
    'Hand the request over with its Host header or an absolute URL, or set the gate’s origin.';

  it.each(['{host}', '{url}'])('its host is refused where the message has %s', async (message) => {
    const request = { method: 'POST', url: '/', headers: { 'x-sig': mac('') }, body: '' };
    expect(await gateOf(message).verify(request)).toMatchObject({
      reason: 'missing-part',
      message: NO_HOST,
      remedy: GIVE_HOST,
    });
    expect(() => gateOf(message).sign(request)).toThrow(`request: ${NO_HOST}. ${GIVE_HOST}`);
    const origin = gateOf(message, { origin: 'https://a.example' });
    expect(await origin.verify(await origin.sign(request))).toMatchObject({ ok: true });
  });

  it.each(['{path}', '{host}', '{url}'])('where it goes is not signed under %s', (message) => {
    expect(() => gateOf(message).sign({ method: 'POST', url: 'a b', headers: HOST, body: '' })).toThrow(
      'request: the request’s target is neither a path nor an http or https URL.',
    );
  });
});

describe('an origin', () => {
  const dpop = (origin: string): Gate =>
    createGate({ provider: { id: 'dpop', origin }, keys: ['a-secret-of-thirty-two-characters'] });

  it('may end in a slash where libraries write it so, and only there', () => {
    expect(dpop('https://a.example/').scheme.origin).toEqual(dpop('https://a.example').scheme.origin);
    expect(() => dpop('https://a.example//')).toThrow('is not an origin');
    expect(() => gateOf('{url}', { origin: 'https://a.example/' })).toThrow(
      'scheme.origin: "https://a.example/" is not an origin. Give a scheme and a host and no more, e.g. https://hooks.example.',
    );
  });
});
