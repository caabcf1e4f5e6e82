import { SECOND } from '../freshness.ts';
import type { Provider } from '../provider.ts';
import { bodyHmac } from '../schemes/body-hmac.ts';

export const line: Provider<'line'> = {
  id: 'line',
  title: 'LINE Messaging API webhooks',
  summary: 'LINE signs the body of each webhook with HMAC-SHA256.',
  source: 'https://developers.line.biz/en/docs/messaging-api/verify-webhook-signature/',
  keyVariable: 'LINE_CHANNEL_SECRET',
  setUp:
    'In the LINE Developers Console, under Messaging API: the address as Webhook URL; the Channel secret under Basic settings is this gate’s key.',
  scheme: bodyHmac({ name: 'line', header: 'x-line-signature', encoding: 'base64' }),
  // https://developers.line.biz/en/docs/messaging-api/check-webhook-error-statistics/
  answerWithinMs: 2 * SECOND,
  // https://developers.line.biz/en/docs/messaging-api/receiving-messages/
  givesUp: 'LINE may stop sending to a server that has failed to take webhooks for a long time.',
  unpublished: ['retriesForMs'],
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote: 'No timestamp and no id is signed. The body is the identity.',
};
