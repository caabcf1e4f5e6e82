import { HOUR } from '../freshness.ts';
import type { Provider } from '../provider.ts';
import { standardWebhooksTemplate } from '../schemes/standard-webhooks.ts';

export const openai: Provider<'openai'> = {
  id: 'openai',
  title: 'OpenAI webhooks',
  summary: 'OpenAI signs its webhooks as Standard Webhooks are: id, time and body, with HMAC-SHA256.',
  source: 'https://platform.openai.com/docs/guides/webhooks',
  keyVariable: 'OPENAI_WEBHOOK_SECRET',
  setUp:
    'In the settings of the project at OpenAI, under Webhooks, create an endpoint with the address; its signing secret (whsec_…), which is shown once, is this gate’s key.',
  scheme: standardWebhooksTemplate('openai', 'webhook'),
  signsAs: 'standard-webhooks',
  retriesForMs: 72 * HOUR,
  unpublished: ['answerWithinMs', 'givesUp'],
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote: 'The signed webhook-id is the identity, so that a delivery sent again is known.',
};
