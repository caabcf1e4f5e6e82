// server.ts, started with: node --env-file=.env server.ts
import { events } from '@countersign/core/events';
import { webhook } from '@countersign/core/fastify';
import fastify from 'fastify';

interface Payloads {
  readonly push: { readonly ref: string }; // all of them: EventPayloadMap of @octokit/webhooks-types
}

const github = events<Payloads>().on('push', ({ payload }) => console.log(`pushed to ${payload.ref}`));

const app = fastify();

app.post('/webhooks/github', webhook('github', process.env.GITHUB_WEBHOOK_SECRET, github));

await app.listen({ port: Number(process.env.PORT ?? 3000) });
