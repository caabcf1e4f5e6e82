import { HeaderList } from '@countersign/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRawHttp } from '../../../core/src/request-input/raw-http.ts';
import { printRequest } from '../../src/print-request.ts';
import { UsageError } from '../../src/usage-error.ts';

const bytes = (text: string): Buffer => Buffer.from(text, 'utf8');
const bodyText = (text: string): string =>
  Buffer.from(parseRawHttp(bytes(text)).request.body).toString('utf8');

const token = fc.stringMatching(/^[a-z][a-z0-9-]{0,15}$/);
/** Field values as the wire carries them: visible ASCII and bytes from 0x80, no white space at the ends. */
const value = fc
  .array(fc.oneof(fc.integer({ min: 0x21, max: 0x7e }), fc.integer({ min: 0x80, max: 0xff })), {
    maxLength: 20,
  })
  .map((codes) => String.fromCharCode(...codes));

describe('parseRawHttp', () => {
  it('reads back any request that was printed, byte for byte', () => {
    const request = fc.record({
      method: fc.constantFrom('GET', 'POST', 'DELETE', 'PATCH'),
      url: fc.stringMatching(/^\/[a-z0-9/?=&%._-]{0,30}$/),
      pairs: fc.array(
        fc.tuple(token, value).filter(([name]) => name !== 'content-length' && name !== 'transfer-encoding'),
        { maxLength: 8 },
      ),
      body: fc.uint8Array({ maxLength: 200 }),
    });
    fc.assert(
      fc.property(request, ({ method, url, pairs, body }) => {
        const printed = printRequest(
          { method, url, headers: HeaderList.fromRaw(pairs.flat()), body },
          'http',
        );
        const { request: read, notes } = parseRawHttp(printed);
        expect(read.method).toBe(method);
        expect(read.url).toBe(url);
        expect([...read.headers]).toEqual([...pairs, ['Content-Length', String(body.length)]]);
        expect(Buffer.from(read.body).equals(body)).toBe(true);
        expect(notes).toEqual([]);
      }),
    );
  });

  it('takes LF for line ends in the head, and leaves the body alone', () => {
    expect(bodyText('POST /a HTTP/1.1\nHost: x\n\nline\r\nline\n')).toBe('line\r\nline\n');
    expect(bodyText('POST /a HTTP/1.1\r\nHost: x\r\n\r\n\nb')).toBe('\nb');
  });

  it('keeps a header’s bytes, its repeats and its order', () => {
    const { headers } = parseRawHttp(bytes('GET / HTTP/1.1\nB: é\nA:1\nB:\t2 \n\n')).request;
    expect([...headers]).toEqual([
      ['B', 'Ã©'],
      ['A', '1'],
      ['B', '2'],
    ]);
  });

  it('notes a newline that an editor added beyond Content-Length, and leaves it out', () => {
    const { request, notes } = parseRawHttp(bytes('POST / HTTP/1.1\ncontent-length: 2\n\n{}\n'));
    expect(Buffer.from(request.body).toString()).toBe('{}');
    expect(notes).toEqual([
      'A newline, as editors add it, after the 2 bytes of Content-Length is not part of the request.',
    ]);
  });

  it('notes a body that is shorter than Content-Length', () => {
    const { request, notes } = parseRawHttp(bytes('POST / HTTP/1.1\ncontent-length: 9\n\n{}'));
    expect(request.body.length).toBe(2);
    expect(notes.join()).toContain('2 of the 9 bytes');
  });

  it('undoes the chunked coding where the capture has it, and says so', () => {
    const head = 'POST / HTTP/1.1\ntransfer-encoding: chunked\n\n';
    expect(bodyText(`${head}3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n`)).toBe('abcde');
    expect(parseRawHttp(bytes(`${head}abcde`)).notes.join()).toContain('taken as it stands');
  });

  it.each([
    ['no request line', 'hello\n\n'],
    ['a header line without a colon', 'GET / HTTP/1.1\nnonsense\n\n'],
    ['a folded header', 'GET / HTTP/1.1\nA: b\n c\n\n'],
    ['two lengths', 'POST / HTTP/1.1\nContent-Length: 1\nContent-Length: 2\n\nab'],
    ['a length that is not a number', 'POST / HTTP/1.1\nContent-Length: -1\n\nab'],
  ])('refuses %s', (_, text) => {
    expect(() => parseRawHttp(bytes(text))).toThrow(UsageError);
  });
});
