// src/routes/webhooks/github/+server.ts; src/env.ts declares the secret: defineEnvVars({ GITHUB_WEBHOOK_SECRET: {} })
import { events } from '@countersign/core/events';
import { webhook } from '@countersign/core/fetch';
import type { RequestHandler } from '@sveltejs/kit';
import { GITHUB_WEBHOOK_SECRET } from '$app/env/private'; // SvelteKit 2: '$env/static/private'

interface Payloads {
  readonly push: { readonly ref: string }; // all of them: EventPayloadMap of @octokit/webhooks-types
}

const github = events<Payloads>().on('push', ({ payload }) => console.log(`pushed to ${payload.ref}`));

const hook = webhook('github', GITHUB_WEBHOOK_SECRET, github);

export const POST: RequestHandler = ({ request }) => hook(request);
