import { HOUR } from '../freshness.ts';
import type { Provider } from '../provider.ts';
import { standardWebhooksTemplate } from '../schemes/standard-webhooks.ts';

export const resend: Provider<'resend'> = {
  id: 'resend',
  title: 'Resend webhooks',
  summary:
    'Resend signs its webhooks as Standard Webhooks are, in headers svix-…: id, time and body, with HMAC-SHA256.',
  source: 'https://resend.com/docs/dashboard/webhooks/verify-webhooks-requests',
  keyVariable: 'RESEND_WEBHOOK_SECRET',
  setUp: 'In Resend, under Webhooks, add the address; its Signing Secret (whsec_…) is this gate’s key.',
  scheme: standardWebhooksTemplate('resend', 'svix'),
  signsAs: 'standard-webhooks',
  retriesForMs: 18 * HOUR,
  unpublished: ['answerWithinMs', 'givesUp'],
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote: 'The signed svix-id is the identity, so that a delivery sent again is known.',
};
