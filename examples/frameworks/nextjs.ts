// app/webhooks/github/route.ts
import { webhook } from '@countersign/core/fetch';

interface Push {
  readonly ref: string;
}

export const POST = webhook<Push>('github', process.env.GITHUB_WEBHOOK_SECRET, (event) => {
  if (event.type === 'push') console.log(`pushed to ${event.payload.ref}`);
});
