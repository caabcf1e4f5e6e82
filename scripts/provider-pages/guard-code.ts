/** A program for each adapter that has a provider’s proof before an API. */
import { envLines, type Filling, LISTEN, type Template } from './adapter-filling.ts';

const guard = ({ choice, source }: Filling): readonly string[] => [
  ...choice,
  `const guard = requireProof(${source});`,
];

export const GUARDS: readonly Template[] = [
  {
    title: 'Express',
    lines: (filling) => [
      "import { requireProof } from '@countersign/core/express';",
      "import express from 'express';",
      '',
      ...guard(filling),
      '',
      'const app = express();',
      "app.use('/api', guard, express.json());",
      `app.get('/api', (req, res) => void res.json({ proof: req.proof?.${filling.member} }));`,
      LISTEN,
    ],
  },
  {
    title: 'Fastify',
    lines: (filling) => [
      "import { proofOf, requireProof } from '@countersign/core/fastify';",
      "import fastify from 'fastify';",
      '',
      ...guard(filling),
      '',
      'const app = fastify();',
      "app.addHook('onRequest', guard);",
      `app.get('/api', (request) => ({ proof: proofOf(request)?.${filling.member} }));`,
      'await app.listen({ port: Number(process.env.PORT ?? 3000) });',
    ],
  },
  {
    title: 'Next.js, SvelteKit, Remix, Bun, Deno',
    lines: ({ choice, source, member }) => [
      '// Next.js: app/api/route.ts',
      "import { requireProof } from '@countersign/core/fetch';",
      '',
      ...choice,
      `export const GET = requireProof(${source}, (_request, proof) =>`,
      `  Response.json({ proof: proof.${member} }),`,
      ');',
    ],
  },
  {
    title: 'Hono, Cloudflare Workers',
    lines: (filling) => [
      "import { type ProofVariables, requireProof } from '@countersign/core/hono';",
      "import { Hono } from 'hono';",
      '',
      ...envLines(filling.lateVariable),
      ...guard({ ...filling, source: filling.lateSource }),
      '',
      `const app = new Hono<{ ${filling.lateVariable === undefined ? '' : 'Bindings: Env; '}Variables: ProofVariables }>();`,
      "app.use('/api/*', guard);",
      `app.get('/api', (c) => c.json({ proof: c.get('proof').${filling.member} }));`,
      '',
      'export default app;',
    ],
  },
  {
    title: 'Koa',
    lines: (filling) => [
      "import { requireProof } from '@countersign/core/koa';",
      "import Koa from 'koa';",
      '',
      ...guard(filling),
      '',
      'const app = new Koa();',
      'app.use(guard); // above the body parser',
      'app.use((ctx) => {',
      `  ctx.body = { proof: ctx.state.proof.${filling.member} };`,
      '});',
      LISTEN,
    ],
  },
  {
    title: 'Nest',
    lines: ({ choice, source }) => [
      "import { ProofGuard } from '@countersign/core/nest';",
      "import { NestFactory } from '@nestjs/core';",
      "import { AppModule } from './app.module.js';",
      '',
      ...choice,
      'const app = await NestFactory.create(AppModule, { rawBody: true });',
      `app.useGlobalGuards(new ProofGuard(${source})); // the proof is in request.proof`,
      'await app.listen(process.env.PORT ?? 3000);',
    ],
  },
  {
    title: 'AWS Lambda',
    lines: ({ choice, source, member }) => [
      "import { webhook } from '@countersign/core/lambda';",
      '',
      ...choice,
      `export const handler = webhook(${source}, ({ verdict }) => ({`,
      '  statusCode: 200,',
      `  body: JSON.stringify({ proof: verdict.${member} }),`,
      '}));',
    ],
  },
  {
    title: 'node:http',
    lines: (filling) => [
      "import { createServer } from 'node:http';",
      "import { requireProof } from '@countersign/core/node';",
      '',
      ...guard(filling),
      '',
      'createServer((req, res) => guard(req, res, () => res.end())).listen(process.env.PORT ?? 3000);',
    ],
  },
];
