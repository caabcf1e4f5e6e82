/** An upstream that notes what it gets. */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Arrived {
  readonly method: string;
  readonly url: string;
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly body: Buffer;
}

export interface Upstream {
  readonly url: string;
  /** What has come since the last call. */
  taken(): readonly Arrived[];
  stop(): Promise<void>;
}

export async function startUpstream(): Promise<Upstream> {
  const arrived: Arrived[] = [];
  const server = createServer(async (request, response) => {
    const body = await readWhole(request);
    if (!body) return;
    const headers = new Map<string, string[]>();
    for (let i = 0; i < request.rawHeaders.length; i += 2) {
      const name = (request.rawHeaders[i] as string).toLowerCase();
      headers.set(name, [...(headers.get(name) ?? []), request.rawHeaders[i + 1] as string]);
    }
    const { method = '', url = '' } = request;
    arrived.push({ method, url, headers, body });
    // Of whose request this is the answer.
    response.setHeader('x-echo', headers.get('x-case') ?? []);
    response.end('taken');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    taken: () => arrived.splice(0),
    async stop() {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}

/** Undefined where the sender broke off. */
async function readWhole(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  } catch {
    return undefined;
  }
}
