// server.ts, started with: node --env-file=.env server.ts
import { events } from '@countersign/core/events';
import { webhook } from '@countersign/core/koa';
import Koa from 'koa';

interface Payloads {
  readonly push: { readonly ref: string }; // all of them: EventPayloadMap of @octokit/webhooks-types
}

const github = events<Payloads>().on('push', ({ payload }) => console.log(`pushed to ${payload.ref}`));

const app = new Koa();
const hook = webhook('github', process.env.GITHUB_WEBHOOK_SECRET, github);

// Above the body parser. With a router: router.post('/webhooks/github', hook)
app.use((ctx, next) => (ctx.path === '/webhooks/github' ? hook(ctx) : next()));

app.listen(process.env.PORT ?? 3000);
