// server.ts, started with: bun run server.ts (Bun reads .env by itself)
import { webhook } from '@countersign/core/fetch';

interface Push {
  readonly ref: string;
}

const github = webhook<Push>('github', process.env.GITHUB_WEBHOOK_SECRET, (event) => {
  if (event.type === 'push') console.log(`pushed to ${event.payload.ref}`);
});

Bun.serve({
  port: process.env.PORT ?? 3000,
  routes: { '/webhooks/github': { POST: (request) => github(request) } },
});
