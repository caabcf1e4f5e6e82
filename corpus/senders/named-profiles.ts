import { sign as octokitSign } from '@octokit/webhooks-methods';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { Stripe } from 'stripe';
import { Webhook as SvixWebhook } from 'svix';
import { uuidOf } from '../base/draw.ts';
import { versionOf } from '../base/versions.ts';
import type { Draft } from '../base/wire.ts';
import { type HeaderLines, type Profile, part, secretBytes, secretOf, text, utf8Key } from './profile.ts';

const stripeSdk = new Stripe('sk_test_unused');
const agent = (value: string): HeaderLines => [
  ['User-Agent', value],
  ['Accept', '*/*'],
];

const github: Profile = {
  name: 'github',
  choice: { provider: 'github' },
  secret: secretOf('github', 40),
  keyOf: utf8Key,
  hash: 'sha256',
  form: 'hex',
  prefix: 'sha256=',
  kinds: ['json', 'form'],
  coversUrl: false,
  signatureHeader: 'X-Hub-Signature-256',
  idHeader: 'X-GitHub-Delivery',
  parts: ({ body }) => [part('body', body)],
  headers: ({ id }, _timestamp, signature) => [
    ['X-GitHub-Event', 'push'],
    ['X-GitHub-Delivery', uuidOf(id)],
    ['X-Hub-Signature-256', signature],
  ],
  usual: () => agent('GitHub-Hookshot/3f1a2b0'),
  sdk: async ({ body, id }, secret) => [
    ['X-GitHub-Event', 'push'],
    ['X-GitHub-Delivery', uuidOf(id)],
    ['X-Hub-Signature-256', await octokitSign(secret, body.toString())],
  ],
  signedBy: versionOf('@octokit/webhooks-methods'),
};

const stripe: Profile = {
  name: 'stripe',
  choice: { provider: 'stripe' },
  secret: `whsec_${secretOf('stripe')}`,
  keyOf: utf8Key,
  hash: 'sha256',
  form: 'hex',
  prefix: '',
  unit: 's',
  kinds: ['json'],
  coversUrl: false,
  signatureHeader: 'Stripe-Signature',
  parts: ({ body }, timestamp) => [part('timestamp', timestamp), text('.'), part('body', body)],
  headers: (_draft, timestamp, signature) => [['Stripe-Signature', `t=${timestamp},v1=${signature}`]],
  usual: () => agent('Stripe/1.0 (+https://stripe.com/docs/webhooks)'),
  sdk: async ({ body, at }, secret) => [
    [
      'Stripe-Signature',
      stripeSdk.webhooks.generateTestHeaderString({
        payload: body.toString(),
        secret,
        timestamp: Math.floor(at / 1000),
      }),
    ],
  ],
  signedBy: versionOf('stripe'),
};

const slack: Profile = {
  name: 'slack',
  choice: { provider: 'slack' },
  secret: secretBytes('slack').toString('hex').slice(0, 32),
  keyOf: utf8Key,
  hash: 'sha256',
  form: 'hex',
  prefix: 'v0=',
  unit: 's',
  kinds: ['json', 'form'],
  coversUrl: false,
  signatureHeader: 'X-Slack-Signature',
  timestampHeader: 'X-Slack-Request-Timestamp',
  parts: ({ body }, timestamp) => [
    part('version', 'v0'),
    text(':'),
    part('timestamp', timestamp),
    text(':'),
    part('body', body),
  ],
  headers: (_draft, timestamp, signature) => [
    ['X-Slack-Request-Timestamp', timestamp],
    ['X-Slack-Signature', signature],
  ],
  usual: () => agent('Slackbot 1.0 (+https://api.slack.com/robots)'),
};

const STANDARD_KEY = `whsec_${secretBytes('standard-webhooks').toString('base64')}`;
const SVIX_KEY = `whsec_${secretBytes('svix').subarray(0, 24).toString('base64')}`;
const whsecKey = (secret: string): Buffer => Buffer.from(secret.replace('whsec_', ''), 'base64');

function webhookProfile(
  name: string,
  prefix: string,
  secret: string,
  choice: Profile['choice'],
  sign: (draft: Draft, secret: string) => string,
): Profile {
  const headers: Profile['headers'] = ({ id }, timestamp, signature) => [
    [`${prefix}-id`, id],
    [`${prefix}-timestamp`, timestamp],
    [`${prefix}-signature`, signature],
  ];
  return {
    name,
    choice,
    secret,
    keyOf: whsecKey,
    hash: 'sha256',
    form: 'base64',
    prefix: 'v1,',
    unit: 's',
    kinds: ['json'],
    coversUrl: false,
    signatureHeader: `${prefix}-signature`,
    timestampHeader: `${prefix}-timestamp`,
    idHeader: `${prefix}-id`,
    parts: ({ body, id }, timestamp) => [
      part('id', id),
      text('.'),
      part('timestamp', timestamp),
      text('.'),
      part('body', body),
    ],
    headers,
    usual: () => agent('Webhooks/1.0'),
    sdk: async (draft, key) => headers(draft, String(Math.floor(draft.at / 1000)), sign(draft, key)),
  };
}

const standardWebhooks: Profile = {
  ...webhookProfile(
    'standard-webhooks',
    'webhook',
    STANDARD_KEY,
    { provider: 'standard-webhooks' },
    ({ id, at, body }, secret) => new StandardWebhook(secret).sign(id, new Date(at), body.toString()),
  ),
  signedBy: versionOf('standardwebhooks'),
};

const svix: Profile = {
  ...webhookProfile(
    'svix',
    'svix',
    SVIX_KEY,
    { provider: 'standard-webhooks', options: { headers: 'svix' } },
    ({ id, at, body }, secret) => new SvixWebhook(secret).sign(id, new Date(at), body.toString()),
  ),
  signedBy: versionOf('svix'),
};

const flowWebhook: Profile = {
  name: 'flow-production-tracking-webhook',
  choice: { provider: 'flow-production-tracking-webhook' },
  secret: secretOf('flow-webhook', 24),
  keyOf: utf8Key,
  hash: 'sha1',
  form: 'hex',
  prefix: 'sha1=',
  kinds: ['json'],
  coversUrl: false,
  signatureHeader: 'x-sg-signature',
  idHeader: 'x-sg-delivery-id',
  parts: ({ body }) => [part('body', body)],
  headers: ({ id }, _timestamp, signature) => [
    ['x-sg-webhook-id', uuidOf('webhook')],
    ['x-sg-delivery-id', uuidOf(id)],
    ['x-sg-event-batch-id', String(41_000)],
    ['x-sg-signature', signature],
  ],
  usual: () => agent('python-requests/2.28.1'),
};

export const NAMED_PROFILES: readonly Profile[] = [
  github,
  stripe,
  slack,
  standardWebhooks,
  svix,
  flowWebhook,
];
