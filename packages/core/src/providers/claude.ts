import type { Provider } from '../provider.ts';
import { standardWebhooksTemplate } from '../schemes/standard-webhooks.ts';

export const claude: Provider<'claude'> = {
  id: 'claude',
  otherNames: ['anthropic'],
  title: 'Claude webhooks',
  summary: 'Anthropic signs its webhooks as Standard Webhooks are: id, time and body, with HMAC-SHA256.',
  source: 'https://platform.claude.com/docs/en/build-with-claude/webhooks',
  keyVariable: 'ANTHROPIC_WEBHOOK_SIGNING_KEY',
  setUp:
    'In the Claude Console, where webhooks are managed: the address; the signing key that is shown for it is this gate’s key.',
  scheme: standardWebhooksTemplate('claude', 'webhook'),
  signsAs: 'standard-webhooks',
  // https://github.com/anthropics/skills/blob/main/skills/claude-api/shared/managed-agents-webhooks.md
  givesUp:
    'Anthropic disables an endpoint after about twenty failures in a row, and at once where it redirects or its name resolves to a private address.',
  unpublished: ['answerWithinMs', 'retriesForMs'],
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote: 'The signed webhook-id is the identity, so that a delivery sent again is known.',
};
