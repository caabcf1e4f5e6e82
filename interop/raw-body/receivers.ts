/** What takes a request: a server, a fetch handler, a function of AWS Lambda. */
import type { RequestListener, Server } from 'node:http';
import { type Answer, type Sent, serve } from '../serve.ts';

export interface Receiver {
  readonly send: (sent: Sent) => Promise<Answer>;
  readonly close: () => Promise<void>;
}

export async function httpReceiver(listener: RequestListener | Server): Promise<Receiver> {
  return serve(listener);
}

/** As Next.js’ route handlers, SvelteKit and workers are called. */
export function fetchReceiver(handle: (request: Request) => Promise<Response>): Receiver {
  return {
    async send({ path = '/', headers, body }) {
      const list = Object.entries(headers).flatMap(([name, value]) =>
        [value].flat().map((line): [string, string] => [name, line]),
      );
      const request = new Request(`https://hooks.example${path}`, {
        method: 'POST',
        headers: list,
        body: Buffer.from(body),
      });
      const response = await handle(request);
      return { status: response.status, body: await response.text() };
    },
    close: async () => {},
  };
}

/** What a function is handed by a function URL or an HTTP API, payload format 2.0. */
export interface LambdaEvent {
  readonly version: '2.0';
  readonly rawPath: string;
  readonly rawQueryString: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly requestContext: { readonly http: { readonly method: string } };
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

export interface LambdaReply {
  readonly statusCode: number;
  readonly body?: string;
}

/** @param isBase64Encoded as it is of what is no text, and behind a REST API with binary media types */
export function lambdaReceiver(
  handler: (event: LambdaEvent) => Promise<LambdaReply>,
  isBase64Encoded: boolean,
): Receiver {
  return {
    async send({ path = '/', headers, body }) {
      const { statusCode, body: text = '' } = await handler({
        version: '2.0',
        rawPath: path,
        rawQueryString: '',
        headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
        requestContext: { http: { method: 'POST' } },
        body: Buffer.from(body).toString(isBase64Encoded ? 'base64' : 'utf8'),
        isBase64Encoded,
      });
      return { status: statusCode, body: text };
    },
    close: async () => {},
  };
}
