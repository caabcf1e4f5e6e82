/** `webhookOf` and `requireProofOf` of every adapter, with its real framework: as their twins, of imported providers alone. */
import { createServer } from 'node:http';
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import Koa from 'koa';
import { describe, expect, it, onTestFinished } from 'vitest';
import * as expressAdapter from '../../src/adapters/express.ts';
import * as fastifyAdapter from '../../src/adapters/fastify.ts';
import * as fetchAdapter from '../../src/adapters/fetch.ts';
import * as honoAdapter from '../../src/adapters/hono.ts';
import * as koaAdapter from '../../src/adapters/koa.ts';
import * as lambdaAdapter from '../../src/adapters/lambda.ts';
import type { WebhookEvent } from '../../src/adapters/node.ts';
import * as nodeAdapter from '../../src/adapters/node.ts';
import { createGate } from '../../src/imported-gate.ts';
import { approov } from '../../src/providers/approov.ts';
import { github } from '../../src/providers/github.ts';
import { SECRET, send } from './sending.ts';
import { serveFetch } from './serve-fetch.ts';
import { listen, listenOn, quietly } from './serving.ts';
import { APPROOV_SECRET, approovToken } from './tokens.ts';

type Handle = (event: WebhookEvent) => unknown;

/** Listens with a webhook of a provider and a secret, and says where. */
const WEBHOOKS: Readonly<Record<string, (handle: Handle) => Promise<number>>> = {
  async node(handle) {
    return (await listen(nodeAdapter.webhookOf(github, SECRET, handle, quietly))).port;
  },
  async express(handle) {
    const app = express().post('/hook', expressAdapter.webhookOf(github, SECRET, handle, quietly));
    return (await listen(app)).port;
  },
  async fastify(handle) {
    const app = fastify();
    app.post('/hook', fastifyAdapter.webhookOf(github, SECRET, handle, quietly));
    return portOf(app);
  },
  async koa(handle) {
    const app = new Koa().use(koaAdapter.webhookOf(github, SECRET, handle, quietly));
    return (await listen(app.callback())).port;
  },
  async hono(handle) {
    const app = new Hono<{ Bindings: Env }>();
    app.post(
      '/hook',
      honoAdapter.webhookOf(github, (env: Env) => env.SECRET, handle, quietly),
    );
    return (await listen(serveFetch(async (request) => app.fetch(request, { SECRET })))).port;
  },
  async fetch(handle) {
    const worker = fetchAdapter.webhookOf(github, (env: Env) => env.SECRET, handle, quietly);
    return (await listen(serveFetch((request) => worker(request, { SECRET })))).port;
  },
  async lambda(handle) {
    const called = lambdaAdapter.webhookOf(github, SECRET, handle, quietly);
    const server = createServer(async (req, res) => {
      const chunks: Buffer[] = [];
      for await (const chunk of req) chunks.push(chunk);
      const body = Buffer.concat(chunks).toString('base64');
      const headers = req.headers as Record<string, string>;
      const requestContext = { http: { method: 'POST' } };
      const event = { rawPath: '/hook', headers, requestContext, body, isBase64Encoded: true };
      res.writeHead((await called(event, {})).statusCode).end();
    });
    return (await listenOn(server)).port;
  },
};

interface Env {
  readonly SECRET: string;
}

async function portOf(app: ReturnType<typeof fastify>): Promise<number> {
  await app.listen({ port: 0, host: '127.0.0.1' });
  onTestFinished(() => app.close());
  return app.addresses()[0]?.port ?? 0;
}

describe.each(Object.entries(WEBHOOKS))('webhookOf of %s', (_, start) => {
  it('runs an event once, acknowledges its repeat, and refuses a forgery', async () => {
    const bodies: string[] = [];
    const port = await start(({ text, verdict }) => bodies.push(`${verdict.provider} ${text}`));
    const statuses = [];
    for (const sent of [
      {},
      {},
      { body: '{} ', headers: { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` } },
    ])
      statuses.push((await send(port, sent)).status);
    expect(statuses).toEqual([200, 200, 401]);
    expect(bodies).toEqual(['github {}']);
  });
});

/** Untyped code hands over what the types forbid. */
type Untyped = (...parameters: readonly unknown[]) => unknown;
const TWINS = Object.entries({
  node: nodeAdapter,
  express: expressAdapter,
  fastify: fastifyAdapter,
  koa: koaAdapter,
  hono: honoAdapter,
  fetch: fetchAdapter,
  lambda: lambdaAdapter,
}).flatMap(([adapter, exported]) => [
  [`webhookOf of ${adapter}`, exported.webhookOf as Untyped] as const,
  ...('requireProofOf' in exported
    ? [[`requireProofOf of ${adapter}`, exported.requireProofOf as Untyped] as const]
    : []),
]);

describe.each(TWINS)('%s', (name, make) => {
  const handle = (): void => {};
  const takesHandler = name.startsWith('webhookOf') || /fetch$/.test(name);

  it('takes no id, and says what takes one', () => {
    for (const choice of ['github', { id: 'github' }])
      expect(() => make(choice, SECRET, handle)).toThrow(
        'provider: only imported providers are taken here. Give one, e.g. of @countersign/core/providers/github. Ids and schemes are taken by createGate of @countersign/core, by webhook and requireProof of its adapters, and by signedFetch.',
      );
  });

  it('names the variable of a secret that is missing', () => {
    for (const secret of [undefined, '', []])
      expect(() => make(github, secret, handle)).toThrow(
        /^secret: .* Set GITHUB_WEBHOOK_SECRET in the environment of this program, and give process\.env\.GITHUB_WEBHOOK_SECRET here\.$/,
      );
  });

  it('takes a gate, and what one is built of', () => {
    const options = { provider: approov, keys: [{ secret: APPROOV_SECRET }] };
    for (const source of [createGate(options), options])
      expect(takesHandler ? make(source, handle) : make(source)).toBeDefined();
  });
});

it('webhookOf without a handler names itself', () => {
  const make = fetchAdapter.webhookOf as Untyped;
  expect(() => make(github, SECRET)).toThrow(
    'handler: there is none. Give a function: webhookOf(stripe, process.env.STRIPE_WEBHOOK_SECRET, (event) => …).',
  );
});

it('requireProofOf passes on what is genuine, and answers what is not', async () => {
  const app = express().use(expressAdapter.requireProofOf(approov, APPROOV_SECRET, quietly));
  app.get('/', (req, res) => void res.json(req.proof?.claims?.['did']));
  const { port } = await listen(app);
  const sent = { method: 'GET', path: '/', body: '' };
  const token = await approovToken();
  expect(await send(port, { ...sent, headers: { 'approov-token': token } })).toMatchObject({
    status: 200,
    body: '"a-device"',
  });
  expect((await send(port, { ...sent, headers: { 'approov-token': `${token}x` } })).status).toBe(401);
});
