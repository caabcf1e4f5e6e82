import type { Provider } from '../provider.ts';
import { standardWebhooksTemplate } from '../schemes/standard-webhooks.ts';

export const standardWebhooks: Provider<'standard-webhooks'> = {
  id: 'standard-webhooks',
  title: 'Standard Webhooks',
  summary: 'Id, time and body are signed with HMAC-SHA256 (v1, whsec_ keys) or Ed25519 (v1a, whpk_ keys).',
  source: 'https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md',
  keyVariable: 'WEBHOOK_SECRET',
  scheme: standardWebhooksTemplate('standard-webhooks', 'webhook'),
  idBeginnings: { 'svix-id': 'msg_' },
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote: 'The signed webhook-id is the identity.',
};
