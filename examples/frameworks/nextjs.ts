// app/webhooks/github/route.ts
import { events } from '@countersign/core/events';
import { webhook } from '@countersign/core/fetch';

interface Payloads {
  readonly push: { readonly ref: string }; // all of them: EventPayloadMap of @octokit/webhooks-types
}

const github = events<Payloads>().on('push', ({ payload }) => console.log(`pushed to ${payload.ref}`));

export const POST = webhook('github', process.env.GITHUB_WEBHOOK_SECRET, github);
