import { HOUR, SECOND } from '../freshness.ts';
import type { Provider } from '../provider.ts';
import { bodyHmac } from '../schemes/body-hmac.ts';

export const shopify: Provider<'shopify'> = {
  id: 'shopify',
  title: 'Shopify webhooks',
  summary: 'Shopify signs the body of each webhook with HMAC-SHA256.',
  source: 'https://shopify.dev/docs/apps/build/webhooks/subscribe/https',
  keyVariable: 'SHOPIFY_CLIENT_SECRET',
  setUp:
    'Subscribe in the app’s configuration file or by the Admin API with the address; the app’s client secret is this gate’s key.',
  scheme: bodyHmac({
    name: 'shopify',
    header: 'x-shopify-hmac-sha256',
    encoding: 'base64',
    id: { header: 'x-shopify-webhook-id' },
    type: { header: 'x-shopify-topic' },
  }),
  answerWithinMs: 5 * SECOND,
  retriesForMs: 4 * HOUR,
  givesUp: 'After eight failures in a row Shopify removes a subscription that was made by the Admin API.',
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote:
    'No timestamp is signed. The body is the identity; X-Shopify-Webhook-Id and X-Shopify-Event-Id are not signed and are not used against replay.',
};
