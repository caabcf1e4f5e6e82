/** A sender's connection, and what its requests have in common. */
import type { Socket } from 'node:net';
import type { Exchange } from './exchange.ts';

export class Connection {
  readonly socket: Socket;
  /** The request whose body is awaited. */
  awaited: Exchange | undefined;
  /** Whether its last answer is given: what still comes is not run, for nobody would be told (RFC 9112 §9.6). */
  isOver = false;
  /** The request that came last. */
  newest: Exchange | undefined;
  #leaveListeners: Set<() => void> | undefined;

  constructor(socket: Socket) {
    this.socket = socket;
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
