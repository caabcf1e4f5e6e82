/** A server’s own request object, handed over as it is: a body that nobody has read is not an empty one. */
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import * as http from 'node:http';
import * as http2 from 'node:http2';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import fastify from 'fastify';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createGate, type RequestSource, SetupError } from '../src/index.ts';

const SECRET = 'a secret of thirty-two characters';
const OF_NOTHING = `sha256=${createHmac('sha256', SECRET).update('').digest('hex')}`;

/** What a gate says to a request object whose signature is that of an empty body. */
async function judged(source: object): Promise<string> {
  try {
    const verdict = await createGate({ provider: 'github', keys: [SECRET] }).verify(source as RequestSource);
    return verdict.ok ? 'accepted' : verdict.reason;
  } catch (error) {
    if (error instanceof SetupError) return error.option;
    throw error;
  }
}

/** It comes without types. */
const express = createRequire(import.meta.url)('express') as () => {
  (request: http.IncomingMessage, response: http.ServerResponse): void;
  all(path: string, handler: (request: object, response: http.ServerResponse) => void): void;
};

interface Form {
  /** Listens, and answers each request with what the gate says. */
  readonly start: () => Promise<{ readonly port: number; readonly stop: () => Promise<unknown> }>;
  readonly isHttp2: boolean;
}

async function listening(server: http.Server | http2.Http2Server) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = () => new Promise((resolve) => server.close(resolve));
  return { port: (server.address() as AddressInfo).port, stop };
}

type Incoming = http.IncomingMessage | http2.Http2ServerRequest;

/** As Koa's ctx.request shows the request that it holds. */
class Context {
  readonly req: Incoming;
  constructor(req: Incoming) {
    this.req = req;
  }
  get method() {
    return this.req.method;
  }
  get url() {
    return this.req.url;
  }
  get headers() {
    return this.req.headers;
  }
}

async function fastifyOn(options: { readonly http2?: true }) {
  const app = fastify(options as object);
  app.removeAllContentTypeParsers();
  // The body is left in its stream.
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
  app.all('/x', async (request, reply) => reply.send(await judged(request)));
  await app.listen({ port: 0, host: '127.0.0.1' });
  return { port: (app.server.address() as AddressInfo).port, stop: () => app.close() };
}

const FORMS: Readonly<Record<string, Form>> = {
  'node:http': {
    isHttp2: false,
    start: () =>
      listening(http.createServer(async (request, response) => void response.end(await judged(request)))),
  },
  'node:http2': {
    isHttp2: true,
    start: () =>
      listening(http2.createServer(async (request, response) => void response.end(await judged(request)))),
  },
  express: {
    isHttp2: false,
    start: async () => {
      const app = express();
      app.all('/x', async (request, response) => void response.end(await judged(request)));
      return listening(http.createServer(app));
    },
  },
  'fastify on HTTP/1.1': { isHttp2: false, start: () => fastifyOn({}) },
  'fastify on HTTP/2': { isHttp2: true, start: () => fastifyOn({ http2: true }) },
  'the shape of Koa on HTTP/1.1': {
    isHttp2: false,
    start: () =>
      listening(
        http.createServer(async (request, response) => void response.end(await judged(new Context(request)))),
      ),
  },
  'the shape of Koa on HTTP/2': {
    isHttp2: true,
    start: () =>
      listening(
        http2.createServer(
          async (request, response) => void response.end(await judged(new Context(request))),
        ),
      ),
  },
};

interface Sent {
  readonly method: string;
  /** Undefined: the request ends with its headers. */
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

async function send({ isHttp2, start }: Form, { method, body, headers = {} }: Sent): Promise<string> {
  const { port, stop } = await start();
  onTestFinished(async () => void (await stop()));
  const given = { ...headers, 'x-hub-signature-256': OF_NOTHING };
  const texts: string[] = [];
  if (isHttp2) {
    const client = http2.connect(`http://127.0.0.1:${port}`);
    const stream = client.request(
      { ':method': method, ':path': '/x', ...given },
      { endStream: body === undefined },
    );
    if (body !== undefined) stream.end(body);
    for await (const chunk of stream) texts.push(String(chunk));
    client.close();
  } else {
    const request = http.request({ port, method, path: '/x', headers: { ...given, connection: 'close' } });
    request.end(body);
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    for await (const chunk of response) texts.push(String(chunk));
  }
  return texts.join('');
}

describe.each(Object.entries(FORMS))('%s', (_, form) => {
  const typed = { 'content-type': 'application/octet-stream' };

  it('whose body nobody has read is refused, not judged as empty', async () => {
    expect(await send(form, { method: 'POST', body: '{"pay":9}', headers: typed })).toBe('request.body');
    expect(
      await send(form, { method: 'POST', body: '{"pay":9}', headers: { ...typed, 'content-length': '9' } }),
    ).toBe('request.body');
  });

  it('that has no body is judged as that', async () => {
    expect(await send(form, { method: 'GET' })).toBe('accepted');
    expect(await send(form, { method: 'POST', headers: { 'content-length': '0' } })).toBe('accepted');
  });
});

it('the parts of a request of HTTP/2 say what its body was', async () => {
  const headers = { ':method': 'POST', ':path': '/x', 'x-hub-signature-256': OF_NOTHING };
  expect(await judged({ method: 'POST', url: '/x', headers })).toBe('request.body');
  expect(await judged({ method: 'POST', url: '/x', headers, body: '' })).toBe('accepted');
  await expect(async () =>
    createGate({ provider: 'github', keys: [SECRET] }).verify({ method: 'POST', url: '/x', headers }),
  ).rejects.toThrow(
    'request.body: it is undefined, and HTTP/2 need not announce one: whether there was a body is not known. Read the request’s stream to its end, and hand over { method, url, headers, body }: the bytes, or an empty text where there were none.',
  );
});
