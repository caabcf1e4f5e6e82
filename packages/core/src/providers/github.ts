import { SECOND } from '../freshness.ts';
import type { Provider } from '../provider.ts';
import { senderTemplate } from '../schemes/sender-template.ts';
import { wholeBody } from '../schemes/whole-body.ts';

export const github: Provider<'github'> = {
  id: 'github',
  title: 'GitHub webhooks',
  summary: 'GitHub signs the body of each webhook with HMAC-SHA256.',
  source: 'https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries',
  keyVariable: 'GITHUB_WEBHOOK_SECRET',
  setUp:
    'On GitHub, under Settings, Webhooks, Add webhook: the address as Payload URL, application/json as Content type, and the secret as Secret.',
  scheme: senderTemplate({
    name: 'github',
    keyForms: [{ algorithm: 'hmac-sha256', variant: 0, kind: 'secret', encoding: 'utf8' }],
    // X-Hub-Signature (SHA-1) is sent too, and never looked at: a downgrade is no proof.
    signature: { header: 'x-hub-signature-256', prefix: 'sha256=', encoding: 'hex' },
    message: wholeBody,
    id: { header: 'x-github-delivery' },
    type: { header: 'x-github-event' },
    replay: 'message',
  }),
  answerWithinMs: 10 * SECOND,
  // It sends nothing again by itself.
  retriesForMs: 0,
  unpublished: ['givesUp'],
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote:
    'No timestamp is signed. The body is the identity; X-GitHub-Delivery is not signed and is not used against replay.',
};
