import { MINUTE, SECOND } from '../freshness.ts';
import type { Provider } from '../provider.ts';
import { bodyHmac } from '../schemes/body-hmac.ts';

export const pusher: Provider<'pusher'> = {
  id: 'pusher',
  title: 'Pusher Channels webhooks',
  summary: 'Pusher signs the body of each webhook with HMAC-SHA256.',
  source: 'https://pusher.com/docs/channels/server_api/webhooks/#authentication',
  keyVariable: 'PUSHER_SECRET',
  setUp:
    'In the app’s dashboard on Pusher, under Webhooks: the address; the app’s secret under App Keys is this gate’s key.',
  scheme: bodyHmac({ name: 'pusher', header: 'x-pusher-signature' }),
  // https://docs.bird.com/pusher/channels/channels/webhooks/channels-webhook-timeouts-and-retries
  answerWithinMs: 4 * SECOND,
  retriesForMs: 5 * MINUTE,
  unpublished: ['givesUp'],
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote: 'The body is the identity; its time_ms is signed, and not judged.',
};
