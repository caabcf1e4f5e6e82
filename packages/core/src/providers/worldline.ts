import type { Provider } from '../provider.ts';
import { bodyHmac } from '../schemes/body-hmac.ts';
import { member } from '../schemes/json-member.ts';

export const worldline: Provider<'worldline'> = {
  id: 'worldline',
  title: 'Worldline and Ingenico webhooks',
  summary:
    'Worldline signs the body of each webhook with HMAC-SHA256, under the key that is set up with the address.',
  source: 'https://docs.direct.worldline-solutions.com/en/integration/api-developer-guide/webhooks',
  keyVariable: 'WORLDLINE_WEBHOOK_SECRET',
  setUp:
    'In the Merchant Portal, under Developer, Webhooks: the address; the webhooks key’s secret is this gate’s key.',
  scheme: bodyHmac({
    name: 'worldline',
    header: 'x-gcs-signature',
    encoding: 'base64',
    id: member('id'),
    type: member('type'),
    replay: 'signed-id',
  }),
  unpublished: ['answerWithinMs', 'retriesForMs', 'givesUp'],
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote: 'The signed id is the identity, so that a delivery sent again is known.',
};
