import { HOUR, MINUTE, SECOND } from '../freshness.ts';
import { publicKeyForm } from '../keys/public-key-form.ts';
import type { Provider } from '../provider.ts';
import { member } from '../schemes/json-member.ts';
import { senderTemplate } from '../schemes/sender-template.ts';
import { wholeBody } from '../schemes/whole-body.ts';

export const wise: Provider<'wise'> = {
  id: 'wise',
  title: 'Wise webhooks',
  summary: 'Wise signs the body of each webhook with RSA (PKCS#1 v1.5, SHA-256).',
  source: 'https://docs.wise.com/api-docs/features/webhooks-notifications/event-handling',
  keyVariable: 'WISE_PUBLIC_KEY',
  setUp:
    'In Wise’s settings, under Developer tools, Webhooks: the address; the public key that Wise publishes for the environment is this gate’s key.',
  scheme: senderTemplate({
    name: 'wise',
    keyForms: [
      publicKeyForm({ algorithm: 'rsa-pkcs1-sha256', variant: 0, kind: 'public', encoding: 'base64' }),
    ],
    signature: { header: 'x-signature-sha256', encoding: 'base64' },
    message: wholeBody,
    type: member('event_type'),
    replay: 'message',
  }),
  answerWithinMs: 5 * SECOND,
  // After 1, 2, 4 … 1,024 minutes, then daily for two weeks: https://docs.wise.com/webhooks-notifications
  retriesForMs: 34 * HOUR + 7 * MINUTE + 14 * 24 * HOUR,
  unpublished: ['givesUp'],
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote:
    'No id is signed. The body, which has its time in it, is the identity; X-Delivery-Id is not signed and is not used against replay.',
};
