/** What waits for a forwarding gate's upstream: how many, for how long, and that what was not passed on is nobody's. */
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { isLong, longReason } from '../../../../scripts/effort.ts';
import type { ForwardInput, GateInput } from '../../src/config/config-input.ts';
import { later, nowSeconds, openSocket, readToEnd, SECRET, send, start, startUpstream } from '../harness.ts';

const keys = [{ id: 'main', secret: SECRET }];

/** An upstream that streams an answer without end to each `/hold`, a piece so often, and answers the rest. */
async function startHolding(everyMs = 20) {
  const held: ServerResponse[] = [];
  const upstream = await startUpstream((request, response) => {
    if (!request.url?.endsWith('/hold')) return void response.end('small');
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: 0\n\n');
    const ticks = setInterval(() => response.write('data: 1\n\n'), everyMs);
    response.on('close', () => clearInterval(ticks));
    held.push(response);
  });
  return { ...upstream, held };
}

/** Each with a proof for one request. */
function nonceGate(forward: ForwardInput): { readonly gate: GateInput } {
  return {
    gate: {
      path: '/*',
      methods: 'all',
      scheme: {
        algorithm: 'hmac-sha256',
        message: '{timestamp}.{nonce}.{body}',
        timestamp: { header: 'x-timestamp' },
        nonce: { header: 'x-nonce' },
        signature: { header: 'x-signature', encoding: 'hex' },
      },
      keys,
      forward,
    },
  };
}

function nonceHeaders(nonce: string): Record<string, string> {
  const seconds = String(nowSeconds());
  const mac = createHmac('sha256', SECRET).update(`${seconds}.${nonce}.`).digest('hex');
  return { 'x-timestamp': seconds, 'x-nonce': nonce, 'x-signature': mac };
}

/** Opens that many answers that do not end. */
async function hold(url: string, port: number, count: number, headersOf: (n: number) => object) {
  const open = async (_: unknown, n: number) => {
    const socket = await openSocket(port);
    const fields = Object.entries(headersOf(n)).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`GET /hold HTTP/1.1\r\nhost: ${new URL(url).host}\r\n${fields.join('')}\r\n`);
    await once(socket, 'data');
    return socket;
  };
  return Promise.all(Array.from({ length: count }, open));
}

const OPEN = { path: '/*', provider: 'none', methods: ['GET'] } as const;

describe('a request for which no connection is free', () => {
  it('is answered 503 by `timeout`, its claim is free, and the retry is passed on', async () => {
    const upstream = await startHolding();
    const gateway = await start(nonceGate({ to: upstream.url, maxConnections: 2, timeout: '400ms' }));
    const { publicUrl, publicPort } = gateway;
    const [first] = await hold(publicUrl, publicPort, 2, (n) => nonceHeaders(`held-${n}`));
    const headers = nonceHeaders('one-time');
    const recorded = gateway.nextRecord();
    const late = await send(`${publicUrl}/small`, { method: 'GET', headers });
    expect(late).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    expect(await recorded).toMatchObject({ reason: 'upstream-busy', claim: 'aborted' });
    const freed = Promise.race(upstream.held.map((response) => once(response, 'close')));
    first?.destroy();
    await freed;
    const retried = await send(`${publicUrl}/small`, { method: 'GET', headers });
    expect(retried).toMatchObject({ status: 200, text: 'small' });
    expect(upstream.received.filter(({ url }) => url === '/small')).toHaveLength(1);
  });

  it.skipIf(!isLong)(
    `by default waits for the 257th connection no longer than \`timeout\`${longReason}`,
    async () => {
      // Seldom: what keeps 256 answers alive is work.
      const upstream = await startHolding(250);
      const gateway = await start({ gate: { ...OPEN, forward: { to: upstream.url, timeout: '2s' } } });
      await hold(gateway.publicUrl, gateway.publicPort, 256, () => ({}));
      const late = await send(`${gateway.publicUrl}/small`, { method: 'GET' });
      expect(late).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    },
  );

  it('has its turn when one is free, in the order of arrival; beyond as many again 503 at once', async () => {
    const upstream = await startHolding();
    const gateway = await start({ gate: { ...OPEN, forward: { to: upstream.url, maxConnections: 1 } } });
    await hold(gateway.publicUrl, gateway.publicPort, 1, () => ({}));
    const socket = await openSocket(gateway.publicPort);
    // Pipelined: which of the two waits is certain.
    socket.write(
      'GET /first HTTP/1.1\r\nhost: a\r\n\r\nGET /second HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n',
    );
    expect(await gateway.nextRecord()).toMatchObject({
      path: '/second',
      reason: 'upstream-busy',
      status: 503,
    });
    upstream.held[0]?.end();
    const answers = await readToEnd(socket);
    expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 503']);
    expect(upstream.received.map(({ url }) => url)).toEqual(['/hold', '/first']);
  });

  it('is forgotten with its sender, and its claim is free', async () => {
    const upstream = await startHolding();
    const gateway = await start(nonceGate({ to: upstream.url, maxConnections: 1 }));
    await hold(gateway.publicUrl, gateway.publicPort, 1, (n) => nonceHeaders(`held-${n}`));
    const headers = nonceHeaders('one-time');
    const socket = await openSocket(gateway.publicPort);
    const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const recorded = gateway.nextRecord();
    socket.write(`GET /small HTTP/1.1\r\nhost: a\r\n${fields.join('')}\r\n`, () => socket.destroy());
    expect(await recorded).toMatchObject({ reason: 'sender-left', claim: 'aborted' });
    upstream.held[0]?.end();
    expect((await send(`${gateway.publicUrl}/small`, { method: 'GET', headers })).status).toBe(200);
  });

  it('is told to come again when the gateway stops', async () => {
    const upstream = await startHolding();
    const gateway = await start({ gate: { ...OPEN, forward: { to: upstream.url, maxConnections: 1 } } });
    const [held] = await hold(gateway.publicUrl, gateway.publicPort, 1, () => ({}));
    const socket = await openSocket(gateway.publicPort);
    socket.write('GET /first HTTP/1.1\r\nhost: a\r\n\r\nGET /second HTTP/1.1\r\nhost: a\r\n\r\n');
    await gateway.nextRecord();
    const recorded = gateway.nextRecord();
    const drained = gateway.drain();
    expect(await recorded).toMatchObject({ path: '/first', reason: 'draining', status: 503 });
    held?.destroy();
    socket.destroy();
    await drained;
  });
});

describe('a body that is passed on while it comes, to an upstream without a free connection', () => {
  const BODY = 'x'.repeat(200_000);
  const open = { path: '/*', provider: 'none', methods: ['GET', 'POST'] } as const;

  it('is not begun before its turn, and then passes whole', async () => {
    const upstream = await startHolding();
    const gateway = await start({ gate: { ...open, forward: { to: upstream.url, maxConnections: 1 } } });
    await hold(gateway.publicUrl, gateway.publicPort, 1, () => ({}));
    const socket = await openSocket(gateway.publicPort);
    socket.write(
      `POST /small HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\nconnection: close\r\ncontent-length: ${BODY.length}\r\n\r\n`,
    );
    // One more is refused: so the first waits.
    const recorded = gateway.nextRecord();
    const full = await send(`${gateway.publicUrl}/small`, { method: 'GET' });
    expect([full.status, (await recorded).reason]).toEqual([503, 'upstream-busy']);
    const told = once(socket, 'data');
    upstream.held[0]?.end();
    expect(String((await told)[0])).toMatch(/^HTTP\/1\.1 100/);
    socket.write(BODY);
    expect(await readToEnd(socket)).toMatch(/HTTP\/1\.1 200/);
    expect(upstream.received.at(-1)?.body.length).toBe(BODY.length);
    expect(gateway.bodyBytesInFlight()).toBe(0);
  });

  it('is let go where its turn does not come, and so is the memory held for it', async () => {
    const upstream = await startHolding();
    const gateway = await start({
      gate: { ...open, forward: { to: upstream.url, maxConnections: 1, timeout: '400ms' } },
    });
    await hold(gateway.publicUrl, gateway.publicPort, 1, () => ({}));
    const socket = await openSocket(gateway.publicPort);
    socket.on('error', () => {});
    socket.write(`POST /small HTTP/1.1\r\nhost: a\r\ncontent-length: ${BODY.length}\r\n\r\nbegun`);
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1\.1 503/);
    expect(gateway.bodyBytesInFlight()).toBe(0);
  });
});

describe('a connection that never comes about', () => {
  it('is waited for as long as `timeout`, and a proof for one request is not used up', async () => {
    // It takes connections and never answers TLS.
    const silent = createServer(() => {});
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    later(() => void silent.close());
    const to = `https://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const gateway = await start(nonceGate({ to, timeout: '100ms' }));
    const headers = nonceHeaders('one-time');
    for (let n = 0; n < 2; n++) {
      const recorded = gateway.nextRecord();
      expect((await send(`${gateway.publicUrl}/small`, { method: 'GET', headers })).status).toBe(504);
      expect(await recorded).toMatchObject({ reason: 'upstream-timeout', claim: 'aborted' });
    }
  });
});

describe('a place at the upstream', () => {
  it('is free again after every answer, whatever its kind', async () => {
    const upstream = await startUpstream((request, response) => {
      if (request.url === '/reset') return void request.socket.destroy();
      response.writeHead(request.url === '/none' ? 204 : 200);
      response.end(request.url === '/none' ? undefined : 'x'.repeat(100_000));
    });
    const gateway = await start({
      gate: {
        path: '/*',
        provider: 'none',
        methods: ['GET', 'HEAD'],
        forward: { to: upstream.url, maxConnections: 1, timeout: '2s' },
      },
    });
    const statuses = [];
    for (const [method, path] of [
      ['HEAD', '/large'],
      ['GET', '/none'],
      ['GET', '/reset'],
      ['GET', '/large'],
      ['HEAD', '/none'],
      ['GET', '/large'],
    ] as const) {
      statuses.push((await send(gateway.publicUrl + path, { method })).status);
    }
    expect(statuses).toEqual([200, 204, 502, 200, 204, 200]);
  });
});
