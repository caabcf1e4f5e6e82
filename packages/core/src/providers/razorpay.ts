import { HOUR, SECOND } from '../freshness.ts';
import type { Provider } from '../provider.ts';
import { bodyHmac } from '../schemes/body-hmac.ts';
import { member } from '../schemes/json-member.ts';

export const razorpay: Provider<'razorpay'> = {
  id: 'razorpay',
  title: 'Razorpay webhooks',
  summary: 'Razorpay signs the body of each webhook with HMAC-SHA256.',
  source: 'https://razorpay.com/docs/webhooks/validate-test/',
  keyVariable: 'RAZORPAY_WEBHOOK_SECRET',
  setUp: 'In Razorpay’s dashboard, under Account & Settings, Webhooks: the address and the secret.',
  scheme: bodyHmac({ name: 'razorpay', header: 'x-razorpay-signature', type: member('event') }),
  answerWithinMs: 5 * SECOND,
  retriesForMs: 24 * HOUR,
  givesUp: 'After 24 hours without a 2xx answer Razorpay disables the webhook.',
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote:
    'No timestamp and no id is signed. The body is the identity; x-razorpay-event-id is not signed and is not used against replay.',
};
