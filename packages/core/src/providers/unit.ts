import type { Provider } from '../provider.ts';
import { bodyHmac } from '../schemes/body-hmac.ts';

export const unit: Provider<'unit'> = {
  id: 'unit',
  title: 'Unit webhooks',
  summary: 'Unit signs the body of each webhook with HMAC-SHA1.',
  source: 'https://www.unit.co/docs/api/webhooks/',
  keyVariable: 'UNIT_WEBHOOK_TOKEN',
  setUp:
    'In Unit’s Dashboard, under Developer, Webhooks, create a webhook with the address; its token is this gate’s key.',
  scheme: bodyHmac({
    name: 'unit',
    algorithm: 'hmac-sha1',
    header: 'x-unit-signature',
    encoding: 'base64',
  }),
  givesUp:
    'Unit sets a webhook that was unresponsive for seven days to Unavailable, and sends nothing more to it.',
  unpublished: ['answerWithinMs', 'retriesForMs'],
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote: 'No timestamp and no id of the delivery is signed. The body is the identity.',
};
