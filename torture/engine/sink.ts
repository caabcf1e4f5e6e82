/** Where deliveries go: a real server that is in turn down, hanging, slow, gone, overwhelmed, broken or well, and writes down what it took. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Address } from './connection.ts';

/** How the destination is. */
export const SINK_MOODS = [
  'well',
  'down',
  'hanging',
  'slow',
  'gone',
  'too-many',
  'failing',
  'garbage',
  'cut-off',
] as const;

export type SinkMood = (typeof SINK_MOODS)[number];

export interface Delivered {
  /** Its event's id, as each of the attempts says it. */
  readonly eventId: string;
  /** What was sent: method, target and headers are a delivery's own. */
  readonly bodyDigest: string;
  /** By the header that the sender set. */
  readonly n: number;
  /** It came with the credentials of its sender. */
  readonly hasCredentials: boolean;
  /** It was told 2xx. */
  readonly isTaken: boolean;
}

export interface Sink {
  readonly address: Address;
  readonly mood: SinkMood;
  /** How often each mood has been met by a delivery. */
  readonly met: ReadonlyMap<SinkMood, number>;
  /** Requests that it has taken, by their number: how often. */
  readonly taken: ReadonlyMap<number, number>;
  setMood(mood: SinkMood): Promise<void>;
  close(): Promise<void>;
}

const SLOW_MS = 300;

/** @param onDelivered told of each delivery whose body came whole */
export async function openSink(onDelivered: (delivered: Delivered) => void): Promise<Sink> {
  const sink = new MoodySink(onDelivered);
  await sink.listen(0);
  return sink;
}

class MoodySink implements Sink {
  readonly #onDelivered: (delivered: Delivered) => void;
  readonly #sockets = new Set<Socket>();
  readonly taken = new Map<number, number>();
  readonly met = new Map<SinkMood, number>();
  mood: SinkMood = 'well';
  #server: Server | undefined;
  #port = 0;

  constructor(onDelivered: (delivered: Delivered) => void) {
    this.#onDelivered = onDelivered;
  }

  get address(): Address {
    return { host: '127.0.0.1', port: this.#port };
  }

  async listen(port: number): Promise<void> {
    const server = createServer((request, response) => void this.#take(request, response));
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.once('close', () => this.#sockets.delete(socket));
    });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address !== null && typeof address === 'object') this.#port = address.port;
    this.#server = server;
  }

  async setMood(mood: SinkMood): Promise<void> {
    const wasDown = this.mood === 'down';
    this.mood = mood;
    // What hangs is let go, or the next mood would wait for its end.
    this.#cut();
    if (mood === 'down') await this.#stop();
    else if (wasDown) await this.listen(this.#port);
  }

  async close(): Promise<void> {
    await this.#stop();
  }

  #cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async #stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    const closed = once(server, 'close');
    server.close();
    this.#cut();
    await closed;
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const hash = createHash('sha256');
    try {
      for await (const chunk of request) hash.update(chunk as Buffer);
    } catch {
      // The gateway was killed in the middle of it.
      return;
    }
    const { mood } = this;
    this.met.set(mood, (this.met.get(mood) ?? 0) + 1);
    // It has said 2xx, which decides, whatever becomes of the rest.
    const isTaken = mood === 'well' || mood === 'slow' || mood === 'cut-off';
    const n = Number(request.headers['x-torture-number']);
    this.#onDelivered({
      eventId: String(request.headers['countersign-event']),
      bodyDigest: hash.digest('base64url'),
      n,
      hasCredentials: request.headers.authorization !== undefined,
      isTaken,
    });
    if (isTaken) this.taken.set(n, (this.taken.get(n) ?? 0) + 1);
    this.#answer(mood, response);
  }

  #answer(mood: SinkMood, response: ServerResponse): void {
    switch (mood) {
      case 'well':
        response.end();
        return;
      case 'slow':
        setTimeout(() => response.end('slow'), SLOW_MS).unref();
        return;
      case 'gone':
        response.writeHead(410).end('gone');
        return;
      case 'too-many':
        response.writeHead(429, { 'retry-after': '1' }).end();
        return;
      case 'failing':
        response.writeHead(500).end('x'.repeat(10_000));
        return;
      case 'garbage':
        response.socket?.end(Buffer.from([0x16, 0x03, 0x01, 0x00, 0xff, 0x0a, 0x0d, 0x00, 0x48, 0x54]));
        return;
      case 'cut-off':
        response.writeHead(200, { 'content-length': '100' });
        response.write('half');
        response.socket?.end();
        return;
      case 'hanging':
      case 'down':
        // Nothing comes.
        return;
    }
  }
}
