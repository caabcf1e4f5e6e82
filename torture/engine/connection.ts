/** A connection that is kept: what is sent over it is known to the byte, and what comes back too. */
import { type AddressInfo, connect, type Socket } from 'node:net';

export interface Answer {
  readonly status: number;
  readonly body: string;
  /** Seconds after which the gateway asks to be tried again; undefined where it does not. */
  readonly retryAfterS: number | undefined;
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** The connection ended before an answer came: what became of the request, nobody was told. */
export class ConnectionLost extends Error {}

/** No answer came in time on a connection that is open: a gateway that runs must answer. */
export class NoAnswer extends Error {}

const ANSWER_WITHIN_MS = 30_000;
const MAX_ANSWER_BYTES = 64 * 1024;

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

export class Connection {
  readonly #socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  #waiting: Waiting | undefined;
  #isOpen = true;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('error', () => {});
    socket.on('close', () => this.#fail(new ConnectionLost('the connection was closed')));
    socket.on('end', () => socket.destroy());
  }

  /** @throws ConnectionLost where nobody listens */
  static open({ host, port }: Address): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host, port });
      const failed = (): void => reject(new ConnectionLost('nobody listens'));
      socket.once('error', failed);
      socket.once('connect', () => {
        socket.off('error', failed);
        resolve(new Connection(socket));
      });
    });
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** This end of it: which client the gateway has there. */
  get localPort(): number | undefined {
    const address = this.#socket.address() as Partial<AddressInfo>;
    return address.port;
  }

  /** One request at a time. @throws ConnectionLost, NoAnswer */
  exchange(wire: Buffer): Promise<Answer> {
    if (!this.#isOpen) return Promise.reject(new ConnectionLost('the connection was closed'));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new NoAnswer(`no answer within ${ANSWER_WITHIN_MS / 1_000} s`));
        this.close();
      }, ANSWER_WITHIN_MS);
      const settled =
        <Value>(settle: (value: Value) => void) =>
        (value: Value): void => {
          clearTimeout(timer);
          settle(value);
        };
      this.#waiting = { resolve: settled(resolve), reject: settled(reject) };
      this.#socket.write(wire);
    });
  }

  close(): void {
    this.#fail(new ConnectionLost('the connection was closed here'));
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    if (this.#received.length > MAX_ANSWER_BYTES) {
      this.close();
      return;
    }
    const end = this.#received.indexOf('\r\n\r\n');
    if (end < 0) return;
    const head = this.#received.toString('latin1', 0, end);
    // None of the answers that are asked for here is one: what came would be misread.
    if (/^transfer-encoding:/im.test(head)) {
      this.#fail(new Error('the answer comes in chunks, which this client does not read'));
      this.close();
      return;
    }
    const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
    if (this.#received.length < end + 4 + length) return;
    const body = this.#received.toString('utf8', end + 4, end + 4 + length);
    this.#received = this.#received.subarray(end + 4 + length);
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (/^connection: *close/im.test(head)) this.#isOpen = false;
    const retryAfter = /^retry-after: *(\d+)/im.exec(head)?.[1];
    waiting?.resolve({
      status: Number(head.slice(9, 12)),
      body,
      retryAfterS: retryAfter === undefined ? undefined : Number(retryAfter),
    });
    if (!this.#isOpen) this.#socket.destroy();
  }

  #fail(error: Error): void {
    this.#isOpen = false;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.reject(error);
  }
}
