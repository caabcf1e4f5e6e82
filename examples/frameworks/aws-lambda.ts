// index.ts: the handler of a function behind an API Gateway (REST or HTTP), a function URL or a load balancer
import { webhook } from '@countersign/core/lambda';

interface Push {
  readonly ref: string;
}

export const handler = webhook<Push>('github', process.env.GITHUB_WEBHOOK_SECRET, (event) => {
  if (event.type === 'push') console.log(`pushed to ${event.payload.ref}`);
});
