import { SECOND } from '../freshness.ts';
import type { Provider } from '../provider.ts';
import { bodyHmac } from '../schemes/body-hmac.ts';
import { member } from '../schemes/json-member.ts';

export const gocardless: Provider<'gocardless'> = {
  id: 'gocardless',
  title: 'GoCardless webhooks',
  summary: 'GoCardless signs the body of each webhook with HMAC-SHA256.',
  source: 'https://developer.gocardless.com/api-reference/#webhooks-signing-webhooks',
  keyVariable: 'GOCARDLESS_WEBHOOK_SECRET',
  setUp: 'In GoCardless’s dashboard, under Developers, Create webhook endpoint: the address and the secret.',
  scheme: bodyHmac({
    name: 'gocardless',
    header: 'webhook-signature',
    id: member('meta.webhook_id'),
    replay: 'signed-id',
  }),
  // https://support.gocardless.com/hc/en-nz/articles/360000989989-Webhook-retries-failures: up to eight times, but not for how long.
  answerWithinMs: 10 * SECOND,
  unpublished: ['retriesForMs', 'givesUp'],
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote: 'The signed meta.webhook_id is the identity, so that a delivery sent again is known.',
};
