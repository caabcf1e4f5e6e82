/** Readers who take an answer slowly, for as long as they like, and the places that are held meanwhile. */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import {
  actionsModule,
  hmacHeaders,
  later,
  openSocket,
  readToEnd,
  SECRET,
  send,
  start,
  startUpstream,
  type TestGateway,
} from '../harness.ts';

const limits = { slowReaderTimeout: '300ms' } as const;
/** So little that it is the reader who is waited for, and so much that nobody would say that nothing is taken. */
const TAKES_BYTES = 1_000;

/** Reads a little, again and again. */
function readSlowly(socket: Socket): void {
  socket.pause();
  const reading = setInterval(() => socket.read(TAKES_BYTES), 20);
  later(() => clearInterval(reading));
}

async function ask(gateway: TestGateway, text: string): Promise<Socket> {
  const socket = await openSocket(gateway.publicPort);
  socket.on('error', () => {});
  socket.write(text);
  return socket;
}

const GET = 'GET /f HTTP/1.1\r\nhost: a\r\n\r\n';

async function forwarding(answer: (response: ServerResponse) => void) {
  const upstream = await startUpstream((request, response) => {
    if (request.url === '/f/short') response.end('short');
    else answer(response);
  });
  const gates = {
    f: { path: '/f/*', provider: 'none', methods: 'all', forward: { to: upstream.url, maxConnections: 1 } },
  } as const;
  return start(gates, { limits });
}

describe('a reader who takes an answer slowly', () => {
  it('is cut off, and its place with the upstream is free', async () => {
    const gateway = await forwarding(endless);
    const socket = await ask(gateway, GET.replace('/f', '/f/long'));
    await once(socket, 'readable');
    const closed = once(socket, 'close');
    readSlowly(socket);
    const next = await send(`${gateway.publicUrl}/f/short`, { method: 'GET' });
    expect(next).toMatchObject({ status: 200, text: 'short' });
    // Its buffer is read to the end, and then it learns.
    socket.removeAllListeners('readable').resume();
    await closed;
    expect(gateway.log.join('')).toContain(
      'a connection was ended: its reader took a streamed answer too slowly',
    );
  });

  it('is cut off also where its answer waits behind another', async () => {
    const held: ServerResponse[] = [];
    const upstream = await startUpstream((request, response) => {
      if (request.url === '/first') held.push(response.write('one') ? response : response);
      else endless(response);
    });
    const gates = {
      f: { path: '/*', provider: 'none', methods: 'all', forward: { to: upstream.url } },
    } as const;
    const gateway = await start(gates, { limits });
    const socket = await ask(gateway, GET.replace('/f', '/first') + GET);
    const closed = once(socket, 'close');
    socket.resume();
    await closed;
    expect(held).toHaveLength(1);
  });

  it('is cut off: of an action that streams', async () => {
    const actions = actionsModule(`
      import { stream } from '${new URL('../../src/results/stream.ts', import.meta.url)}';
      import { defineAction } from '${new URL('../../src/actions/define-action.ts', import.meta.url)}';
      export const flood = defineAction({
        name: 'flood', description: 'Streams.', input: { type: 'object' },
        async run() { return stream((async function* () { for (;;) yield 'x'.repeat(100_000); })()); },
      });
    `);
    const gateway = await start(
      {
        a: {
          path: '/actions/flood',
          provider: 'hmac',
          keys: [{ secret: SECRET }],
          answer: { actions },
        },
      },
      { limits },
    );
    const fields = Object.entries(hmacHeaders('{}')).map(([name, value]) => `${name}: ${value}\r\n`);
    const socket = await ask(
      gateway,
      `POST /actions/flood HTTP/1.1\r\nhost: a\r\n${fields.join('')}content-type: application/json\r\ncontent-length: 2\r\n\r\n{}`,
    );
    await once(socket, 'readable');
    readSlowly(socket);
    await expect
      .poll(() => gateway.log.join(''))
      .toContain('a connection was ended: its reader took a streamed answer too slowly');
  });

  it('is waited for where the upstream is the slower one, for as long as that takes', async () => {
    const answers: ServerResponse[] = [];
    const gateway = await forwarding((response) => {
      response.write('data: 1\n\n');
      answers.push(response);
    });
    const socket = await ask(
      gateway,
      GET.replace('/f ', '/f/events ').replace('\r\n\r\n', '\r\nconnection: close\r\n\r\n'),
    );
    const whole = readToEnd(socket);
    // Another is cut off meanwhile, more than once.
    for (let i = 0; i < 2; i++) {
      const other = await forwarding(endless);
      const slow = await ask(other, GET.replace('/f', '/f/long'));
      await once(slow, 'readable');
      readSlowly(slow);
      await send(`${other.publicUrl}/f/short`, { method: 'GET' });
    }
    answers[0]?.end('data: 2\n\n');
    expect(await whole).toMatch(/data: 1[\s\S]*data: 2/);
  });

  it('is waited for where it reads as fast as a slow line does', async () => {
    const SIZE = 40_000_000;
    const gateway = await forwarding((response) => void response.end(Buffer.alloc(SIZE)));
    const socket = await ask(
      gateway,
      GET.replace('/f ', '/f/long ').replace('\r\n\r\n', '\r\nconnection: close\r\n\r\n'),
    );
    // Time goes by as bytes are taken, 64 KiB a millisecond, however busy the machine is: in all for longer than is waited.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    later(() => void vi.useRealTimers());
    let bytes = 0;
    let passedMs = 0;
    socket.on('data', (piece) => {
      bytes += piece.length;
      const ms = Math.floor(bytes / 65_536) - passedMs;
      passedMs += ms;
      vi.advanceTimersByTime(ms);
      socket.pause();
      setImmediate(() => socket.resume());
    });
    await once(socket, 'close');
    expect(bytes).toBeGreaterThan(SIZE);
  });
});

/** As fast as it is taken. */
function endless(response: ServerResponse): void {
  const piece = Buffer.alloc(65_536, 'x');
  const write = (): void => {
    while (!response.destroyed && response.write(piece));
  };
  response.on('drain', write);
  write();
}
