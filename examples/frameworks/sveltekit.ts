// src/routes/webhooks/github/+server.ts; src/env.ts declares the secret: defineEnvVars({ GITHUB_WEBHOOK_SECRET: {} })

import { webhook } from '@countersign/core/fetch';
import type { RequestHandler } from '@sveltejs/kit';
import { GITHUB_WEBHOOK_SECRET } from '$app/env/private'; // SvelteKit 2: '$env/static/private'

interface Push {
  readonly ref: string;
}

const github = webhook<Push>('github', GITHUB_WEBHOOK_SECRET, (event) => {
  if (event.type === 'push') console.log(`pushed to ${event.payload.ref}`);
});

export const POST: RequestHandler = ({ request }) => github(request);
