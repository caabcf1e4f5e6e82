import type { Provider } from '../provider.ts';
import { BODY, TIMESTAMP } from '../schemes/message-parts.ts';
import { template } from '../schemes/message-template.ts';
import { senderTemplate } from '../schemes/sender-template.ts';
import { signedTime } from '../schemes/signed-time.ts';

export const lovable: Provider<'lovable'> = {
  id: 'lovable',
  title: 'Lovable webhooks',
  summary:
    'Lovable signs time and body of each webhook with HMAC-SHA256; the time is in seconds or milliseconds.',
  source: 'https://www.npmjs.com/package/@lovable.dev/webhooks-js, whose code checks them',
  keyVariable: 'LOVABLE_WEBHOOK_SECRET',
  setUp: 'In the integration’s settings at Lovable, set the address; the secret there is this gate’s key.',
  scheme: senderTemplate({
    name: 'lovable',
    keyForms: [{ algorithm: 'hmac-sha256', variant: 0, kind: 'secret', encoding: 'utf8' }],
    signature: { header: 'x-lovable-signature', prefix: 'sha256=', encoding: 'hex' },
    message: template(TIMESTAMP, '.', BODY),
    timestamp: signedTime({ header: 'x-lovable-timestamp', unit: 's-or-ms' }),
    replay: 'message',
  }),
  unpublished: ['answerWithinMs', 'retriesForMs', 'givesUp'],
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote: 'No id is signed. Time and body are the identity.',
};
