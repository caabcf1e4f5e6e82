import { HOUR } from '../freshness.ts';
import type { Provider } from '../provider.ts';
import { member } from '../schemes/json-member.ts';
import { timedHmac } from '../schemes/timed-hmac.ts';

export const calendly: Provider<'calendly'> = {
  id: 'calendly',
  title: 'Calendly webhooks',
  summary: 'Calendly signs time and body of each webhook with HMAC-SHA256.',
  source: 'https://developer.calendly.com/api-docs/4c305798a61d3-webhook-signatures',
  unverified:
    'Its documentation says all of it, and another project verifies alike; no request that somebody else has signed is among the test vectors.',
  keyVariable: 'CALENDLY_SIGNING_KEY',
  setUp:
    'Create the webhook subscription by Calendly’s API with the address and a signing_key of your own: it is this gate’s key.',
  scheme: timedHmac({ name: 'calendly', header: 'calendly-webhook-signature', type: member('event') }),
  retriesForMs: 24 * HOUR,
  givesUp: 'After 24 hours without a 2xx answer Calendly disables the subscription.',
  unpublished: ['answerWithinMs'],
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote: 'No id is signed. Time and body are the identity.',
};
