/** The server of a platform or a page: started, and stopped at once. */
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { isIPv6 } from 'node:net';

export interface PlatformServer {
  /** E.g. `http://127.0.0.1:40123`. */
  readonly origin: string;
  /** Breaks off open calls. Does nothing the second time. */
  close(): Promise<void>;
}

/**
 * Listens.
 * @param port 0: a free one.
 * @param host an IP address of this machine.
 * @throws what `listen` throws where the port is taken, or the address is not this machine's.
 */
export async function startServer(
  listener: RequestListener,
  port: number = 0,
  host: string = '127.0.0.1',
): Promise<PlatformServer> {
  const server = createServer(listener);
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return {
    origin: `http://${isIPv6(host) ? `[${host}]` : host}:${address.port}`,
    close: async () => {
      if (!server.listening) return;
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
