/** A server of the test’s own where the page has its gateway. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** It ends no connection by itself. @param onRequest called with each request that has come whole. @returns its port */
export async function listening(
  onRequest: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<number> {
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    request.resume().on('end', () => onRequest(request, response));
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
