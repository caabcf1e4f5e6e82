import { SECOND } from '../freshness.ts';
import type { Provider } from '../provider.ts';
import { bodyHmac } from '../schemes/body-hmac.ts';
import { handshake } from '../schemes/handshake.ts';

export const xTwitter: Provider<'x-twitter'> = {
  id: 'x-twitter',
  title: 'X (Twitter) webhooks',
  summary: 'X signs the body of each webhook with HMAC-SHA256, and asks by GET for a challenge to be signed.',
  source: 'https://docs.x.com/x-api/webhooks/introduction',
  unverified:
    'Its documentation says all of it; no request that somebody else has signed is among the test vectors.',
  keyVariable: 'X_CONSUMER_SECRET',
  setUp:
    'Register the address by X’s API; the consumer secret of the app, under Keys and tokens in its developer portal, is this gate’s key.',
  scheme: bodyHmac({
    name: 'x-twitter',
    header: 'x-twitter-webhooks-signature',
    prefix: 'sha256=',
    encoding: 'base64',
    handshakes: [
      handshake({
        method: 'GET',
        challenge: 'crc_token',
        answer: { response_token: 'sha256={hmac:base64}' },
      }),
    ],
  }),
  answerWithinMs: 10 * SECOND,
  givesUp:
    'X sends no events to a webhook that has answered its CRC check wrongly, or has passed none for 28 hours.',
  unpublished: ['retriesForMs'],
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote: 'No timestamp and no id is signed. The body is the identity.',
};
