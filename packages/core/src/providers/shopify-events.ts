import type { Provider } from '../provider.ts';
import { bodyHmac } from '../schemes/body-hmac.ts';

export const shopifyEvents: Provider<'shopify-events'> = {
  id: 'shopify-events',
  title: 'Shopify Events',
  summary: 'Shopify signs the body of each delivery of its Events with HMAC-SHA256.',
  source: 'https://shopify.dev/docs/apps/build/events/verify-deliveries',
  unverified:
    'Its documentation says all of it; no request that somebody else has signed is among the test vectors.',
  keyVariable: 'SHOPIFY_CLIENT_SECRET',
  setUp:
    'Subscribe in the app’s configuration file with the address; the app’s client secret is this gate’s key.',
  scheme: bodyHmac({
    name: 'shopify-events',
    header: 'shopify-hmac-sha256',
    encoding: 'base64',
    id: { header: 'shopify-webhook-id' },
  }),
  unpublished: ['answerWithinMs', 'retriesForMs', 'givesUp'],
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote:
    'No timestamp is signed. The body is the identity; Shopify-Webhook-Id is not signed and is not used against replay.',
};
