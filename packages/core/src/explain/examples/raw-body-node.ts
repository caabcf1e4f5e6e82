/** How Node’s frameworks hand the gate the bytes as they came. Each is a whole program but for Next and Nest. */
import type { Example } from './example.ts';

const GATE = `import { createGate } from '@countersign/core';

const gate = createGate({ provider: 'github', keys: [process.env.WEBHOOK_SECRET ?? ''] });`;

// A line of its own that begins with import would be one of this file’s to the check of layers.
const HONO = `import { Hono } from 'hono';`;

export const RAW_BODY_NODE: readonly Example[] = [
  {
    frameworks: ['express'],
    topics: ['raw-body', 'decompression', 'charset', 'content-digest'],
    language: 'js',
    code: `import express from 'express';
${GATE}
const app = express();

// Before any app.use(express.json()).
app.post('/webhook', express.raw({ type: () => true, inflate: false, limit: '1mb' }), async (req, res) => {
  const verdict = await gate.verify(req);
  if (!verdict.ok) return res.sendStatus(401);
  const event = JSON.parse(req.body);
  res.send(event.id);
});
app.listen(3000);`,
    note: 'inflate: false leaves a compressed body as it is; where the sender signs before it compresses, leave that out.',
  },
  {
    frameworks: ['fastify'],
    topics: ['raw-body', 'decompression', 'charset', 'content-digest'],
    language: 'js',
    code: `import Fastify from 'fastify';
${GATE}
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
    topics: ['raw-body', 'charset', 'content-digest'],
    language: 'js',
    code: `// app/webhook/route.js
${GATE}

export async function POST(request) {
  const body = new Uint8Array(await request.arrayBuffer()); // not request.json()
  const { method, url, headers } = request;
  const verdict = await gate.verify({ method, url, headers: [...headers], body });
  if (!verdict.ok) return new Response(null, { status: 401 });
  return new Response(JSON.parse(new TextDecoder().decode(body)).id);
}`,
    note: 'In pages/api: export const config = { api: { bodyParser: false } }, and read the request to its end.',
    notRun: 'Next must be built before it answers',
  },
  {
    frameworks: ['nest'],
    topics: ['raw-body', 'charset', 'content-digest'],
    language: 'ts',
    code: `// main.ts
const app = await NestFactory.create(AppModule, { rawBody: true });

// webhook.controller.ts
@Post('webhook')
async webhook(@Req() req: RawBodyRequest<Request>) {
  const { method, originalUrl: url, rawHeaders: headers, rawBody: body } = req;
  const verdict = await gate.verify({ method, url, headers, body });
  if (!verdict.ok) throw new UnauthorizedException();
}`,
    notRun: 'its decorators must be compiled',
  },
  {
    frameworks: ['koa'],
    topics: ['raw-body', 'decompression', 'charset', 'content-digest'],
    language: 'js',
    code: `import Koa from 'koa';
${GATE}
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
    topics: ['raw-body', 'decompression', 'charset', 'content-digest'],
    language: 'js',
    code: `import { serve } from '@hono/node-server';
${HONO}
${GATE}
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
    topics: ['raw-body', 'raw-body-lambda', 'charset', 'content-digest'],
    language: 'js',
    code: `${GATE}

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
