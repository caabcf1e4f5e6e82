// src/index.ts; the secret is set with: npx wrangler secret put GITHUB_WEBHOOK_SECRET
import { webhookOf } from '@countersign/core/fetch';
import { github } from '@countersign/core/providers/github';

interface Env {
  readonly GITHUB_WEBHOOK_SECRET: string;
}

interface Push {
  readonly ref: string;
}

// The provider is imported, so that no other one is in the bundle.
export default {
  fetch: webhookOf<Push, Env>(
    github,
    (env) => env.GITHUB_WEBHOOK_SECRET,
    (event) => {
      if (event.type === 'push') console.log(`pushed to ${event.payload.ref}`);
    },
  ),
};
