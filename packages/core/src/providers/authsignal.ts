import type { Provider } from '../provider.ts';
import { member } from '../schemes/json-member.ts';
import { BODY, TIMESTAMP } from '../schemes/message-parts.ts';
import { template } from '../schemes/message-template.ts';
import { senderTemplate } from '../schemes/sender-template.ts';
import { signatureList } from '../schemes/signature-list.ts';
import { signedTime } from '../schemes/signed-time.ts';

export const authsignal: Provider<'authsignal'> = {
  id: 'authsignal',
  title: 'Authsignal webhooks',
  summary: 'Authsignal signs time and body of each webhook with HMAC-SHA256, in base64 without padding.',
  source: 'https://www.npmjs.com/package/@authsignal/node, whose code checks them',
  keyVariable: 'AUTHSIGNAL_API_SECRET_KEY',
  setUp:
    'In Authsignal’s portal, set the address as the tenant’s webhook; the tenant’s API secret key is this gate’s key.',
  scheme: senderTemplate({
    name: 'authsignal',
    keyForms: [{ algorithm: 'hmac-sha256', variant: 0, kind: 'secret', encoding: 'utf8' }],
    signature: {
      header: 'x-signature-v2',
      encoding: 'base64-unpadded',
      list: signatureList({ separator: ',', assign: '=', labels: ['v2'] }),
    },
    message: template(TIMESTAMP, '.', BODY),
    timestamp: signedTime({ item: 't', unit: 's' }),
    id: member('id'),
    type: member('type'),
    replay: 'signed-id',
  }),
  unpublished: ['answerWithinMs', 'retriesForMs', 'givesUp'],
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote: 'The signed event id is the identity.',
};
