/** Writes an answer with Node’s servers, and what is built on them. */
import { memberOf } from '../given.ts';
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
  if (res.headersSent || res.writableEnded || isClosed(res)) return;
  res.statusCode = status;
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
  res.end(body);
}

/** Whether it has ended, or its sender has gone: `close` comes no more. In HTTP/2 its stream says so. */
export function isClosed(res: NodeResponse): boolean {
  return res.destroyed === true || memberOf(memberOf(res, 'stream'), 'destroyed') === true;
}

/** Before a handler runs: a status that says failure afterwards was set by it (Koa begins with 404). */
export function clearFailure(res: NodeResponse): void {
  if (!res.headersSent && res.statusCode >= 400) res.statusCode = 200;
}
