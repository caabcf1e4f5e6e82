/**
 * Presigned URLs of AWS’s own: the query forms of its test suite for Signature Version 4, and S3’s example. The suite’s paths that are
 * normalised (`/a/../b`) are refused: the gate takes a path as it stands.
 */
import { describe, expect, it } from 'vitest';
import { createGate, done, type Gate, MemoryReplayGuard, type SignedRequest } from '../../src/index.ts';
import { gateOf, type Headers, HOST, requestOf, SUITE_TIME } from './presigned.ts';

const suiteUrl = (target: string, signed: string, signature: string, token = ''): string =>
  `${target}${target.includes('?') ? '&' : '?'}X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1%2Fservice%2Faws4_request&X-Amz-Date=20150830T123600Z&X-Amz-SignedHeaders=${signed.replaceAll(';', '%3B')}&X-Amz-Expires=3600${token}&X-Amz-Signature=${signature}`;

const LETTERS = '-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const FORM: Headers = [['Content-Type', 'application/x-www-form-urlencoded'], HOST, ['Content-Length', '13']];

type Row = readonly [
  name: string,
  method: string,
  target: string,
  signed: string,
  signature: string,
  headers?: Headers,
  body?: string,
];

const SUITE: readonly Row[] = [
  ['get-vanilla', 'GET', '/', 'host', 'e93c787ed7f371d5c6b165c1b38ede9550f4dce4144713e844b25b7192d3865d'],
  [
    'get-vanilla-empty-query-key',
    'GET',
    '/?Param1=value1',
    'host',
    '49096700cbbaa5753443850f40df10f904fc2fdb544dc9512203cc77c471a9de',
  ],
  [
    'get-vanilla-query-order-key-case',
    'GET',
    '/?Param2=value2&Param1=value1',
    'host',
    '86012e2c9ad4d77369f5d81c11f75158aae4f895a085212cc6d3f923d300bed5',
  ],
  [
    'get-vanilla-query-order-encoded',
    'GET',
    '/?Param-3=Value3&Param=Value2&%E1%88%B4=Value1',
    'host',
    'c5f1848ceec943ac2ca68ee720460c23aaae30a2300586597ada94c4a65e4787',
  ],
  [
    'get-vanilla-query-unreserved',
    'GET',
    `/?${LETTERS}=${LETTERS}`,
    'host',
    '8e76a88a7433637b12778d5592799b29ad21ecd6cf6325051c21d86f0acda2bf',
  ],
  [
    'get-unreserved',
    'GET',
    `/${LETTERS}`,
    'host',
    '95968482db1b9e0fadef6efc1bd24689f77c77d9ef56919c96a28cc92e0d6005',
  ],
  [
    'get-slash-unnormalized',
    'GET',
    '//',
    'host',
    'b2a9542809db687769200f56a844a03f2bd0291d6eb90232d5101c6a579446cd',
  ],
  [
    'get-slashes-unnormalized',
    'GET',
    '//example//',
    'host',
    '822a5a9ba28072c5ab2bb4a6307d0c88276d40e49fec6b724c03fb4d4ba60fc2',
  ],
  [
    'get-header-key-duplicate',
    'GET',
    '/',
    'host;my-header1',
    '3349ee0b81b4b589da0ff28a395c3591e04de515651dd74f298fa992d1507a97',
    [HOST, ['My-Header1', 'value2'], ['My-Header1', 'value2'], ['My-Header1', 'value1']],
  ],
  [
    'get-header-value-order',
    'GET',
    '/',
    'host;my-header1',
    '313720e71ca6202fdcfa9b20f88de01a4eb0638a83c833b1c184359a4eda864e',
    [
      HOST,
      ['My-Header1', 'value4'],
      ['My-Header1', 'value1'],
      ['My-Header1', 'value3'],
      ['My-Header1', 'value2'],
    ],
  ],
  [
    'get-header-value-trim',
    'GET',
    '/',
    'host;my-header1;my-header2',
    'e7bb0fd515e125e1aec2ecc4c0c17484fb06f6846b927c35e46005dd3df3acd4',
    [HOST, ['My-Header1', ' value1'], ['My-Header2', ' "a   b   c"']],
  ],
  ['post-vanilla', 'POST', '/', 'host', '2ce6e6d2e0cf2f9d1b55fafec88cd20574c31dc2e7631979f71ba2310083e95b'],
  [
    'post-vanilla-query',
    'POST',
    '/?Param1=value1',
    'host',
    'a9ef26247f293bffe40eeff86a0480ba8c14d31503b2e0c3399e3a16bf1a3682',
  ],
  [
    'post-header-key-sort',
    'POST',
    '/',
    'host;my-header1',
    'c09d07e0d55871f10f2a6d350d994acf6825a3cae70673d7def55616e6119dd7',
    [HOST, ['My-Header1', 'value1']],
  ],
  [
    'post-header-value-case',
    'POST',
    '/',
    'host;my-header1',
    '0698bc9e4f7f9139065ba2909c0e99da257e8e2a42492a097bcd46d792391fed',
    [HOST, ['My-Header1', 'VALUE1']],
  ],
  [
    'post-x-www-form-urlencoded',
    'POST',
    '/',
    'content-length;content-type;host',
    '89a40deed0f26f9461242825a082d2222717248abc7ab41f552ad84a94ad46e9',
    FORM,
    'Param1=value1',
  ],
];

const EXAMPLES = SUITE.map(([name, method, target, signed, signature, headers = [HOST], body = '']) => ({
  name,
  method,
  target,
  signed,
  signature,
  headers,
  body,
}));

describe('AWS’s test suite', () => {
  it.each(EXAMPLES)('$name', async ({ method, target, signed, signature, headers, body }) => {
    const url = suiteUrl(target, signed, signature);
    const verdict = await gateOf().verify(requestOf(method, url, headers, body));
    expect(verdict).toMatchObject({ ok: true, keyId: 'AKIDEXAMPLE', timestampMs: SUITE_TIME });
    const other = url.replace(/.$/, (digit) => (digit === '0' ? '1' : '0'));
    expect(await gateOf().verify(requestOf(method, other, headers, body))).toMatchObject({
      reason: 'signature-mismatch',
    });
  });

  it('get-vanilla-with-session-token', async () => {
    const token = '&X-Amz-Security-Token=6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267';
    const signature = '7ff2b50b376cb4d151970630573d6291dc128cc5c2a12ffb237f73cc53f67b6c';
    const request = requestOf('GET', suiteUrl('/', 'host', signature, token), [HOST]);
    expect(await gateOf().verify(request)).toMatchObject({ ok: true });
  });

  it('a session token that is not signed is refused (post-sts-header-after)', async () => {
    const signature = '2ce6e6d2e0cf2f9d1b55fafec88cd20574c31dc2e7631979f71ba2310083e95b';
    const url = suiteUrl('/', 'host', signature, '&X-Amz-Security-Token=AQoDYXdzEPT');
    expect(await gateOf().verify(requestOf('POST', url, [HOST]))).toMatchObject({
      reason: 'signature-mismatch',
    });
  });

  it('a path that its signer has normalised is refused (get-relative-normalized)', async () => {
    const signature = 'e93c787ed7f371d5c6b165c1b38ede9550f4dce4144713e844b25b7192d3865d';
    const url = suiteUrl('/example/..', 'host', signature);
    expect(await gateOf().verify(requestOf('GET', url, [HOST]))).toMatchObject({ ok: false });
  });
});

describe('S3’s example', () => {
  const nowMs = Date.UTC(2013, 4, 24);
  const s3 = (options: object, atMs = nowMs): Gate =>
    createGate({
      provider: { id: 'aws-sigv4', region: 'us-east-1', service: 's3', presigned: true, ...options },
      keys: [{ id: 'AKIAIOSFODNN7EXAMPLE', secret: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' }],
      now: () => atMs,
    });
  const url =
    '/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404';
  const request = (body = ''): SignedRequest =>
    requestOf('GET', url, [['Host', 'examplebucket.s3.amazonaws.com']], body);

  it('is taken, with whatever body, and the report says so', async () => {
    const gate = s3({ unsignedPayload: true });
    expect(await gate.verify(request())).toMatchObject({ ok: true });
    expect(await gate.verify(request('another body'))).toMatchObject({ ok: true });
    expect(gate.coverage.open).toContain('body');
    expect(gate.coverage.warnings).toContainEqual({ code: 'repeat-in-time', pastMs: 604_800_000 });
  });

  it('has no gate that would take the body for proved', () => {
    expect(() => s3({})).toThrow(/provider\.presigned: presigned URLs for s3 do not prove the body/);
  });

  it.each([
    ['at its beginning', 0, 'ok'],
    ['at its end', 86_400_000, 'ok'],
    ['a millisecond after its end', 86_400_001, 'expired'],
    ['before it was signed, within the tolerance', -300_000, 'ok'],
    ['before that', -300_001, 'from-the-future'],
  ])('%s', async (_, afterMs, heard) => {
    const verdict = await s3({ unsignedPayload: true }, nowMs + afterMs).verify(request());
    expect(verdict.ok ? 'ok' : verdict.reason).toBe(heard);
  });

  it('is refused where URLs may not be good for so long', async () => {
    const short = { unsignedPayload: true, maxLifetimeMs: 86_399_999 };
    expect(await s3(short).verify(request())).toMatchObject({ reason: 'malformed-timestamp', step: 'fresh' });
    const just = { unsignedPayload: true, maxLifetimeMs: 86_400_000 };
    expect(await s3(just).verify(request())).toMatchObject({ ok: true });
  });

  it('is taken once, and not again before its end', async () => {
    let atMs = nowMs;
    const gate = createGate({
      provider: {
        id: 'aws-sigv4',
        region: 'us-east-1',
        service: 's3',
        presigned: true,
        unsignedPayload: true,
      },
      keys: [{ id: 'AKIAIOSFODNN7EXAMPLE', secret: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' }],
      replay: new MemoryReplayGuard(),
      now: () => atMs,
    });
    const heard: string[] = [];
    for (const afterMs of [0, 1, 86_400_000, 86_400_001]) {
      atMs = nowMs + afterMs;
      const received = await gate.receive(request(String(afterMs)), () => done('ran'));
      heard.push(received.kind === 'refused' ? received.verdict.reason : received.kind);
    }
    expect(heard).toEqual(['done', 'replayed', 'replayed', 'expired']);
  });
});
