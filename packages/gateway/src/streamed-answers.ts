/** Answers that are streams: they end with their connection, and go on where Node has let go of it. */
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { pipeline, type Readable } from 'node:stream';

/** Those under way, by connection. */
const underWay = new WeakMap<Socket, Set<ServerResponse>>();

/** Sends a stream as it comes. Where the sender leaves, or the stream breaks, both are given up. */
export function streamTo(response: ServerResponse, body: Readable): void {
  const { socket } = response.req;
  const responses = underWay.get(socket) ?? listen(socket);
  responses.add(response);
  // Nothing is left to answer where it fails.
  pipeline(body, response, () => responses.delete(response));
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
