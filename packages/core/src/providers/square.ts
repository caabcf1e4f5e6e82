import { HOUR, SECOND } from '../freshness.ts';
import type { Provider } from '../provider.ts';
import { WHOLE_URL } from '../schemes/address-parts.ts';
import { member } from '../schemes/json-member.ts';
import { BODY } from '../schemes/message-parts.ts';
import { template } from '../schemes/message-template.ts';
import { senderTemplate } from '../schemes/sender-template.ts';

export const square: Provider<'square'> = {
  id: 'square',
  title: 'Square webhooks',
  summary: 'Square signs the address and the body of each webhook with HMAC-SHA256.',
  source: 'https://developer.squareup.com/docs/webhooks/step3validate',
  keyVariable: 'SQUARE_SIGNATURE_KEY',
  setUp:
    'In Square’s Developer Console, under Webhooks, Subscriptions: the address as Notification URL; the Signature Key is this gate’s key.',
  scheme: senderTemplate({
    name: 'square',
    keyForms: [{ algorithm: 'hmac-sha256', variant: 0, kind: 'secret', encoding: 'utf8' }],
    signature: { header: 'x-square-hmacsha256-signature', encoding: 'base64' },
    message: template(WHOLE_URL, BODY),
    id: member('event_id'),
    type: member('type'),
    replay: 'signed-id',
  }),
  answerWithinMs: 10 * SECOND,
  retriesForMs: 24 * HOUR,
  unpublished: ['givesUp'],
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote: 'The signed event_id is the identity, so that a delivery sent again is known.',
};
