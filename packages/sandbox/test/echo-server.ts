/** A real HTTP server that keeps what it receives, for tests of senders. */
import type { IncomingMessage } from 'node:http';
import { startServer } from '../src/pages/start-server.ts';

/** A request as it arrived. */
export interface Arrived {
  readonly method: string;
  readonly path: string;
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

export interface EchoServer {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly arrived: readonly Arrived[];
  close(): Promise<void>;
}

/** Starts a server on a free port that answers every request with `status` and a text; `status` 0 never answers. */
export async function startEchoServer(status = 200): Promise<EchoServer> {
  const arrived: Arrived[] = [];
  const { origin, close } = await startServer((request, response) => {
    void readBody(request).then((body) => {
      arrived.push({
        method: request.method ?? '',
        path: request.url ?? '',
        rawHeaders: request.rawHeaders,
        body,
      });
      if (status !== 0)
        response.writeHead(status, { 'x-answer': 'yes', location: '/elsewhere' }).end('taken');
    });
  });
  return { url: origin, arrived, close };
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
