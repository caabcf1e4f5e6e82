import { MINUTE, SECOND } from '../freshness.ts';
import type { Provider } from '../provider.ts';
import { headerListPart } from '../schemes/header-list.ts';
import { BODY, METHOD } from '../schemes/message-parts.ts';
import { template } from '../schemes/message-template.ts';
import { senderTemplate } from '../schemes/sender-template.ts';
import { signedTime } from '../schemes/signed-time.ts';
import { ESCAPED_TARGET } from '../schemes/url-parts.ts';

export const contentful: Provider<'contentful'> = {
  id: 'contentful',
  title: 'Contentful requests',
  summary:
    'Contentful signs method, path, headers that it lists, and the body of webhooks and app requests with HMAC-SHA256.',
  source: 'https://www.contentful.com/developers/docs/extensibility/app-framework/request-verification/',
  keyVariable: 'CONTENTFUL_SIGNING_SECRET',
  setUp:
    'In Contentful, enable request verification in the space’s webhook settings or in the app’s security settings; the signing secret is this gate’s key.',
  scheme: senderTemplate({
    name: 'contentful',
    keyForms: [{ algorithm: 'hmac-sha256', variant: 0, kind: 'secret', encoding: 'utf8' }],
    signature: { header: 'x-contentful-signature', encoding: 'hex' },
    message: template(
      METHOD,
      '\n',
      ESCAPED_TARGET,
      '\n',
      headerListPart('x-contentful-signed-headers'),
      '\n',
      BODY,
    ),
    timestamp: signedTime({ header: 'x-contentful-timestamp', unit: 'ms' }),
    // The 30 seconds are those of Contentful’s own library, which asks nothing of a time in the future.
    tolerance: { pastMs: 30 * SECOND, futureMs: 5 * MINUTE },
    type: { header: 'x-contentful-topic' },
    replay: 'message',
  }),
  // Twice, half a minute apart: https://www.contentful.com/developers/docs/webhooks/retry-policy/
  retriesForMs: MINUTE,
  unpublished: ['answerWithinMs', 'givesUp'],
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote:
    'The signed content is the identity. Two equal requests in one millisecond count as one. Of headers, those that the sender lists are signed.',
};
