/** The adapter of Fastify. */
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import { describe, expect, it, onTestFinished } from 'vitest';
import { proofOf, requireProof, webhook } from '../../src/adapters/fastify.ts';
import { createGate, SetupError } from '../../src/index.ts';
import { adapterContract } from './contract.ts';
import { SECRET, send, signedHeaders } from './sending.ts';
import { quietly } from './serving.ts';
import { APPROOV_SECRET, approovToken } from './tokens.ts';

type App = ReturnType<typeof fastify>;

async function listening(app: App) {
  await app.listen({ port: 0, host: '127.0.0.1' });
  onTestFinished(async () => {
    app.server.closeAllConnections();
    await app.close();
  });
  const address = app.server.address();
  return { port: typeof address === 'object' && address ? address.port : 0, server: app.server };
}

adapterContract('Fastify', {
  start: ({ gate, handler, options }) => {
    const app = fastify();
    app.post('/hook', webhook(gate, handler, options));
    return listening(app);
  },
  withoutSecret: (secret) => webhook('github', secret, () => undefined),
  // It answers before any parser.
  canBeParsed: false,
});

describe('Fastify’s ways', () => {
  it('a handler may answer by itself, and errors are Fastify’s', async () => {
    const app = fastify();
    app.post(
      '/hook',
      webhook('github', SECRET, ({ payload, attempt }, _request: FastifyRequest, reply: FastifyReply) => {
        if (payload === 'fail' && attempt === 1) throw new Error('away');
        return reply.send({ attempt });
      }),
    );
    app.setErrorHandler((error: Error, _request, reply) => reply.code(502).send(`told: ${error.message}`));
    const { port } = await listening(app);
    expect(await send(port)).toMatchObject({ status: 200, body: '{"attempt":1}' });
    expect(await send(port, { body: '"fail"' })).toMatchObject({ status: 502, body: 'told: away' });
    expect(await send(port, { body: '"fail"' })).toMatchObject({ status: 200, body: '{"attempt":2}' });
  });

  it('other routes are parsed as ever, and inject works', async () => {
    const app = fastify();
    onTestFinished(() => app.close());
    app.post(
      '/hook',
      webhook('github', SECRET, () => {}),
    );
    app.post('/other', (request) => ({ parsed: request.body }));
    const other = await app.inject({ method: 'POST', url: '/other', payload: { a: 1 } });
    expect(other.json()).toEqual({ parsed: { a: 1 } });
    const headers = signedHeaders('{}') as Record<string, string>;
    const injected = await app.inject({ method: 'POST', url: '/hook', payload: '{}', headers });
    expect(injected.statusCode).toBe(200);
  });

  it('requireProof passes claims on, and leaves the body to Fastify', async () => {
    const app = fastify();
    app.addHook('onRequest', requireProof('approov', APPROOV_SECRET, quietly));
    app.post('/api', (request) => [proofOf(request)?.claims?.['did'], request.body]);
    const { port } = await listening(app);
    const headers = { 'approov-token': await approovToken(), 'content-type': 'application/json' };
    expect((await send(port, { path: '/api', body: '{"a":1}', headers })).body).toBe('["a-device",{"a":1}]');
    expect((await send(port, { path: '/api', headers: {} })).status).toBe(401);
  });

  it('requireProof passes a token that is consumed on once, whatever becomes of it', async () => {
    const provider = { id: 'approov', consume: 1 } as const;
    const app = fastify();
    let runs = 0;
    app.addHook('onRequest', requireProof(createGate({ provider, keys: [APPROOV_SECRET] }), quietly));
    app.post('/api', (_request, reply) => {
      runs++;
      return reply.code(503).send('answered');
    });
    const { port } = await listening(app);
    const sent = { path: '/api', body: '', headers: { 'approov-token': await approovToken() } };
    const statuses = [(await send(port, sent)).status, (await send(port, sent)).status];
    expect({ statuses, runs }).toEqual({ statuses: [503, 409], runs: 1 });
  });

  it('requireProof refuses a proof that covers the body, at start', () => {
    expect(() => requireProof('github', SECRET)).toThrow(SetupError);
  });
});
