import { SECOND } from '../freshness.ts';
import type { Provider } from '../provider.ts';
import { template } from '../schemes/message-template.ts';
import { query } from '../schemes/query-parameter.ts';
import { senderTemplate } from '../schemes/sender-template.ts';
import { signedTime } from '../schemes/signed-time.ts';
import { ENCODED_QUERY } from '../schemes/url-parts.ts';

export const shopifyAdminQuery: Provider<'shopify-admin-query'> = {
  id: 'shopify-admin-query',
  title: 'Shopify admin and OAuth requests',
  summary: 'Shopify signs the query of requests that open an app, or come back from OAuth, with HMAC-SHA256.',
  source: 'https://shopify.dev/docs/apps/build/authentication-authorization',
  keyVariable: 'SHOPIFY_CLIENT_SECRET',
  setUp:
    'Set the address as the app’s URL or redirect URL in its configuration; the app’s client secret is this gate’s key. The requests are GET: give the gate that method.',
  scheme: senderTemplate({
    name: 'shopify-admin-query',
    keyForms: [{ algorithm: 'hmac-sha256', variant: 0, kind: 'secret', encoding: 'utf8' }],
    signature: { ...query('hmac'), encoding: 'hex' },
    message: template(ENCODED_QUERY),
    timestamp: signedTime({ ...query('timestamp'), unit: 's' }),
    tolerance: { pastMs: 90 * SECOND, futureMs: 90 * SECOND },
    replay: 'message',
  }),
  unpublished: ['answerWithinMs', 'retriesForMs', 'givesUp'],
  proof: 'signature',
  usualOutcome: 'forward',
  repeats: 'refuse',
  replayNote:
    'The signed query is the identity: a page that is loaded again within 90 seconds is a repeat. Nothing of path and body is signed.',
};
