import { HOUR } from '../freshness.ts';
import type { Provider } from '../provider.ts';
import { standardWebhooksTemplate } from '../schemes/standard-webhooks.ts';

export const clerk: Provider<'clerk'> = {
  id: 'clerk',
  title: 'Clerk webhooks',
  summary:
    'Clerk signs its webhooks as Standard Webhooks are, in headers svix-…: id, time and body, with HMAC-SHA256.',
  source: 'https://clerk.com/docs/webhooks/sync-data',
  keyVariable: 'CLERK_WEBHOOK_SIGNING_SECRET',
  setUp:
    'In the Clerk Dashboard, under Webhooks, add an endpoint with the address; its Signing Secret (whsec_…) is this gate’s key.',
  scheme: standardWebhooksTemplate('clerk', 'svix'),
  signsAs: 'standard-webhooks',
  // Clerk sends by Svix and refers to its schedule: https://clerk.com/docs/webhooks/overview, https://docs.svix.com/retries
  retriesForMs: 28 * HOUR,
  unpublished: ['answerWithinMs', 'givesUp'],
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote: 'The signed svix-id is the identity, so that a delivery sent again is known.',
};
