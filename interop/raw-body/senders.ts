/** Who sends to each library: how a body is signed, and how ours is set up for it. */
import type { ProviderChoice } from '@countersign/core';
import {
  SECRETS,
  type Signer,
  github as signGithub,
  slack as signSlack,
  stripe as signStripe,
  twilio as signTwilio,
  standardWebhooks,
} from '../migrate/senders.ts';

export interface Sender {
  readonly provider: ProviderChoice;
  readonly secret: string;
  readonly signer: Signer;
  /** What the signature sits in. */
  readonly header: string;
}

export const stripe: Sender = {
  provider: 'stripe',
  secret: SECRETS.STRIPE_WEBHOOK_SECRET,
  signer: signStripe,
  header: 'stripe-signature',
};

export const svix: Sender = {
  provider: { id: 'standard-webhooks', headers: 'svix' },
  secret: SECRETS.SVIX_SECRET,
  signer: standardWebhooks('svix', SECRETS.SVIX_SECRET),
  header: 'svix-signature',
};

export const github: Sender = {
  provider: 'github',
  secret: SECRETS.GITHUB_WEBHOOK_SECRET,
  signer: signGithub,
  header: 'x-hub-signature-256',
};

export const slack: Sender = {
  provider: 'slack',
  secret: SECRETS.SLACK_SIGNING_SECRET,
  signer: signSlack,
  header: 'x-slack-signature',
};

export const twilio: Sender = {
  provider: 'twilio',
  secret: SECRETS.TWILIO_AUTH_TOKEN,
  signer: signTwilio,
  header: 'x-twilio-signature',
};
