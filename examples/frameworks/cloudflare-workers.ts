// src/index.ts; the secret is set with: npx wrangler secret put GITHUB_WEBHOOK_SECRET
import { events } from '@countersign/core/events';
import { webhookOf } from '@countersign/core/fetch';
import { github } from '@countersign/core/providers/github';

interface Env {
  readonly GITHUB_WEBHOOK_SECRET: string;
}

interface Payloads {
  readonly push: { readonly ref: string }; // all of them: EventPayloadMap of @octokit/webhooks-types
}

const handler = events<Payloads>().on('push', ({ payload }) => console.log(`pushed to ${payload.ref}`));

// The provider is imported, so that no other one is in the bundle.
export default {
  fetch: webhookOf(github, (env: Env) => env.GITHUB_WEBHOOK_SECRET, handler),
};
