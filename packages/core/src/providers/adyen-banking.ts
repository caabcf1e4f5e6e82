import { HOUR, SECOND } from '../freshness.ts';
import type { Provider } from '../provider.ts';
import { bodyHmac } from '../schemes/body-hmac.ts';
import { member } from '../schemes/json-member.ts';

export const adyenBanking: Provider<'adyen-banking'> = {
  id: 'adyen-banking',
  title: 'Adyen platform webhooks',
  summary:
    'Adyen signs the body of balance platform and management webhooks with HMAC-SHA256, under a key in hex.',
  source: 'https://docs.adyen.com/development-resources/webhooks/secure-webhooks/verify-hmac-signatures',
  keyVariable: 'ADYEN_HMAC_KEY',
  setUp:
    'In Adyen’s Customer Area, under Developers, Webhooks: the address, and the HMAC key that is generated there.',
  scheme: bodyHmac({
    name: 'adyen-banking',
    header: 'hmacsignature',
    encoding: 'base64',
    keyEncoding: 'hex',
    type: member('type'),
  }),
  answerWithinMs: 10 * SECOND,
  retriesForMs: 30 * 24 * HOUR,
  unpublished: ['givesUp'],
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote: 'No timestamp and no id is signed. The body is the identity.',
};
