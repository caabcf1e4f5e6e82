import { HOUR } from '../freshness.ts';
import type { Provider } from '../provider.ts';
import { bodyHmac } from '../schemes/body-hmac.ts';
import { member } from '../schemes/json-member.ts';

export const coinbaseCommerce: Provider<'coinbase-commerce'> = {
  id: 'coinbase-commerce',
  title: 'Coinbase Commerce webhooks',
  summary: 'Coinbase Commerce signs the body of each webhook with HMAC-SHA256.',
  source: 'https://docs.cdp.coinbase.com/commerce/docs/webhooks-security',
  keyVariable: 'COINBASE_COMMERCE_WEBHOOK_SECRET',
  setUp:
    'In Coinbase Commerce’s settings, under Notifications: the address; Show shared secret has this gate’s key.',
  scheme: bodyHmac({
    name: 'coinbase-commerce',
    header: 'x-cc-webhook-signature',
    id: member('event.id'),
    type: member('event.type'),
    replay: 'signed-id',
  }),
  retriesForMs: 72 * HOUR,
  unpublished: ['answerWithinMs', 'givesUp'],
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote: 'The signed id of the event is the identity, so that a delivery sent again is known.',
};
