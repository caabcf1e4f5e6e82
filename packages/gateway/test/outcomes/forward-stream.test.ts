import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { findProvider, providerIds } from '@countersign/core';
import { describe, expect, it } from 'vitest';
import { isLong, longReason, someOf } from '../../../../scripts/effort.ts';
import { keyOfProvider } from '../../../core/test/support/provider-key.ts';
import type { GateInput } from '../../src/config/config-input.ts';
import { listen, nowSeconds, openSocket, readToEnd, SECRET, start, token } from '../harness.ts';
import { startMeasured } from '../http/measured-gateway.ts';

const MB = 1024 * 1024;
const keys = [{ id: 'main', secret: SECRET }];
const bearer = () => `authorization: Bearer ${token({ exp: nowSeconds() + 60 }, Buffer.from(SECRET))}\r\n`;

/** An upstream that leaves its requests to the test. */
async function startOpen(): Promise<{
  readonly url: string;
  readonly server: Server;
  next(): Promise<{ readonly request: IncomingMessage; readonly response: ServerResponse }>;
}> {
  const server = createServer();
  const origin = await listen(server);
  return {
    url: origin,
    server,
    async next() {
      const [request, response] = await once(server, 'request');
      request.on('error', () => {});
      return { request, response };
    },
  };
}

function tokenGate(to: string, more: Partial<GateInput> = {}): { readonly api: GateInput } {
  return {
    api: { path: '/v1/*', provider: 'jwt-bearer', keys, methods: 'all', forward: { to }, ...more },
  };
}

async function sending(port: number, fields: string, method = 'POST'): Promise<Socket> {
  const socket = await openSocket(port);
  socket.on('error', () => {});
  socket.write(`${method} /v1/upload HTTP/1.1\r\nhost: a\r\n${fields}\r\n`);
  return socket;
}

async function digestOf(request: IncomingMessage): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of request) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** Its error says no more than that it ended. */
function closeOf(request: IncomingMessage): Promise<void> {
  return new Promise((resolve) => void request.once('close', () => resolve()));
}

const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;
const PIECE = 'x'.repeat(100_000);

describe('a forwarding gate whose proof covers no body', () => {
  it.skipIf(!isLong)(
    `passes a body of 100 MB on while it comes, and holds a few${longReason}`,
    { timeout: 60_000 },
    async () => {
      const upstream = await startOpen();
      const gateway = await startMeasured({ gates: tokenGate(upstream.url, { maxBody: '200MB' }) });
      const before = await gateway.measure();
      const block = Buffer.alloc(MB);
      for (let i = 0; i < MB; i++) block[i] = i * 31;
      const expected = createHash('sha256');
      for (const [framing, megabytes] of [
        ['length', 100],
        ['chunks', 10],
      ] as const) {
        const arrived = upstream.next();
        const field =
          framing === 'length' ? `content-length: ${megabytes * MB}` : 'transfer-encoding: chunked';
        const socket = await sending(gateway.port, `${bearer()}${field}\r\n`);
        const hash = expected.copy();
        const digest = arrived.then(async ({ request, response }) => {
          const hex = await digestOf(request);
          response.end('taken');
          return { hex, length: request.headers['content-length'] };
        });
        const answer = once(socket, 'data');
        for (let i = 0; i < megabytes; i++) {
          hash.update(block);
          const piece =
            framing === 'length'
              ? block
              : Buffer.concat([Buffer.from(`${MB.toString(16)}\r\n`), block, Buffer.from('\r\n')]);
          if (!socket.write(piece)) await once(socket, 'drain');
        }
        if (framing === 'chunks') socket.write('0\r\n\r\n');
        expect(await digest).toEqual({
          hex: hash.digest('hex'),
          length: framing === 'length' ? String(megabytes * MB) : undefined,
        });
        expect(String(await answer)).toMatch(/^HTTP\/1\.1 200 /);
        socket.destroy();
      }
      const { peak } = await gateway.measure();
      // Garbage that no collection has seen yet, for the most part. Read whole, it took 200 MB.
      expect((peak - before.peak) / MB).toBeLessThan(120);
    },
  );

  const size = 24 * MB;
  const bodies = [
    ['in one piece', size, `content-length: ${size}`, 'y'.repeat(size)],
    [
      'in chunks of one byte',
      100_000,
      'transfer-encoding: chunked',
      `${'1\r\ny\r\n'.repeat(100_000)}0\r\n\r\n`,
    ],
  ] as const;
  it.each(someOf(bodies, 2))(
    'has the sender wait where the upstream does: %s',
    { timeout: 60_000 },
    async (_, bodyBytes, field, text) => {
      const upstream = await startOpen();
      const gateway = await startMeasured({ gates: tokenGate(upstream.url, { maxBody: '200MB' }) });
      const before = await gateway.measure();
      const arrived = upstream.next();
      const socket = await sending(gateway.port, `${bearer()}${field}\r\n`);
      const answer = once(socket, 'data');
      socket.write(text, 'latin1');
      const { request, response } = await arrived;
      let measured = await gateway.measure();
      // Until nothing moves any more.
      for (
        let last = -1, still = 0;
        still < 5;
        still = last === socket.bytesWritten - socket.writableLength ? still + 1 : 0
      ) {
        last = socket.bytesWritten - socket.writableLength;
        measured = await gateway.measure();
      }
      expect((measured.held - before.held) / MB).toBeLessThan(4);
      let bytes = 0;
      for await (const piece of request) bytes += (piece as Buffer).length;
      response.end();
      expect(bytes).toBe(bodyBytes);
      expect(String(await answer)).toMatch(/^HTTP\/1\.1 200 /);
    },
  );

  it('refuses with 413 what grows too long on its way, and gives it up at the upstream', async () => {
    const upstream = await startOpen();
    const gateway = await start(tokenGate(upstream.url, { maxBody: '250KB' }));
    const arrived = upstream.next();
    const socket = await sending(gateway.publicPort, `${bearer()}transfer-encoding: chunked\r\n`);
    const answer = readToEnd(socket);
    socket.write(chunk(PIECE));
    const { request } = await arrived;
    request.resume();
    const closed = closeOf(request);
    socket.write(chunk(PIECE) + chunk(PIECE));
    expect(await answer).toMatch(/^HTTP\/1\.1 413 /);
    await closed;
    expect(request.complete).toBe(false);
    expect(gateway.records).toMatchObject([{ gate: 'api', reason: 'body-too-large', status: 413 }]);
  });

  it('takes a body of exactly the limit', async () => {
    const upstream = await startOpen();
    const gateway = await start(tokenGate(upstream.url, { maxBody: '200KB' }));
    for (const field of ['content-length: 204800', 'transfer-encoding: chunked']) {
      const arrived = upstream.next();
      const socket = await sending(gateway.publicPort, `${bearer()}${field}\r\n`);
      const answer = once(socket, 'data');
      const body = 'x'.repeat(102_400);
      socket.write(field.startsWith('t') ? `${chunk(body)}${chunk(body)}0\r\n\r\n` : body + body);
      const { request, response } = await arrived;
      expect(await digestOf(request)).toBe(
        createHash('sha256')
          .update(body + body)
          .digest('hex'),
      );
      response.end();
      expect(String(await answer)).toMatch(/^HTTP\/1\.1 200 /);
    }
  });

  it('gives the upstream’s request up where the sender leaves or sends what is not a chunk', async () => {
    const upstream = await startOpen();
    const gateway = await start(tokenGate(upstream.url));
    for (const [leave, reason] of [
      [(socket: Socket) => socket.destroy(), 'sender-left'],
      [(socket: Socket) => socket.resetAndDestroy(), 'sender-left'],
      [(socket: Socket) => socket.end(), 'sender-left'],
      [(socket: Socket) => socket.write('no chunk\r\n'), 'malformed-request'],
    ] as const) {
      const arrived = upstream.next();
      const socket = await sending(gateway.publicPort, `${bearer()}transfer-encoding: chunked\r\n`);
      socket.write(chunk(PIECE));
      const { request } = await arrived;
      request.resume();
      const closed = closeOf(request);
      const recorded = gateway.nextRecord();
      leave(socket);
      await closed;
      expect(request.complete).toBe(false);
      expect(await recorded).toMatchObject({ gate: 'api', reason });
    }
    expect(gateway.bodyBytesInFlight()).toBe(0);
  });

  it('gives an early answer of the upstream to who is still sending', async () => {
    const upstream = await startOpen();
    const gateway = await start(tokenGate(upstream.url));
    const arrived = upstream.next();
    const socket = await sending(gateway.publicPort, `${bearer()}content-length: 900000\r\n`);
    socket.write(PIECE);
    const { response } = await arrived;
    const answer = once(socket, 'data');
    response.writeHead(418, { 'content-length': '5' }).end('early');
    expect(String(await answer)).toMatch(/^HTTP\/1\.1 418 [\s\S]*early$/);
    // What is left is read over, and the connection used again.
    socket.write(`${PIECE.repeat(8)}GET /health HTTP/1.1\r\nhost: a\r\n\r\n`);
    expect(String(await once(socket, 'data'))).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('passes nothing on of what its head does not prove', async () => {
    const upstream = await startOpen();
    upstream.server.on('request', (_, response) => response.end());
    let requests = 0;
    upstream.server.on('request', () => requests++);
    const gateway = await start(tokenGate(upstream.url));
    const forged = `authorization: Bearer ${token({ exp: nowSeconds() + 60 }, Buffer.from('k'.repeat(32)))}\r\n`;
    for (const fields of [forged, `expect: 100-continue\r\n${forged}`]) {
      const socket = await sending(gateway.publicPort, `${fields}content-length: 900000\r\n`);
      expect(await readToEnd(socket)).toMatch(/^HTTP\/1\.1 401 /);
    }
    expect(requests).toBe(0);
    expect(gateway.bodyBytesInFlight()).toBe(0);
  });

  it('tells to continue once the proof holds', async () => {
    const upstream = await startOpen();
    const gateway = await start(tokenGate(upstream.url));
    const arrived = upstream.next();
    const socket = await sending(
      gateway.publicPort,
      `${bearer()}expect: 100-continue\r\ncontent-length: ${PIECE.length}\r\n`,
    );
    expect(String(await once(socket, 'data'))).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    socket.write(PIECE);
    const { request, response } = await arrived;
    expect(request.headers['expect']).toBeUndefined();
    await digestOf(request);
    response.end('ok');
    expect(String(await once(socket, 'data'))).toMatch(/^HTTP\/1\.1 200 [\s\S]*ok$/);
  });

  it('answers 502 where the upstream is away or breaks off, without hearing the body out', async () => {
    const upstream = await startOpen();
    upstream.server.on('request', (request: IncomingMessage) => void request.socket.destroy());
    const gateway = await start(tokenGate(upstream.url));
    const away = await start(tokenGate('http://127.0.0.1:9'));
    for (const port of [gateway.publicPort, away.publicPort]) {
      const socket = await sending(port, `${bearer()}content-length: 900000\r\n`);
      socket.write(PIECE);
      expect(await readToEnd(socket)).toMatch(/^HTTP\/1\.1 502 /);
    }
    expect(gateway.bodyBytesInFlight() + away.bodyBytesInFlight()).toBe(0);
  });

  it('waits for a slow sender as long as a request may take, and for a slow upstream as long as the gate says', async () => {
    const upstream = await startOpen();
    const gateway = await start(tokenGate(upstream.url, { forward: { to: upstream.url, timeout: '300ms' } }));
    const arrived = upstream.next();
    const socket = await sending(gateway.publicPort, `${bearer()}transfer-encoding: chunked\r\n`);
    socket.write(chunk(PIECE));
    const { request } = await arrived;
    request.resume();
    // Others come whole, and wait for the upstream as long as it may take: three times that, one after the other.
    for (let others = 0; others < 3; others++) {
      const whole = await sending(
        gateway.publicPort,
        `${bearer()}content-length: ${PIECE.length}\r\nconnection: close\r\n`,
      );
      whole.write(PIECE);
      expect(await readToEnd(whole)).toMatch(/^HTTP\/1\.1 504 /);
    }
    expect(gateway.records).toHaveLength(3);
    const recorded = gateway.nextRecord();
    socket.write(`${chunk(PIECE)}0\r\n\r\n`);
    expect(await recorded).toMatchObject({ reason: 'upstream-timeout', status: 504 });
    expect(gateway.records).toHaveLength(4);
  });

  it.each(['PUT', 'PATCH', 'DELETE', 'GET', 'PROPFIND'])('passes the body of %s on', async (method) => {
    const upstream = await startOpen();
    const gateway = await start(tokenGate(upstream.url));
    for (const field of [`content-length: ${PIECE.length}`, 'transfer-encoding: chunked']) {
      const arrived = upstream.next();
      const socket = await sending(gateway.publicPort, `${bearer()}${field}\r\n`, method);
      socket.write(field.startsWith('t') ? `${chunk(PIECE)}0\r\n\r\n` : PIECE);
      const { request, response } = await arrived;
      expect(request.method).toBe(method);
      expect(await digestOf(request)).toBe(createHash('sha256').update(PIECE).digest('hex'));
      response.end();
      expect(String(await once(socket, 'data'))).toMatch(/^HTTP\/1\.1 200 /);
    }
  });
});

describe('a claim whose request is passed on while it comes', () => {
  /** A signature of time and path, and of no body. */
  const scheme = {
    algorithm: 'hmac-sha256',
    signature: 'x-signature',
    timestamp: { header: 'x-timestamp', unit: 's' },
    message: '{timestamp} {path}',
  } as const;
  const signed = (timestamp: number): string => {
    const signature = createHmac('sha256', SECRET).update(`${timestamp} /v1/upload`).digest('hex');
    return `x-timestamp: ${timestamp}\r\nx-signature: ${signature}\r\ncontent-length: 200000\r\n`;
  };

  it('is taken once, also where its sender leaves in the middle; an upstream’s failure frees it', async () => {
    const upstream = await startOpen();
    const { provider: _, ...gate } = tokenGate(upstream.url).api;
    const gateway = await start({ api: { ...gate, scheme } });
    const attempt = async (timestamp: number, act: (socket: Socket, response: ServerResponse) => void) => {
      const arrived = upstream.next();
      const recorded = gateway.nextRecord();
      const socket = await sending(gateway.publicPort, signed(timestamp));
      socket.write(PIECE);
      const either = await Promise.race([arrived, recorded]);
      if ('response' in either) act(socket, either.response);
      return recorded;
    };
    const now = nowSeconds();
    const leave = (socket: Socket): void => void socket.destroy();
    const fail = (_: Socket, response: ServerResponse): void => void response.destroy();
    const finish = (socket: Socket, response: ServerResponse): void => {
      socket.write(PIECE);
      response.req.resume();
      response.req.once('end', () => response.end());
    };
    expect(await attempt(now, leave)).toMatchObject({ reason: 'sender-left', claim: 'committed' });
    expect(await attempt(now, finish)).toMatchObject({ reason: 'replayed', status: 409 });
    expect(await attempt(now - 1, fail)).toMatchObject({ reason: 'upstream-failed', claim: 'aborted' });
    expect(await attempt(now - 1, finish)).toMatchObject({ status: 200, claim: 'committed' });
    expect(await attempt(now - 1, finish)).toMatchObject({ reason: 'replayed', status: 409 });
  });
});

describe('which gates pass a body on', () => {
  it('are those that forward and whose verdict does not depend on it', async () => {
    const gateOf = (provider: string, outcome: object): GateInput =>
      ({
        path: `/${provider}`,
        provider: { ...findProvider(provider)?.needs, id: provider },
        keys: [{ id: 'main', secret: keyOfProvider(provider).signing }],
        methods: ['POST'],
        ...outcome,
      }) as GateInput;
    const streaming = async (outcome: object): Promise<readonly string[]> => {
      const all = providerIds.map((id) => [id, gateOf(id, outcome)] as const);
      const gateway = await start(Object.fromEntries(all));
      return gateway.gates.flatMap(({ config, streams }) => (streams ? [config.name] : [])).sort();
    };
    expect(await streaming({ forward: { to: 'http://127.0.0.1:9' } })).toEqual([
      'approov',
      'atlassian-connect',
      'dpop',
      'firebase-app-check',
      'google-pubsub',
      'incode',
      'jwt-bearer',
      'mercadopago',
      'shopify-admin-query',
    ]);
    expect(await streaming({ respond: { status: 200 } })).toEqual([]);
  });
});
