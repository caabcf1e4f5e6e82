/** Every form in which people hold a captured request, and every form that the program itself prints. */
import { HeaderList, type SignedRequest } from '@countersign/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRequest } from '../../../core/src/request-input/detect.ts';
import { printRequest, REQUEST_PRINTS } from '../../src/print-request.ts';
import { UsageError } from '../../src/usage-error.ts';

const read = (input: string | object) => {
  const text = typeof input === 'string' ? input : JSON.stringify(input);
  const { form, request, notes } = readRequest(Buffer.from(text));
  return {
    form,
    line: `${request.method} ${request.url}`,
    headers: Object.fromEntries(request.headers),
    body: Buffer.from(request.body).toString('utf8'),
    notes,
  };
};

describe('what the program prints, it reads', () => {
  const token = fc.stringMatching(/^x-[a-z0-9]{1,10}$/);
  const value = fc.stringMatching(/^[!-~]([ -~]{0,20}[!-~])?$/);
  const requests = fc
    .record({
      pairs: fc.array(fc.tuple(token, value), { maxLength: 4 }),
      body: fc.uint8Array({ maxLength: 60 }),
    })
    .map(({ pairs, body }): SignedRequest => {
      const headers = HeaderList.fromRaw([...pairs.flat(), 'content-type', 'text/plain', 'host', 'x']);
      return { method: body.length === 0 ? 'GET' : 'POST', url: 'http://x/a?b=c', headers, body };
    });

  it.each(REQUEST_PRINTS)('any request as %s, whatever its bytes', (as) => {
    fc.assert(
      fc.property(requests, (request) => {
        const again = readRequest(printRequest(request, as)).request;
        expect(again.method).toBe(request.method);
        expect(new URL(again.url, 'http://x').href).toBe(request.url);
        for (const [name] of request.headers) expect(again.headers.get(name)).toBe(request.headers.get(name));
        expect(Buffer.from(again.body).toString('hex')).toBe(Buffer.from(request.body).toString('hex'));
      }),
    );
  });

  it('an event of the admin API, with its body', () => {
    const event = {
      id: '01J',
      gate: 'github',
      provider: 'github',
      receivedAt: '2026-01-01T00:00:00.000Z',
      method: 'POST',
      url: '/webhooks/github',
      keyId: 'now',
      bodyBytes: 7,
      headers: [
        { name: 'Content-Length', value: '7' },
        { name: 'X-Hub-Signature-256', value: 'sha256=ab' },
      ],
      bodyBase64: Buffer.from('{"a":1}').toString('base64'),
    };
    expect(read(event)).toEqual({
      form: 'json',
      line: 'POST /webhooks/github',
      headers: { 'Content-Length': '7', 'X-Hub-Signature-256': 'sha256=ab' },
      body: '{"a":1}',
      notes: [],
    });
  });
});

describe('a JSON object', () => {
  const base = { method: 'POST', url: '/', headers: {} };

  it('has its body under one of three names, or as a Buffer was printed', () => {
    expect(read({ ...base, rawBody: 'ü' }).body).toBe('ü');
    expect(read({ ...base, body: Buffer.from('ü') }).body).toBe('ü');
    expect(() => read({ ...base, rawBody: 'a', body: 'a' })).toThrow('body and rawBody');
    expect(() => read({ ...base, rawBody: { a: 1 } })).toThrow(UsageError);
  });

  it('is told of a word of a proxy that is not understood', () => {
    const { notes } = read({ method: 'GET', url: '/', forwarded: { proto: 'https' } });
    expect(notes).toEqual(['Not read, because it is not understood here: "proto".']);
  });

  it('is not a line of the log, which is called that', () => {
    const line = {
      level: 'info',
      requestId: 'ab-1',
      method: 'POST',
      path: '/a',
      verdict: 'refused',
      status: 401,
    };
    expect(() => read(line)).toThrow(
      'it is a line of the gateway’s log, which holds neither headers nor body',
    );
  });

  it('is told which of its members were not read', () => {
    const { notes } = read({ ...base, payload: 'a', data: 'b' });
    expect(notes).toEqual(['Not read, because it is not understood here: "payload", "data".']);
  });
});

describe('AWS Lambda', () => {
  const headers = { 'Content-Type': 'application/json', 'X-Sig': 'ab' };

  it('payload format 2.0 and function URLs: path and query as they came', () => {
    const event = {
      version: '2.0',
      rawPath: '/hook%20a',
      rawQueryString: 'a=1&b=%2F',
      cookies: ['a=1', 'b=2'],
      headers,
      requestContext: { http: { method: 'POST', path: '/hook a' } },
      body: 'w7w=',
      isBase64Encoded: true,
    };
    expect(read(event)).toEqual({
      form: 'lambda',
      line: 'POST /hook%20a?a=1&b=%2F',
      headers: { ...headers, cookie: 'a=1; b=2' },
      body: 'ü',
      notes: [],
    });
  });

  it('payload format 1.0: the query is written anew, and that is said', () => {
    const event = {
      httpMethod: 'POST',
      path: '/hook',
      requestContext: { path: '/prod/hook' },
      multiValueHeaders: { 'X-Sig': ['ab'] },
      multiValueQueryStringParameters: { a: ['1', 'x y'] },
      body: '{"a":1}',
      isBase64Encoded: false,
    };
    const { notes, ...rest } = read(event);
    expect(rest).toEqual({
      form: 'lambda',
      line: 'POST /prod/hook?a=1&a=x%20y',
      headers: { 'X-Sig': 'ab' },
      body: '{"a":1}',
    });
    expect(notes.join()).toContain('may differ from what was signed');
  });

  it('payload format 1.0: half a surrogate pair in the query stands for no letter', () => {
    const event = {
      httpMethod: 'GET',
      path: '/hook',
      requestContext: {},
      headers,
      queryStringParameters: { 'a\ud800': '\udc00b' },
    };
    expect(read(event)).toMatchObject({ line: 'GET /hook?a%EF%BF%BD=%EF%BF%BDb' });
  });

  it('refuses an event that is not whole', () => {
    const event = { rawPath: '/', requestContext: {}, headers: {} };
    expect(() => read(event)).toThrow('http.method');
    const post = { ...event, requestContext: { http: { method: 'POST' } } };
    expect(() => read({ ...post, body: {} })).toThrow('its body is not a string');
    expect(() => read({ ...post, body: '*', isBase64Encoded: true })).toThrow(
      'its body is marked as base64 but is not valid base64',
    );
  });
});

describe('what browsers copy', () => {
  it('as fetch', () => {
    const text = `fetch("https://x.example/hook?a=1", {
  "headers": { "content-type": "application/json", "x-sig": "ab" },
  "referrer": "https://y.example/",
  "body": "{\\"a\\":\\"ü\\"}",
  "method": "POST",
  "mode": "cors"
});`;
    expect(read(text)).toMatchObject({
      form: 'fetch',
      line: 'POST https://x.example/hook?a=1',
      headers: { 'content-type': 'application/json', 'x-sig': 'ab', referer: 'https://y.example/' },
      body: '{"a":"ü"}',
    });
    expect(read('await fetch("https://x/")').line).toBe('GET https://x/');
    expect(() => read('fetch(url, {})')).toThrow(UsageError);
  });

  it('as cURL for cmd.exe', () => {
    const text =
      'curl ^"https://x.example/hook?a=1^&b=2^" ^\r\n  -H ^"content-type: application/json^" ^\r\n  -H ^"x-sig: a^%^b^" ^\r\n  --data-raw ^"^{^\\^"a^\\^":^\\^"x y^\\^"^}^"\r\n';
    expect(read(text)).toMatchObject({
      form: 'curl',
      line: 'POST https://x.example/hook?a=1&b=2',
      headers: { 'content-type': 'application/json', 'x-sig': 'a%b' },
      body: '{"a":"x y"}',
    });
  });
});

describe('GitHub’s deliveries', () => {
  it('as the page shows them', () => {
    const text = `Request URL: https://x.example/hook
Request method: POST
Accept: */*
Content-Type: application/json
X-GitHub-Event: ping
X-Hub-Signature-256: sha256=ab

{
  "zen": "Keep it  logically awesome.",
  "n": 1.0
}
`;
    const { notes, ...rest } = read(text);
    expect(rest).toMatchObject({
      form: 'delivery',
      line: 'POST https://x.example/hook',
      headers: { 'X-GitHub-Event': 'ping', 'X-Hub-Signature-256': 'sha256=ab' },
      body: '{"zen":"Keep it  logically awesome.","n":1.0}',
    });
    expect(notes.join()).toContain('compact JSON');
  });

  it('as the API gives them', () => {
    const delivery = {
      id: 1,
      delivered_at: '2026-01-01T00:00:00Z',
      url: 'https://x.example/hook',
      request: { headers: { 'X-GitHub-Event': 'ping' }, payload: { zen: 'a' } },
    };
    expect(read(delivery)).toMatchObject({
      line: 'POST https://x.example/hook',
      headers: { 'X-GitHub-Event': 'ping' },
      body: '{"zen":"a"}',
    });
  });
});
