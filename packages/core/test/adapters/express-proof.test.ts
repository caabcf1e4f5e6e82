/** `requireProof` in Express: a whole API behind a proof. */
import type { Server } from 'node:http';
import express from 'express';
import { describe, expect, it } from 'vitest';
import { requireProof } from '../../src/adapters/express.ts';
import { createGate, type Refused } from '../../src/index.ts';
import { SECRET, send, sendAndLeave, signedHeaders } from './sending.ts';
import { listen } from './serving.ts';
import { APPROOV_SECRET, approovToken } from './tokens.ts';

const quiet = { onRefused: () => {}, onError: () => {} };

function apiOf(...mounted: readonly express.RequestHandler[]): express.Express {
  const app = express();
  app.set('env', 'test');
  for (const handler of mounted) app.use(handler);
  return app;
}

describe('of a token, which covers no body', () => {
  it('passes the claims on, and leaves the body for the parser behind it', async () => {
    const app = apiOf(requireProof('approov', APPROOV_SECRET, quiet), express.json());
    app.post('/api', (req, res) => void res.json({ device: req.proof?.claims?.['did'], body: req.body }));
    const { port } = await listen(app);
    const headers = { 'approov-token': await approovToken(), 'content-type': 'application/json' };
    const sent = { path: '/api', body: '{"a":1}', headers };
    expect(JSON.parse((await send(port, sent)).body)).toEqual({ device: 'a-device', body: { a: 1 } });
    // One token goes with many requests.
    expect((await send(port, sent)).status).toBe(200);
  });

  it('takes a body of any length, and one that was parsed before', async () => {
    const app = apiOf(express.json({ limit: '5mb' }), requireProof('approov', APPROOV_SECRET, quiet));
    app.post('/api', (req, res) => void res.json(req.body.text.length));
    const { port } = await listen(app);
    const headers = { 'approov-token': await approovToken(), 'content-type': 'application/json' };
    const body = JSON.stringify({ text: 'x'.repeat(2_000_000) });
    expect(await send(port, { path: '/api', body, headers })).toMatchObject({ status: 200, body: '2000000' });
  });

  it('passes nothing else on', async () => {
    const refusals: Refused[] = [];
    const app = apiOf(
      requireProof('approov', APPROOV_SECRET, { onRefused: (refused) => refusals.push(refused) }),
    );
    app.use((_req, res) => void res.send('passed'));
    const { port } = await listen(app);
    for (const headers of [
      {},
      { 'approov-token': 'a.b.c' },
      { 'approov-token': [await approovToken(), 'x'] },
    ])
      expect(await send(port, { headers })).toMatchObject({ status: 401, body: 'unauthorized' });
    expect(refusals.length).toBe(3);
  });
});

describe('of a signature, which covers the body', () => {
  it('gives its bytes to whoever comes next', async () => {
    const app = apiOf(requireProof('github', SECRET, quiet), express.json());
    app.post('/hook', (req, res) => void res.json(Buffer.isBuffer(req.body) && req.body.toString()));
    const { port } = await listen(app);
    expect(await send(port, { body: '{"é":1}' })).toMatchObject({ status: 200, body: '"{\\"é\\":1}"' });
  });

  it('is used up by 2xx, and free again after anything else', async () => {
    const statuses = [503, 404, 200, 200];
    const app = apiOf(requireProof(createGate({ provider: 'github', keys: [SECRET] }), quiet));
    let runs = 0;
    app.use((_req, res) => void res.status(statuses[runs++] ?? 200).send('answered'));
    const { port } = await listen(app);
    const answers: string[] = [];
    for (let i = 0; i < 5; i++) answers.push(`${(await send(port)).status}`);
    expect(answers).toEqual(['503', '404', '200', '200', '200']);
    expect(runs).toBe(3);
  });

  it('the next handler’s errors are Express’ own, and free it', async () => {
    const app = apiOf(requireProof('github', SECRET, quiet));
    const errors: unknown[] = [];
    let runs = 0;
    app.use((_req, res) => {
      if (runs++ === 0) throw new Error('away');
      res.send('answered');
    });
    app.use(((error, _req, res, _next) => {
      errors.push(error.message);
      res.status(502).send('sorry');
    }) as express.ErrorRequestHandler);
    const { port } = await listen(app);
    expect(await send(port)).toMatchObject({ status: 502, body: 'sorry' });
    expect(await send(port)).toMatchObject({ status: 200, body: 'answered' });
    expect(errors).toEqual(['away']);
  });

  it('a sender who goes away is passed on to nobody', async () => {
    const app = apiOf(requireProof('github', SECRET, quiet));
    app.use((_req, res) => void res.send('answered'));
    const { port, server }: { port: number; server: Server } = await listen(app);
    await sendAndLeave(port, new Promise((resolve) => server.once('request', resolve)));
    expect(await send(port, { headers: signedHeaders('{}') })).toMatchObject({ status: 200 });
  });
});
