/** The project that each example of `examples/frameworks` stands in, as its framework’s own tools lay one out, and the command that starts it. */
import { join } from 'node:path';
import { BUN, DENO, WORKERD } from '../../runtime-tests/runtimes/installed.ts';
import { LAMBDA_HOST } from './lambda-host.ts';

const packages: string = join(import.meta.dirname, 'node_modules');
const node = process.execPath;

export interface Project {
  /** Where the example’s own first line says that it goes. */
  readonly place: string;
  /** The other files, by their place. */
  readonly files?: Readonly<Record<string, string>>;
  /** What its framework looks for in package.json. */
  readonly dependencies?: readonly string[];
  /** What has to be made before types can be checked. */
  readonly prepare?: readonly string[];
  /** Checks the types: in place of the compiler with `types`. */
  readonly check?: readonly string[];
  /** Global types: of Node, unless it says otherwise. */
  readonly types?: readonly string[];
  /** The compiler’s options beside the strict ones. */
  readonly compilerOptions?: Readonly<Record<string, unknown>>;
  /** What a worker is bundled into, before it is started. */
  readonly bundle?: string;
  readonly command: (port: number) => readonly string[];
  /** A program that must be there. */
  readonly program?: string;
  /** Of what calls it: the requests go through each. */
  readonly callers?: readonly string[];
}

const NODE_SERVER: Project = { place: 'server.ts', command: () => [node, 'server.ts'] };

/** Where a bundler resolves what is imported. */
const BUNDLED = { module: 'preserve' } as const;

const WORKER: Project = {
  place: 'src/index.ts',
  files: {
    'called.ts': `import worker from './src/index.ts';
export const called: ExportedHandler<{ readonly GITHUB_WEBHOOK_SECRET: string }> = worker;
`,
    // Without nodejs_compat, which workers have of themselves from 2026-08-04 on: nothing of Node's is there.
    'worker.capnp': `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .worker)],
  sockets = [(name = "http", address = "127.0.0.1:PORT", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  bindings = [(name = "GITHUB_WEBHOOK_SECRET", fromEnvironment = "GITHUB_WEBHOOK_SECRET")],
  compatibilityDate = "2026-11-01",
  compatibilityFlags = ["no_nodejs_compat", "no_nodejs_compat_v2"],
);
`,
  },
  types: ['@cloudflare/workers-types'],
  bundle: 'worker.js',
  program: WORKERD,
  command: () => [WORKERD, 'serve', 'worker.capnp'],
};

/** By the name of the example’s file. `PORT` in another file stands for the number. */
export const PROJECTS: Readonly<Record<string, Project>> = {
  express: NODE_SERVER,
  fastify: NODE_SERVER,
  koa: NODE_SERVER,
  hono: WORKER,
  'cloudflare-workers': WORKER,
  bun: {
    place: 'server.ts',
    types: ['bun'],
    program: BUN,
    command: () => [BUN, 'run', 'server.ts'],
  },
  deno: {
    place: 'server.ts',
    check: [DENO, 'check', '--quiet', 'server.ts'],
    program: DENO,
    command: () => [DENO, 'run', '--quiet', '--allow-net', '--allow-env', 'server.ts'],
  },
  'aws-lambda': {
    place: 'index.ts',
    files: {
      'host.ts': LAMBDA_HOST,
      'called.ts': `import type { ALBHandler, APIGatewayProxyHandler, APIGatewayProxyHandlerV2, LambdaFunctionURLHandler } from 'aws-lambda';
import { handler } from './index.ts';
export const called: readonly [ALBHandler, APIGatewayProxyHandler, APIGatewayProxyHandlerV2, LambdaFunctionURLHandler] = [handler, handler, handler, handler];
`,
    },
    types: ['node', 'aws-lambda'],
    command: () => [node, 'host.ts'],
    callers: [
      'rest-api',
      'http-api',
      'http-api-base64',
      'function-url',
      'load-balancer',
      'load-balancer-lists',
    ],
  },
  nestjs: {
    place: 'src/main.ts',
    compilerOptions: {
      noEmit: false,
      outDir: 'dist',
      rootDir: 'src',
      experimentalDecorators: true,
      emitDecoratorMetadata: true,
    },
    command: () => [node, 'dist/main.js'],
  },
  nextjs: {
    place: 'app/webhooks/github/route.ts',
    compilerOptions: BUNDLED,
    files: {
      'called.ts': `import type { NextRequest } from 'next/server';
import { POST } from './app/webhooks/github/route.ts';
export const called: (request: NextRequest, context: { readonly params: Promise<object> }) => Promise<Response> = POST;
`,
      // As \`next dev\` starts it, without the process between.
      'server.js': `import { createServer } from 'node:http';
import next from 'next';
const app = next({ dev: true, port: Number(process.env.PORT) });
await app.prepare();
createServer(app.getRequestHandler()).listen(process.env.PORT);
`,
    },
    command: () => [node, 'server.js'],
  },
  sveltekit: {
    place: 'src/routes/webhooks/github/+server.ts',
    files: {
      'vite.config.js': `import { sveltekit } from '@sveltejs/kit/vite';
export default { plugins: [sveltekit()] };
`,
      'tsconfig.json':
        '{ "extends": "$app/tsconfig", "include": ["src"], "compilerOptions": { "noEmit": true } }',
      'src/app.html': '<html><head>%sveltekit.head%</head><body>%sveltekit.body%</body></html>',
      'src/env.ts': `import { defineEnvVars } from '@sveltejs/kit/env';
export const variables = defineEnvVars({ GITHUB_WEBHOOK_SECRET: {} });
`,
    },
    prepare: [node, join(packages, '@sveltejs/kit/svelte-kit.js'), 'sync'],
    command: (port) => [
      node,
      join(packages, 'vite/bin/vite.js'),
      'dev',
      '--host=127.0.0.1',
      `--port=${port}`,
      '--strictPort',
    ],
  },
  remix: {
    place: 'app/routes/webhooks.github.ts',
    dependencies: ['@react-router/node', 'isbot', 'react', 'react-dom', 'react-router'],
    compilerOptions: BUNDLED,
    files: {
      'vite.config.js': `import { reactRouter } from '@react-router/dev/vite';
export default { plugins: [reactRouter()] };
`,
      'app/root.tsx': `import { Outlet } from 'react-router';
export default function App() {
  return <Outlet />;
}
`,
      'app/routes.ts': `import { type RouteConfig, route } from '@react-router/dev/routes';
export default [route('webhooks/github', './routes/webhooks.github.ts')] satisfies RouteConfig;
`,
    },
    command: (port) => [
      node,
      join(packages, '@react-router/dev/bin.cjs'),
      'dev',
      '--host=127.0.0.1',
      `--port=${port}`,
      '--strictPort',
    ],
  },
};
