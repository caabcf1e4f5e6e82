import { HOUR } from '../freshness.ts';
import { publicKeyForm } from '../keys/public-key-form.ts';
import type { Provider } from '../provider.ts';
import { BODY, TIMESTAMP } from '../schemes/message-parts.ts';
import { template } from '../schemes/message-template.ts';
import { senderTemplate } from '../schemes/sender-template.ts';
import { signedTime } from '../schemes/signed-time.ts';

export const sendgrid: Provider<'sendgrid'> = {
  id: 'sendgrid',
  title: 'Twilio SendGrid Event Webhook',
  summary: 'SendGrid signs time and body of each Event Webhook with ECDSA (P-256).',
  source: 'https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event',
  keyVariable: 'SENDGRID_PUBLIC_KEY',
  setUp:
    'In SendGrid, under Settings, Mail Settings, Event Webhooks: the address, and Signed Event Webhook; the public key that is shown there is this gate’s key.',
  scheme: senderTemplate({
    name: 'sendgrid',
    keyForms: [
      publicKeyForm({
        algorithm: 'ecdsa-p256-sha256-der',
        variant: 0,
        kind: 'public',
        encoding: 'base64',
      }),
    ],
    signature: { header: 'x-twilio-email-event-webhook-signature', encoding: 'base64' },
    message: template(TIMESTAMP, BODY),
    timestamp: signedTime({ header: 'x-twilio-email-event-webhook-timestamp', unit: 's' }),
    replay: 'message',
  }),
  retriesForMs: 24 * HOUR,
  unpublished: ['answerWithinMs', 'givesUp'],
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote:
    'Time and body are the identity; the id of each event in the body is your program’s to look at.',
};
