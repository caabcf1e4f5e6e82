import type { Provider } from '../provider.ts';
import { bodyHmac } from '../schemes/body-hmac.ts';
import { member } from '../schemes/json-member.ts';

export const mailersend: Provider<'mailersend'> = {
  id: 'mailersend',
  title: 'MailerSend webhooks',
  summary: 'MailerSend signs the body of each webhook with HMAC-SHA256.',
  source: 'https://developers.mailersend.com/api/v1/webhooks.html#security',
  keyVariable: 'MAILERSEND_SIGNING_SECRET',
  setUp:
    'In MailerSend, under the domain’s Webhooks: the address; the signing secret that is shown there is this gate’s key.',
  scheme: bodyHmac({ name: 'mailersend', header: 'signature', type: member('type') }),
  unpublished: ['answerWithinMs', 'retriesForMs', 'givesUp'],
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote: 'No timestamp and no id is signed. The body is the identity.',
};
