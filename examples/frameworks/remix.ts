// app/routes/webhooks.github.ts of Remix, which is React Router 7 and later in framework mode
import { webhook } from '@countersign/core/fetch';
import type { ActionFunction } from 'react-router'; // Remix 2: '@remix-run/node'

interface Push {
  readonly ref: string;
}

const github = webhook<Push>('github', process.env.GITHUB_WEBHOOK_SECRET, (event) => {
  if (event.type === 'push') console.log(`pushed to ${event.payload.ref}`);
});

export const action: ActionFunction = ({ request }) => github(request);
