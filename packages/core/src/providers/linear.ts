import { HOUR, MINUTE, SECOND } from '../freshness.ts';
import type { Provider } from '../provider.ts';
import { member } from '../schemes/json-member.ts';
import { BODY } from '../schemes/message-parts.ts';
import { template } from '../schemes/message-template.ts';
import { senderTemplate } from '../schemes/sender-template.ts';
import { signedTime } from '../schemes/signed-time.ts';

export const linear: Provider<'linear'> = {
  id: 'linear',
  title: 'Linear webhooks',
  summary: 'Linear signs the body of each webhook, its time among it, with HMAC-SHA256.',
  source: 'https://linear.app/developers/webhooks',
  keyVariable: 'LINEAR_WEBHOOK_SECRET',
  setUp:
    'In Linear’s settings, under API, Webhooks: the address; the signing secret that is shown there is this gate’s key.',
  scheme: senderTemplate({
    name: 'linear',
    keyForms: [{ algorithm: 'hmac-sha256', variant: 0, kind: 'secret', encoding: 'utf8' }],
    signature: { header: 'linear-signature', encoding: 'hex' },
    message: template(BODY),
    // The header Linear-Timestamp is not signed, and not looked at.
    timestamp: signedTime({ ...member('webhookTimestamp'), unit: 'ms' }),
    tolerance: { pastMs: MINUTE, futureMs: MINUTE },
    type: member('type'),
    replay: 'message',
  }),
  answerWithinMs: 5 * SECOND,
  retriesForMs: 7 * HOUR + MINUTE,
  givesUp: 'A webhook that keeps failing may be disabled by Linear.',
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote: 'Time and body are the identity; Linear-Delivery is not signed and is not used against replay.',
};
