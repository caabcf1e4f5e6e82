import { SECOND } from '../freshness.ts';
import type { Provider } from '../provider.ts';
import { bodyHmac } from '../schemes/body-hmac.ts';

export const sentry: Provider<'sentry'> = {
  id: 'sentry',
  title: 'Sentry webhooks',
  summary: 'Sentry signs the body of each integration’s webhook with HMAC-SHA256.',
  source: 'https://docs.sentry.io/organization/integrations/integration-platform/webhooks/',
  unverified:
    'Its documentation says all of it, and another project verifies alike; no request that somebody else has signed is among the test vectors.',
  keyVariable: 'SENTRY_CLIENT_SECRET',
  setUp:
    'In Sentry, under Settings, Custom Integrations: the address as Webhook URL; the Client Secret there is this gate’s key.',
  scheme: bodyHmac({
    name: 'sentry',
    header: 'sentry-hook-signature',
    type: { header: 'sentry-hook-resource' },
  }),
  answerWithinMs: SECOND,
  unpublished: ['retriesForMs', 'givesUp'],
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote:
    'No timestamp and no id is signed. The body is the identity; Sentry-Hook-Timestamp and Request-ID are not signed and are not used against replay.',
};
