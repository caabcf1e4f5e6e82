/** The public listener: node:http with its limits set, and what the parser refuses answered and cut off. */
import type { Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { SetupError } from '@countersign/core';
import type { LimitsConfig, ListenAddress } from './config/config.ts';
import { nodeHttp } from './node-http.ts';
import type { Receiver } from './receive.ts';

/** How often slow senders are looked for, at most. Looking costs a walk over the requests that are not complete. */
const CHECK_MS = 1000;

/** Makes the server; it does not listen yet. */
export function createPublicServer(limits: LimitsConfig, receiver: Receiver): Server {
  const { requestTimeoutMs, headersTimeoutMs } = limits;
  const server = nodeHttp().createServer({
    maxHeaderSize: limits.maxHeaderBytes,
    requestTimeout: requestTimeoutMs,
    headersTimeout: Math.min(headersTimeoutMs, requestTimeoutMs),
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: Math.min(CHECK_MS, Math.ceil(headersTimeoutMs / 4)),
    noDelay: true,
  });
  // Node drops what is beyond its maximum without a word; one more than ours is let in, so that the receiver can refuse it.
  server.maxHeadersCount = limits.maxHeaders + 1;
  server.maxConnections = limits.maxConnections;
  server.on('request', (request, response) => receiver.receive(request, response, false));
  server.on('checkContinue', (request, response) => receiver.receive(request, response, true));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    onClientError(error, socket as Socket, receiver);
  });
  return server;
}

/** Listens. @throws SetupError where the address cannot be had. */
export async function listen(server: Server, address: ListenAddress, option: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException): void => {
      const problem = `${address.host}:${address.port} cannot be listened on (${error.code ?? error.message})`;
      reject(new SetupError(option, problem, 'Stop what holds it, or choose another address.'));
    };
    server.once('error', refuse);
    server.listen(address.port, address.host, () => {
      server.removeListener('error', refuse);
      resolve();
    });
  });
  return (server.address() as AddressInfo).port;
}

/** `http://host:port`, an IPv6 address in brackets. */
export function urlOf({ host }: ListenAddress, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Stops listening, and waits until every connection has ended; after `timeoutMs` ends them. */
export async function closeServer(server: Server, timeoutMs: number): Promise<void> {
  if (!server.listening) return;
  await new Promise<void>((resolve) => {
    // A connection falls idle when its answer ends; nothing tells us, so we look.
    const idle = setInterval(() => server.closeIdleConnections(), 50);
    const end = setTimeout(() => server.closeAllConnections(), timeoutMs);
    server.close(() => {
      clearInterval(idle);
      clearTimeout(end);
      resolve();
    });
  });
}

const ANSWERS: Readonly<Record<string, string>> = {
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: '413 Payload Too Large',
};

function onClientError(error: NodeJS.ErrnoException, socket: Socket, receiver: Receiver): void {
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && receiver.cutOff(socket)) return;
  // Nothing was read, or an answer is on its way already: a second one would be taken for the next request's.
  if (!socket.writable || socket.bytesWritten > 0 || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  socket.end(
    `HTTP/1.1 ${ANSWERS[error.code ?? ''] ?? '400 Bad Request'}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`,
  );
}
