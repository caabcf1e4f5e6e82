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
${BODY_GATE}
const app = express();

// Before any app.use(express.json()).
app.post('/webhook', express.raw({ type: () => true, inflate: false, limit: '1mb' }), async (req, res) => {
  const verdict = await gate.verify(req);
  if (!verdict.ok) return res.sendStatus(401);
  const event = JSON.parse(req.body);
  res.send(event.id);
});
app.listen(3000);`,
    note: 'With inflate: false a compressed body is refused with 415. Where the sender signs before it compresses, leave that out.',
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
${BODY_GATE}
const app = Fastify();

// A plugin of its own, so that other routes keep their parsers.
app.register(async (webhooks) => {
  webhooks.removeAllContentTypeParsers();
  webhooks.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body, done) => done(null, body));
  webhooks.post('/webhook', async (request, reply) => {
    const { method, url, body } = request;
    const verdict = await gate.verify({ method, url, headers: request.raw.rawHeaders, body });
    if (!verdict.ok) return reply.code(401).send();
    return JSON.parse(body).id;
  });
});
await app.listen({ port: 3000 });`,
  },
  {
    frameworks: ['next'],
    topics: TOPICS,
    language: 'js',
    code: `// app/webhook/route.js
${BODY_GATE}

export async function POST(request) {
  const body = new Uint8Array(await request.arrayBuffer()); // not request.json()
  const { method, url, headers } = request;
  const verdict = await gate.verify({ method, url, headers: [...headers], body });
  if (!verdict.ok) return new Response(null, { status: 401 });
  return new Response(JSON.parse(new TextDecoder().decode(body)).id);
}`,
    note: 'In pages/api: export const config = { api: { bodyParser: false } }, and read the request to its end.',
  },
  {
    frameworks: ['nest'],
    topics: PARSED,
    language: 'ts',
    code: NEST_RAW,
    note: 'With inflate: false a compressed body is refused with 415. Where other controllers need parsed bodies: NestFactory.create(AppModule, { rawBody: true }), and body: req.rawBody.',
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
${BODY_GATE}
const app = new Koa();

// Before koa-bodyparser.
app.use(async (ctx, next) => {
  if (ctx.path !== '/webhook') return next();
  const chunks = [];
  let length = 0;
  for await (const chunk of ctx.req) {
    length += chunk.length;
    if (length > 1024 * 1024) ctx.throw(413);
    chunks.push(chunk);
  }
  const { method, url, rawHeaders: headers } = ctx.req;
  const body = Buffer.concat(chunks);
  const verdict = await gate.verify({ method, url, headers, body });
  if (!verdict.ok) ctx.throw(401);
  ctx.body = JSON.parse(body).id;
});
app.listen(3000);`,
  },
  {
    frameworks: ['hono'],
    topics: TOPICS,
    language: 'js',
    code: `import { serve } from '@hono/node-server';
${HONO}
${BODY_GATE}
const app = new Hono();

app.post('/webhook', async (c) => {
  const body = new Uint8Array(await c.req.arrayBuffer()); // not c.req.json()
  const { method, url, headers } = c.req.raw;
  const verdict = await gate.verify({ method, url, headers: [...headers], body });
  if (!verdict.ok) return c.body(null, 401);
  return c.text(JSON.parse(new TextDecoder().decode(body)).id);
});
serve({ fetch: app.fetch, port: 3000 });`,
  },
  {
    frameworks: ['lambda'],
    topics: [...TOPICS, 'raw-body-lambda'],
    language: 'js',
    code: `${BODY_GATE}

export async function handler({ requestContext, rawPath, rawQueryString, headers, body = '', isBase64Encoded }) {
  const request = {
    method: requestContext.http.method,
    url: rawQueryString ? \`\${rawPath}?\${rawQueryString}\` : rawPath,
    headers: Object.entries(headers),
    body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'),
  };
  const verdict = await gate.verify(request);
  if (!verdict.ok) return { statusCode: 401 };
  return { statusCode: 200, body: JSON.parse(request.body).id };
}`,
    note: 'Of a function URL or an HTTP API (payload 2.0). A REST API has httpMethod and path, and needs its binary media types set for bytes that are no UTF-8.',
  },
];
