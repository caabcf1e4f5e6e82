import type { Provider } from '../provider.ts';
import { bodyHmac } from '../schemes/body-hmac.ts';

export const kontentAi: Provider<'kontent-ai'> = {
  id: 'kontent-ai',
  title: 'Kontent.ai webhooks',
  summary: 'Kontent.ai signs the body of each webhook with HMAC-SHA256.',
  source: 'https://kontent.ai/learn/docs/webhooks',
  keyVariable: 'KONTENT_AI_WEBHOOK_SECRET',
  setUp:
    'In Kontent.ai, under Environment settings, Webhooks, set the address; the secret that is shown there is this gate’s key.',
  // Its secret is base64, and yet the text itself is the key.
  scheme: bodyHmac({ name: 'kontent-ai', header: 'x-kontent-ai-signature', encoding: 'base64' }),
  unpublished: ['answerWithinMs', 'retriesForMs', 'givesUp'],
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote: 'No timestamp and no id is signed. The body is the identity.',
};
