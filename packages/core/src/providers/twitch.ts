import { MINUTE } from '../freshness.ts';
import type { Provider } from '../provider.ts';
import { handshake } from '../schemes/handshake.ts';
import { BODY, ID, TIMESTAMP } from '../schemes/message-parts.ts';
import { template } from '../schemes/message-template.ts';
import { senderTemplate } from '../schemes/sender-template.ts';
import { signedTime } from '../schemes/signed-time.ts';

export const twitch: Provider<'twitch'> = {
  id: 'twitch',
  title: 'Twitch EventSub webhooks',
  summary: 'Twitch signs id, time and body of each message with HMAC-SHA256.',
  source: 'https://dev.twitch.tv/docs/eventsub/handling-webhook-events/',
  keyVariable: 'TWITCH_EVENTSUB_SECRET',
  setUp:
    'Create the subscription by Twitch’s API with the address as transport.callback and a secret of your own, 10 to 100 characters long: it is this gate’s key.',
  scheme: senderTemplate({
    name: 'twitch',
    keyForms: [{ algorithm: 'hmac-sha256', variant: 0, kind: 'secret', encoding: 'utf8' }],
    signature: { header: 'twitch-eventsub-message-signature', prefix: 'sha256=', encoding: 'hex' },
    message: template(ID, TIMESTAMP, BODY),
    timestamp: signedTime({ header: 'twitch-eventsub-message-timestamp', unit: 'rfc3339' }),
    // Twitch: discard what is older than ten minutes.
    tolerance: { pastMs: 10 * MINUTE, futureMs: 10 * MINUTE },
    id: { header: 'twitch-eventsub-message-id' },
    type: { header: 'twitch-eventsub-subscription-type' },
    replay: 'signed-id',
    handshakes: [
      handshake({
        when: { 'subscription.status': 'webhook_callback_verification_pending' },
        challenge: 'challenge',
      }),
    ],
  }),
  givesUp: 'Twitch revokes a subscription whose callback fails too often.',
  unpublished: ['answerWithinMs', 'retriesForMs'],
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote:
    'The signed Twitch-Eventsub-Message-Id is the identity, so that a delivery sent again is known.',
};
