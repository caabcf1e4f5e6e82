// server.ts, started with: bun run server.ts (Bun reads .env by itself)
import { events } from '@countersign/core/events';
import { webhook } from '@countersign/core/fetch';

interface Payloads {
  readonly push: { readonly ref: string }; // all of them: EventPayloadMap of @octokit/webhooks-types
}

const github = events<Payloads>().on('push', ({ payload }) => console.log(`pushed to ${payload.ref}`));

const hook = webhook('github', process.env.GITHUB_WEBHOOK_SECRET, github);

Bun.serve({
  port: process.env.PORT ?? 3000,
  routes: { '/webhooks/github': { POST: (request) => hook(request) } },
});
