import { MINUTE, SECOND } from '../freshness.ts';
import type { Provider } from '../provider.ts';
import { handshake } from '../schemes/handshake.ts';
import { member } from '../schemes/json-member.ts';
import { BODY, TIMESTAMP } from '../schemes/message-parts.ts';
import { template } from '../schemes/message-template.ts';
import { senderTemplate } from '../schemes/sender-template.ts';
import { signedTime } from '../schemes/signed-time.ts';

export const zoom: Provider<'zoom'> = {
  id: 'zoom',
  title: 'Zoom webhooks',
  summary:
    'Zoom signs time and body of each webhook with HMAC-SHA256, and tests the address every three days.',
  source: 'https://developers.zoom.us/docs/api/webhooks/',
  keyVariable: 'ZOOM_WEBHOOK_SECRET_TOKEN',
  setUp:
    'In the Zoom App Marketplace, under the app’s Access, Event Subscription: the address as Event notification endpoint URL; the Secret Token there is this gate’s key.',
  scheme: senderTemplate({
    name: 'zoom',
    keyForms: [{ algorithm: 'hmac-sha256', variant: 0, kind: 'secret', encoding: 'utf8' }],
    signature: { header: 'x-zm-signature', prefix: 'v0=', encoding: 'hex' },
    message: template('v0:', TIMESTAMP, ':', BODY),
    timestamp: signedTime({ header: 'x-zm-request-timestamp', unit: 's' }),
    type: member('event'),
    replay: 'message',
    handshakes: [
      handshake({
        when: { event: 'endpoint.url_validation' },
        challenge: 'payload.plainToken',
        answer: { plainToken: '{challenge}', encryptedToken: '{hmac:hex}' },
      }),
    ],
  }),
  answerWithinMs: 3 * SECOND,
  retriesForMs: 85 * MINUTE,
  unpublished: ['givesUp'],
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote: 'No id is signed. Time and body are the identity.',
};
