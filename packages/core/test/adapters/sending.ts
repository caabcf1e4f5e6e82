/** Sends requests to a server on a port of this machine, signed as GitHub does, byte by byte if need be. */
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import * as http from 'node:http';
import { SECRET } from './webhook-scenario.ts';

export { SECRET } from './webhook-scenario.ts';

/** The header that proves a body. */
export function signature(body: Uint8Array | string): string {
  return `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: http.IncomingHttpHeaders;
}

export interface Sent {
  readonly path?: string;
  readonly method?: string;
  readonly body?: Uint8Array | string;
  /** Of several lines where it is a list; in place of GitHub’s where there are any. */
  readonly headers?: http.OutgoingHttpHeaders;
  /** Sent in pieces of so many bytes, without a length. */
  readonly pieceBytes?: number;
}

/** What the headers of a signed request are. */
export function signedHeaders(body: Uint8Array | string): http.OutgoingHttpHeaders {
  return {
    'content-type': 'application/json',
    'x-github-event': 'push',
    'x-hub-signature-256': signature(body),
  };
}

/** The answer, also where it comes before all was sent. */
export async function send(
  port: number,
  { path = '/hook', method = 'POST', body = '{}', headers = signedHeaders(body), pieceBytes }: Sent = {},
): Promise<Answer> {
  const bytes = Buffer.from(body);
  const length = pieceBytes === undefined ? { 'content-length': bytes.length } : {};
  const request = http.request({ port, host: '127.0.0.1', method, path, headers: { ...length, ...headers } });
  // A server that answers early closes the connection while we are sending.
  request.on('error', () => {});
  const answered = once(request, 'response');
  if (pieceBytes === undefined) request.end(bytes);
  else {
    for (let at = 0; at < bytes.length; at += pieceBytes) request.write(bytes.subarray(at, at + pieceBytes));
    request.end();
  }
  const [response] = (await answered) as [http.IncomingMessage];
  const texts: string[] = [];
  response.setEncoding('utf8');
  for await (const chunk of response) texts.push(String(chunk));
  return { status: response.statusCode ?? 0, body: texts.join(''), headers: response.headers };
}

/** Sends the head of a signed request and a part of its body, then hangs up; resolves once `arrived` does. */
export async function sendAndLeave(port: number, arrived: Promise<unknown>, path = '/hook'): Promise<void> {
  const body = '{"never":"whole"}';
  const request = http.request({
    port,
    host: '127.0.0.1',
    method: 'POST',
    path,
    headers: { ...signedHeaders(body), 'content-length': body.length },
  });
  request.on('error', () => {});
  request.write(body.slice(0, 5));
  await arrived;
  const closed = new Promise((resolve) => request.on('close', resolve));
  request.destroy();
  await closed;
}
