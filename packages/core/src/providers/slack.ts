import type { Handshake } from '../model.ts';
import type { Provider } from '../provider.ts';
import type { Passage } from '../scheme.ts';
import { member } from '../schemes/json-member.ts';
import { BODY, TIMESTAMP } from '../schemes/message-parts.ts';
import { template } from '../schemes/message-template.ts';
import { senderTemplate } from '../schemes/sender-template.ts';
import { signedTime } from '../schemes/signed-time.ts';
import { findMember, isJsonFault, scanJsonObject, stringValue } from '../text/json-text.ts';

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
    handshakes: [{ isSigned: true, read: readUrlVerification }],
  }),
  answerWithinMs: 3000,
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'by-id',
  replayNote:
    'The signed event_id is the identity; commands and interactions, which have none, are told apart by the message.',
};

/** A longer body is no test; so most requests are spared the scan. */
const MAX_TEST_BYTES = 2048;

/** Slack's test of a request URL: a signed `url_verification` whose `challenge` is sent back. */
function readUrlVerification({ request: { body } }: Passage): Handshake | undefined {
  const json = body.length > MAX_TEST_BYTES ? undefined : scanJsonObject(body);
  if (!json || isJsonFault(json)) return undefined;
  const type = findMember(json, 'type');
  const challenge = findMember(json, 'challenge');
  const text = challenge && stringValue(json, challenge);
  if (!type || stringValue(json, type) !== 'url_verification' || text === undefined) return undefined;
  return { status: 200, contentType: 'text/plain', body: text };
}
