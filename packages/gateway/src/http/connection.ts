/** A sender's connection: how much is read of it, and what its requests wait for. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { isObject } from '@countersign/core/internal/is-object';
import type { ClientCertificate } from '../tls/client-certificate.ts';

/** How many requests of one connection are read before the first answer has left: nobody pipelines more. */
const READ_AHEAD = 64;
/** Requests of one connection without an answer. What was read in one piece may hold a few thousand: those are not run. */
export const MAX_UNANSWERED = 256;
/** While as much of answers waits behind a slow one, no further request of the connection is run, and nothing read of it. */
const MOST_WAITING_BYTES = 1024 * 1024;

/** What a connection must know of a request. */
export interface Answerable {
  readonly response: ServerResponse;
}

/** A sender's connection, and what its requests have in common. */
export class Connection<Request extends Answerable> {
  readonly socket: Socket;
  /** What the client has proved in the TLS handshake. */
  certificate: ClientCertificate | undefined;
  /** The request whose body is awaited. */
  awaited: Request | undefined;
  /** The request that came last. */
  newest: Request | undefined;
  /** What answers take that wait behind a slow one. */
  waitingBytes = 0;
  /** Requests that are not run yet. */
  readonly #postponed: (() => void)[] = [];
  #isOver = false;
  /** Requests whose answer is not decided. */
  #undecided = 0;
  /** Requests whose answer has not left. */
  #unanswered = 0;
  #leaveListeners: Set<() => void> | undefined;

  constructor(socket: Socket) {
    this.socket = socket;
  }

  /** Whether its last answer is given. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Its last answer is given: what still comes is read, but made into no request, for nobody would be told (RFC 9112 §9.6). */
  end(): void {
    this.#isOver = true;
    this.#postponed.length = 0;
    makeNoRequests(this.socket);
  }

  /**
   * Calls `listener` once if the connection ends before the result of this is called. One listener on the socket for
   * all: of pipelined requests there can be thousands.
   */
  onEnd(listener: () => void): () => void {
    if (this.socket.destroyed) {
      listener();
      return () => {};
    }
    this.#leaveListeners ??= this.#listen();
    const listeners = this.#leaveListeners;
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /**
   * Counts a request until its answer has left, and reads no further where many have none yet.
   * @returns false when the limit is reached: bytes read before the pause can still carry requests
   */
  begin(request: Request): boolean {
    if (this.#unanswered >= MAX_UNANSWERED) return false;
    this.newest = request;
    this.#undecided++;
    this.#unanswered++;
    request.response.on('finish', this.#letGo);
    // Node reads on by itself where a body is read: then this is said again.
    if (this.#unanswered >= READ_AHEAD) this.socket.pause();
    return true;
  }

  /** Whether the next request must wait until enough has left of the answers that do. */
  get isFull(): boolean {
    return this.#postponed.length > 0 || this.waitingBytes >= MOST_WAITING_BYTES;
  }

  /** @param run called when there is room; never where the connection ends before. */
  postpone(run: () => void): void {
    this.#postponed.push(run);
    this.socket.pause();
  }

  /** Runs what was postponed, as far as there is room. */
  runPostponed(): void {
    while (this.#postponed.length > 0) {
      if (this.waitingBytes >= MOST_WAITING_BYTES || this.socket.destroyed) return;
      this.#postponed.shift()?.();
      if (this.#postponed.length === 0) this.#readOn();
    }
  }

  /** A request's answer is decided. */
  answer(): void {
    this.#undecided--;
  }

  /** Node itself pauses a socket whose answers nobody takes, and stays with that. */
  readonly #letGo = (): void => {
    if (this.#unanswered-- === READ_AHEAD) this.#readOn();
  };

  #readOn(): void {
    if (this.#unanswered < READ_AHEAD && this.#postponed.length === 0 && !this.#isOver) this.socket.resume();
  }

  /**
   * Ends it and gives its requests up; where all are answered, once the answers have left: of a socket that is destroyed Node keeps them
   * until every other that is ready was read, and 500 connections with 256 each would be half a gigabyte.
   */
  cutOff(): void {
    this.end();
    this.socket.pause();
    if (this.#undecided > 0) this.socket.destroy();
    else this.afterAnswers(() => this.socket.destroy());
  }

  /** Whether nothing is under way, up to the last byte of the last answer. */
  get isIdle(): boolean {
    return this.newest === undefined || this.newest.response.writableFinished;
  }

  /** Calls `then` once the requests so far are answered: answers go out in their requests' order (RFC 9112 §9.3.2). */
  afterAnswers(then: () => void): void {
    const response = this.newest?.response;
    if (response === undefined || response.writableFinished) then();
    else response.once('finish', then);
  }

  #listen(): Set<() => void> {
    const listeners = new Set<() => void>();
    this.socket.once('close', () => {
      for (const listener of listeners) listener();
    });
    return listeners;
  }
}

/** While answers are on their way, as much of what comes behind the last of them is read; then the sender has to wait. */
const MOST_PASSED_OVER_BYTES = 1024 * 1024;

/**
 * Has Node pass over what it reads from now on: of each request it would make and keep a response, in lists that it then takes apart one
 * by one. A socket's parser is no documented part of Node; where it is none, that much more memory and time is taken.
 */
function makeNoRequests(socket: Socket): void {
  const parser: unknown = Reflect.get(socket, 'parser');
  if (!isObject(parser)) return;
  const mostBytes = socket.bytesRead + MOST_PASSED_OVER_BYTES;
  const pause = (): void => void socket.pause();
  Reflect.set(parser, 'onIncoming', (incoming: IncomingMessage): number => {
    // Node would leave the connection to whoever wants the upgrade, and that is nobody. After CONNECT it must.
    if (incoming.method !== 'CONNECT') Reflect.set(incoming, 'upgrade', false);
    // Behind each request Node reads on: what holds is said once it has parsed all that it has read.
    if (socket.bytesRead > mostBytes) process.nextTick(pause);
    // A body that nobody takes would stop the reading. To have one taken costs more than all else, and few have any.
    else if (incoming.rawHeaders.length > 0) incoming.resume();
    // To the parser: the body follows, if the head says so.
    return 0;
  });
}
