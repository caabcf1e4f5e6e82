import { MINUTE, SECOND } from '../freshness.ts';
import type { Provider } from '../provider.ts';
import { handshake } from '../schemes/handshake.ts';
import { member } from '../schemes/json-member.ts';
import { BODY, TIMESTAMP } from '../schemes/message-parts.ts';
import { template } from '../schemes/message-template.ts';
import { senderTemplate } from '../schemes/sender-template.ts';
import { signedTime } from '../schemes/signed-time.ts';

export const slack: Provider<'slack'> = {
  id: 'slack',
  title: 'Slack requests',
  summary: 'Slack signs time and body of events, commands and interactions with HMAC-SHA256.',
  source: 'https://docs.slack.dev/authentication/verifying-requests-from-slack',
  keyVariable: 'SLACK_SIGNING_SECRET',
  setUp:
    'In the app’s settings at api.slack.com: the address under Event Subscriptions, Slash Commands or Interactivity; the Signing Secret under Basic Information is this gate’s key.',
  scheme: senderTemplate({
    name: 'slack',
    keyForms: [{ algorithm: 'hmac-sha256', variant: 0, kind: 'secret', encoding: 'utf8' }],
    signature: { header: 'x-slack-signature', prefix: 'v0=', encoding: 'hex' },
    message: template('v0:', TIMESTAMP, ':', BODY),
    timestamp: signedTime({ header: 'x-slack-request-timestamp', unit: 's' }),
    id: member('event_id'),
    type: member('type'),
    replay: 'signed-id',
    handshakes: [handshake({ when: { type: 'url_verification' }, challenge: 'challenge' })],
  }),
  answerWithinMs: 3 * SECOND,
  retriesForMs: 6 * MINUTE,
  givesUp: 'Slack turns an app’s events off for a while where more than 95 % of an hour’s deliveries fail.',
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'by-id',
  replayNote:
    'The signed event_id is the identity; commands and interactions, which have none, are told apart by the message.',
};
