import { MINUTE, SECOND } from '../freshness.ts';
import type { Provider } from '../provider.ts';
import { standardWebhooksTemplate } from '../schemes/standard-webhooks.ts';

export const portone: Provider<'portone'> = {
  id: 'portone',
  title: 'PortOne webhooks',
  summary: 'PortOne signs its webhooks as Standard Webhooks are: id, time and body, with HMAC-SHA256.',
  source: 'https://developers.portone.io/opi/ko/integration/webhook/readme-v2',
  keyVariable: 'PORTONE_WEBHOOK_SECRET',
  setUp:
    'In PortOne’s console, under the settings of webhooks, set the address; the webhook secret (whsec_…) that is shown there is this gate’s key.',
  scheme: standardWebhooksTemplate('portone', 'webhook'),
  signsAs: 'standard-webhooks',
  answerWithinMs: 30 * SECOND,
  // Up to five times, after 1, 4, 16, 64 and 256 minutes.
  retriesForMs: 341 * MINUTE,
  unpublished: ['givesUp'],
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote: 'The signed webhook-id is the identity, so that a delivery sent again is known.',
};
