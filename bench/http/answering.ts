/**
 * What the answering gateway does, put together by hand from the usual parts: Fastify, its own logger with one line a
 * request, Flowent's check, a `Map` that knows repeats for as long as they would be fresh, ajv for the action's input.
 */
import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { Ajv } from 'ajv';
import { fastify, LogController } from 'fastify';
import { sendEmail } from './actions.ts';
import { SECRET } from './request-file.ts';

const TOLERANCE_S = 300;
const SWEEP_MS = 30_000;

const key = createSecretKey(Buffer.from(SECRET));

interface Call {
  readonly action_name: string;
  readonly parameters: { readonly recipient: string; readonly subject: string; readonly body: string };
  readonly timestamp: number;
}

export async function fastifyAnswering(): Promise<number> {
  const app = fastify({
    logger: true,
    logController: new LogController({ disableRequestLogging: true }),
  });
  const isInput = new Ajv().compile(sendEmail.input);
  const seen = rememberUntil();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  );
  app.addHook('onResponse', (request, reply, done) => {
    const { method, url, ip } = request;
    request.log.info({ method, url, ip, status: reply.statusCode, ms: reply.elapsedTime }, 'answered');
    done();
  });
  app.post<{ Params: { name: string } }>('/actions/:name', (request, reply) => {
    const proved = prove(request.body as Buffer);
    if (proved === undefined) return reply.code(401).send({ error: 'unauthorized' });
    const { call, signature } = proved;
    if (call.action_name !== request.params.name) return reply.code(404).send({ error: 'unknown action' });
    if (seen(signature, call.timestamp)) return reply.code(409).send({ error: 'replayed' });
    if (!isInput(call.parameters)) return reply.code(422).send({ error: 'invalid input' });
    const { recipient, subject } = call.parameters;
    return reply.send({ result: `sent "${subject}" to ${recipient}`, error: '' });
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  return (app.server.address() as AddressInfo).port;
}

/** Flowent's check as the platform's example does it: the signature is over what is printed again without it. */
function prove(body: Buffer): { readonly call: Call; readonly signature: string } | undefined {
  const { signature, ...call } = JSON.parse(body.toString()) as Call & { readonly signature?: unknown };
  if (typeof signature !== 'string') return undefined;
  const received = Buffer.from(signature, 'hex');
  const expected = createHmac('sha256', key).update(JSON.stringify(call)).digest();
  if (received.length !== expected.length || !timingSafeEqual(received, expected)) return undefined;
  return Math.abs(Date.now() / 1000 - call.timestamp) <= TOLERANCE_S ? { call, signature } : undefined;
}

/** Whether a signature was there before, while its time is fresh. Swept, so that it does not grow for ever. */
function rememberUntil(): (signature: string, timestamp: number) => boolean {
  const ends = new Map<string, number>();
  setInterval(() => {
    const now = Date.now() / 1000;
    for (const [signature, end] of ends) if (end < now) ends.delete(signature);
  }, SWEEP_MS).unref();
  return (signature, timestamp) => {
    if (ends.has(signature)) return true;
    ends.set(signature, timestamp + TOLERANCE_S);
    return false;
  };
}
