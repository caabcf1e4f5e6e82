import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { between, isLong } from '../../../../scripts/effort.ts';
import {
  actionsModule,
  hmacHeaders,
  later,
  openSocket,
  readToEnd,
  SECRET,
  send,
  start,
  type TestGateway,
} from '../harness.ts';

const KB = 1024;
const keys = [{ id: 'main', secret: SECRET }];
const hmac = { provider: 'hmac', keys } as const;

/** The head of a request to a gate of the provider hmac, signed for `body`. */
function head(path: string, body: Buffer | string, framing: string): string {
  const fields = Object.entries(hmacHeaders(body)).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST ${path} HTTP/1.1\r\nhost: a\r\n${fields.join('')}${framing}\r\n\r\n`;
}

/** Waits until the gateway holds what the test says: bodies arrive and connections end when the system lets them. */
async function held(gateway: TestGateway, isRight: (bytes: number) => boolean): Promise<void> {
  while (!isRight(gateway.bodyBytesInFlight())) await new Promise((resolve) => setImmediate(resolve));
}

async function stalled(gateway: TestGateway, bytes: number): Promise<Socket> {
  const before = gateway.bodyBytesInFlight();
  const socket = await openSocket(gateway.publicPort);
  socket.write(head('/keep', 'x', `content-length: ${bytes + 1}`));
  socket.write(Buffer.alloc(bytes, 'x'));
  await held(gateway, (now) => now >= before + bytes);
  return socket;
}

describe('bodies in flight', () => {
  const gates = { keep: { path: '/keep', ...hmac, keep: {} } };

  it('beyond the limit are answered 503 and when to try again, and taken once there is room', async () => {
    const gateway = await start(gates, { limits: { maxBodyBytesInFlight: '1MB' } });
    const sockets: Socket[] = [];
    for (let i = 0; i < 7; i++) sockets.push(await stalled(gateway, 100 * KB));
    expect(gateway.bodyBytesInFlight()).toBeGreaterThanOrEqual(700 * KB);
    expect(gateway.bodyBytesInFlight()).toBeLessThanOrEqual(MAX);
    const body = Buffer.alloc(200 * KB, 'y');
    const post = () => send(`${gateway.publicUrl}/keep`, { headers: hmacHeaders(body), body });
    expect(await post()).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    expect(gateway.records.at(-1)).toMatchObject({ gate: 'keep', reason: 'intake-full', status: 503 });
    for (const socket of sockets) socket.destroy();
    await held(gateway, (bytes) => bytes === 0);
    expect((await post()).status).toBe(200);
    expect(gateway.bodyBytesInFlight()).toBe(0);
  });

  it('leave room for small ones, whoever stalls with large ones', async () => {
    const gateway = await start(gates, { limits: { maxBodyBytesInFlight: '1MB' } });
    for (let full = false; !full; ) {
      const socket = await openSocket(gateway.publicPort);
      socket.write(head('/keep', 'x', 'transfer-encoding: chunked'));
      const answer = readToEnd(socket);
      socket.on('error', () => {});
      socket.write(`20000\r\n${'x'.repeat(0x20000)}\r\n`);
      const before = gateway.bodyBytesInFlight();
      full = await Promise.race([
        answer.then((text) => text.startsWith('HTTP/1.1 503 ')),
        held(gateway, (bytes) => bytes >= before + 0x20000).then(() => false),
      ]);
    }
    const body = Buffer.alloc(16 * KB, 'y');
    const answers = await Promise.all(
      Array.from({ length: 12 }, () =>
        send(`${gateway.publicUrl}/keep`, { headers: hmacHeaders(body), body }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  });

  it('are what is held: an announcement is nothing, and a connection that waits for its next request neither', async () => {
    const gateway = await start(gates, { limits: { maxBodyBytesInFlight: '1MB' } });
    const body = Buffer.alloc(700 * KB, 'x');
    for (let i = 0; i < 3; i++) {
      const announcing = await openSocket(gateway.publicPort);
      announcing.write(head('/keep', 'x', `content-length: ${1000 * KB}`));
      const waiting = await openSocket(gateway.publicPort);
      waiting.write(head('/keep', body, `content-length: ${body.length}`));
      waiting.write(body);
      expect(String(await once(waiting, 'data'))).toMatch(/^HTTP\/1\.1 200 /);
    }
    expect(gateway.bodyBytesInFlight()).toBe(0);
  });

  it('come back to nothing, however requests end', { timeout: isLong ? 200_000 : 30_000 }, async () => {
    const taking = createHttpServer((request, response) => {
      request.on('error', () => {});
      request.resume().once('end', () => response.end());
    });
    const breaking = createServer((socket) => void socket.once('data', () => socket.destroy()));
    const to = async (server: Server) => {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      later(() => void server.close());
      return { forward: { to: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, timeout: '2s' } };
    };
    const [forward, broken] = [await to(taking), await to(breaking)];
    const gateway = await start(
      {
        ...gates,
        answer: { path: '/answer', ...hmac, answer: { actions: actionsModule(ACTIONS), action: 'wait' } },
        fail: { path: '/fail', ...hmac, answer: { actions: actionsModule(ACTIONS), action: 'fail' } },
        forward: { path: '/forward', ...hmac, ...forward },
        broken: { path: '/broken', ...hmac, ...broken },
        respond: { path: '/respond', ...hmac, respond: { status: 200 } },
        stream: { path: '/stream', provider: 'none', ...forward },
        cut: { path: '/cut', provider: 'none', ...broken },
      },
      {
        limits: {
          maxBody: '64KB',
          maxBodyBytesInFlight: '256KB',
          requestTimeout: '600ms',
          headersTimeout: '400ms',
          keepAliveTimeout: '100ms',
        },
      },
    );
    const request = fc.record({
      path: fc.constantFrom(
        'keep',
        'answer',
        'fail',
        'forward',
        'broken',
        'respond',
        'stream',
        'cut',
        'nowhere',
      ),
      bytes: fc.constantFrom(0, 1, 1000, 20_000, 60_000, 70_000),
      framing: fc.constantFrom('length', 'chunks', 'continue'),
      proof: fc.constantFrom('right', 'wrong', 'none'),
      end: fc.constantFrom('whole', 'half', 'half-and-wait', 'reset', 'garbage', 'again'),
    });
    // More bytes that wait than may be in flight, whatever the others are and however slow the machine.
    const full = Array.from({ length: 20 }, (): Attempt => {
      return { path: 'keep', bytes: 60_000, framing: 'length', proof: 'right', end: 'half-and-wait' };
    });
    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: 80, maxLength: 120 }), async (requests) => {
        await Promise.all([...requests, ...full].map((one) => attempt(gateway.publicPort, one)));
        await held(gateway, (bytes) => bytes === 0);
      }),
      { seed: 6, numRuns: between(2, 40), endOnFailure: true },
    );
    expect((await send(`${gateway.publicUrl}/respond`, { headers: hmacHeaders(''), body: '' })).status).toBe(
      200,
    );
    const reasons = new Set(gateway.records.map(({ reason }) => reason));
    for (const reason of [
      'body-too-large',
      'body-too-slow',
      'intake-full',
      'signature-mismatch',
      'missing-signature',
      undefined,
    ])
      expect(reasons).toContain(reason);
  });
});

const MAX = KB * KB;

const ACTIONS = `
export const wait = { name: 'wait', description: 'waits', input: { type: 'object' }, run: async () => { for (let turns = 0; turns < 100; turns++) await new Promise((resolve) => setImmediate(resolve)); return {}; } };
export const fail = { name: 'fail', description: 'fails', input: { type: 'object' }, run: async () => { throw new Error('no'); } };
`;

interface Attempt {
  readonly path: string;
  readonly bytes: number;
  readonly framing: string;
  readonly proof: string;
  readonly end: string;
}

async function attempt(port: number, { path, bytes, framing, proof, end }: Attempt): Promise<void> {
  const body = Buffer.alloc(bytes, '{"a":1}');
  const socket = await openSocket(port);
  socket.on('error', () => {});
  const over = new Promise((resolve) => socket.once('close', resolve));
  const answered = finalAnswer(socket);
  const signed = proof === 'wrong' ? Buffer.from('another') : body;
  const length = framing === 'chunks' ? 'transfer-encoding: chunked' : `content-length: ${bytes}`;
  const expectation = framing === 'continue' ? '\r\nexpect: 100-continue' : '';
  const text = head(`/${path}`, signed, `${length}${expectation}`);
  socket.write(proof === 'none' ? text.replace(/x-signature: .*\r\n/, '') : text);
  const whole = framing === 'chunks' ? chunks(body) : [body];
  const sent = end === 'whole' || end === 'again' ? whole : whole.slice(0, Math.ceil(whole.length / 2));
  for (const piece of sent) socket.write(end === 'whole' || end === 'again' ? piece : half(piece));
  if (end === 'half') socket.end();
  if (end === 'reset') socket.resetAndDestroy();
  if (end === 'garbage') socket.write('\0\0\r\n\r\nXX / HTTP/9\r\n\r\n');
  if (end === 'again') socket.write('GET /health HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n');
  if (end === 'whole') void answered.then(() => socket.destroy());
  await over;
}

/** Resolves when the head of an answer has come that is no `100 Continue`. */
function finalAnswer(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    let text = '';
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      if (/HTTP\/1\.1 [2-5]\d\d /.test(text)) resolve();
    });
  });
}

function half(piece: Buffer): Buffer {
  return piece.subarray(0, Math.floor(piece.length / 2));
}

function chunks(body: Buffer): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at < body.length; at += 997) {
    const piece = body.subarray(at, at + 997);
    pieces.push(Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n')]));
  }
  return [...pieces, Buffer.from('0\r\n\r\n')];
}
