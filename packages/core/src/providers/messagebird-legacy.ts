import { SECOND } from '../freshness.ts';
import type { Provider } from '../provider.ts';
import { SORTED_QUERY } from '../schemes/address-parts.ts';
import { BODY_SHA256_BYTES } from '../schemes/body-digest.ts';
import { TIMESTAMP } from '../schemes/message-parts.ts';
import { template } from '../schemes/message-template.ts';
import { senderTemplate } from '../schemes/sender-template.ts';
import { signedTime } from '../schemes/signed-time.ts';

export const messagebirdLegacy: Provider<'messagebird-legacy'> = {
  id: 'messagebird-legacy',
  title: 'MessageBird webhooks, older signature',
  summary: 'MessageBird’s older signature: time, sorted query and a digest of the body under HMAC-SHA256.',
  source: 'https://developers.messagebird.com/api/#verifying-http-requests',
  keyVariable: 'MESSAGEBIRD_SIGNING_KEY',
  setUp: 'In MessageBird’s dashboard, under Developers, API access: the signing key is this gate’s key.',
  scheme: senderTemplate({
    name: 'messagebird-legacy',
    keyForms: [{ algorithm: 'hmac-sha256', variant: 0, kind: 'secret', encoding: 'utf8' }],
    signature: { header: 'messagebird-signature', encoding: 'base64' },
    message: template(TIMESTAMP, '\n', SORTED_QUERY, '\n', BODY_SHA256_BYTES),
    timestamp: signedTime({ header: 'messagebird-request-timestamp', unit: 's' }),
    tolerance: { pastMs: 100 * SECOND, futureMs: 100 * SECOND },
    replay: 'message',
  }),
  unpublished: ['answerWithinMs', 'retriesForMs', 'givesUp'],
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote: 'No id is signed. Time, query and body are the identity.',
};
