import type { Provider } from '../provider.ts';
import { BODY, TIMESTAMP } from '../schemes/message-parts.ts';
import { template } from '../schemes/message-template.ts';
import { senderTemplate } from '../schemes/sender-template.ts';
import { signatureList } from '../schemes/signature-list.ts';
import { signedTime } from '../schemes/signed-time.ts';

export const inngest: Provider<'inngest'> = {
  id: 'inngest',
  title: 'Inngest calls',
  summary: 'Inngest signs body and time of each call of a function with HMAC-SHA256.',
  source: 'https://www.npmjs.com/package/inngest, whose code checks them',
  keyVariable: 'INNGEST_SIGNING_KEY',
  setUp:
    'In Inngest, register the address as the app’s URL; the environment’s signing key (signkey-…), with its prefix or without, is this gate’s key.',
  scheme: senderTemplate({
    name: 'inngest',
    // Of signkey-prod-… and signkey-test-… only what follows is the key, as text.
    keyForms: [
      {
        algorithm: 'hmac-sha256',
        variant: 0,
        kind: 'secret',
        encoding: 'utf8',
        prefix: 'signkey-',
        prefixEnd: '-',
      },
    ],
    signature: {
      header: 'x-inngest-signature',
      encoding: 'hex',
      list: signatureList({ separator: '&', assign: '=', labels: ['s'] }),
    },
    message: template(BODY, TIMESTAMP),
    timestamp: signedTime({ item: 't', unit: 's' }),
    replay: 'message',
  }),
  unpublished: ['answerWithinMs', 'retriesForMs', 'givesUp'],
  proof: 'signature',
  usualOutcome: 'forward',
  repeats: 'acknowledge',
  replayNote: 'No id is signed. Time and body are the identity.',
};
