// src/index.ts of a worker. On Node, Bun and Deno, give process.env.GITHUB_WEBHOOK_SECRET in place of the function.
import { events } from '@countersign/core/events';
import { webhook } from '@countersign/core/hono';
import { Hono } from 'hono';

interface Env {
  readonly GITHUB_WEBHOOK_SECRET: string;
}

interface Payloads {
  readonly push: { readonly ref: string }; // all of them: EventPayloadMap of @octokit/webhooks-types
}

const github = events<Payloads>().on('push', ({ payload }) => console.log(`pushed to ${payload.ref}`));

const app = new Hono<{ Bindings: Env }>();

app.post(
  '/webhooks/github',
  webhook('github', (env: Env) => env.GITHUB_WEBHOOK_SECRET, github),
);

export default app;
