// app/routes/webhooks.github.ts of Remix, which is React Router 7 and later in framework mode
import { events } from '@countersign/core/events';
import { webhook } from '@countersign/core/fetch';
import type { ActionFunction } from 'react-router'; // Remix 2: '@remix-run/node'

interface Payloads {
  readonly push: { readonly ref: string }; // all of them: EventPayloadMap of @octokit/webhooks-types
}

const github = events<Payloads>().on('push', ({ payload }) => console.log(`pushed to ${payload.ref}`));

const hook = webhook('github', process.env.GITHUB_WEBHOOK_SECRET, github);

export const action: ActionFunction = ({ request }) => hook(request);
