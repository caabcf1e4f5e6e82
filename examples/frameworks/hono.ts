// src/index.ts of a worker. On Node, Bun and Deno, give process.env.GITHUB_WEBHOOK_SECRET in place of the function.
import { webhook } from '@countersign/core/hono';
import { Hono } from 'hono';

interface Env {
  readonly GITHUB_WEBHOOK_SECRET: string;
}

interface Push {
  readonly ref: string;
}

const app = new Hono<{ Bindings: Env }>();

app.post(
  '/webhooks/github',
  webhook<Push, Env>(
    'github',
    (env) => env.GITHUB_WEBHOOK_SECRET,
    (event) => {
      if (event.type === 'push') console.log(`pushed to ${event.payload.ref}`);
    },
  ),
);

export default app;
