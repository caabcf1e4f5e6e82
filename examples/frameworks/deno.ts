// server.ts, started with: deno run --allow-net --allow-env --env-file server.ts
import { webhook } from 'npm:@countersign/core/fetch';

interface Push {
  readonly ref: string;
}

const github = webhook<Push>('github', Deno.env.get('GITHUB_WEBHOOK_SECRET'), (event) => {
  if (event.type === 'push') console.log(`pushed to ${event.payload.ref}`);
});

Deno.serve({ port: Number(Deno.env.get('PORT') ?? 3000) }, (request) => github(request));
