/** Many connections that each bring a piece full of requests at once: what is answered without waiting is bounded as what waits is. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { isLong, longReason } from '../../../../scripts/effort.ts';
import { later, readToEnd, start } from '../harness.ts';
import { startMeasured } from './measured-gateway.ts';

const MB = 1024 * 1024;
/** As much as Node reads of a connection at once. */
const PIECE_BYTES = 65_536;

const gates = {
  keyed: {
    path: '/keyed',
    provider: 'github',
    keys: [{ secret: 'a secret of more than sixteen bytes' }],
    respond: { status: 200 },
    cors: { origins: ['https://page.example'] },
  },
  open: { path: '/open', provider: 'none', methods: 'all', respond: { status: 200, json: { ok: true } } },
} as const;

/** What is answered without a promise, each from another place. */
const ONES = {
  'an own answer': 'GET /health HTTP/1.1\r\nhost: a\r\n\r\n',
  'no gate': 'GET /n HTTP/1.1\r\nhost: a\r\n\r\n',
  'a bad target': 'GET * HTTP/1.1\r\nhost: a\r\n\r\n',
  'no proof': 'POST /keyed HTTP/1.1\r\nhost: a\r\n\r\n',
  'a preflight':
    'OPTIONS /keyed HTTP/1.1\r\nhost: a\r\norigin: https://page.example\r\naccess-control-request-method: POST\r\n\r\n',
  'an outcome that answers at once': 'GET /open HTTP/1.1\r\nhost: a\r\n\r\n',
} as const;

function pieceOf(one: string): string {
  return one.repeat(Math.floor(PIECE_BYTES / one.length));
}

/** Connections whose senders read nothing. */
async function openMany(port: number, count: number): Promise<Socket[]> {
  const all = Array.from({ length: count }, async () => {
    const socket = connect(port, '127.0.0.1');
    later(() => void socket.destroy());
    socket.on('error', () => {});
    await once(socket, 'connect');
    socket.pause();
    return socket;
  });
  return Promise.all(all);
}

async function healthOf(port: number): Promise<number> {
  return (await fetch(`http://127.0.0.1:${port}/health`)).status;
}

describe('a connection with more than 256 requests whose answers have not left', () => {
  it.each(Object.entries(ONES))('is ended: %s', async (_what, one) => {
    const gateway = await start(gates);
    const [socket] = (await openMany(gateway.publicPort, 1)) as [Socket];
    const closed = once(socket, 'close');
    socket.resume();
    socket.write(pieceOf(one));
    await closed;
    expect(gateway.records.length).toBeLessThanOrEqual(256);
    expect(
      gateway.log.filter((line) =>
        line.includes('a connection was ended: more than 256 requests on it waited for an answer'),
      ),
    ).toHaveLength(1);
    expect(await healthOf(gateway.publicPort)).toBe(200);
  });

  it.each(Object.entries(ONES))('is not: 200 in one piece are all answered: %s', async (_what, one) => {
    const gateway = await start(gates);
    const [socket] = (await openMany(gateway.publicPort, 1)) as [Socket];
    const answers = readToEnd(socket);
    socket.write(one.repeat(200) + one.replace('\r\n\r\n', '\r\nconnection: close\r\n\r\n'));
    expect((await answers).match(/HTTP\/1\.1 \d/g)).toHaveLength(201);
  });
});

describe('many connections with a piece of requests each', () => {
  const CONNECTIONS = 300;
  /** Unbounded they take 4 to 7 MB each; on a busy machine garbage is collected late. */
  const MOST_MB = 500;

  it.skipIf(!isLong).each(Object.entries(ONES))(
    `take little memory: %s${longReason}`,
    async (_what, one) => {
      const gateway = await startMeasured({ gates, limits: {} });
      const before = (await gateway.measure()).peak;
      // Whole pieces, and as many as a connection may bring.
      for (const piece of [pieceOf(one), one.repeat(250)]) {
        const sockets = await openMany(gateway.port, CONNECTIONS);
        for (const socket of sockets) socket.write(piece);
        expect(await healthOf(gateway.port)).toBe(200);
      }
      const { peak } = await gateway.measure();
      expect((peak - before) / MB).toBeLessThan(MOST_MB);
    },
    60_000,
  );
});
