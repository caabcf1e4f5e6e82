/** How Node’s frameworks are told of the proxy before them, and give the target as it came. Each is a whole program. */
import { ADDRESS_GATE, type Example, IMPORT_GATE } from './example.ts';

const TOPICS = ['proxy-host', 'proxy-scheme', 'trusted-proxies', 'proxy-path', 'query-encoding', 'redirect'];

const ORIGIN = `// The address that the sender knows: no proxy’s header is needed then.
const gate = createGate({
  provider: { id: 'twilio', origin: 'https://hooks.example' },
  keys: [process.env.WEBHOOK_SECRET],
});`;

const NOTE =
  "Or set the gate’s origin, provider: { id: 'twilio', origin: 'https://hooks.example' }, and leave forwarded out: no proxy’s header is needed then.";

// Lines of their own that begin with import would be this file’s to the check of layers.
const HONO = `import { Hono } from 'hono';`;
const HTTP = [`import { createServer } from 'node:http';`, `import next from 'next';`].join('\n');
const NEST = [
  `import { Controller, Module, Post, type RawBodyRequest, Req, Res } from '@nestjs/common';`,
  `import { NestFactory } from '@nestjs/core';`,
  `import type { NestExpressApplication } from '@nestjs/platform-express';`,
  `import type { Request, Response } from 'express';`,
].join('\n');

export const ADDRESS_NODE: readonly Example[] = [
  {
    frameworks: ['express'],
    topics: TOPICS,
    language: 'js',
    code: `import express from 'express';
${ADDRESS_GATE}
const app = express();
app.set('trust proxy', 'loopback'); // the proxy’s own address

// Answers with and without a slash at the end: the sender’s signature would not be that of a redirect’s target.
app.post('/hooks/:id', express.raw({ type: () => true, inflate: false }), async (req, res) => {
  const verdict = await gate.verify({
    method: req.method,
    url: req.originalUrl, // as it came; req.url lacks what a mounted router has cut off
    headers: req.rawHeaders,
    body: req.body,
    forwarded: { scheme: req.protocol, host: req.host },
  });
  res.sendStatus(verdict.ok ? 200 : 401);
});
app.listen(3000);`,
    note: NOTE,
  },
  {
    frameworks: ['fastify'],
    topics: TOPICS,
    language: 'js',
    code: `import Fastify from 'fastify';
${ADDRESS_GATE}
// The proxy’s own address; and no address is redirected to, or refused for, the slash at its end.
const app = Fastify({ trustProxy: 'loopback', routerOptions: { ignoreTrailingSlash: true } });

app.removeAllContentTypeParsers();
app.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body, done) => done(null, body));
app.post('/hooks/:id', async (request, reply) => {
  const verdict = await gate.verify({
    method: request.method,
    url: request.originalUrl,
    headers: request.raw.rawHeaders,
    body: request.body,
    forwarded: { scheme: request.protocol, host: request.host },
  });
  return reply.code(verdict.ok ? 200 : 401).send();
});
await app.listen({ port: 3000 });`,
    note: NOTE,
  },
  {
    frameworks: ['next'],
    topics: TOPICS,
    language: 'js',
    code: `// server.js
// Started in place of next start: Next writes the query anew before a route sees it.
${HTTP}

const app = next({ dev: process.env.NODE_ENV !== 'production', port: 3000 });
await app.prepare();
const handle = app.getRequestHandler();
createServer((req, res) => {
  req.headers['x-target'] = req.url; // as it came
  handle(req, res);
}).listen(3000);

// next.config.mjs
// No redirect to the address without the slash at its end.
export default { skipTrailingSlashRedirect: true };

// app/hooks/[...path]/route.js
${IMPORT_GATE}

${ORIGIN}

export async function POST(request) {
  const verdict = await gate.verify({
    method: request.method,
    url: request.headers.get('x-target'), // not request.url
    headers: [...request.headers],
    body: new Uint8Array(await request.arrayBuffer()),
  });
  return new Response(null, { status: verdict.ok ? 200 : 401 });
}`,
    note: 'Without a server.js, request.url will do for queries that URLSearchParams writes in the same way.',
  },
  {
    frameworks: ['nest'],
    topics: TOPICS,
    language: 'ts',
    code: `// main.ts
${IMPORT_GATE}
${NEST}

const gate = createGate({ provider: 'twilio', keys: [process.env.WEBHOOK_SECRET] });

@Controller()
class HooksController {
  @Post('hooks/:id')
  async hooks(@Req() req: RawBodyRequest<Request>, @Res() res: Response) {
    const verdict = await gate.verify({
      method: req.method,
      url: req.originalUrl, // as it came
      headers: req.rawHeaders,
      body: req.rawBody,
      forwarded: { scheme: req.protocol === 'https' ? 'https' : 'http', host: req.host },
    });
    res.sendStatus(verdict.ok ? 200 : 401);
  }
}

@Module({ controllers: [HooksController] })
class AppModule {}

const app = await NestFactory.create<NestExpressApplication>(AppModule, { rawBody: true });
app.set('trust proxy', 'loopback'); // the proxy’s own address
await app.listen(3000);`,
    note: NOTE,
  },
  {
    frameworks: ['koa'],
    topics: TOPICS,
    language: 'js',
    code: `import Koa from 'koa';
${ADDRESS_GATE}
const app = new Koa();
app.proxy = true; // believes whoever sends the headers: only the proxy may reach this port

app.use(async (ctx, next) => {
  if (!ctx.path.startsWith('/hooks/')) return next();
  const chunks = [];
  let length = 0;
  for await (const chunk of ctx.req) {
    length += chunk.length;
    if (length > 1024 * 1024) ctx.throw(413);
    chunks.push(chunk);
  }
  const verdict = await gate.verify({
    method: ctx.method,
    url: ctx.originalUrl, // as it came; koa-mount cuts ctx.path
    headers: ctx.req.rawHeaders,
    body: Buffer.concat(chunks),
    forwarded: { scheme: ctx.protocol, host: ctx.host },
  });
  ctx.status = verdict.ok ? 200 : 401;
});
app.listen(3000);`,
    note: NOTE,
  },
  {
    frameworks: ['hono'],
    topics: TOPICS,
    language: 'js',
    code: `import { serve } from '@hono/node-server';
${HONO}
${IMPORT_GATE}

${ORIGIN}
const app = new Hono({ strict: false }); // with and without a slash at the end

app.post('/hooks/:id', async (c) => {
  const { method, url, rawHeaders: headers } = c.env.incoming; // as it came; c.req.url is a URL’s text
  const body = new Uint8Array(await c.req.arrayBuffer());
  const verdict = await gate.verify({ method, url, headers, body });
  return c.body(null, verdict.ok ? 200 : 401);
});
serve({ fetch: app.fetch, port: 3000 });`,
    note: 'Hono reads no proxy’s headers. On other runtimes than Node, c.req.raw has the request.',
  },
  {
    frameworks: ['lambda'],
    topics: TOPICS,
    language: 'js',
    code: `${IMPORT_GATE}

${ORIGIN}

export async function handler({ requestContext, rawPath, rawQueryString, headers, body = '', isBase64Encoded }) {
  const verdict = await gate.verify({
    method: requestContext.http.method,
    url: rawQueryString ? \`\${rawPath}?\${rawQueryString}\` : rawPath, // not queryStringParameters, which are decoded
    headers: Object.entries(headers),
    body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'),
  });
  return { statusCode: verdict.ok ? 200 : 401 };
}`,
    note: 'An HTTP API puts its stage before rawPath: have the stage be $default.',
  },
];
