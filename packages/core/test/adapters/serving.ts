/** Servers of the tests: each listens on a port of its own until the test ends. */
import { once } from 'node:events';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
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

/** As the runtimes that call `fetch` handlers do it: a `Request` whose body is a stream, a `Response` that is written. */
export function serveFetch(handle: (request: Request) => Promise<Response>): http.RequestListener {
  return async (req, res) => {
    const { method = 'GET', url = '', rawHeaders } = req;
    const headers = new Headers();
    for (let i = 0; i < rawHeaders.length; i += 2)
      headers.append(rawHeaders[i] as string, rawHeaders[i + 1] as string);
    const hasBody = method !== 'GET' && method !== 'HEAD';
    const init: RequestInit & { duplex: 'half' } = { method, headers, duplex: 'half' };
    if (hasBody) init.body = Readable.toWeb(req) as ReadableStream<Uint8Array>;
    const response = await handle(new Request(`http://${req.headers.host}${url}`, init));
    if (res.destroyed) return;
    res.writeHead(response.status, Object.fromEntries(response.headers));
    res.end(Buffer.from(await response.arrayBuffer()));
  };
}

/** Options of an adapter that says nothing. */
export const quietly = { onRefused: (): void => {}, onError: (): void => {} };
