/** Writes an answer with Node’s servers, and what is built on them. */
import type { GateReply } from '../reply.ts';

/** What is needed of `http.ServerResponse`, or of its twin in HTTP/2. */
export interface NodeResponse {
  statusCode: number;
  readonly headersSent: boolean;
  readonly writableEnded: boolean;
  readonly writableFinished: boolean;
  readonly destroyed: boolean;
  setHeader(name: string, value: string): unknown;
  end(body: string): unknown;
  on(event: string, listener: () => void): unknown;
}

/** Sends it, unless something was sent before or nobody is there to read it. */
export function writeReply(res: NodeResponse, { status, headers, body }: GateReply): void {
  if (res.headersSent || res.writableEnded || res.destroyed) return;
  res.statusCode = status;
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
  res.end(body);
}

/** The same where the rest of the body is not read: HTTP/1.1 then ends the connection, HTTP/2 the stream. */
export function writeLastReply(res: NodeResponse, reply: GateReply, httpVersionMajor: unknown): void {
  const headers = httpVersionMajor === 1 ? { ...reply.headers, connection: 'close' } : reply.headers;
  writeReply(res, { ...reply, headers });
}
