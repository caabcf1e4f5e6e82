/** Whatever request the program prints, it reads again as that request: every form, the hardest requests. */
import { spawn, spawnSync } from 'node:child_process';
import { type AddressInfo, createServer } from 'node:net';
import { HeaderList, type SignedRequest } from '@countersign/core';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runs } from '../../../../scripts/effort.ts';
import { readRequest } from '../../../core/src/request-input/detect.ts';
import { printRequest, REQUEST_PRINTS } from '../../src/print-request.ts';

const method = fc.oneof(
  fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'get', 'M-SEARCH', '-X'),
  fc.string({ unit: fc.constantFrom(..."AZaz09!#$%&'*+-.^_`|~"), minLength: 1, maxLength: 8 }),
);
/** What the grammar of a target takes, as senders write it. */
const path = fc.oneof(
  fc.constantFrom(
    '/',
    '/a/../b',
    '/./a',
    '/a//b',
    '/%2e%2e/a',
    '/a?',
    '/a?b=[1]&c={2}',
    "/it's",
    '/a?x={a,b}',
    '/~a',
  ),
  fc
    .string({ unit: fc.constantFrom(...'ab/.%2e?&=[]{}|\'"`$!*()<>^;:,@+~'), maxLength: 20 })
    .map((text) => `/${text}`)
    .filter((text) => !text.includes('\\')),
);
const origin = fc.constantFrom('http://x', 'https://x.example:8443', 'http://[::1]:8080', 'HTTPS://X');
const name = fc.oneof(
  fc.constantFrom(
    'host',
    'Accept',
    'user-agent',
    'Content-Type',
    'cookie',
    'x-a',
    'X-A',
    'expect',
    'authorization',
  ),
  fc.string({ unit: fc.constantFrom(..."abz019!#$%&'*+-.^_`|~"), minLength: 1, maxLength: 6 }),
);
const value = fc
  .string({ unit: fc.constantFrom(...'a "\'\\;:,@$`!{}\t\x80\x85\xc3\xa0\xa9\xff=%'), maxLength: 12 })
  // What HTTP leaves out around a value; the byte 0xA0 is no white space, but the end of an à.
  .map((text) => text.replace(/^[ \t]+|[ \t]+$/g, ''));
const body = fc.oneof(
  fc
    .constantFrom('', '@a', '&', '\n', '\r\n\r\n', '\0', "'", '\ufeff{}', '{"a":"ü"}')
    .map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 40 }),
);
const requests = fc
  .record({ method, path, origin, pairs: fc.array(fc.tuple(name, value), { maxLength: 5 }), body })
  .map(
    (made): SignedRequest => ({
      method: made.method,
      url: made.origin + made.path,
      headers: HeaderList.fromRaw(made.pairs.flat()),
      body: made.body,
    }),
  );

/** The fields of the names that the request has, in order; a form may add others, as its tool does. */
function fieldsOf({ headers }: SignedRequest, names: ReadonlySet<string>): readonly string[] {
  return [...headers]
    .filter(([field]) => names.has(field.toLowerCase()))
    .map(([field, text]) => `${field}: ${text}`);
}

describe('what is printed is read as the same request', () => {
  it.each(REQUEST_PRINTS)('as %s', (as) => {
    fc.assert(
      fc.property(requests, (request) => {
        const printed = printRequest(request, as);
        const { request: again, notes } = readRequest(printed);
        const names = new Set([...request.headers].map(([field]) => field.toLowerCase()));
        // A raw message has path and query alone where Host says the rest; `sign` sees to it that the scheme is named where it is signed.
        const scheme = /^https?/i.exec(request.url)?.[0];
        const url = again.url.startsWith('/')
          ? `${scheme}://${again.headers.get('host')}${again.url}`
          : again.url;
        expect({
          method: again.method,
          url: url.toLowerCase(),
          headers: fieldsOf(again, names),
          body: Buffer.from(again.body).toString('latin1'),
          notes,
        }).toEqual({
          method: request.method,
          url: request.url.toLowerCase(),
          headers: fieldsOf(request, names),
          body: Buffer.from(request.body).toString('latin1'),
          notes: [],
        });
      }),
      { numRuns: runs(20_000), seed: 20_261_126 },
    );
  });
});

/** Answers each connection with 200 and notes what came, byte for byte. */
async function listen(): Promise<{ readonly port: number; readonly received: Buffer[] }> {
  const received: Buffer[] = [];
  const server = createServer((socket) => {
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      const text = Buffer.concat(chunks).toString('latin1');
      const end = text.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/^content-length: (\d+)\r?$/im.exec(text.slice(0, end + 2))?.[1] ?? 0);
      if (text.length < end + 4 + length) return;
      received.push(Buffer.concat(chunks));
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
    });
    socket.on('error', () => {});
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, received };
}

/** curl writes Host first, with a capital. */
function byName(request: SignedRequest, names: ReadonlySet<string>): readonly (readonly [string, string])[] {
  return [...request.headers]
    .map(([name, text]) => [name.toLowerCase(), text] as const)
    .filter(([name]) => names.has(name))
    .sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
}

const hasCurl = spawnSync('curl', ['--version']).status === 0;
const curlReason = hasCurl ? '' : ' (skipped: curl is not there; apt-get install curl)';

it.skipIf(!hasCurl)(
  `what is printed as a curl line, curl sends${curlReason}`,
  async () => {
    const { port, received } = await listen();
    // An Expect of the sender’s own would be waited for.
    const sendable = requests.filter(
      // Of two Host fields, which nobody takes, curl sends the first.
      ({ headers }) => headers.get('expect') === undefined && headers.count('host') < 2,
    );
    for (const made of fc.sample(sendable, { numRuns: runs(400), seed: 20_261_126 })) {
      const request = { ...made, url: made.url.replace(/^https?:\/\/[^/]+/i, `http://127.0.0.1:${port}`) };
      const line = Buffer.from(printRequest(request, 'curl'));
      const child = spawn('sh', ['-s'], { stdio: ['pipe', 'ignore', 'ignore'] });
      child.stdin.end(line);
      await new Promise((done) => child.on('exit', done));
      const { request: sent } = readRequest(received.pop() ?? new Uint8Array());
      const names = new Set([...request.headers].map(([field]) => field.toLowerCase()));
      expect({
        line: line.toString('latin1'),
        method: sent.method,
        url: sent.url,
        headers: byName(sent, names),
        body: Buffer.from(sent.body).toString('latin1'),
      }).toEqual({
        line: line.toString('latin1'),
        method: request.method,
        url: request.url.replace(`http://127.0.0.1:${port}`, ''),
        headers: byName(request, names),
        body: Buffer.from(request.body).toString('latin1'),
      });
    }
  },
  60_000,
);
