import { SECOND } from '../freshness.ts';
import type { Provider } from '../provider.ts';
import { standardWebhooksTemplate } from '../schemes/standard-webhooks.ts';

export const gitlabSigningToken: Provider<'gitlab-signing-token'> = {
  id: 'gitlab-signing-token',
  otherNames: ['gitlab'],
  title: 'GitLab webhooks with a signing token',
  summary: 'GitLab signs its webhooks as Standard Webhooks are: id, time and body, with HMAC-SHA256.',
  source: 'https://docs.gitlab.com/user/project/integrations/webhooks/',
  keyVariable: 'GITLAB_WEBHOOK_SIGNING_TOKEN',
  setUp:
    'In the project or group at GitLab, under Settings, Webhooks, add the address and generate a signing token (whsec_…), which is this gate’s key.',
  scheme: standardWebhooksTemplate('gitlab-signing-token', 'webhook'),
  signsAs: 'standard-webhooks',
  answerWithinMs: 10 * SECOND,
  // It sends nothing again by itself.
  retriesForMs: 0,
  givesUp: 'GitLab turns a webhook off for a while after four failures in a row, and altogether after forty.',
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote: 'The signed webhook-id is the identity, so that a delivery sent again is known.',
};
