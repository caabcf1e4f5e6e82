import { HOUR, SECOND } from '../freshness.ts';
import type { Provider } from '../provider.ts';
import { standardWebhooksTemplate } from '../schemes/standard-webhooks.ts';

export const svix: Provider<'svix'> = {
  id: 'svix',
  title: 'Svix webhooks',
  summary:
    'Webhooks that Svix delivers for others are signed as Standard Webhooks are, in headers svix-…: id, time and body, with HMAC-SHA256.',
  source: 'https://docs.svix.com/receiving/verifying-payloads/how',
  keyVariable: 'SVIX_WEBHOOK_SECRET',
  setUp:
    'In the application portal of the sender, add an endpoint with the address; its Signing Secret (whsec_…) is this gate’s key.',
  scheme: standardWebhooksTemplate('svix', 'svix'),
  signsAs: 'standard-webhooks',
  answerWithinMs: 15 * SECOND,
  retriesForMs: 28 * HOUR,
  givesUp: 'Svix disables an endpoint at which all attempts of five days have failed.',
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote: 'The signed svix-id is the identity, so that a delivery sent again is known.',
};
