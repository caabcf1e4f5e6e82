// index.ts: the handler of a function behind an API Gateway (REST or HTTP), a function URL or a load balancer
import { events } from '@countersign/core/events';
import { webhook } from '@countersign/core/lambda';

interface Payloads {
  readonly push: { readonly ref: string }; // all of them: EventPayloadMap of @octokit/webhooks-types
}

const github = events<Payloads>().on('push', ({ payload }) => console.log(`pushed to ${payload.ref}`));

export const handler = webhook('github', process.env.GITHUB_WEBHOOK_SECRET, github);
