import { MINUTE, SECOND } from '../freshness.ts';
import type { Provider } from '../provider.ts';
import { timedHmac } from '../schemes/timed-hmac.ts';

export const sanity: Provider<'sanity'> = {
  id: 'sanity',
  title: 'Sanity webhooks',
  summary: 'Sanity signs time and body of each webhook with HMAC-SHA256.',
  source: 'https://www.sanity.io/docs/content-lake/webhooks',
  keyVariable: 'SANITY_WEBHOOK_SECRET',
  setUp: 'In the project’s management on Sanity, under API, Webhooks: the address and the secret.',
  scheme: timedHmac({
    name: 'sanity',
    header: 'sanity-webhook-signature',
    encoding: 'base64url',
    unit: 'ms',
  }),
  answerWithinMs: 30 * SECOND,
  // Twice, half a minute apart, since April 2026: https://www.sanity.io/docs/changelog
  retriesForMs: MINUTE,
  unpublished: ['givesUp'],
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote: 'Time and body are the identity; idempotency-key is not signed and is not used against replay.',
};
