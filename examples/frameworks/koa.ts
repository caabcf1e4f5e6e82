// server.ts, started with: node --env-file=.env server.ts
import { webhook } from '@countersign/core/koa';
import Koa from 'koa';

interface Push {
  readonly ref: string;
}

const app = new Koa();

const github = webhook<Push>('github', process.env.GITHUB_WEBHOOK_SECRET, (event) => {
  if (event.type === 'push') console.log(`pushed to ${event.payload.ref}`);
});

// Above the body parser. With a router: router.post('/webhooks/github', github)
app.use((ctx, next) => (ctx.path === '/webhooks/github' ? github(ctx) : next()));

app.listen(process.env.PORT ?? 3000);
