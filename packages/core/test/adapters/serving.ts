/** Servers of the tests: each listens on a port of its own until the test ends. */
import { once } from 'node:events';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** Listens. `hungUp` resolves when a connection has closed on the server’s side. */
export interface Listening {
  readonly port: number;
  readonly server: http.Server;
}

export async function listen(listener: http.RequestListener): Promise<Listening> {
  return listenOn(http.createServer(listener));
}

export async function listenOn(server: http.Server): Promise<Listening> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(
    () =>
      new Promise<void>((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  );
  return { port: (server.address() as AddressInfo).port, server };
}

/** Options of an adapter that says nothing. */
export const quietly = { onRefused: (): void => {}, onError: (): void => {} };
