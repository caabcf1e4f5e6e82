import { HOUR } from '../freshness.ts';
import type { Provider } from '../provider.ts';
import { standardWebhooksTemplate } from '../schemes/standard-webhooks.ts';

export const liveblocks: Provider<'liveblocks'> = {
  id: 'liveblocks',
  title: 'Liveblocks webhooks',
  summary: 'Liveblocks signs its webhooks as Standard Webhooks are: id, time and body, with HMAC-SHA256.',
  source: 'https://liveblocks.io/docs/platform/webhooks',
  keyVariable: 'LIVEBLOCKS_WEBHOOK_SECRET',
  setUp:
    'In the dashboard of the project at Liveblocks, under Webhooks, create an endpoint with the address; its Signing Secret (whsec_…) is this gate’s key.',
  scheme: standardWebhooksTemplate('liveblocks', 'webhook'),
  signsAs: 'standard-webhooks',
  retriesForMs: 28 * HOUR,
  givesUp: 'Liveblocks disables an endpoint at which all events of five days have failed.',
  unpublished: ['answerWithinMs'],
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote: 'The signed webhook-id is the identity, so that a delivery sent again is known.',
};
