/** What a sender writes behind an answer that ends the connection, or behind bytes that are no request, costs next to nothing. */
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { between, isLong, longReason, someOf } from '../../../../scripts/effort.ts';
import { openSocket, readToEnd, start, startUpstream } from '../harness.ts';
import { startMeasured } from './measured-gateway.ts';

const MB = 1024 * 1024;
const SHORT = 'GET / HTTP/1.1\r\n\r\n';

/** Each ends its connection with its answer. */
const LAST_REQUESTS = {
  'an expectation that nobody meets': 'GET /health HTTP/1.1\r\nhost: x\r\nexpect: foo\r\n\r\n',
  'two framings': 'POST /health HTTP/1.1\r\nhost: x\r\ntransfer-encoding: gzip, chunked\r\n\r\n',
  'a body that nobody takes': `POST /n HTTP/1.1\r\nhost: x\r\ncontent-length: ${1e9}\r\n\r\n`,
} as const;

const slow = { path: '/slow', provider: 'none', methods: 'all' } as const;

/** Resolves at whichever of its events comes first. An error of the connection closes it, and is none here. */
function first(socket: Socket, ...events: readonly string[]): Promise<void> {
  return new Promise((resolve) => {
    for (const event of events) socket.once(event, () => resolve());
  });
}

/** Writes pieces until so much is written or the connection has ended. */
async function flood(socket: Socket, bytes: number): Promise<void> {
  const piece = Buffer.from(SHORT.repeat(3_000));
  for (let written = 0; written < bytes && !socket.destroyed; written += piece.length)
    if (!socket.write(piece)) await first(socket, 'drain', 'close');
}

describe('requests behind an answer that ends the connection', () => {
  it.each(Object.entries(LAST_REQUESTS).slice(0, between(1, 3)))(
    'are made into none: %s',
    async (_what, last) => {
      const gateway = await startMeasured({
        gates: { n: { ...slow, respond: { status: 200 } } },
        limits: {},
      });
      const before = (await gateway.measure()).peak;
      const socket = await openSocket(gateway.port);
      socket.on('error', () => {});
      const closed = first(socket, 'close');
      socket.resume();
      socket.write(last);
      await flood(socket, 8 * MB);
      await closed;
      const { peak } = await gateway.measure();
      expect((peak - before) / MB).toBeLessThan(60);
    },
  );

  it.skipIf(!isLong)(`are made into none behind a slow one, which is answered${longReason}`, async () => {
    const held: ServerResponse[] = [];
    const asked = Promise.withResolvers<void>();
    const upstream = await startUpstream((_, response) => {
      held.push(response);
      asked.resolve();
    });
    const gateway = await startMeasured({
      gates: { slow: { ...slow, forward: { to: upstream.url } } },
      limits: {},
    });
    const before = (await gateway.measure()).peak;
    const socket = await openSocket(gateway.port);
    socket.on('error', () => {});
    const answers = readToEnd(socket);
    socket.write(`GET /slow HTTP/1.1\r\nhost: x\r\n\r\n${LAST_REQUESTS['an expectation that nobody meets']}`);
    await asked.promise;
    const flooded = flood(socket, 32 * MB);
    // Until the gateway takes no more, however often it is asked something else; what the system's buffers hold is not read.
    for (let taken = -1, same = 0; same < 10; await gateway.measure()) {
      const now = socket.bytesWritten - socket.writableLength;
      same = now === taken ? same + 1 : 0;
      taken = now;
    }
    const { peak } = await gateway.measure();
    expect((peak - before) / MB).toBeLessThan(60);
    held[0]?.end('slow');
    await flooded;
    expect((await answers).match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 417']);
  });
});

/** What a sender may write behind the last answer of a connection. */
const BEHIND = {
  'an upgrade': 'GET /n HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
  CONNECT: 'CONNECT a.example:443 HTTP/1.1\r\nhost: a.example:443\r\n\r\n',
  'an expectation': 'POST /n HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 3\r\n\r\n',
  'a request with a body': 'POST /n HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\nabc',
  'a chunked one': 'POST /n HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
  'half a head': 'GET /n HTTP/1.1\r\nho',
  'bytes that are no request': '\0\0\0\r\n\r\n',
  nothing: '',
} as const;

describe('an answer that ends the connection, behind a slow one', () => {
  const ways = Object.entries(BEHIND).flatMap(([what, behind]) =>
    [
      ['417', LAST_REQUESTS['an expectation that nobody meets']],
      ['501', LAST_REQUESTS['two framings']],
    ].map(([status, last]) => ({ what, behind, status, last })),
  );

  it.each(someOf(ways, 3))(
    'is given in its turn, whatever follows: $status, then $what',
    async ({ behind, status, last }) => {
      const held: ServerResponse[] = [];
      const asked = Promise.withResolvers<void>();
      const upstream = await startUpstream((_, response) => {
        held.push(response);
        asked.resolve();
      });
      const { publicPort } = await start({
        slow: { ...slow, forward: { to: upstream.url } },
        n: { ...slow, path: '/n', respond: { status: 200 } },
      });
      const socket = await openSocket(publicPort);
      socket.on('error', () => {});
      const answers = readToEnd(socket);
      socket.write(`GET /slow HTTP/1.1\r\nhost: x\r\n\r\n${last}${behind}`);
      await asked.promise;
      await turn();
      held[0]?.end('slow');
      const statuses = (await answers).match(/HTTP\/1\.1 \d+/g) ?? [];
      expect(statuses.slice(0, 2)).toEqual(['HTTP/1.1 200', `HTTP/1.1 ${status}`]);
    },
  );
});

describe('bytes that are no request, piece by piece behind a slow answer', () => {
  it('are one fault: answered once, behind it', async () => {
    const warnings: string[] = [];
    const collect = ({ name }: Error): void => void warnings.push(name);
    process.on('warning', collect);
    try {
      const held: ServerResponse[] = [];
      const asked = Promise.withResolvers<void>();
      const upstream = await startUpstream((_, response) => {
        held.push(response);
        asked.resolve();
      });
      const { publicPort } = await start({ slow: { ...slow, forward: { to: upstream.url } } });
      const socket = await openSocket(publicPort);
      const answers = readToEnd(socket);
      socket.write('GET /slow HTTP/1.1\r\nhost: x\r\n\r\n');
      await asked.promise;
      for (let i = 0; i < 200; i++) {
        socket.write('\0');
        await turn();
      }
      held[0]?.end('slow');
      expect((await answers).match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 400']);
      expect(warnings).toEqual([]);
    } finally {
      process.off('warning', collect);
    }
  });
});
