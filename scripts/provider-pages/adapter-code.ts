/**
 * A whole program for each adapter, with one provider: one template an adapter, filled from the provider’s data.
 * docs/test/provider-code.test.ts compiles what comes of it for every provider, and runs each template.
 */
import { envLines, type Filling, fillingOf, LISTEN, type Template } from './adapter-filling.ts';
import { GUARDS } from './guard-code.ts';
import { exportName, type PageFacts } from './page-facts.ts';

export interface AdapterCode {
  readonly title: string;
  readonly code: string;
}

export function adapterCode(facts: PageFacts): readonly AdapterCode[] {
  const filling = fillingOf(facts);
  const templates = facts.shape === 'guard' ? GUARDS : WEBHOOKS;
  return templates.map(({ title, lines }) => ({ title, code: `${lines(filling).join('\n')}\n` }));
}

function hook({ choice, source, looksAt: seen }: Filling, begin = 'const hook ='): readonly string[] {
  return [...choice, `${begin} webhook(${source}, (event) => {`, `  console.log(${seen});`, '});'];
}

/** The route of the webhook, and of the test of its address, where that comes by another method. */
function routeLine({ path, testMethods }: Filling, remark?: string): string {
  const remarks = [
    ...(testMethods.length === 0 ? [] : [`the sender tests the address by ${testMethods.join(' and ')}`]),
    ...(remark === undefined ? [] : [remark]),
  ];
  const route = testMethods.length === 0 ? 'post' : 'all';
  return `app.${route}('${path}', hook);${remarks.length === 0 ? '' : ` // ${remarks.join('; ')}`}`;
}

const WEBHOOKS: readonly Template[] = [
  {
    title: 'Express',
    lines: (filling) => [
      "import { webhook } from '@countersign/core/express';",
      "import express from 'express';",
      '',
      ...hook(filling),
      '',
      'const app = express();',
      routeLine(filling, 'above express.json()'),
      LISTEN,
    ],
  },
  {
    title: 'Fastify',
    lines: (filling) => [
      "import { webhook } from '@countersign/core/fastify';",
      "import fastify from 'fastify';",
      '',
      ...hook(filling),
      '',
      'const app = fastify();',
      routeLine(filling),
      'await app.listen({ port: Number(process.env.PORT ?? 3000) });',
    ],
  },
  {
    title: 'Next.js, SvelteKit, Remix, Bun, Deno',
    lines: (filling) => [
      `// Next.js: app${filling.path}/route.ts`,
      "import { webhook } from '@countersign/core/fetch';",
      '',
      ...hook(filling, 'export const POST ='),
      ...filling.testMethods.map((method) => `export const ${method} = POST; // the test of the address`),
    ],
  },
  {
    title: 'Hono, Cloudflare Workers',
    lines: (filling) => [
      "import { webhook } from '@countersign/core/hono';",
      "import { Hono } from 'hono';",
      '',
      ...envLines(filling.lateVariable),
      ...hook({ ...filling, source: filling.lateSource }),
      '',
      `const app = new Hono${filling.lateVariable === undefined ? '' : '<{ Bindings: Env }>'}();`,
      routeLine(filling),
      '',
      'export default app;',
    ],
  },
  {
    title: 'Koa',
    lines: (filling) => [
      "import { webhook } from '@countersign/core/koa';",
      "import Koa from 'koa';",
      '',
      ...hook(filling),
      '',
      'const app = new Koa();',
      `app.use((ctx, next) => (ctx.path === '${filling.path}' ? hook(ctx) : next())); // above the body parser`,
      LISTEN,
    ],
  },
  {
    title: 'Nest',
    lines: (filling) => [
      "import { webhook } from '@countersign/core/nest';",
      "import { NestFactory } from '@nestjs/core';",
      "import { AppModule } from './app.module.js';",
      '',
      ...hook(filling),
      '',
      'const app = await NestFactory.create(AppModule);',
      `app.use('${filling.path}', hook);`,
      'await app.listen(process.env.PORT ?? 3000);',
    ],
  },
  {
    title: 'AWS Lambda',
    lines: (filling) => [
      "import { webhook } from '@countersign/core/lambda';",
      '',
      ...hook(filling, 'export const handler ='),
    ],
  },
  {
    title: 'node:http',
    lines: (filling) => [
      "import { createServer } from 'node:http';",
      "import { webhook } from '@countersign/core/node';",
      '',
      ...hook(filling),
      '',
      'createServer(hook).listen(process.env.PORT ?? 3000);',
    ],
  },
];

/** The import that leaves every other provider out of a bundle. */
export function importLine(id: string): string {
  return `import { ${exportName(id)} } from '@countersign/core/providers/${id}'`;
}
