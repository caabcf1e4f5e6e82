import { HOUR, SECOND } from '../freshness.ts';
import type { Provider } from '../provider.ts';
import { bodyHmac } from '../schemes/body-hmac.ts';
import { member } from '../schemes/json-member.ts';
import { signatureList } from '../schemes/signature-list.ts';

export const pagerduty: Provider<'pagerduty'> = {
  id: 'pagerduty',
  title: 'PagerDuty V3 webhooks',
  summary: 'PagerDuty signs the body of each webhook with HMAC-SHA256, once a secret while keys rotate.',
  source: 'https://developer.pagerduty.com/docs/webhooks/webhook-signatures',
  unverified:
    'Its documentation says all of it, and another project verifies alike; no request that somebody else has signed is among the test vectors.',
  keyVariable: 'PAGERDUTY_WEBHOOK_SECRET',
  setUp:
    'In PagerDuty, under Integrations, Generic Webhooks (v3): the address; the secret that is shown once is this gate’s key.',
  scheme: bodyHmac({
    name: 'pagerduty',
    header: 'x-pagerduty-signature',
    list: signatureList({ separator: ',', assign: '=', labels: ['v1'] }),
    id: member('event.id'),
    type: member('event.event_type'),
    replay: 'signed-id',
  }),
  // https://developer.pagerduty.com/docs/webhooks/webhook-behavior; custom incident actions have 16 seconds.
  answerWithinMs: 5 * SECOND,
  retriesForMs: 48 * HOUR,
  givesUp:
    'After three webhooks in a row that could not be delivered PagerDuty disables the subscription for 24 hours.',
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote: 'The signed id of the event is the identity, so that a delivery sent again is known.',
};
