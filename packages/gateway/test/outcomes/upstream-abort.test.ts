import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { hmacHeaders, later, openSocket, SECRET, send, start, startUpstream } from '../harness.ts';

/** An upstream that holds its answers back until it is told to give them. */
async function startHolding() {
  const held: ServerResponse[] = [];
  const waiting: ((response: ServerResponse) => void)[] = [];
  const upstream = await startUpstream((_, response) => {
    held.push(response);
    waiting.shift()?.(response);
  });
  return { ...upstream, next: () => new Promise<ServerResponse>((resolve) => waiting.push(resolve)) };
}

const open = { path: '/open', provider: 'none', methods: ['GET'] } as const;
const GET = 'GET /open HTTP/1.1\r\nhost: x\r\n\r\n';

describe('a sender who leaves a forwarding gate', () => {
  it('before the upstream answers: its request there is given up, and the gateway goes on', async () => {
    const upstream = await startHolding();
    const gateway = await start({ open: { ...open, forward: { to: upstream.url } } });
    for (const leave of ['destroy', 'resetAndDestroy', 'end'] as const) {
      const arrived = upstream.next();
      const socket = await openSocket(gateway.publicPort);
      socket.write(GET);
      const response = await arrived;
      const recorded = gateway.nextRecord();
      socket[leave]();
      await once(response, 'close');
      expect(response.writableFinished).toBe(false);
      expect(await recorded).toMatchObject({ gate: 'open', reason: 'sender-left', status: 499 });
    }
    expect((await send(`${gateway.publicUrl}/health`, { method: 'GET' })).status).toBe(200);
  });

  it('in the middle of the answer: the upstream is told', async () => {
    const upstream = await startHolding();
    const gateway = await start({ open: { ...open, forward: { to: upstream.url } } });
    const arrived = upstream.next();
    const socket = await openSocket(gateway.publicPort);
    socket.write(GET);
    const response = await arrived;
    response.write('a part');
    await once(socket, 'data');
    socket.destroy();
    await once(response, 'close');
    expect(response.writableFinished).toBe(false);
  });

  it('with an answer waiting behind another: both are given up', async () => {
    const upstream = await startHolding();
    const gateway = await start({ open: { ...open, forward: { to: upstream.url } } });
    const arrived = [upstream.next(), upstream.next()];
    const socket = await openSocket(gateway.publicPort);
    socket.write(GET + GET);
    const [first, second] = await Promise.all(arrived);
    // The second is answered, more than fits into the buffers on the way, and waits for the first one's turn.
    const recorded = gateway.nextRecord();
    second?.writeHead(200);
    second?.write(Buffer.alloc(16_000_000));
    await recorded;
    socket.destroy();
    await Promise.all([first, second].map((response) => response && once(response, 'close')));
    expect(second?.writableFinished).toBe(false);
  });

  it('with many answers waiting: each is given up, and Node has nothing to warn of', async () => {
    const warnings: Error[] = [];
    const note = (warning: Error): void => void warnings.push(warning);
    process.on('warning', note);
    later(() => void process.off('warning', note));
    const upstream = await startHolding();
    const gateway = await start({ open: { ...open, forward: { to: upstream.url } } });
    const arrived = Array.from({ length: 20 }, () => upstream.next());
    const socket = await openSocket(gateway.publicPort);
    socket.write(GET.repeat(20));
    const responses = await Promise.all(arrived);
    for (const response of responses.slice(1)) {
      const recorded = gateway.nextRecord();
      response.writeHead(200);
      response.write('a part');
      await recorded;
    }
    socket.destroy();
    await Promise.all(responses.map((response) => once(response, 'close')));
    expect(warnings).toEqual([]);
  });

  it('does not free the claim: the upstream decides, and a repeat is refused', async () => {
    const upstream = await startHolding();
    const keys = [{ id: 'main', secret: SECRET }];
    const gateway = await start({
      signed: { path: '/signed', provider: 'hmac', keys, forward: { to: upstream.url } },
    });
    const headers = hmacHeaders('x');
    const arrived = upstream.next();
    const socket = await openSocket(gateway.publicPort);
    const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`POST /signed HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\n${fields.join('')}\r\nx`);
    const response = await arrived;
    socket.destroy();
    expect((await send(`${gateway.publicUrl}/signed`, { headers, body: 'x' })).status).toBe(409);
    const recorded = gateway.nextRecord();
    response.end('done');
    expect(await recorded).toMatchObject({ verdict: 'accepted', claim: 'committed' });
    expect((await send(`${gateway.publicUrl}/signed`, { headers, body: 'x' })).status).toBe(409);
    expect(upstream.received).toHaveLength(1);
  });
});

describe('an upstream that breaks off', () => {
  it('in the piece that brought its head: the sender sees that the answer is not whole', async () => {
    const upstream = await startUpstream((_, response) => {
      response.socket?.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nno chunk\r\n');
    });
    const gateway = await start({ open: { ...open, forward: { to: upstream.url } } });
    const answers = Array.from({ length: 20 }, () =>
      send(`${gateway.publicUrl}/open`, { method: 'GET' }).catch(() => 'broken off'),
    );
    for (const answer of await Promise.all(answers)) expect(answer).not.toMatchObject({ status: 200 });
    expect((await send(`${gateway.publicUrl}/health`, { method: 'GET' })).status).toBe(200);
  });
});
