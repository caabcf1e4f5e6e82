import { HOUR, MINUTE } from '../freshness.ts';
import { words } from '../option-row.ts';
import type { Provider } from '../provider.ts';
import { member } from '../schemes/json-member.ts';
import { keyedHashForm } from '../schemes/keyed-hash-form.ts';
import { BODY, TIMESTAMP } from '../schemes/message-parts.ts';
import { template } from '../schemes/message-template.ts';
import { senderTemplateOf } from '../schemes/sender-template.ts';
import { signedTime } from '../schemes/signed-time.ts';
import type { TemplateOptions } from '../schemes/template-options.ts';

const ALGORITHMS = ['sha1', 'sha256'] as const;

export const cloudinary: Provider<'cloudinary'> = {
  id: 'cloudinary',
  title: 'Cloudinary notifications',
  summary:
    'Cloudinary signs body and time of each notification with SHA-1 or SHA-256 of these and the API secret, which is no HMAC.',
  source: 'https://cloudinary.com/documentation/notification_signatures',
  keyVariable: 'CLOUDINARY_API_SECRET',
  setUp:
    'In the Cloudinary Console, under Settings, Webhook Notifications, add the address; the secret of the API key that signs notifications is this gate’s key. An account that Cloudinary’s support has set to SHA-256 needs algorithm: sha256.',
  scheme: senderTemplateOf(
    [
      {
        name: 'algorithm',
        description: 'what the account’s signatures are made with',
        value: words(...ALGORITHMS),
        default: 'sha1',
      },
    ],
    declaredFor('sha1'),
    (options) => declaredFor(options.oneOf('algorithm', ALGORITHMS) ?? 'sha1'),
  ),
  unpublished: ['answerWithinMs', 'retriesForMs', 'givesUp'],
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote: 'The signed content is the identity. Two equal notifications in one second count as one.',
};

function declaredFor(algorithm: (typeof ALGORITHMS)[number]): TemplateOptions {
  return {
    name: 'cloudinary',
    keyForms: [
      keyedHashForm({
        algorithm: `${algorithm}-secret-last`,
        variant: 0,
        kind: 'secret',
        encoding: 'utf8',
      }),
    ],
    signature: { header: 'x-cld-signature', encoding: 'hex' },
    message: template(BODY, TIMESTAMP),
    timestamp: signedTime({ header: 'x-cld-timestamp', unit: 's' }),
    // The two hours are those of Cloudinary’s own libraries, which ask nothing of a time in the future.
    tolerance: { pastMs: 2 * HOUR, futureMs: 5 * MINUTE },
    type: member('notification_type'),
    replay: 'message',
  };
}
