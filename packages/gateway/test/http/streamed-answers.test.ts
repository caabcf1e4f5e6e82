/** Large answers of an upstream, and what the sender does to the connection meanwhile. */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { someOf } from '../../../../scripts/effort.ts';
import { openSocket, readToEnd, start, startUpstream, type TestGateway } from '../harness.ts';

const SIZE = 8_000_000;
const GET = 'GET /f HTTP/1.1\r\nhost: a\r\n\r\n';
const CONNECT = 'CONNECT a.example:443 HTTP/1.1\r\nhost: a.example:443\r\n\r\n';

/** A gateway that passes on answers which no socket takes at once; `answers` are the upstream's so far. */
async function largeAnswers(): Promise<{ gateway: TestGateway; answers: ServerResponse[] }> {
  const answers: ServerResponse[] = [];
  const upstream = await startUpstream((_request, response) => {
    answers.push(response);
    response.writeHead(200, { 'content-length': SIZE });
    response.end(Buffer.alloc(SIZE, 'x'));
  });
  const gates = {
    f: { path: '/f', provider: 'none', methods: 'all', forward: { to: upstream.url } },
  } as const;
  return { gateway: await start(gates, { limits: { drainTimeout: '500ms' } }), answers };
}

/** What may follow the requests whose answers are under way. */
const FOLLOWING = { nothing: '', CONNECT, 'no request': 'GARBAGE\r\n\r\n' };

/** Sends requests, and reads the head of the first answer only. */
async function halfRead(gateway: TestGateway, text: string): Promise<Socket> {
  const socket = await openSocket(gateway.publicPort);
  socket.on('error', () => {});
  socket.write(text);
  await once(socket, 'readable');
  return socket;
}

describe('an answer under way', () => {
  it.each(someOf(Object.entries(FOLLOWING), 2))('comes whole where %s follows', async (_name, text) => {
    const { gateway } = await largeAnswers();
    const socket = await halfRead(
      gateway,
      GET + GET.replace('\r\n\r\n', '\r\nconnection: close\r\n\r\n') + text,
    );
    const answer = await readToEnd(socket);
    expect(answer.match(/HTTP\/1\.1 \d+/g)?.slice(0, 2)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200']);
    expect(answer.length).toBeGreaterThan(2 * SIZE);
  });

  const LEAVINGS = {
    'a reset': (socket: Socket) => socket.resetAndDestroy(),
    'closing it': (socket: Socket) => socket.destroy(),
  };
  for (const [turn, [name, text]] of Object.entries(FOLLOWING).entries()) {
    it.each(someOf(Object.entries(LEAVINGS), 2, turn))(
      `is given up where the sender leaves by %s, and ${name} came behind two requests`,
      async (_leaving, leave) => {
        const { gateway, answers } = await largeAnswers();
        const socket = await halfRead(gateway, GET + GET + text);
        while (answers.length < 2) await new Promise((resolve) => setImmediate(resolve));
        const closed = answers.map((answer) => once(answer, 'close'));
        leave(socket);
        await Promise.all(closed);
        expect(answers.map(({ writableFinished }) => writableFinished)).toEqual([false, false]);
      },
    );
  }

  for (const [name, text] of someOf(Object.entries(FOLLOWING), 3)) {
    it(`holds no drain up for longer than the drain may take, where ${name} came behind it`, async () => {
      const { gateway } = await largeAnswers();
      const socket = await halfRead(gateway, GET + GET + text);
      const closed = once(socket, 'close');
      const startMs = performance.now();
      await gateway.drain();
      // Of 500 ms, with what a busy machine adds.
      expect(performance.now() - startMs).toBeLessThan(2_500);
      socket.resume();
      await closed;
    });
  }
});
