/** Answers that are streams: they end with their connection, and go on where Node has let go of it. */
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { pipeline, type Readable } from 'node:stream';
import { timerDelay } from '../timer-delay.ts';

/** Those under way, by connection. */
const underWay = new WeakMap<Socket, Set<ServerResponse>>();

/** How long an answer waits for a reader who takes of it, but slowly: its upstream's place or its action's turn is held meanwhile. */
export interface ReaderPatience {
  /** A second of it is forgiven for each 64 KiB that the reader takes. */
  readonly waitMs: number;
  /** The connection has been ended. */
  onSlow(): void;
}

const BYTES_PER_MS = 65.536;

/** Sends a stream as it comes. Where the sender leaves, or the stream breaks, both are given up. */
export function streamTo(response: ServerResponse, body: Readable, patience?: ReaderPatience): void {
  const { socket } = response.req;
  const responses = underWay.get(socket) ?? listen(socket);
  responses.add(response);
  // Nothing is left to answer where it fails.
  pipeline(body, response, () => responses.delete(response));
  if (patience !== undefined) endIfSlow(response, body, patience);
}

/** Counts the time in which the reader is waited for, and none in which the stream is. */
function endIfSlow(response: ServerResponse, body: Readable, { waitMs, onSlow }: ReaderPatience): void {
  let leftMs = waitMs;
  let hasWaited = false;
  let sinceMs = 0;
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    if (timer === undefined) return;
    clearTimeout(timer);
    timer = undefined;
    leftMs -= performance.now() - sinceMs;
  };
  // It comes after the pipeline's own listener, which has written the piece.
  body.on('data', (piece: Uint8Array) => {
    // What fills the system's buffers first, nobody has taken yet.
    if (hasWaited) leftMs = Math.min(waitMs, leftMs + piece.length / BYTES_PER_MS);
    if (timer !== undefined || !response.writableNeedDrain) return;
    hasWaited = true;
    sinceMs = performance.now();
    timer = setTimeout(() => {
      response.req.socket.destroy();
      onSlow();
    }, timerDelay(leftMs));
  });
  response.on('drain', stop);
  body.once('close', stop);
  response.once('close', stop);
}

/** A response that waits behind another is not told when the connection ends. */
function listen(socket: Socket): Set<ServerResponse> {
  const responses = new Set<ServerResponse>();
  underWay.set(socket, responses);
  socket.once('close', () => {
    for (const response of responses) response.destroy();
  });
  return responses;
}

/** After CONNECT Node reads no more from the socket, and tells no response when it may go on: this does both. */
export function goOnAlone(socket: Socket): void {
  socket.on('drain', () => {
    for (const response of underWay.get(socket) ?? []) {
      if (response.socket === socket) response.emit('drain');
    }
  });
  // What comes is thrown away; but a sender who leaves is noticed.
  socket.resume();
}
