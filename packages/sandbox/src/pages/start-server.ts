/** The server of a platform or a page: started, and stopped at once. */
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { isIP, isIPv6 } from 'node:net';
import { isLoopback } from '../loopback.ts';

export interface PlatformServer {
  /** E.g. `http://127.0.0.1:40123`. */
  readonly origin: string;
  /** Breaks off open calls. Does nothing the second time. */
  close(): Promise<void>;
}

/**
 * Listens. What names another host than its own address is answered 403: a page that points its own name at this machine
 * (DNS rebinding) would read what is shown, and have it sign.
 * @param port 0: a free one.
 * @param host an IP address of this machine.
 * @throws what `listen` throws where the port is taken, or the address is not this machine's.
 */
export async function startServer(
  listener: RequestListener,
  port: number = 0,
  host: string = '127.0.0.1',
): Promise<PlatformServer> {
  const isOwnHost = ownHosts(host);
  const server = createServer((request, response) => {
    if (isOwnHost(request.headers.host)) return void listener(request, response);
    response.on('error', () => {});
    response.writeHead(403, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
    response.end('This host is not served.\n');
  });
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

/** Its address, or a name of loopback; of a server on every address (0.0.0.0) any address. No page elsewhere has such a host. */
function ownHosts(address: string): (header: string | undefined) => boolean {
  const own = hostNameOf(isIPv6(address) ? `[${address}]` : address);
  const isEverywhere = own === '0.0.0.0' || own === '[::]';
  return (header = '') => {
    const name = hostNameOf(header);
    if (name === undefined) return false;
    return name === own || isLoopback(name) || (isEverywhere && isIP(name.replace(/^\[|\]$/g, '')) !== 0);
  };
}

/** As browsers write it, without the port. */
function hostNameOf(host: string): string | undefined {
  return URL.parse(`http://${host}`)?.hostname;
}
