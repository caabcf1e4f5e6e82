import { HOUR } from '../freshness.ts';
import type { Provider } from '../provider.ts';
import { member } from '../schemes/json-member.ts';
import { BODY, TIMESTAMP } from '../schemes/message-parts.ts';
import { template } from '../schemes/message-template.ts';
import { senderTemplate } from '../schemes/sender-template.ts';
import { signatureList } from '../schemes/signature-list.ts';
import { signedTime } from '../schemes/signed-time.ts';

export const stripe: Provider<'stripe'> = {
  id: 'stripe',
  title: 'Stripe webhooks',
  summary:
    'Stripe signs time and body of each webhook with HMAC-SHA256; during a rotation it sends several signatures.',
  source: 'https://docs.stripe.com/webhooks#verify-manually',
  keyVariable: 'STRIPE_WEBHOOK_SECRET',
  setUp:
    'In Stripe’s Dashboard or Workbench, under Webhooks, add an endpoint with the address; Stripe makes its signing secret (whsec_…), which is this gate’s key.',
  scheme: senderTemplate({
    name: 'stripe',
    // `whsec_` is part of the key here, unlike in Standard Webhooks.
    keyForms: [{ algorithm: 'hmac-sha256', variant: 0, kind: 'secret', encoding: 'utf8', begins: 'whsec_' }],
    signature: {
      header: 'stripe-signature',
      encoding: 'hex',
      list: signatureList({ separator: ',', assign: '=', labels: ['v1'] }),
    },
    message: template(TIMESTAMP, '.', BODY),
    timestamp: signedTime({ item: 't', unit: 's' }),
    id: member('id'),
    type: member('type'),
    replay: 'signed-id',
  }),
  // https://docs.stripe.com/webhooks#automatic-retries
  retriesForMs: 72 * HOUR,
  unpublished: ['answerWithinMs', 'givesUp'],
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote:
    'The signed event id is the identity, so a delivery that Stripe repeats with a new time is known again.',
};
