import type { Provider } from '../provider.ts';
import { member } from '../schemes/json-member.ts';
import { BODY, TIMESTAMP } from '../schemes/message-parts.ts';
import { template } from '../schemes/message-template.ts';
import { senderTemplate } from '../schemes/sender-template.ts';
import { signedTime } from '../schemes/signed-time.ts';

export const cashfree: Provider<'cashfree'> = {
  id: 'cashfree',
  title: 'Cashfree webhooks',
  summary: 'Cashfree signs time and body of each webhook with HMAC-SHA256.',
  source: 'https://www.cashfree.com/docs/payments/online/webhooks/signature-verification',
  keyVariable: 'CASHFREE_CLIENT_SECRET',
  setUp:
    'In Cashfree’s dashboard, under Developers, Webhooks: the address; the client secret of the API keys is this gate’s key.',
  scheme: senderTemplate({
    name: 'cashfree',
    keyForms: [{ algorithm: 'hmac-sha256', variant: 0, kind: 'secret', encoding: 'utf8' }],
    signature: { header: 'x-webhook-signature', encoding: 'base64' },
    message: template(TIMESTAMP, BODY),
    timestamp: signedTime({ header: 'x-webhook-timestamp', unit: 'ms' }),
    type: member('type'),
    replay: 'message',
  }),
  unpublished: ['answerWithinMs', 'retriesForMs', 'givesUp'],
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote: 'No id is signed. Time and body are the identity.',
};
