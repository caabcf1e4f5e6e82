/** The adapter of Hono. */
import { Hono } from 'hono';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { type ProofVariables, requireProof, webhook } from '../../src/adapters/hono.ts';
import type { Accepted } from '../../src/index.ts';
import { adapterContract } from './contract.ts';
import { SECRET, signedHeaders } from './sending.ts';
import { serveFetch } from './serve-fetch.ts';
import { listen, quietly } from './serving.ts';
import { APPROOV_SECRET, approovToken } from './tokens.ts';

adapterContract('Hono', {
  start: ({ gate, handler, options, isParsed }) => {
    const app = new Hono();
    if (isParsed)
      app.use(async (c, next) => {
        await c.req.json();
        await next();
      });
    app.onError((_error, c) => c.text('', 500));
    app.post('/hook', webhook(gate, handler, options));
    return listen(serveFetch(async (request) => app.fetch(request)));
  },
  withoutSecret: (secret) => webhook('github', secret, () => undefined),
  canBeParsed: true,
});

const signed = (body: string) => ({
  method: 'POST',
  body,
  headers: signedHeaders(body) as Record<string, string>,
});

describe('Hono’s ways', () => {
  it('the secret is of c.env, a Response is the answer, and errors are app.onError’s', async () => {
    interface Bindings {
      readonly SECRET: string;
    }
    const app = new Hono<{ Bindings: Bindings }>();
    app.post(
      '/hook',
      webhook(
        'github',
        (env: Bindings) => env.SECRET,
        ({ attempt }, c) => {
          if (attempt === 1) throw new Error('away');
          return Response.json([attempt, c.env.SECRET.length]);
        },
      ),
    );
    app.onError((error, c) => c.text(`told: ${error.message}`, 502));
    const first = await app.request('/hook', signed('{}'), { SECRET });
    expect([first.status, await first.text()]).toEqual([502, 'told: away']);
    expect(await (await app.request('/hook', signed('{}'), { SECRET })).json()).toEqual([2, SECRET.length]);
  });

  it('requireProof passes claims on, typed, and leaves the body unread where a token proves', async () => {
    const app = new Hono<{ Variables: ProofVariables }>();
    app.use('/api/*', requireProof('approov', APPROOV_SECRET, quietly));
    app.post('/api/orders', async (c) => {
      expectTypeOf(c.get('proof')).toEqualTypeOf<Accepted>();
      return c.json([c.get('proof').claims?.['did'], await c.req.json()]);
    });
    const headers = { 'approov-token': await approovToken() };
    const sent = { method: 'POST', body: '{"a":1}', headers };
    expect(await (await app.request('/api/orders', sent)).json()).toEqual(['a-device', { a: 1 }]);
    expect((await app.request('/api/orders', { method: 'POST', body: '{}' })).status).toBe(401);
  });

  it('requireProof is used up by 2xx, and free again after an error', async () => {
    let runs = 0;
    const app = new Hono();
    app.use(requireProof('github', SECRET, quietly));
    app.post('/hook', async (c) => {
      if (runs++ === 0) throw new Error('away');
      return c.text(await c.req.text());
    });
    app.onError((_error, c) => c.text('sorry', 500));
    const answers: string[] = [];
    for (let i = 0; i < 3; i++) {
      const response = await app.request('/hook', signed('{"🎉":1}'));
      answers.push(`${response.status} ${await response.text()}`);
    }
    expect(answers).toEqual(['500 sorry', '200 {"🎉":1}', '200 ']);
    expect(runs).toBe(2);
  });
});
