/** The adapter of Koa. */
import Koa from 'koa';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { requireProof, webhook } from '../../src/adapters/koa.ts';
import { adapterContract } from './contract.ts';
import { SECRET, send } from './sending.ts';
import { listen, quietly } from './serving.ts';
import { APPROOV_SECRET, approovToken } from './tokens.ts';

function appOf(...mounted: readonly Koa.Middleware[]): Koa {
  const app = new Koa();
  app.silent = true;
  for (const middleware of mounted) app.use(middleware);
  return app;
}

/** As parsers of Koa do it. */
const parse: Koa.Middleware = async (ctx, next) => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of ctx.req) chunks.push(chunk);
  Object.assign(ctx.request, { body: JSON.parse(Buffer.concat(chunks).toString()) });
  await next();
};

adapterContract('Koa', {
  start: ({ gate, handler, options, isParsed }) =>
    listen(appOf(...(isParsed ? [parse] : []), webhook(gate, handler, options)).callback()),
  withoutSecret: (secret) => webhook('github', secret, () => undefined),
  canBeParsed: true,
});

describe('Koa’s ways', () => {
  it('a handler may answer by itself, and errors are Koa’s', async () => {
    const app = appOf(
      webhook('github', SECRET, ({ payload, attempt }, ctx: Koa.Context) => {
        if (payload === 'fail' && attempt === 1) throw Object.assign(new Error('away'), { status: 418 });
        ctx.body = { attempt };
      }),
    );
    const { port } = await listen(app.callback());
    expect(await send(port)).toMatchObject({ status: 200, body: '{"attempt":1}' });
    expect((await send(port, { body: '"fail"' })).status).toBe(418);
    expect(await send(port, { body: '"fail"' })).toMatchObject({ status: 200, body: '{"attempt":2}' });
  });

  it('requireProof passes claims on, and leaves the body unread where a token proves', async () => {
    const app = appOf(requireProof('approov', APPROOV_SECRET, quietly), parse, (ctx) => {
      expectTypeOf(ctx.req).not.toBeAny();
      ctx.body = [ctx.state['proof'].claims.did, (ctx.request as { body?: unknown }).body];
    });
    const { port } = await listen(app.callback());
    const headers = { 'approov-token': await approovToken() };
    expect((await send(port, { body: '{"a":1}', headers })).body).toBe('["a-device",{"a":1}]');
    expect((await send(port, { headers: {} })).status).toBe(401);
  });

  it('requireProof is used up by 2xx, and free again after anything else', async () => {
    let runs = 0;
    const app = appOf(requireProof('github', SECRET, quietly), (ctx) => {
      ctx.status = runs++ === 0 ? 503 : 200;
      ctx.body = (ctx.request as { rawBody?: Uint8Array }).rawBody;
    });
    const { port } = await listen(app.callback());
    const answers = [await send(port), await send(port), await send(port)];
    expect(answers.map(({ status, body }) => `${status} ${body}`)).toEqual(['503 {}', '200 {}', '200 ']);
    expect(runs).toBe(2);
  });
});
