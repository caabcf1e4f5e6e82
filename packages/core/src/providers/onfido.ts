import type { Provider } from '../provider.ts';
import { bodyHmac } from '../schemes/body-hmac.ts';
import { member } from '../schemes/json-member.ts';

export const onfido: Provider<'onfido'> = {
  id: 'onfido',
  title: 'Onfido webhooks',
  summary: 'Onfido signs the body of each webhook with HMAC-SHA256.',
  source: 'https://documentation.onfido.com/api/latest/#verifying-webhook-signatures',
  keyVariable: 'ONFIDO_WEBHOOK_TOKEN',
  setUp:
    'In Onfido’s dashboard, under Tokens and Webhooks: the address; the webhook’s token is this gate’s key.',
  scheme: bodyHmac({ name: 'onfido', header: 'x-sha2-signature', type: member('payload.action') }),
  unpublished: ['answerWithinMs', 'retriesForMs', 'givesUp'],
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote: 'No timestamp and no id is signed. The body is the identity.',
};
