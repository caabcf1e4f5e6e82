// server.ts, started with: node --env-file=.env server.ts
import { webhook } from '@countersign/core/fastify';
import fastify from 'fastify';

interface Push {
  readonly ref: string;
}

const app = fastify();

app.post(
  '/webhooks/github',
  webhook<Push>('github', process.env.GITHUB_WEBHOOK_SECRET, (event) => {
    if (event.type === 'push') console.log(`pushed to ${event.payload.ref}`);
  }),
);

await app.listen({ port: Number(process.env.PORT ?? 3000) });
