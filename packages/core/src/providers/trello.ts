import type { Provider } from '../provider.ts';
import { WHOLE_URL } from '../schemes/address-parts.ts';
import { handshake } from '../schemes/handshake.ts';
import { member } from '../schemes/json-member.ts';
import { BODY } from '../schemes/message-parts.ts';
import { template } from '../schemes/message-template.ts';
import { senderTemplate } from '../schemes/sender-template.ts';

export const trello: Provider<'trello'> = {
  id: 'trello',
  title: 'Trello webhooks',
  summary: 'Trello signs body and address of each webhook with HMAC-SHA1, and tests the address by HEAD.',
  source: 'https://developer.atlassian.com/cloud/trello/guides/rest-api/webhooks/',
  unverified:
    'Its documentation says all of it; no request that somebody else has signed is among the test vectors.',
  keyVariable: 'TRELLO_APP_SECRET',
  setUp:
    'Create the webhook by Trello’s API with the address as callbackURL; the secret of the app, beside its API key, is this gate’s key.',
  scheme: senderTemplate({
    name: 'trello',
    keyForms: [{ algorithm: 'hmac-sha1', variant: 0, kind: 'secret', encoding: 'utf8' }],
    signature: { header: 'x-trello-webhook', encoding: 'base64' },
    message: template(BODY, WHOLE_URL),
    id: member('action.id'),
    type: member('action.type'),
    replay: 'signed-id',
    handshakes: [handshake({ method: 'HEAD' })],
  }),
  unpublished: ['answerWithinMs', 'retriesForMs', 'givesUp'],
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote: 'The signed id of the action is the identity, so that a delivery sent again is known.',
};
