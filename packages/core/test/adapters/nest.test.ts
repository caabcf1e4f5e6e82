/** Nest on Express and on Fastify: webhooks mounted before the application starts, and so above Nest’s body parsers; guards at its routes. */
import 'reflect-metadata';
import type { Server } from 'node:http';
import {
  Body,
  type CanActivate,
  Controller,
  HttpCode,
  HttpException,
  type INestApplication,
  type MiddlewareConsumer,
  Module,
  Post,
  Req,
  UseGuards,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { describe, expect, it, onTestFinished } from 'vitest';
import { eventOf, ProofGuard, type WebhookEvent, webhook } from '../../src/adapters/nest.ts';
import { type Accepted, createGate, type Refused, SetupError } from '../../src/index.ts';
import { adapterContract, type Setup } from './contract.ts';
import { SECRET, send, signedHeaders } from './sending.ts';
import { quietly } from './serving.ts';
import { APPROOV_SECRET, approovToken } from './tokens.ts';

interface Listening {
  readonly port: number;
  readonly server: Server;
}

const PLATFORMS = ['Express', 'Fastify'] as const;
type Platform = (typeof PLATFORMS)[number];

interface AppOptions {
  readonly rawBody?: boolean;
  readonly bodyParser?: boolean;
}

function create(platform: Platform, module: object, options: AppOptions = {}): Promise<INestApplication> {
  const quiet = { logger: false as const, ...options };
  return platform === 'Express'
    ? NestFactory.create(module, quiet)
    : NestFactory.create<NestFastifyApplication>(module, new FastifyAdapter(), quiet);
}

async function listening(app: INestApplication): Promise<Listening> {
  await app.listen(0, '127.0.0.1');
  const server = app.getHttpServer();
  onTestFinished(async () => {
    server.closeAllConnections();
    await app.close();
  });
  return { port: server.address().port, server };
}

/** A module. Decorators are called: the sources are stripped of their types only. */
function moduleOf(
  controllers: (new () => object)[] = [],
  configure?: (consumer: MiddlewareConsumer) => void,
) {
  class AppModule {
    configure(consumer: MiddlewareConsumer): void {
      configure?.(consumer);
    }
  }
  Module({ controllers })(AppModule);
  return AppModule;
}

/** A controller with one guarded route at `/hook`. */
function guarded(guard: CanActivate, handle: (request: object, body: unknown) => unknown) {
  class Hooks {
    handle(request: object, body: unknown): unknown {
      return handle(request, body);
    }
  }
  const { prototype } = Hooks;
  const descriptor = Object.getOwnPropertyDescriptor(prototype, 'handle') as PropertyDescriptor;
  Post()(prototype, 'handle', descriptor);
  HttpCode(200)(prototype, 'handle', descriptor);
  UseGuards(guard)(prototype, 'handle', descriptor);
  Req()(prototype, 'handle', 0);
  Body()(prototype, 'handle', 1);
  Controller('hook')(Hooks);
  return Hooks;
}

/** As a user’s handler does it: what came to nothing is thrown, for Nest’s filters to answer. */
async function handleOrThrow({ handler }: Setup, event: WebhookEvent): Promise<void> {
  const response = { statusCode: 200 };
  const value = (await handler(event, response)) as { readonly kind?: string } | undefined;
  if (response.statusCode !== 200) throw new HttpException('it came to nothing', response.statusCode);
  if (value?.kind === 'failed') throw new Error('it came to nothing');
}

for (const platform of PLATFORMS) {
  adapterContract(`Nest on ${platform}`, {
    start: async ({ gate, handler, options, isParsed }) => {
      const hook = webhook(gate, handler, options);
      const app = await create(
        platform,
        moduleOf([], (consumer) => {
          // Behind the parsers.
          if (isParsed) consumer.apply(hook).forRoutes('/hook');
        }),
      );
      if (!isParsed) app.use('/hook', hook);
      return listening(app);
    },
    withoutSecret: (secret) => webhook('github', secret, () => undefined),
    // Fastify runs all middleware before its parsers.
    canBeParsed: platform === 'Express',
  });

  adapterContract(`A guard in Nest on ${platform}`, {
    start: async (setup) => {
      const { gate, options, isParsed = false } = setup;
      const guard = new ProofGuard(gate, options);
      const module = moduleOf([guarded(guard, (request) => handleOrThrow(setup, eventOf(request)))]);
      const app = await create(platform, module, { bodyParser: isParsed });
      // Fastify reads every body: here into bytes.
      if (platform === 'Fastify' && !isParsed) takeBytes(app as NestFastifyApplication);
      return listening(app);
    },
    withoutSecret: (secret) => new ProofGuard('github', secret),
    canBeParsed: true,
  });
}

function takeBytes(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
}

it('behind Nest’s parsers a webhook takes the bytes that rawBody keeps', async () => {
  const texts: string[] = [];
  const hook = webhook('github', SECRET, ({ text }) => void texts.push(text));
  const module = moduleOf([], (consumer) => void consumer.apply(hook).forRoutes('/hook'));
  const { port } = await listening(await create('Express', module, { rawBody: true }));
  const body = '{ "text" : "🎉" }';
  expect((await send(port, { body })).status).toBe(200);
  expect(texts).toEqual([body]);
});

describe.each(PLATFORMS)('a guard in Nest on %s, with rawBody', (platform) => {
  async function started(
    guard: CanActivate,
    handle: (request: object, body: unknown) => unknown,
    options: AppOptions = { rawBody: true },
  ): Promise<number> {
    const { port } = await listening(await create(platform, moduleOf([guarded(guard, handle)]), options));
    return port;
  }

  it('proves the bytes, and leaves the parsed body to @Body()', async () => {
    const port = await started(new ProofGuard('github', SECRET, quietly), (request, body) => {
      const { type, text, verdict } = eventOf(request);
      return { type, text, keyId: verdict.keyId, body };
    });
    const text = '{ "text" : "🎉", "n" : 1.0 }';
    const answer = await send(port, { body: text });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toEqual({
      type: 'push',
      text,
      keyId: 'key-1',
      body: { text: '🎉', n: 1 },
    });
  });

  it('answers what is not genuine by itself, and runs nothing', async () => {
    const refusals: Refused[] = [];
    let runs = 0;
    const guard = new ProofGuard('github', SECRET, { onRefused: (refused) => void refusals.push(refused) });
    const port = await started(guard, () => ++runs);
    const forged = await send(port, { headers: signedHeaders('{"other":1}') });
    const unsigned = await send(port, { headers: { 'content-type': 'application/json' } });
    for (const answer of [forged, unsigned])
      expect(answer).toMatchObject({ status: 401, body: 'unauthorized' });
    expect(refusals.map(({ reason }) => reason)).toEqual(['signature-mismatch', 'missing-signature']);
    expect(runs).toBe(0);
  });

  it('frees the request where the handler throws, whose error is Nest’s, and acknowledges the next', async () => {
    let runs = 0;
    const port = await started(new ProofGuard('github', SECRET, quietly), () => {
      if (++runs === 1) throw new Error('the database is away');
    });
    const answers = [await send(port), await send(port), await send(port)];
    expect(answers.map(({ status }) => status)).toEqual([500, 200, 200]);
    expect(runs).toBe(2);
  });

  it('sees nothing of what Nest’s parsers refuse, which a mounted webhook takes', async () => {
    const long = platform === 'Express' ? 102_400 : 1_048_577;
    const gate = { provider: 'github', keys: [SECRET], maxBodyBytes: 2_000_000 } as const;
    const texts: string[] = [];
    const port = await started(new ProofGuard(gate, quietly), () => {});
    const mounted = await create(platform, moduleOf(), { rawBody: true });
    const hook = webhook(gate, ({ text }) => void texts.push(text), quietly);
    mounted.use('/hook', hook);
    const above = await listening(mounted);
    for (const [body, status] of [
      ['\ufeff{"text":"marked"}', 200],
      ['{"a":', 400],
      [JSON.stringify('x'.repeat(long)), 413],
    ] as const) {
      expect((await send(port, { body })).status).toBe(status);
      expect((await send(above.port, { body })).status).toBe(200);
    }
    expect(texts.length).toBe(3);
  });

  it('passes a token’s claims on, which covers no body', async () => {
    const guard = new ProofGuard('approov', APPROOV_SECRET, quietly);
    const port = await started(
      guard,
      (request, body) => ({ device: (request as { proof?: Accepted }).proof?.claims?.['did'], body }),
      {},
    );
    const headers = { 'approov-token': await approovToken(), 'content-type': 'application/json' };
    const sent = { body: '{"a":1}', headers };
    expect(JSON.parse((await send(port, sent)).body)).toEqual({ device: 'a-device', body: { a: 1 } });
    expect((await send(port, sent)).status).toBe(200);
    const without = { 'content-type': 'application/json' };
    expect((await send(port, { body: '{"a":1}', headers: without })).status).toBe(401);
  });

  it('passes a token that is consumed on once, whatever becomes of it', async () => {
    const provider = { id: 'approov', consume: 1 } as const;
    const gate = createGate({ provider, keys: [APPROOV_SECRET] });
    let runs = 0;
    const port = await started(new ProofGuard(gate, quietly), () => {
      runs++;
      throw new Error('the database is away');
    });
    const headers = { 'approov-token': await approovToken(), 'content-type': 'application/json' };
    const answers = [await send(port, { headers }), await send(port, { headers })];
    expect({ statuses: answers.map(({ status }) => status), runs }).toEqual({
      statuses: [500, 409],
      runs: 1,
    });
  });

  it('is said to be missing where an event is asked for without it', async () => {
    const errors: unknown[] = [];
    const port = await started({ canActivate: () => true }, (request) => {
      try {
        eventOf(request);
      } catch (error) {
        errors.push(error);
      }
    });
    await send(port);
    expect(errors).toMatchObject([{ name: 'SetupError', option: 'request' }]);
  });
});

it('a class that extends ProofGuard is injected, as one that reads Nest’s configuration is', async () => {
  class GithubProof extends ProofGuard {
    constructor() {
      super('github', SECRET, quietly);
    }
  }
  const Hooks = guarded({ canActivate: () => true }, (request) => ({ type: eventOf(request).type }));
  UseGuards(GithubProof)(Hooks);
  const { port } = await listening(await create('Express', moduleOf([Hooks]), { rawBody: true }));
  expect(await send(port)).toMatchObject({ status: 200, body: '{"type":"push"}' });
  expect((await send(port, { headers: signedHeaders('other') })).status).toBe(401);
});

it('a guard before anything but HTTP says that no request is signed there', () => {
  const guard = new ProofGuard('github', SECRET);
  const http = { getRequest: () => ({}), getResponse: () => ({}) };
  expect(() => guard.canActivate({ getType: () => 'rpc', switchToHttp: () => http })).toThrow(SetupError);
});
