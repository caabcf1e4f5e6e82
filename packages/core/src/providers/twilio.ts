import { SECOND } from '../freshness.ts';
import type { Provider } from '../provider.ts';
import { WHOLE_URL } from '../schemes/address-parts.ts';
import { bodyDigest, SORTED_FORM } from '../schemes/body-proof.ts';
import { template } from '../schemes/message-template.ts';
import { query } from '../schemes/query-parameter.ts';
import { senderTemplate } from '../schemes/sender-template.ts';

export const twilio: Provider<'twilio'> = {
  id: 'twilio',
  title: 'Twilio webhooks',
  summary:
    'Twilio signs URL and form fields of each webhook with HMAC-SHA1; of other bodies, a digest in the URL.',
  source: 'https://www.twilio.com/docs/usage/webhooks/webhooks-security',
  keyVariable: 'TWILIO_AUTH_TOKEN',
  setUp:
    'In the Twilio Console, set the address as the webhook of the number or service; the account’s Auth Token is this gate’s key.',
  scheme: senderTemplate({
    name: 'twilio',
    keyForms: [{ algorithm: 'hmac-sha1', variant: 0, kind: 'secret', encoding: 'utf8' }],
    signature: { header: 'x-twilio-signature', encoding: 'base64' },
    message: template(WHOLE_URL, SORTED_FORM),
    bodyDigest: bodyDigest(query('bodySHA256')),
    replay: 'message',
  }),
  // https://www.twilio.com/docs/api/errors/11205
  answerWithinMs: 15 * SECOND,
  unpublished: ['retriesForMs', 'givesUp'],
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote: 'No timestamp and no id is signed. URL and fields are the identity.',
};
