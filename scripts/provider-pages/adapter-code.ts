/**
 * A whole program for each adapter, with one provider: one template an adapter, filled from the provider’s data.
 * docs/test/provider-code.test.ts compiles what comes of it for every provider, and runs each template.
 */
import { testMethodsOfProvider } from '@countersign/core';
import { exportName, type PageFacts } from './page-facts.ts';

export interface AdapterCode {
  readonly title: string;
  readonly code: string;
}

/** What the templates are filled with. */
interface Filling {
  readonly id: string;
  readonly path: string;
  /** Lines above: the provider with its options, where it has some. */
  readonly choice: readonly string[];
  /** What `webhook` and `requireProof` are given first: `'stripe', process.env.STRIPE_WEBHOOK_SECRET`. */
  readonly source: string;
  /** The same where the secret comes with the request. */
  readonly lateSource: string;
  /** The variable of a worker, where it has one. */
  readonly lateVariable: string | undefined;
  /** The methods, other than POST, by which the sender tests the address: a route of POST alone would answer 404. */
  readonly testMethods: readonly string[];
  /** Of an event, what a handler would look at first. */
  readonly looksAt: string;
  /** Of a proof, what a route would. */
  readonly member: 'claims' | 'keyId';
}

export function adapterCode(facts: PageFacts): readonly AdapterCode[] {
  const filling = fillingOf(facts);
  const templates = facts.shape === 'guard' ? GUARDS : WEBHOOKS;
  return templates.map(({ title, lines }) => ({ title, code: `${lines(filling).join('\n')}\n` }));
}

function fillingOf({ provider: { id }, scheme, keyVariable, options, shape }: PageFacts): Filling {
  const lines = options.map(({ name, variable }) => `  ${name}: process.env.${variable} ?? '',`);
  const choice =
    options.length === 0 ? [] : ['const provider = {', `  id: '${id}',`, ...lines, '} as const;', ''];
  const name = options.length === 0 ? `'${id}'` : 'provider';
  const whole = options.length === 0 ? `{ provider: '${id}' }` : '{ provider }';
  const source = keyVariable === undefined ? whole : `${name}, process.env.${keyVariable}`;
  // What is not in the registry’s options comes with the request: a worker’s secret.
  const isLate = keyVariable !== undefined && options.length === 0;
  return {
    id,
    path: shape === 'guard' ? '/api' : `/webhooks/${id}`,
    choice,
    source,
    lateSource: isLate ? `${name}, (env: Env) => env.${keyVariable}` : source,
    lateVariable: isLate ? keyVariable : undefined,
    testMethods: testMethodsOfProvider(id),
    looksAt: looksAt(scheme.declared.options),
    member: scheme.proof === 'token' ? 'claims' : 'keyId',
  };
}

function looksAt(options: unknown): string {
  const { id, type } = options as { readonly id?: unknown; readonly type?: unknown };
  if (type !== undefined) return id === undefined ? 'event.type' : 'event.type, event.id';
  return id === undefined ? 'event.text' : 'event.id, event.text';
}

interface Template {
  readonly title: string;
  readonly lines: (filling: Filling) => readonly string[];
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

function envLines(variable: string | undefined): readonly string[] {
  return variable === undefined ? [] : ['interface Env {', `  readonly ${variable}: string;`, '}', ''];
}

const LISTEN = 'app.listen(process.env.PORT ?? 3000);';

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

const guard = ({ choice, source }: Filling): readonly string[] => [
  ...choice,
  `const guard = requireProof(${source});`,
];

const GUARDS: readonly Template[] = [
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

/** The import that leaves every other provider out of a bundle. */
export function importLine(id: string): string {
  return `import { ${exportName(id)} } from '@countersign/core/providers/${id}'`;
}
