/** A sender's connection, and what its requests have in common. */
import type { Socket } from 'node:net';
import type { Exchange } from './exchange.ts';

export class Connection {
  readonly socket: Socket;
  /** The request whose body is awaited. */
  awaited: Exchange | undefined;
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

  #listen(): Set<() => void> {
    const listeners = new Set<() => void>();
    this.socket.once('close', () => {
      for (const listener of listeners) listener();
    });
    return listeners;
  }
}
