/** A server on a port of its own that keeps what it receives. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { HeaderList } from '../../src/headers.ts';
import type { SignedRequest } from '../../src/model.ts';

export interface Server {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** In order of arrival; their URLs as in the request line. */
  readonly requests: readonly SignedRequest[];
}

export type Answerer = (request: SignedRequest, response: ServerResponse) => void | Promise<void>;

/** As an application sees it that knows its own origin. */
export function withOrigin(request: SignedRequest): SignedRequest {
  return { ...request, url: `http://${request.headers.get('host')}${request.url}` };
}

/** Listens until the test ends. */
export async function listen(answer: Answerer = (_, response) => void response.end('ok')): Promise<Server> {
  const requests: SignedRequest[] = [];
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const { method = '', url = '', rawHeaders } = incoming;
    const request = { method, url, headers: HeaderList.fromRaw(rawHeaders), body: Buffer.concat(chunks) };
    requests.push(request);
    await answer(request, response);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(
    () =>
      new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  );
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}
