import { SECOND } from '../freshness.ts';
import type { Provider } from '../provider.ts';
import { senderTemplate } from '../schemes/sender-template.ts';
import { wholeBody } from '../schemes/whole-body.ts';

export const flowProductionTrackingWebhook: Provider<'flow-production-tracking-webhook'> = {
  id: 'flow-production-tracking-webhook',
  title: 'Flow Production Tracking webhooks',
  summary: 'The site signs the body of each webhook with HMAC-SHA1.',
  source: 'Autodesk’s documentation of Flow Production Tracking webhooks',
  unverified:
    'Its documentation says all of it; no request that somebody else has signed is among the test vectors.',
  keyVariable: 'SG_WEBHOOK_SECRET',
  setUp:
    'In Flow Production Tracking, under Webhooks, set the address as the webhook’s URL, and give its Secret Token, which is this gate’s key.',
  scheme: senderTemplate({
    name: 'flow-production-tracking-webhook',
    keyForms: [{ algorithm: 'hmac-sha1', variant: 0, kind: 'secret', encoding: 'utf8' }],
    signature: { header: 'x-sg-signature', prefix: 'sha1=', encoding: 'hex' },
    message: wholeBody,
    id: { header: 'x-sg-delivery-id' },
    replay: 'message',
  }),
  answerWithinMs: 6 * SECOND,
  unpublished: ['retriesForMs', 'givesUp'],
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote: 'No timestamp is signed. The body is the identity; x-sg-delivery-id is not signed.',
};
