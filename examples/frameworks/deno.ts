// server.ts, started with: deno run --allow-net --allow-env --env-file server.ts
import { events } from 'npm:@countersign/core/events';
import { webhook } from 'npm:@countersign/core/fetch';

interface Payloads {
  readonly push: { readonly ref: string }; // all of them: EventPayloadMap of @octokit/webhooks-types
}

const github = events<Payloads>().on('push', ({ payload }) => console.log(`pushed to ${payload.ref}`));

const hook = webhook('github', Deno.env.get('GITHUB_WEBHOOK_SECRET'), github);

Deno.serve({ port: Number(Deno.env.get('PORT') ?? 3000) }, (request) => hook(request));
