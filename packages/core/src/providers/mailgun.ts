import { HOUR } from '../freshness.ts';
import type { Provider } from '../provider.ts';
import { member } from '../schemes/json-member.ts';
import { ID, TIMESTAMP } from '../schemes/message-parts.ts';
import { template } from '../schemes/message-template.ts';
import { senderTemplate } from '../schemes/sender-template.ts';
import { otherPlaces } from '../schemes/signature-places.ts';
import { signedTime } from '../schemes/signed-time.ts';

export const mailgun: Provider<'mailgun'> = {
  id: 'mailgun',
  title: 'Mailgun webhooks',
  summary:
    'Mailgun signs time and token of each webhook with HMAC-SHA256, and nothing of the event; the signature is in the body.',
  source: 'https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks',
  unverified:
    'Its documentation says all of it; no request that somebody else has signed is among the test vectors.',
  keyVariable: 'MAILGUN_WEBHOOK_SIGNING_KEY',
  setUp:
    'In Mailgun, under Sending, Webhooks, add the address; the HTTP webhook signing key under API security is this gate’s key.',
  scheme: senderTemplate({
    name: 'mailgun',
    keyForms: [{ algorithm: 'hmac-sha256', variant: 0, kind: 'secret', encoding: 'utf8' }],
    signature: {
      ...member('signature.signature'),
      encoding: 'hex',
      // Of a subaccount’s events the parent account’s key makes a second one.
      places: otherPlaces(member('signature.parent-signature')),
    },
    message: template(TIMESTAMP, ID),
    timestamp: signedTime({ ...member('signature.timestamp'), unit: 's', isText: true }),
    id: member('signature.token'),
    type: member('event-data.event'),
    replay: 'signed-id',
  }),
  retriesForMs: 8 * HOUR,
  givesUp: 'After an answer of 406 Mailgun sends that webhook no more.',
  unpublished: ['answerWithinMs'],
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote:
    'The signed token is the identity. The event is not signed: ask Mailgun’s Events API before you act on one that matters.',
};
