/** Prevents: over HTTP/2, where a body needs no length, one that a parser has read being taken for an empty one, whose proof anyone may have. */
import 'reflect-metadata';
import { once } from 'node:events';
import * as http2 from 'node:http2';
import type { AddressInfo } from 'node:net';
import { Body, Controller, Module, Post, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import fastify from 'fastify';
import Koa from 'koa';
import { describe, expect, it, onTestFinished } from 'vitest';
import { webhook as fastifyWebhook } from '../../src/adapters/fastify.ts';
import { requireProof as koaProof, webhook as koaWebhook } from '../../src/adapters/koa.ts';
import { ProofGuard } from '../../src/adapters/nest.ts';
import { requireProof, webhook } from '../../src/adapters/node.ts';
import { nodeBody } from '../../src/adapters/node-request.ts';
import { SECRET, signature } from './sending.ts';
import { quietly } from './serving.ts';

async function listenOn(server: http2.Http2Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** @param body undefined: the head ends the request */
async function post(port: number, body: string | undefined, proof: string): Promise<number> {
  const client = http2.connect(`http://127.0.0.1:${port}`);
  try {
    const head = { ':method': 'POST', ':path': '/hook', 'x-hub-signature-256': proof };
    const stream =
      body === undefined
        ? client.request(head, { endStream: true })
        : client.request({ ...head, 'content-type': 'application/json' });
    stream.on('error', () => {});
    if (body !== undefined) stream.end(body);
    const [headers] = await once(stream, 'response');
    stream.resume();
    await once(stream, 'end');
    return headers[':status'];
  } finally {
    client.destroy();
  }
}

type Ran = (body: unknown) => void;

/** Reads all of it, as parsers do. */
async function drain(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of stream);
}

/** Listens behind something that has read the body. */
const SERVERS: Readonly<Record<string, (ran: Ran) => Promise<number>>> = {
  'webhook of node': (ran) => {
    const serve = webhook('github', SECRET, ({ text }) => ran(text), quietly);
    return listenOn(http2.createServer((req, res) => void drain(req).then(() => serve(req, res))));
  },
  'webhook of node, whose stream was read beneath the request': (ran) => {
    const serve = webhook('github', SECRET, ({ text }) => ran(text), quietly);
    return listenOn(http2.createServer((req, res) => void drain(req.stream).then(() => serve(req, res))));
  },
  'requireProof of node': (ran) => {
    const serve = requireProof('github', SECRET, quietly);
    return listenOn(
      http2.createServer((req, res) => {
        const next = (): void => {
          ran('passed on');
          res.end();
        };
        void drain(req).then(() => serve(req, res, next));
      }),
    );
  },
  'webhook of Koa': (ran) => {
    const app = new Koa();
    app.use(async (ctx, next) => {
      await drain(ctx.req);
      await next();
    });
    app.use(koaWebhook('github', SECRET, ({ text }) => ran(text), quietly));
    return listenOn(http2.createServer(app.callback()));
  },
  'requireProof of Koa': (ran) => {
    const app = new Koa();
    app.use(async (ctx, next) => {
      await drain(ctx.req);
      await next();
    });
    app.use(koaProof('github', SECRET, quietly));
    app.use((ctx) => {
      ran('passed on');
      ctx.status = 200;
    });
    return listenOn(http2.createServer(app.callback()));
  },
  'webhook of Fastify': async (ran) => {
    const app = fastify({ http2: true });
    app.addHook('onRequest', async ({ raw }) => drain(raw));
    app.post('/hook', fastifyWebhook('github', SECRET, ({ text }) => ran(text), quietly) as object as never);
    return listening(app);
  },
  'a guard in Nest on Fastify': async (ran) => {
    class Hooks {
      handle(body: unknown): void {
        ran(body);
      }
    }
    const { prototype } = Hooks;
    const descriptor = Object.getOwnPropertyDescriptor(prototype, 'handle') as PropertyDescriptor;
    Post()(prototype, 'handle', descriptor);
    Body()(prototype, 'handle', 0);
    UseGuards(new ProofGuard('github', SECRET, quietly))(prototype, 'handle', descriptor);
    Controller('hook')(Hooks);
    class AppModule {}
    Module({ controllers: [Hooks] })(AppModule);
    const adapter = new FastifyAdapter({ http2: true } as object);
    const app = await NestFactory.create(AppModule, adapter as never, { logger: false });
    await app.init();
    return listening(app.getHttpAdapter().getInstance());
  },
};

async function listening(app: {
  listen(options: object): Promise<unknown>;
  close(): unknown;
  readonly server: { address(): unknown };
}): Promise<number> {
  await app.listen({ port: 0, host: '127.0.0.1' });
  onTestFinished(() => void app.close());
  return (app.server.address() as AddressInfo).port;
}

describe.each(Object.entries(SERVERS))('%s, behind what has read the body', (_, start) => {
  it('takes the proof of an empty body for no other', async () => {
    const bodies: unknown[] = [];
    const port = await start((body) => bodies.push(body));
    expect(await post(port, '{"evil":1}', signature(''))).toBe(500);
    expect(await post(port, '{"a":1}', signature('{"a":1}'))).toBe(500);
    expect(bodies).toEqual([]);
  });

  it('takes a request that ends with its head', async () => {
    const bodies: unknown[] = [];
    const port = await start((body) => bodies.push(body));
    expect(await post(port, undefined, signature(''))).toBeLessThan(300);
    expect(bodies.length).toBe(1);
  });
});

describe('a stream that was read is empty only where its head says so', () => {
  const http1 = { httpVersionMajor: 1 };
  it.each<[string, readonly string[], object, boolean]>([
    ['HTTP/1, no length', [], http1, true],
    ['HTTP/1, a length of 0', ['Content-Length', '0'], http1, true],
    ['HTTP/1, a length', ['Content-Length', '3'], http1, false],
    ['HTTP/1, two lengths', ['Content-Length', '0', 'Content-Length', '3'], http1, false],
    ['HTTP/1, in pieces', ['Transfer-Encoding', 'chunked'], http1, false],
    [
      'HTTP/1, in pieces beside a length',
      ['Content-Length', '0', 'Transfer-Encoding', 'chunked'],
      http1,
      false,
    ],
    ['HTTP/2, no length', [], { httpVersionMajor: 2, stream: { endAfterHeaders: false } }, false],
    ['HTTP/2, ended with its head', [], { httpVersionMajor: 2, stream: { endAfterHeaders: true } }, true],
    ['HTTP/2, a length of 0', ['content-length', '0'], { httpVersionMajor: 2 }, true],
    ['no version', [], {}, false],
  ])('%s', async (_, rawHeaders, more, isEmpty) => {
    const request = { rawHeaders: [...rawHeaders], readableEnded: true, ...more };
    const body = nodeBody(request as never, 1000);
    if (isEmpty) expect(await body).toEqual(new Uint8Array(0));
    else await expect(body).rejects.toThrow(/^request\.body: a body parser has read it before/);
  });
});
