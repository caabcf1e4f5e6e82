// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what a configuration writes.
/** The demo's configuration: every simulated system on keys that are meant to be seen. */
import { extname } from 'node:path';
import type { BareProviderId } from '@countersign/core';
import { type ConfigInput, defineConfig } from '@countersign/gateway';
import { STANDARDS_ORIGIN } from '@countersign/sandbox';
import { DEMO_KEYS } from './demo-keys.ts';

// `.ts` from the sources, `.js` once built.
const actions = `./actions${extname(import.meta.filename)}`;
const approovKeys = [{ id: 'account', secret: DEMO_KEYS.approov }];
const hello = { status: 200, json: { message: 'Hello World' } };

type Gate = NonNullable<ConfigInput['gates']>[string];

/** A webhook is kept and delivered: the sender hears that it was received, and a repeat is acknowledged. */
function webhook(provider: BareProviderId, secret: string, deliver = ['shop']): Gate {
  return { path: `/webhooks/${provider}`, provider, keys: [{ id: 'main', secret }], keep: { deliver } };
}

/** Why a request was refused says `countersign explain --last`, for as long as the demo runs. */
function keepingRefused(gates: Readonly<Record<string, Gate>>): NonNullable<ConfigInput['gates']> {
  return Object.fromEntries(
    Object.entries(gates).map(([name, gate]) => [name, { ...gate, keepRefused: true }]),
  );
}

const config: ConfigInput = defineConfig({
  listen: {
    public: '${env:HOST:-127.0.0.1}:${env:PORT:-8787}',
    admin: '127.0.0.1:${env:ADMIN_PORT:-8788}',
  },
  store: ':memory:',
  storeKey: '${env:STORE_KEY}',
  log: { level: 'error', format: 'json' },
  gates: keepingRefused({
    flowent: {
      path: '/actions/:action',
      provider: 'flowent',
      keys: [{ id: 'main', secret: DEMO_KEYS.flowent }],
      answer: { actions },
    },
    hmac: {
      path: '/hmac',
      provider: 'hmac',
      keys: [{ id: 'main', secret: DEMO_KEYS.hmac }],
      respond: { status: 200, json: { status: 'ok', message: 'The signature is valid.' } },
    },
    ami: {
      path: '/ami/:action',
      provider: 'flow-production-tracking',
      // The module has Flowent’s actions too: none of them has a key here.
      keys: [{ id: 'site', secret: DEMO_KEYS.flowProductionTracking, for: { action: 'show_selection' } }],
      answer: { actions, title: 'Selection' },
    },
    hello: { path: '/v1/hello', provider: 'approov', keys: approovKeys, respond: hello },
    bound: {
      path: '/v1/bound',
      provider: { id: 'approov', binding: ['authorization'] },
      keys: approovKeys,
      respond: hello,
    },
    incode: {
      path: '/webhook',
      provider: 'incode',
      keys: [{ id: 'site', secret: DEMO_KEYS.incode }],
      keep: {},
    },
    github: webhook('github', DEMO_KEYS.github),
    stripe: webhook('stripe', DEMO_KEYS.stripe, ['shop', 'crm']),
    slack: webhook('slack', DEMO_KEYS.slack),
    'standard-webhooks': webhook('standard-webhooks', DEMO_KEYS.standardWebhooks),
    messages: {
      path: '/messages',
      provider: { id: 'http-message-signatures', origin: STANDARDS_ORIGIN },
      keys: [{ id: 'partner', secret: DEMO_KEYS.messageSignatures }],
      respond: hello,
    },
    orders: {
      path: '/v1/orders',
      provider: { id: 'dpop', origin: STANDARDS_ORIGIN },
      keys: [{ id: 'issuer', secret: DEMO_KEYS.dpop }],
      respond: hello,
    },
  }),
  destinations: {
    shop: { to: '${env:SHOP_URL}/orders' },
    // Soon dead, so that there is something to redrive.
    crm: { to: '${env:SHOP_URL}/crm', retries: ['5s', '10s'] },
  },
  sessions: {
    onboarding: {
      broker: 'incode',
      at: '/onboarding',
      apiUrl: '${env:INCODE_API_URL}',
      apiKey: '${env:INCODE_API_KEY}',
      clientId: '${env:INCODE_CLIENT_ID}',
      flowId: '${env:INCODE_FLOW_ID}',
      adminEmail: '${env:INCODE_ADMIN_EMAIL}',
      adminPassword: '${env:INCODE_ADMIN_PASSWORD}',
      redirects: '${env:ONBOARDING_PAGE}',
      auth: 'none',
    },
  },
});

// biome-ignore lint/style/noDefaultExport: a configuration module has one.
export default config;
