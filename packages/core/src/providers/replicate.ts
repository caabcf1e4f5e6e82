import type { Provider } from '../provider.ts';
import { standardWebhooksTemplate } from '../schemes/standard-webhooks.ts';

export const replicate: Provider<'replicate'> = {
  id: 'replicate',
  title: 'Replicate webhooks',
  summary: 'Replicate signs its webhooks as Standard Webhooks are: id, time and body, with HMAC-SHA256.',
  source: 'https://replicate.com/docs/topics/webhooks/verify-webhook',
  keyVariable: 'REPLICATE_WEBHOOK_SECRET',
  setUp:
    'Give the address as webhook of each prediction; the signing secret (whsec_…) that GET /v1/webhooks/default/secret answers is this gate’s key.',
  scheme: standardWebhooksTemplate('replicate', 'webhook'),
  signsAs: 'standard-webhooks',
  unpublished: ['answerWithinMs', 'retriesForMs', 'givesUp'],
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote: 'The signed webhook-id is the identity, so that a delivery sent again is known.',
};
