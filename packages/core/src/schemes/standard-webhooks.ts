/** The scheme of Standard Webhooks, for all who sign by it: their headers begin with one word or another. */
import { publicKeyForm } from '../keys/public-key-form.ts';
import { member } from './json-member.ts';
import { BODY, ID, TIMESTAMP } from './message-parts.ts';
import { template } from './message-template.ts';
import { type SenderSource, senderTemplate } from './sender-template.ts';
import { signatureList } from './signature-list.ts';
import { signedTime } from './signed-time.ts';

/** @param prefix the word that the sender’s headers begin with; a gate may give another in its place */
export function standardWebhooksTemplate(name: string, prefix: 'webhook' | 'svix'): SenderSource {
  return senderTemplate(
    {
      name,
      signature: {
        header: `${prefix}-signature`,
        encoding: 'base64',
        list: signatureList({ separator: ' ', assign: ',', labels: ['v1', 'v1a'] }),
      },
      message: template(ID, '.', TIMESTAMP, '.', BODY),
      timestamp: signedTime({ header: `${prefix}-timestamp`, unit: 's' }),
      id: { header: `${prefix}-id` },
      type: member('type'),
      keyForms: [
        { algorithm: 'hmac-sha256', variant: 0, kind: 'secret', encoding: 'base64', prefix: 'whsec_' },
        publicKeyForm({
          algorithm: 'ed25519',
          variant: 1,
          kind: 'public',
          encoding: 'base64',
          prefix: 'whpk_',
        }),
        publicKeyForm({
          algorithm: 'ed25519',
          variant: 1,
          kind: 'private',
          encoding: 'base64',
          prefix: 'whsk_',
        }),
      ],
      replay: 'signed-id',
    },
    prefix,
  );
}
