import { MINUTE, SECOND } from '../freshness.ts';
import type { Provider } from '../provider.ts';
import { bodyHmac } from '../schemes/body-hmac.ts';
import { signatureList } from '../schemes/signature-list.ts';

export const fingerprint: Provider<'fingerprint'> = {
  id: 'fingerprint',
  title: 'Fingerprint webhooks',
  summary: 'Fingerprint signs the body of each webhook with HMAC-SHA256, once a secret while keys rotate.',
  source: 'https://docs.fingerprint.com/docs/webhooks-security',
  keyVariable: 'FINGERPRINT_WEBHOOK_SECRET',
  setUp:
    'In Fingerprint’s dashboard, under Webhooks: the address; the webhook’s encryption key is this gate’s key.',
  scheme: bodyHmac({
    name: 'fingerprint',
    header: 'fpjs-event-signature',
    list: signatureList({ separator: ',', assign: '=', labels: ['v1'] }),
  }),
  // https://docs.fingerprint.com/docs/webhooks: once, five minutes later.
  answerWithinMs: 3 * SECOND,
  retriesForMs: 5 * MINUTE,
  unpublished: ['givesUp'],
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote: 'No timestamp and no id is signed. The body is the identity.',
};
