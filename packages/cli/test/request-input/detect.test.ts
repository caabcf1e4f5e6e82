import { describe, expect, it } from 'vitest';
import { readRequest } from '../../../core/src/request-input/detect.ts';
import { UsageError } from '../../src/usage-error.ts';

const read = (text: string, entry?: number) => {
  const { form, request, notes } = readRequest(Buffer.from(text), {
    ...(entry !== undefined && { entry }),
  });
  return {
    form,
    line: `${request.method} ${request.url}`,
    headers: [...request.headers],
    body: Buffer.from(request.body).toString('utf8'),
    notes,
  };
};

const harEntry = {
  startedDateTime: '2026-01-01T00:00:00Z',
  request: {
    method: 'POST',
    url: 'https://x/hook',
    headers: [
      { name: ':method', value: 'POST' },
      { name: 'X-A', value: 'é' },
    ],
    postData: { mimeType: 'application/json', text: '{"ü":1}' },
  },
};

describe('readRequest', () => {
  it('tells the four forms apart', () => {
    expect(read('POST /a HTTP/1.1\r\n\r\nb').form).toBe('raw-http');
    expect(read(' {"method":"GET","url":"/a"}').form).toBe('json');
    expect(read(JSON.stringify(harEntry)).form).toBe('har');
    expect(read('curl http://x').form).toBe('curl');
    expect(read('\ufeff$ curl http://x').form).toBe('curl');
  });

  it.each(['', ' \n', 'hello', '[]', '{"a"', '{}', '{"method":"GET"}'])('refuses %j', (text) => {
    expect(() => read(text)).toThrow(UsageError);
  });

  it('does not repeat the input in its errors', () => {
    expect(() => read('{"authorization": s3cret')).toThrow(/^(?!.*s3cret)/);
  });

  it('reads JSON headers in each of their forms, as UTF-8 bytes', () => {
    const headers = (value: unknown) =>
      read(JSON.stringify({ method: 'GET', url: '/', headers: value })).headers;
    expect(headers({ a: 'é', b: ['1', '2'] })).toEqual([
      ['a', 'Ã©'],
      ['b', '1'],
      ['b', '2'],
    ]);
    expect(
      headers([
        ['a', '1'],
        ['A', '2'],
      ]),
    ).toEqual([
      ['a', '1'],
      ['A', '2'],
    ]);
    expect(() => headers({ a: 1 })).toThrow(/headers/);
    expect(() => headers([['a']])).toThrow(/headers/);
  });

  it('reads JSON bodies as text or base64, strictly', () => {
    const body = (members: object) => read(JSON.stringify({ method: 'POST', url: '/', ...members })).body;
    expect(body({ body: 'ü' })).toBe('ü');
    expect(body({ bodyBase64: 'w7w=' })).toBe('ü');
    expect(body({})).toBe('');
    expect(() => body({ bodyBase64: 'w7w' })).toThrow(/base64/);
    expect(() => body({ bodyBase64: 'w7w=\n' })).toThrow(/base64/);
    expect(() => body({ body: { a: 1 } })).toThrow(/lost its bytes|is not text/);
    expect(() => body({ body: '', bodyBase64: '' })).toThrow(/body and bodyBase64/);
  });

  it('reads a HAR entry without HTTP/2’s pseudo-headers, its text or its base64', () => {
    expect(read(JSON.stringify(harEntry))).toMatchObject({
      line: 'POST https://x/hook',
      headers: [['X-A', 'Ã©']],
      body: '{"ü":1}',
    });
    const base64 = {
      ...harEntry,
      request: { ...harEntry.request, postData: { text: 'w7w=', encoding: 'base64' } },
    };
    expect(read(JSON.stringify(base64)).body).toBe('ü');
    expect(read(JSON.stringify(harEntry.request)).form).toBe('har');
  });

  it('takes one entry of a HAR file', () => {
    const other = { request: { method: 'GET', url: '/other', headers: [] } };
    const file = (...entries: object[]) => JSON.stringify({ log: { entries } });
    expect(read(file(harEntry)).line).toBe('POST https://x/hook');
    expect(read(file(harEntry, other), 2).line).toBe('GET /other');
    expect(() => read(file(harEntry, other))).toThrow(/2 entries/);
    expect(() => read(file(harEntry), 2)).toThrow(/no entry 2/);
  });

  it('notes a Content-Length that is not the body’s', () => {
    const text = JSON.stringify({ method: 'POST', url: '/', headers: { 'content-length': '9' }, body: 'ab' });
    expect(read(text).notes.join()).toContain('Content-Length is 9, and the body has 2 bytes');
  });
});
