import { publicKeyForm } from '../keys/public-key-form.ts';
import type { Provider } from '../provider.ts';
import { member } from '../schemes/json-member.ts';
import { BODY, TIMESTAMP } from '../schemes/message-parts.ts';
import { template } from '../schemes/message-template.ts';
import { senderTemplate } from '../schemes/sender-template.ts';
import { signedTime } from '../schemes/signed-time.ts';

export const telnyx: Provider<'telnyx'> = {
  id: 'telnyx',
  title: 'Telnyx webhooks',
  summary: 'Telnyx signs time and body of each webhook with Ed25519.',
  source: 'https://developers.telnyx.com/development/api-fundamentals/webhooks/receiving-webhooks',
  keyVariable: 'TELNYX_PUBLIC_KEY',
  setUp:
    'In Telnyx’s Mission Control Portal: the address at the profile or connection; the Public Key under Keys & Credentials is this gate’s key.',
  scheme: senderTemplate({
    name: 'telnyx',
    keyForms: [publicKeyForm({ algorithm: 'ed25519', variant: 0, kind: 'public', encoding: 'base64' })],
    signature: { header: 'telnyx-signature-ed25519', encoding: 'base64' },
    message: template(TIMESTAMP, '|', BODY),
    timestamp: signedTime({ header: 'telnyx-timestamp', unit: 's' }),
    id: member('data.id'),
    type: member('data.event_type'),
    replay: 'signed-id',
  }),
  unpublished: ['answerWithinMs', 'retriesForMs', 'givesUp'],
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote: 'The signed id of the event is the identity, so that a delivery sent again is known.',
};
