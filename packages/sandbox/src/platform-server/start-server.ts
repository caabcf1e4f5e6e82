/** A platform's server: started, and stopped at once. */
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';

export interface PlatformServer {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  /** Breaks off open calls. Does nothing the second time. */
  close(): Promise<void>;
}

/**
 * Listens on 127.0.0.1.
 * @param port 0: a free one.
 * @throws what `listen` throws where the port is taken.
 */
export async function startServer(listener: RequestListener, port: number): Promise<PlatformServer> {
  const server = createServer(listener);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return {
    origin: `http://127.0.0.1:${address.port}`,
    close: async () => {
      if (!server.listening) return;
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
