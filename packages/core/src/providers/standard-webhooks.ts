import { publicKeyForm } from '../keys/public-key-form.ts';
import type { Provider } from '../provider.ts';
import { member } from '../schemes/json-member.ts';
import { BODY, ID, TIMESTAMP } from '../schemes/message-parts.ts';
import { template } from '../schemes/message-template.ts';
import { senderTemplate } from '../schemes/sender-template.ts';
import { signatureList } from '../schemes/signature-list.ts';
import { signedTime } from '../schemes/signed-time.ts';

export const standardWebhooks: Provider<'standard-webhooks'> = {
  id: 'standard-webhooks',
  title: 'Standard Webhooks',
  summary: 'Id, time and body are signed with HMAC-SHA256 (v1, whsec_ keys) or Ed25519 (v1a, whpk_ keys).',
  source: 'https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md',
  keyVariable: 'WEBHOOK_SECRET',
  scheme: senderTemplate(
    {
      name: 'standard-webhooks',
      signature: {
        header: 'webhook-signature',
        encoding: 'base64',
        list: signatureList({ separator: ' ', assign: ',', labels: ['v1', 'v1a'] }),
      },
      message: template(ID, '.', TIMESTAMP, '.', BODY),
      timestamp: signedTime({ header: 'webhook-timestamp', unit: 's' }),
      id: { header: 'webhook-id' },
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
    'webhook',
  ),
  senders: {
    svix: { headers: 'svix' },
    clerk: { headers: 'svix' },
    resend: { headers: 'svix' },
    openai: {},
    replicate: {},
    liveblocks: {},
    portone: {},
    gitlab: {},
  },
  idBeginnings: { 'svix-id': 'msg_' },
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote: 'The signed webhook-id is the identity.',
};
