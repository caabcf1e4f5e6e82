/** Providers by what people look for them as: the index of their pages, README.md and AGENTS.md name them so. */
import type { Provider } from '@countersign/core';

export interface ProviderGroup {
  readonly title: string;
  /** The best known first: README.md names these. */
  readonly ids: readonly string[];
}

const PROVIDER_GROUPS: readonly ProviderGroup[] = [
  {
    title: 'Payments and banking',
    ids: [
      'stripe',
      'adyen',
      'paddle',
      'square',
      'adyen-banking',
      'braintree',
      'cashfree',
      'coinbase-commerce',
      'gocardless',
      'mercadopago',
      'plaid',
      'portone',
      'razorpay',
      'truelayer',
      'unit',
      'wise',
      'worldline',
    ],
  },
  {
    title: 'Commerce',
    ids: ['shopify', 'agentic-commerce', 'adcp', 'shopify-events', 'shopify-admin-query'],
  },
  {
    title: 'Code and operations',
    ids: [
      'github',
      'openai',
      'claude',
      'aws-sns',
      'linear',
      'sentry',
      'atlassian-connect',
      'circleci',
      'gitlab-signing-token',
      'google-pubsub',
      'inngest',
      'lovable',
      'pagerduty',
      'replicate',
      'svix',
      'trello',
      'upstash-qstash',
    ],
  },
  {
    title: 'Messages, calls and mail',
    ids: [
      'slack',
      'discord',
      'twilio',
      'zoom',
      'meta',
      'line',
      'livekit',
      'mailersend',
      'mailgun',
      'messagebird-jwt',
      'messagebird-legacy',
      'plivo-v3',
      'pusher',
      'resend',
      'sendgrid',
      'stream-chat',
      'telnyx',
      'twitch',
      'viber',
      'vonage',
      'x-twitter',
    ],
  },
  {
    title: 'Content, documents and sales',
    ids: [
      'hubspot-v3',
      'docusign',
      'calendly',
      'contentful',
      'cloudinary',
      'dropbox-sign',
      'flow-production-tracking',
      'flow-production-tracking-webhook',
      'flowent',
      'hubspot-v1',
      'hubspot-v2',
      'hygraph',
      'kontent-ai',
      'liveblocks',
      'mux',
      'sanity',
    ],
  },
  {
    title: 'Identity and attestation',
    ids: [
      'approov',
      'workos',
      'clerk',
      'onfido',
      'incode',
      'authsignal',
      'fingerprint',
      'firebase-app-check',
      'smile-id',
    ],
  },
  {
    title: 'Standards, for any sender',
    ids: ['standard-webhooks', 'http-message-signatures', 'jwt-bearer', 'dpop', 'aws-sigv4', 'hmac'],
  },
];

/** Each with its providers. @throws Error for a provider that is in none of them, or in two, and for an id that is no provider’s */
export function groupedProviders(
  providers: readonly Provider[],
): readonly { readonly title: string; readonly members: readonly Provider[] }[] {
  const ids = PROVIDER_GROUPS.flatMap((group) => group.ids);
  for (const { id } of providers) {
    if (ids.filter((other) => other === id).length !== 1)
      throw new Error(`scripts/provider-pages/provider-groups.ts must have ${id} in one group.`);
  }
  return PROVIDER_GROUPS.map(({ title, ids: own }) => ({
    title,
    members: own.map((id) => {
      const provider = providers.find((candidate) => candidate.id === id);
      if (provider === undefined) throw new Error(`${id} is no provider: provider-groups.ts has it.`);
      return provider;
    }),
  }));
}
