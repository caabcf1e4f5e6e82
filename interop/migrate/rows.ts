/** What each pair of programs in docs/migrate.md is sent, by the name of its mark. */
import * as senders from './senders.ts';

export interface Endpoint {
  /** How the page’s table calls the program that one has. */
  readonly title: string;
  readonly path: string;
  readonly signer: senders.Signer;
  /** The body of an event. */
  readonly bodyOf: (id: string) => string;
  /** What the proof sits in. */
  readonly header: string;
  /** Whether the header is changed in place of the body: a token does not cover it. */
  readonly isToken?: boolean;
  /** Whether the sender signs a time. */
  readonly isTimed: boolean;
  /** Whether a retry is another request than the one it repeats: signed anew, of the same event. */
  readonly signsRetries: boolean;
  /** What each program listens with. */
  readonly theirs?: 'server' | 'receiver.app';
  readonly ours?: 'server';
}

const stripeEvent = (id: string): string => JSON.stringify({ id, object: 'event', type: 'invoice.paid' });
const paid = (id: string): string => JSON.stringify({ type: 'invoice.paid', data: { id } });
const issue = (id: string): string => JSON.stringify({ action: 'opened', issue: { number: 7, title: id } });

export const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  stripe: {
    title: 'stripe-node',
    path: '/webhooks/stripe',
    signer: senders.stripe,
    bodyOf: stripeEvent,
    header: 'stripe-signature',
    isTimed: true,
    signsRetries: true,
  },
  svix: {
    title: 'svix',
    path: '/webhooks/svix',
    signer: senders.standardWebhooks('svix', senders.SECRETS.SVIX_SECRET),
    bodyOf: paid,
    header: 'svix-signature',
    isTimed: true,
    signsRetries: true,
  },
  standardwebhooks: {
    title: 'standardwebhooks',
    path: '/webhooks',
    signer: senders.standardWebhooks('webhook', senders.SECRETS.WEBHOOK_SECRET),
    bodyOf: paid,
    header: 'webhook-signature',
    isTimed: true,
    signsRetries: true,
  },
  'octokit-verify': {
    title: '`webhooks.verify`',
    path: '/webhooks/github',
    signer: senders.github,
    bodyOf: issue,
    header: 'x-hub-signature-256',
    isTimed: false,
    signsRetries: false,
  },
  'octokit-middleware': {
    title: '`createNodeMiddleware`',
    path: '/webhooks/github',
    signer: senders.github,
    bodyOf: issue,
    header: 'x-hub-signature-256',
    isTimed: false,
    signsRetries: false,
    theirs: 'server',
    ours: 'server',
  },
  bolt: {
    title: 'Bolt',
    path: '/slack/events',
    signer: senders.slack,
    bodyOf: (id) =>
      JSON.stringify({
        type: 'event_callback',
        event_id: id,
        team_id: 'T1',
        api_app_id: 'A1',
        event: { type: 'app_mention', user: 'U2', channel: 'C1', text: `hello ${id}`, ts: '1.2' },
      }),
    header: 'x-slack-signature',
    isTimed: true,
    signsRetries: true,
    theirs: 'receiver.app',
  },
  tern: {
    title: 'tern',
    path: '/webhooks/stripe',
    signer: senders.stripe,
    bodyOf: stripeEvent,
    header: 'stripe-signature',
    isTimed: true,
    signsRetries: true,
  },
  twilio: {
    title: 'twilio',
    path: senders.TWILIO_PATH,
    signer: senders.twilio,
    bodyOf: (id) => new URLSearchParams({ From: '+15005550006', Body: `☕ ${id}` }).toString(),
    header: 'x-twilio-signature',
    isTimed: false,
    signsRetries: false,
  },
  jsonwebtoken: {
    title: 'jsonwebtoken',
    path: '/orders',
    signer: senders.approov,
    bodyOf: () => '{"item":"tea"}',
    header: 'approov-token',
    isToken: true,
    isTimed: true,
    signsRetries: false,
  },
  createHmac: {
    title: 'your own',
    path: '/partner',
    signer: senders.partner,
    bodyOf: (order) => JSON.stringify({ order }),
    header: 'x-signature',
    isTimed: true,
    signsRetries: false,
  },
};
