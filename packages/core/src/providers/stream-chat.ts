import { SECOND } from '../freshness.ts';
import type { Provider } from '../provider.ts';
import { gunzippedBody } from '../schemes/gunzipped-body.ts';
import { senderTemplate } from '../schemes/sender-template.ts';
import { wholeBody } from '../schemes/whole-body.ts';

export const streamChat: Provider<'stream-chat'> = {
  id: 'stream-chat',
  title: 'Stream Chat webhooks',
  summary:
    'Stream signs the body of each webhook with HMAC-SHA256, before it compresses it where that is turned on.',
  source: 'https://getstream.io/chat/docs/node/webhooks-overview/',
  keyVariable: 'STREAM_API_SECRET',
  setUp:
    'In Stream’s dashboard, set the address as the app’s webhook URL; the app’s API secret is this gate’s key.',
  scheme: senderTemplate({
    name: 'stream-chat',
    keyForms: [{ algorithm: 'hmac-sha256', variant: 0, kind: 'secret', encoding: 'utf8' }],
    signature: { header: 'x-signature', encoding: 'hex' },
    message: wholeBody,
    body: [gunzippedBody],
    replay: 'message',
  }),
  // https://getstream.io/chat/docs/php/push_webhook/: three attempts at most, in 15 seconds together.
  answerWithinMs: 6 * SECOND,
  retriesForMs: 15 * SECOND,
  unpublished: ['givesUp'],
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote:
    'No timestamp and no id is signed. What the body decompresses to is the identity; X-Webhook-Id is not signed and is not used against replay.',
};
