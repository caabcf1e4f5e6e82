import { SECOND } from '../freshness.ts';
import type { Provider } from '../provider.ts';
import { NONCE } from '../schemes/message-parts.ts';
import { template } from '../schemes/message-template.ts';
import { senderTemplate } from '../schemes/sender-template.ts';
import { bareSignatureList } from '../schemes/signature-list.ts';
import { URL_AND_FORM } from '../schemes/url-and-form.ts';

export const plivoV3: Provider<'plivo-v3'> = {
  id: 'plivo-v3',
  title: 'Plivo callbacks, signature v3',
  summary: 'Plivo signs address, form fields and a nonce of each callback with HMAC-SHA256.',
  source: 'https://www.plivo.com/docs/voice/concepts/signature-validation',
  keyVariable: 'PLIVO_AUTH_TOKEN',
  setUp:
    'In the Plivo Console, set the address as the application’s Answer, Hangup or Message URL; the account’s Auth Token is this gate’s key.',
  scheme: senderTemplate({
    name: 'plivo-v3',
    keyForms: [{ algorithm: 'hmac-sha256', variant: 0, kind: 'secret', encoding: 'utf8' }],
    signature: {
      header: 'x-plivo-signature-v3',
      encoding: 'base64',
      list: bareSignatureList(','),
    },
    message: template(URL_AND_FORM, '.', NONCE),
    nonce: { header: 'x-plivo-signature-v3-nonce' },
    replay: 'message',
  }),
  // Of voice, unless the address says otherwise: https://www.plivo.com/docs/voice/concepts/callback-configurations/
  answerWithinMs: 40 * SECOND,
  retriesForMs: 55 * SECOND,
  unpublished: ['givesUp'],
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote: 'No timestamp is signed. Address, fields and nonce are the identity.',
};
