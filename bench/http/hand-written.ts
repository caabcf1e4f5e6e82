/** The servers that a gateway is compared with, each as a careful person writes it. */
import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fastify } from 'fastify';
import { SECRET } from './request-file.ts';

const key = createSecretKey(Buffer.from(SECRET));

/** A server's port, once it listens. */
export type Start = () => Promise<number>;

/** node:http alone: reads the body and answers 200. */
export const raw: Start = () => listen((_request, _body) => ({ status: 200, text: 'ok' }));

/** node:http with the check, and nothing else. */
export const rawChecked: Start = () =>
  listen((request, body) =>
    isGenuine(request.headers['x-hub-signature-256'], body)
      ? { status: 200, text: 'ok' }
      : { status: 401, text: '' },
  );

/** Fastify with the check; the answer is a constant. */
export const fastifyChecked: Start = () => startFastify(() => ({ result: 'sent', error: '' }));

/** Fastify with the check; the body is parsed, and the answer made of it. */
export const fastifyActing: Start = () =>
  startFastify((body) => {
    const { parameters } = JSON.parse(body.toString()) as {
      parameters: { recipient: string; subject: string };
    };
    return { result: `sent "${parameters.subject}" to ${parameters.recipient}`, error: '' };
  });

/** GitHub's check. */
export function isGenuine(header: string | readonly string[] | undefined, body: Buffer): boolean {
  if (typeof header !== 'string' || !header.startsWith('sha256=')) return false;
  const received = Buffer.from(header.slice(7), 'hex');
  const expected = createHmac('sha256', key).update(body).digest();
  return received.length === expected.length && timingSafeEqual(received, expected);
}

function listen(
  answer: (request: IncomingMessage, body: Buffer) => { status: number; text: string },
): Promise<number> {
  return listenForBodies((request, response, body) => {
    const { status, text } = answer(request, body);
    response.writeHead(status, { 'content-type': 'text/plain', 'content-length': text.length });
    response.end(text);
  });
}

/** node:http that calls `take` with each request once its body is there. @returns the port */
export function listenForBodies(
  take: (request: IncomingMessage, response: ServerResponse, body: Buffer) => void,
): Promise<number> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
      take(request, response, body);
    });
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

async function startFastify(act: (body: Buffer) => object): Promise<number> {
  const app = fastify();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  );
  app.post('/actions/:name', (request, reply) => {
    const body = request.body as Buffer;
    if (isGenuine(request.headers['x-hub-signature-256'], body)) reply.send(act(body));
    else reply.code(401).send({ error: 'unauthorized' });
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  return (app.server.address() as AddressInfo).port;
}
