/** HTTP servers that behave as a contract test wants. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import type { ReceiverBehaviour } from '../../src/testing/index.ts';

export interface HttpReceiver {
  readonly port: number;
  readonly bodies: readonly Uint8Array[];
  readonly requests: readonly IncomingMessage[];
  close(): Promise<void>;
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const ANSWERS: Readonly<Partial<Record<ReceiverBehaviour, Answer>>> = {
  takes: (_, response) => response.end('ok'),
  refuses: (_, response) => response.writeHead(400).end('no'),
  hangs: () => {},
  leaves: (request) => request.socket.destroy(),
  chatty: (_, response) => response.end('x'.repeat(1_048_576)),
};

export async function startReceiver(behaviour: ReceiverBehaviour): Promise<HttpReceiver> {
  const raw = RAW[behaviour];
  if (raw !== undefined) return startRaw(raw);
  const receiver = await startHttp(ANSWERS[behaviour] ?? (() => {}));
  if (behaviour === 'away') await receiver.close();
  return receiver;
}

export async function startHttp(answer: Answer): Promise<HttpReceiver> {
  const bodies: Uint8Array[] = [];
  const requests: IncomingMessage[] = [];
  const server = createServer(async (request, response) => {
    requests.push(request);
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk);
    } catch {
      return;
    }
    bodies.push(Buffer.concat(chunks));
    answer(request, response);
  });
  return { ...(await listen(server)), bodies, requests };
}

/** What a socket is sent as soon as it is there, or has asked. */
const RAW: Readonly<Partial<Record<ReceiverBehaviour, (socket: Socket) => void>>> = {
  garbage: (socket) => socket.once('data', () => socket.end('220 mail.example ESMTP\r\n')),
  hasty: (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok'),
  slow: (socket) =>
    socket.once('data', () => writeSlowly(socket, 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nslow.')),
};

function writeSlowly(socket: Socket, text: string): void {
  if (text === '') socket.end();
  else socket.write(text.slice(0, 1), () => setImmediate(writeSlowly, socket, text.slice(1)));
}

export async function startRaw(onConnection: (socket: Socket) => void): Promise<HttpReceiver> {
  const server = createTcpServer((socket) => {
    socket.on('error', () => {});
    socket.setNoDelay(true);
    onConnection(socket);
  });
  return { ...(await listen(server)), bodies: [], requests: [] };
}

async function listen(server: Server): Promise<Pick<HttpReceiver, 'port' | 'close'>> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    close: async () => {
      if (!server.listening) return;
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}
