/** What is particular to deliveries by HTTP. */
import { once } from 'node:events';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import type { Destination } from '../../src/deliver/destination.ts';
import { createHttpDestination, type HttpDestinationOptions } from '../../src/deliver/destinations/http.ts';
import { messageOf, patience } from '../../src/testing/destination-bench.ts';
import { CERTIFICATE, PRIVATE_KEY } from '../support/self-signed.ts';
import { startHttp, startRaw } from './http-receivers.ts';

async function open(port: number, more: Partial<HttpDestinationOptions> = {}): Promise<Destination> {
  const url = `http://127.0.0.1:${port}/hooks`;
  const destination = await createHttpDestination({ url, policy: 'configured', ...more });
  onTestFinished(() => destination.close());
  return destination;
}

/** Answers each connection's first bytes so. */
async function answering(write: (socket: Socket) => void): Promise<number> {
  const { port, close } = await startRaw((socket) => socket.once('data', () => write(socket)));
  onTestFinished(close);
  return port;
}

it.each([
  ['SSH-2.0-OpenSSH_9.6\r\n', 'does not speak HTTP/1.1'],
  [
    'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok',
    'answered 100 Continue, which was not asked for',
  ],
])('says of an answer that is none what it was: %j', async (answer, problem) => {
  const destination = await open(await answering((socket) => socket.write(answer)));
  expect(await destination.send(messageOf(1), patience())).toMatchObject({
    code: 'connection-lost',
    problem: expect.stringContaining(problem),
  });
});

it('sends the headers in their order and to the byte, with a length, and nothing that the message does not have', async () => {
  const requests: string[] = [];
  const { port, close } = await startRaw((socket) =>
    socket.on('data', (bytes) => {
      requests.push(bytes.toString('latin1'));
      socket.write('HTTP/1.1 204 No Content\r\n\r\n');
    }),
  );
  onTestFinished(close);
  const destination = await open(port, { url: `http://127.0.0.1:${port}/a%20b/ü?c=%2F&d` });
  const headers = ['X-B', '2', 'x-a', 'caf\xe9 \xff', 'X-B', '1', 'X-Empty', '', 'User-Agent', 'Stripe/1.0'];
  const body = Uint8Array.of(0, 255, 10);
  expect(await destination.send(messageOf(1, { headers, body, method: 'PUT' }), patience())).toEqual({
    ok: true,
    status: 204,
  });
  expect(requests).toEqual([
    `PUT /a%20b/%C3%BC?c=%2F&d HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nconnection: keep-alive\r\n` +
      'X-B: 2\r\nx-a: caf\xe9 \xff\r\nX-B: 1\r\nX-Empty: \r\nUser-Agent: Stripe/1.0\r\ncontent-length: 3\r\n\r\n\0\xff\n',
  ]);
});

it('an empty body has a length of 0', async () => {
  const { port, requests, close } = await startHttp((_, response) => response.end());
  onTestFinished(close);
  const destination = await open(port);
  await destination.send(messageOf(1, { body: new Uint8Array(0) }), patience());
  expect(requests[0]?.headers['content-length']).toBe('0');
});

it('many go over few connections', async () => {
  const { port, requests, close } = await startHttp((_, response) => response.end('x'.repeat(60_000)));
  onTestFinished(close);
  const [one, two] = [await open(port, { maxConnections: 1 }), await open(port)];
  for (let n = 0; n < 20; n++) await one.send(messageOf(n), patience());
  expect(new Set(requests.map(({ socket }) => socket)).size).toBe(1);
  for (let n = 0; n < 20; n++) await two.send(messageOf(n), patience());
  expect(new Set(requests.map(({ socket }) => socket)).size).toBeLessThan(5);
});

it('no more connections are open at once than it may have', async () => {
  const sockets = new Set<unknown>();
  let waiting: (() => void)[] = [];
  const { port, close } = await startHttp((request, response) => {
    sockets.add(request.socket);
    waiting.push(() => response.end());
    if (waiting.length === 3) {
      for (const answer of waiting) answer();
      waiting = [];
    }
  });
  onTestFinished(close);
  const destination = await open(port, { maxConnections: 3 });
  const sends = Array.from({ length: 9 }, (_, n) => destination.send(messageOf(n), patience()));
  expect((await Promise.all(sends)).every(({ ok }) => ok)).toBe(true);
  expect(sockets.size).toBe(3);
});

const HOST = '127.0.0.1:PORT';
it.each([
  [200, {}, { ok: true, status: 200 }],
  [202, { 'Webhook-Delivery': 'abort-message' }, { ok: true, status: 202 }],
  [
    301,
    { Location: '/elsewhere' },
    {
      code: 'status',
      problem: `${HOST} answered 301, a redirect: deliveries follow none. Write the address that it points to into the configuration.`,
    },
  ],
  [
    404,
    {},
    {
      code: 'status',
      problem: `${HOST} answered 404: it did not take the event. See its answer; the address, the signature or the content is not what it expects.`,
    },
  ],
  [
    410,
    { 'webhook-delivery': 'abort-message' },
    {
      code: 'gone',
      ends: 'destination',
      problem: `${HOST} answered 410: it wants no more events, and is sent none. Where that was a mistake, go on with countersign deliveries resume.`,
    },
  ],
  [
    422,
    { 'WEBHOOK-DELIVERY': 'x, Abort-Message ' },
    {
      code: 'aborted-by-receiver',
      ends: 'delivery',
      problem: `${HOST} answered 422 with webhook-delivery: abort-message: it does not want this event again. See its answer for why.`,
    },
  ],
  [
    500,
    { 'webhook-delivery': 'abort-message' },
    { code: 'aborted-by-receiver', ends: 'delivery', throttles: true },
  ],
  [
    429,
    { 'Retry-After': '120' },
    {
      code: 'too-many-requests',
      throttles: true,
      retryAfterMs: 120_000,
      problem: `${HOST} answered 429: it is sent more than it takes. It gets less for a while; lower the destination’s rate where that goes on.`,
    },
  ],
  [429, { 'Retry-After': 'soon' }, { code: 'too-many-requests', throttles: true }],
  [
    503,
    { 'Retry-After': 'Thu, 09 Oct 2025 08:54:00 GMT' },
    {
      code: 'status',
      throttles: true,
      retryAfterMs: 40_000,
      problem: `${HOST} answered 503: it failed. See its answer, and its log.`,
    },
  ],
] as const)('%d with %j', async (status, headers, expected) => {
  const { port, close } = await startHttp((_, response) => response.writeHead(status, headers).end('why'));
  onTestFinished(close);
  const destination = await open(port, { now: () => Date.UTC(2025, 9, 9, 8, 53, 20) });
  const result = await destination.send(messageOf(1), patience());
  const problem = 'problem' in expected ? { problem: expected.problem.replace('PORT', `${port}`) } : {};
  expect(result).toMatchObject({ ok: status < 300, status, ...expected, ...problem });
  expect(Buffer.from(result.answer ?? []).toString()).toBe('why');
  const { retryAfterMs, throttles, ends } = { ...expected } as Record<string, unknown>;
  expect(result.ok ? {} : result).toMatchObject(result.ok ? {} : { ...(ends === undefined ? {} : { ends }) });
  if (!result.ok)
    expect([result.retryAfterMs, result.throttles, result.ends]).toEqual([retryAfterMs, throttles, ends]);
});

it('an interim answer is not the answer', async () => {
  const port = await answering((socket) =>
    socket.end('HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 200 OK\r\nConnection: close\r\n\r\n'),
  );
  expect(await (await open(port)).send(messageOf(1), patience())).toEqual({ ok: true, status: 200 });
});

it('of an answer the first 4 KB are kept; one without an end is cut off, and its connection closed', async () => {
  const port = await answering((socket) => {
    socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
    const more = (): void => {
      if (!socket.destroyed) socket.write(`400\r\n${'x'.repeat(1024)}\r\n`, () => setImmediate(more));
    };
    more();
    socket.once('close', () => closed());
  });
  let closed = (): void => {};
  const isClosed = new Promise<void>((resolve) => {
    closed = resolve;
  });
  const result = await (await open(port)).send(messageOf(1), patience());
  expect(result).toMatchObject({ ok: true, status: 200 });
  expect(result.answer).toHaveLength(4096);
  await isClosed;
});

it('the head decides: its rest is waited for a second, an abort ends that wait, and what breaks off is no failure', async () => {
  const head = 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\npart';
  const hanging = await open(await answering((socket) => socket.write(head)));
  const before = performance.now();
  expect(await hanging.send(messageOf(1), patience())).toMatchObject({
    ok: true,
    answer: Buffer.from('part'),
  });
  expect(performance.now() - before).toBeLessThan(5_000);
  const stop = new AbortController();
  const stopping = await open(
    await answering((socket) => socket.write(head, () => setTimeout(() => stop.abort(), 20))),
  );
  expect(await stopping.send(messageOf(1), stop.signal)).toMatchObject({ ok: true, status: 200 });
  const breaking = await open(await answering((socket) => socket.end(head)));
  expect(await breaking.send(messageOf(1), patience())).toMatchObject({ ok: true, status: 200 });
});

it.each([
  ['a header with a line end', { headers: ['X', 'a\r\nb: c'] }],
  ['a header with a NUL', { headers: ['X', 'a\0'] }],
  ['a name of a header that is none', { headers: ['X Y', 'a'] }],
  ['a length of its own', { headers: ['Content-Length', '99'] }],
  ['a transfer encoding', { headers: ['Transfer-Encoding', 'chunked'] }],
  ['a method that is none', { method: 'PO ST' }],
  ['the method CONNECT', { method: 'CONNECT' }],
])('%s ends the delivery, and nothing is sent', async (_, changes) => {
  const { port, requests, close } = await startHttp((_request, response) => response.end());
  onTestFinished(close);
  const destination = await open(port);
  expect(await destination.send(messageOf(1, changes), patience())).toEqual({
    ok: false,
    code: 'not-started',
    ends: 'delivery',
    problem:
      'The request cannot be written: its method or one of its headers has a byte that HTTP does not allow. Mend the transformation that made it, and redrive the delivery.',
  });
  expect(requests).toEqual([]);
  expect(await destination.send(messageOf(2), patience())).toMatchObject({ ok: true });
});

it('a certificate that nobody vouches for: no connection, and nothing is sent', async () => {
  let count = 0;
  const server = createTlsServer({ cert: CERTIFICATE, key: PRIVATE_KEY }, (_, response) => {
    count++;
    response.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const destination = await open(port, { url: `https://127.0.0.1:${port}/hooks` });
  const result = await destination.send(messageOf(1), patience());
  expect(result).toEqual({
    ok: false,
    code: 'unreachable',
    throttles: true,
    problem: `The certificate of 127.0.0.1:${port} is not believed (DEPTH_ZERO_SELF_SIGNED_CERT). Renew it, or have it signed by an authority that this machine trusts (NODE_EXTRA_CA_CERTS).`,
  });
  expect(count).toBe(0);
});

it('what speaks no TLS is not spoken to without it', async () => {
  const { port, close } = await startHttp((_, response) => response.end());
  onTestFinished(close);
  const destination = await open(port, { url: `https://127.0.0.1:${port}/hooks` });
  expect(await destination.send(messageOf(1), patience())).toMatchObject({
    code: 'unreachable',
    problem: expect.stringMatching(/^127\.0\.0\.1:\d+ and this gateway agreed on no TLS connection/),
  });
});

it('a metadata service is not called, whatever the name says; nor this machine where the policy is public', async () => {
  const lookup: HttpDestinationOptions['lookup'] = (_, __, callback) =>
    callback(null, [{ address: '169.254.169.254', family: 4 }]);
  const destination = await open(80, { url: 'http://hooks.example/', lookup });
  expect(await destination.send(messageOf(1), patience())).toEqual({
    ok: false,
    code: 'address-refused',
    throttles: true,
    problem:
      'hooks.example is not called, since its address is one that deliveries must not go to (REFUSED_METADATA_ADDRESS). Correct the address, or what its name resolves to.',
  });
  const open2 = await open(80, { policy: 'public' });
  expect(await open2.send(messageOf(1), patience())).toMatchObject({ code: 'address-refused' });
});

it('a connection that is not made in time', async () => {
  const lookup = (): void => {};
  const destination = await open(80, { url: 'http://hooks.example/', lookup, connectTimeoutMs: 10 });
  expect(await destination.send(messageOf(1), patience())).toMatchObject({
    code: 'unreachable',
    throttles: true,
    problem:
      'hooks.example did not take a connection in time. See whether it runs, and whether a firewall drops what comes from here.',
  });
});

it.each([
  [
    'ftp://example.com/',
    'url: it is no address of HTTP. Write it in full, e.g. https://example.com/webhooks.',
  ],
  ['example.com', 'url: it is no address of HTTP. Write it in full, e.g. https://example.com/webhooks.'],
  [
    'https://me:secret@example.com/',
    'url: it holds a user or a password. Leave them out of the address, and set the header Authorization.',
  ],
])('does not open for %s', async (url, message) => {
  await expect(createHttpDestination({ url, policy: 'configured' })).rejects.toMatchObject({ message });
});
