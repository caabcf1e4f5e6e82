import { HOUR, SECOND } from '../freshness.ts';
import type { Provider } from '../provider.ts';
import { member } from '../schemes/json-member.ts';
import { BODY, TIMESTAMP } from '../schemes/message-parts.ts';
import { template } from '../schemes/message-template.ts';
import { senderTemplate } from '../schemes/sender-template.ts';
import { signatureList } from '../schemes/signature-list.ts';
import { signedTime } from '../schemes/signed-time.ts';

export const paddle: Provider<'paddle'> = {
  id: 'paddle',
  title: 'Paddle Billing webhooks',
  summary: 'Paddle signs time and body of each notification with HMAC-SHA256.',
  source: 'https://developer.paddle.com/webhooks/signature-verification',
  keyVariable: 'PADDLE_WEBHOOK_SECRET',
  setUp:
    'In Paddle, under Developer Tools, Notifications: the address as a new destination; its secret key is this gate’s key.',
  scheme: senderTemplate({
    name: 'paddle',
    keyForms: [{ algorithm: 'hmac-sha256', variant: 0, kind: 'secret', encoding: 'utf8' }],
    signature: {
      header: 'paddle-signature',
      encoding: 'hex',
      list: signatureList({ separator: ';', assign: '=', labels: ['h1'] }),
    },
    message: template(TIMESTAMP, ':', BODY),
    timestamp: signedTime({ item: 'ts', unit: 's' }),
    tolerance: { pastMs: 5 * SECOND, futureMs: 5 * SECOND },
    id: member('event_id'),
    type: member('event_type'),
    replay: 'signed-id',
  }),
  answerWithinMs: 5 * SECOND,
  retriesForMs: 72 * HOUR,
  unpublished: ['givesUp'],
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote: 'The signed event_id is the identity, so that a delivery sent again is known.',
};
