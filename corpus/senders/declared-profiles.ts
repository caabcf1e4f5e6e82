/** HMAC senders, those first whose description others share: some with a provider of ours, some that a receiver declares, and a partner's own. */
import { hash } from 'node:crypto';
import { type Profile, part, secretBytes, secretOf, text, utf8Key } from './profile.ts';

const usual: Profile['usual'] = () => [
  ['User-Agent', 'webhook-sender/1.4'],
  ['Accept', '*/*'],
];
const scheme = (
  algorithm: string,
  signature: object,
  message: string,
  more: object = {},
): Profile['choice'] => ({
  scheme: { algorithm, signature, message, ...more },
});

const shopify: Profile = {
  name: 'shopify',
  choice: { provider: 'shopify' },
  secret: secretOf('shopify'),
  keyOf: utf8Key,
  hash: 'sha256',
  form: 'base64',
  prefix: '',
  kinds: ['json'],
  coversUrl: false,
  signatureHeader: 'X-Shopify-Hmac-Sha256',
  parts: ({ body }) => [part('body', body)],
  headers: (_draft, _timestamp, signature) => [
    ['X-Shopify-Topic', 'orders/create'],
    ['X-Shopify-Shop-Domain', 'acme.myshopify.example'],
    ['X-Shopify-Hmac-Sha256', signature],
  ],
  usual,
};

const zoom: Profile = {
  ...shopify,
  name: 'zoom',
  choice: scheme(
    'hmac-sha256',
    { header: 'x-zm-signature', encoding: 'hex', prefix: 'v0=' },
    'v0:{timestamp}:{body}',
    { timestamp: 'x-zm-request-timestamp' },
  ),
  secret: secretOf('zoom', 22),
  form: 'hex',
  prefix: 'v0=',
  unit: 's',
  signatureHeader: 'x-zm-signature',
  timestampHeader: 'x-zm-request-timestamp',
  parts: ({ body }, timestamp) => [
    part('version', 'v0'),
    text(':'),
    part('timestamp', timestamp),
    text(':'),
    part('body', body),
  ],
  headers: (_draft, timestamp, signature) => [
    ['x-zm-request-timestamp', timestamp],
    ['x-zm-signature', signature],
  ],
};

const twitch: Profile = {
  ...shopify,
  name: 'twitch',
  choice: { provider: 'twitch' },
  secret: secretOf('twitch'),
  form: 'hex',
  prefix: 'sha256=',
  unit: 'rfc3339',
  signatureHeader: 'Twitch-Eventsub-Message-Signature',
  timestampHeader: 'Twitch-Eventsub-Message-Timestamp',
  idHeader: 'Twitch-Eventsub-Message-Id',
  parts: ({ body, id }, timestamp) => [part('id', id), part('timestamp', timestamp), part('body', body)],
  headers: ({ id }, timestamp, signature) => [
    ['Twitch-Eventsub-Message-Id', id],
    ['Twitch-Eventsub-Message-Timestamp', timestamp],
    ['Twitch-Eventsub-Message-Signature', signature],
  ],
};

const square: Profile = {
  ...shopify,
  name: 'square',
  choice: { provider: 'square' },
  secret: secretOf('square', 22),
  coversUrl: true,
  signatureHeader: 'x-square-hmacsha256-signature',
  parts: ({ url, body }) => [part('url', url), part('body', body)],
  headers: (_draft, _timestamp, signature) => [['x-square-hmacsha256-signature', signature]],
};

const hubspot: Profile = {
  ...shopify,
  name: 'hubspot',
  choice: scheme(
    'hmac-sha256',
    { header: 'x-hubspot-signature-v3', encoding: 'base64' },
    '{method}{url}{body}{timestamp}',
    { timestamp: { header: 'x-hubspot-request-timestamp', unit: 'ms' } },
  ),
  secret: secretOf('hubspot', 36),
  unit: 'ms',
  coversUrl: true,
  signatureHeader: 'X-HubSpot-Signature-v3',
  timestampHeader: 'X-HubSpot-Request-Timestamp',
  parts: ({ method, url, body }, timestamp) => [
    part('method', method),
    part('url', url),
    part('body', body),
    part('timestamp', timestamp),
  ],
  headers: (_draft, timestamp, signature) => [
    ['X-HubSpot-Request-Timestamp', timestamp],
    ['X-HubSpot-Signature-v3', signature],
  ],
};

const paddle: Profile = {
  ...shopify,
  name: 'paddle',
  choice: { provider: 'paddle' },
  secret: `pdl_ntfset_${secretOf('paddle')}`,
  form: 'hex',
  unit: 's',
  signatureHeader: 'Paddle-Signature',
  parts: ({ body }, timestamp) => [part('timestamp', timestamp), text(':'), part('body', body)],
  headers: (_draft, timestamp, signature) => [['Paddle-Signature', `ts=${timestamp};h1=${signature}`]],
};

const sanity: Profile = {
  ...shopify,
  name: 'sanity',
  choice: { provider: 'sanity' },
  secret: secretOf('sanity', 28),
  form: 'base64url',
  unit: 'ms',
  signatureHeader: 'Sanity-Webhook-Signature',
  parts: ({ body }, timestamp) => [part('timestamp', timestamp), text('.'), part('body', body)],
  headers: (_draft, timestamp, signature) => [['Sanity-Webhook-Signature', `t=${timestamp},v1=${signature}`]],
};

const trello: Profile = {
  ...shopify,
  name: 'trello',
  choice: scheme('hmac-sha1', { header: 'x-trello-webhook', encoding: 'base64' }, '{body}{url}'),
  secret: secretBytes('trello').toString('hex'),
  hash: 'sha1',
  coversUrl: true,
  signatureHeader: 'X-Trello-Webhook',
  parts: ({ url, body }) => [part('body', body), part('url', url)],
  headers: (_draft, _timestamp, signature) => [['X-Trello-Webhook', signature]],
};

const cashfree: Profile = {
  ...shopify,
  name: 'cashfree',
  choice: { provider: 'cashfree' },
  secret: `cfsk_ma_test_${secretOf('cashfree', 40)}`,
  unit: 'ms',
  kinds: ['json', 'form'],
  signatureHeader: 'x-webhook-signature',
  timestampHeader: 'x-webhook-timestamp',
  parts: ({ body }, timestamp) => [part('timestamp', timestamp), part('body', body)],
  headers: (_draft, timestamp, signature) => [
    ['x-webhook-timestamp', timestamp],
    ['x-webhook-signature', signature],
  ],
};

/** Its key stands in hex on the dashboard. */
const adyen: Profile = {
  ...shopify,
  name: 'adyen-banking',
  choice: { provider: 'adyen-banking' },
  secret: secretBytes('adyen').toString('hex').toUpperCase(),
  encoding: 'hex',
  keyOf: (secret) => Buffer.from(secret, 'hex'),
  signatureHeader: 'HmacSignature',
  headers: (_draft, _timestamp, signature) => [
    ['Protocol', 'HmacSHA256'],
    ['HmacSignature', signature],
  ],
};

/** Its key stands in base64. */
const airtable: Profile = {
  ...shopify,
  name: 'airtable',
  choice: scheme(
    'hmac-sha256',
    { header: 'x-airtable-content-mac', encoding: 'hex', prefix: 'hmac-sha256=' },
    '{body}',
  ),
  secret: secretBytes('airtable').toString('base64'),
  encoding: 'base64',
  keyOf: (secret) => Buffer.from(secret, 'base64'),
  form: 'hex',
  prefix: 'hmac-sha256=',
  signatureHeader: 'X-Airtable-Content-MAC',
  headers: (_draft, _timestamp, signature) => [['X-Airtable-Content-MAC', signature]],
};

/** A partner's own: method, path, query, a header and the body's digest. */
const partner: Profile = {
  ...shopify,
  name: 'partner',
  choice: scheme(
    'hmac-sha256',
    { header: 'x-partner-signature', encoding: 'hex', prefix: 'sha256=' },
    '{timestamp}\n{method}\n{host}{path}\n{query}\n{header:content-type}\n{body:sha256:hex}',
    { timestamp: 'x-partner-date' },
  ),
  secret: secretOf('partner', 44),
  form: 'hex',
  prefix: 'sha256=',
  unit: 's',
  coversUrl: true,
  kinds: ['json', 'text', 'form'],
  signatureHeader: 'X-Partner-Signature',
  timestampHeader: 'X-Partner-Date',
  parts: ({ method, url, body, contentType }, timestamp) => {
    const { host, pathname, search } = new URL(url);
    return [
      part('timestamp', timestamp),
      text('\n'),
      part('method', method),
      text('\n'),
      part('host', host),
      part('path', pathname),
      text('\n'),
      part('query', search.slice(1)),
      text('\n'),
      part('header', contentType),
      text('\n'),
      part('digest', hash('sha256', body, 'hex')),
    ];
  },
  headers: (_draft, timestamp, signature) => [
    ['X-Partner-Date', timestamp],
    ['X-Partner-Signature', signature],
  ],
};

export const DECLARED_PROFILES: readonly Profile[] = [
  shopify,
  zoom,
  twitch,
  square,
  hubspot,
  paddle,
  sanity,
  trello,
  cashfree,
  adyen,
  airtable,
  partner,
];
