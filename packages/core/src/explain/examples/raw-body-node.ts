/** How Node’s frameworks hand the gate the bytes as they came. Each is a whole program but for Next and Nest. */
import { BODY_GATE, type Example, IMPORT_GATE } from './example.ts';

const PARSED = ['raw-body', 'charset', 'content-digest', 'header-dropped'];
/** Of frameworks that decompress nothing by themselves. */
const TOPICS = [...PARSED, 'decompression'];

// Lines of their own that begin with import would be this file’s to the check of layers.
const HONO = `import { Hono } from 'hono';`;
const NEST = [
  `import { Controller, HttpCode, Module, Post, type RawBodyRequest, Req, UnauthorizedException } from '@nestjs/common';`,
  `import { NestFactory } from '@nestjs/core';`,
  `import type { NestExpressApplication } from '@nestjs/platform-express';`,
  `import type { Request } from 'express';`,
].join('\n');

/** The first line of a program that takes webhooks by an adapter. */
const webhookOf = (adapter: string): string => IMPORT_WEBHOOK.replace('ADAPTER', adapter);
const IMPORT_WEBHOOK = `import { webhook } from '@countersign/core/ADAPTER';`;

/** Of the provider and the variable that `exampleFor` puts others in the place of. */
const HOOK = `webhook('github', process.env.GITHUB_WEBHOOK_SECRET`;

const NEST_IMPORTS = [
  `import { eventOf, ProofGuard } from '@countersign/core/nest';`,
  `import { Controller, HttpCode, Module, Post, Req, UseGuards } from '@nestjs/common';`,
  `import { NestFactory } from '@nestjs/core';`,
].join('\n');

const NEST_GUARD = `// main.ts
${NEST_IMPORTS}

@Controller()
class WebhookController {
  @Post('webhook')
  @HttpCode(200)
  @UseGuards(new ProofGuard('github', process.env.GITHUB_WEBHOOK_SECRET))
  webhook(@Req() request: object) {
    return eventOf<{ id: string }>(request).payload.id;
  }
}

@Module({ controllers: [WebhookController] })
class AppModule {}

// rawBody keeps the bytes beside the parsed body.
const app = await NestFactory.create(AppModule, { rawBody: true });
await app.listen(3000);`;

const ZLIB = `import { gunzipSync } from 'node:zlib';`;

const NEST_RAW = `// main.ts
${IMPORT_GATE}
${NEST}

const gate = createGate({ provider: 'github', keys: [process.env.WEBHOOK_SECRET] });

@Controller()
class WebhookController {
  @Post('webhook')
  @HttpCode(200)
  async webhook(@Req() req: RawBodyRequest<Request>) {
    const { method, originalUrl: url, rawHeaders: headers, body } = req;
    const verdict = await gate.verify({ method, url, headers, body });
    if (!verdict.ok) throw new UnauthorizedException();
    return JSON.parse(body.toString()).id;
  }
}

@Module({ controllers: [WebhookController] })
class AppModule {}

const app = await NestFactory.create<NestExpressApplication>(AppModule, { bodyParser: false });
app.useBodyParser('raw', { type: () => true, inflate: false, limit: '1mb' });
await app.listen(3000);`;

const NEST_AS_IT_CAME = `// What came is what was signed: the parser decompresses it, or refuses it with inflate: false, unless it does not see this header.
app.use((req: Request, res: unknown, next: () => void) => {
  delete req.headers['content-encoding'];
  next();
});
app.useBodyParser('raw', { type: () => true, limit: '1mb' });`;

export const RAW_BODY_NODE: readonly Example[] = [
  {
    frameworks: ['express'],
    topics: PARSED,
    language: 'js',
    code: `import express from 'express';
${webhookOf('express')}
const app = express();

// Before any app.use(express.json()).
app.post('/webhook', ${HOOK}, (event, req, res) => {
  res.send(event.payload.id);
}));
app.listen(3000);`,
  },
  {
    frameworks: ['express'],
    topics: ['decompression'],
    language: 'js',
    code: `import express from 'express';
${BODY_GATE}
const app = express();

// What came is what was signed: express.raw decompresses it, or refuses it with inflate: false, unless it does not see this header.
const asItCame = (req, res, next) => {
  delete req.headers['content-encoding'];
  next();
};
app.post('/webhook', asItCame, express.raw({ type: () => true, limit: '1mb' }), async (req, res) => {
  const verdict = await gate.verify(req);
  if (!verdict.ok) return res.sendStatus(401);
  const event = JSON.parse(gunzipSync(req.body, { maxOutputLength: 1024 * 1024 }));
  res.send(event.id);
});
app.listen(3000);`.replace(`${IMPORT_GATE}\n`, `${IMPORT_GATE}\n${ZLIB}\n`),
  },
  {
    frameworks: ['fastify'],
    topics: TOPICS,
    language: 'js',
    code: `import Fastify from 'fastify';
${webhookOf('fastify')}
const app = Fastify();

// It takes the body before Fastify’s parsers do; other routes keep theirs.
app.post('/webhook', ${HOOK}, (event, request, reply) => reply.send(event.payload.id)));
await app.listen({ port: 3000 });`,
  },
  {
    frameworks: ['next'],
    topics: TOPICS,
    language: 'js',
    code: `// app/webhook/route.js
${webhookOf('fetch')}

// Nothing before it reads the request: no request.json().
export const POST = ${HOOK}, (event) => new Response(event.payload.id));`,
    note: 'In pages/api: webhook of @countersign/core/node as the default export, and export const config = { api: { bodyParser: false } }.',
  },
  {
    frameworks: ['nest'],
    topics: PARSED,
    language: 'ts',
    code: NEST_GUARD,
  },
  {
    frameworks: ['nest'],
    topics: ['decompression'],
    language: 'ts',
    code: NEST_RAW.replace(/^app.useBodyParser.*/m, () => NEST_AS_IT_CAME),
  },
  {
    frameworks: ['koa'],
    topics: TOPICS,
    language: 'js',
    code: `import Koa from 'koa';
${webhookOf('koa')}
const app = new Koa();
const hook = ${HOOK}, (event, ctx) => {
  ctx.body = event.payload.id;
});

// Before koa-bodyparser.
app.use((ctx, next) => (ctx.path === '/webhook' ? hook(ctx) : next()));
app.listen(3000);`,
  },
  {
    frameworks: ['hono'],
    topics: TOPICS,
    language: 'js',
    code: `import { serve } from '@hono/node-server';
${webhookOf('hono')}
${HONO}
const app = new Hono();

// Nothing before it reads the body: no c.req.json().
app.post('/webhook', ${HOOK}, (event, c) => c.text(event.payload.id)));
serve({ fetch: app.fetch, port: 3000 });`,
    note: 'In a worker give (env) => env.NAME in place of process.env.NAME.',
  },
  {
    frameworks: ['lambda'],
    topics: [...TOPICS, 'raw-body-lambda'],
    language: 'js',
    code: `${webhookOf('lambda')}

export const handler = ${HOOK}, (event) => ({ statusCode: 200, body: event.payload.id }));`,
    note: 'A REST API needs its binary media types set for bytes that are no UTF-8.',
  },
];
