/** Servers of this process, and requests to them byte by byte. */
import { once } from 'node:events';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that is sent; a header of several lines is a list. */
export interface Sent {
  readonly path?: string;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Uint8Array;
  /** Sent in pieces of so many bytes, without a length. */
  readonly pieceBytes?: number;
  /** How long to wait for the answer. Default: 5 s. */
  readonly timeoutMs?: number;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

export interface Served {
  readonly send: (sent: Sent) => Promise<Answer>;
  readonly close: () => Promise<void>;
}

/** On a port that is free. */
export async function serve(listener: http.Server | http.RequestListener): Promise<Served> {
  const server = typeof listener === 'function' ? http.createServer(listener) : listener;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    send: (sent) => send(port, sent),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The answer; none in time is an answer of status 0. */
async function send(
  port: number,
  { path = '/', headers, body, pieceBytes, timeoutMs = 5000 }: Sent,
): Promise<Answer> {
  const length = pieceBytes === undefined ? { 'content-length': body.length } : {};
  const options = { port, host: '127.0.0.1', method: 'POST', path, agent: false } as const;
  const request = http.request({ ...options, headers: { ...length, ...headers }, timeout: timeoutMs });
  const answered = once(request, 'response') as Promise<[http.IncomingMessage]>;
  request.on('timeout', () => request.destroy(new Error('no answer')));
  if (pieceBytes === undefined) request.end(body);
  else {
    for (let at = 0; at < body.length; at += pieceBytes) request.write(body.subarray(at, at + pieceBytes));
    request.end();
  }
  try {
    const [response] = await answered;
    response.setEncoding('utf8');
    let text = '';
    for await (const chunk of response) text += String(chunk);
    return { status: response.statusCode ?? 0, body: text };
  } catch (error) {
    return { status: 0, body: error instanceof Error ? error.message : String(error) };
  }
}
