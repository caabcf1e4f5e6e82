/** Senders of webhooks that sign bytes, each as its own documentation or its package’s code describes it: HMACs, and hashes of secret and message. */
import { pick, uuidOf, word } from '../base/draw.ts';
import { type Profile, part, secretBytes, secretOf, text } from './profile.ts';
import { agentOf, timedParts, type Webhook, webhook } from './webhook.ts';

const profile = (own: Webhook): Profile => webhook({ usual: () => agentOf('webhook-sender/2.0'), ...own });

/** HubSpot’s and Cloudinary’s, which are no HMAC. */
const secretFirst: Profile['keyed'] = (key, message) => Buffer.concat([key, message]);
const secretLast: Profile['keyed'] = (key, message) => Buffer.concat([message, key]);

const HUBSPOT_PATHS = [
  '/hubspot/hooks',
  '/hubspot/cards?portalId=62515&q=a%40b',
  '/crm/v3/callback?note=caf%C3%A9',
];

const hubspot = (version: 'v1' | 'v2'): Profile =>
  profile({
    name: `hubspot-${version}`,
    secret: uuidOf(`hubspot ${version}`),
    keyed: secretFirst,
    signatureHeader: 'X-HubSpot-Signature',
    coversUrl: version === 'v2',
    paths: HUBSPOT_PATHS,
    parts: ({ method, url, body }) =>
      version === 'v1'
        ? [part('body', body)]
        : [part('method', method), part('url', url), part('body', body)],
    headers: (_draft, _timestamp, signature) => [
      ['X-HubSpot-Signature-Version', version],
      ['X-HubSpot-Signature', signature],
    ],
  });

/** `: / ? @ ! $ ' ( ) * , ;` stand for themselves. */
const hubspotUrl = (url: string): string =>
  url.replace(/%(?:3a|2f|3f|40|21|24|27|28|29|2a|2c|3b)/gi, (mark) => decodeURIComponent(mark));

const cloudinary = (name: string, hash: 'sha1' | 'sha256'): Profile =>
  profile({
    name,
    choice: { provider: 'cloudinary', ...(hash !== 'sha1' && { options: { algorithm: hash } }) },
    hash,
    keyed: secretLast,
    unit: 's',
    signatureHeader: 'X-Cld-Signature',
    timestampHeader: 'X-Cld-Timestamp',
    parts: ({ body }, timestamp) => [part('body', body), part('timestamp', timestamp)],
  });

const CONTENTFUL = ['x-contentful-crn', 'x-contentful-signed-headers', 'x-contentful-timestamp'];
const CRN = 'crn:contentful:::content:spaces/acme';

const contentful = profile({
  name: 'contentful',
  secret: secretBytes('contentful').toString('hex'),
  unit: 'ms',
  coversUrl: true,
  signatureHeader: 'x-contentful-signature',
  timestampHeader: 'x-contentful-timestamp',
  parts: ({ method, url, body }, timestamp) => {
    const { pathname, search } = new URL(url);
    const query = search === '' ? '' : `?${encodeURIComponent(search.slice(1))}`;
    return [
      part('method', method),
      text('\n'),
      part('url', encodeURI(pathname + query)),
      text('\n'),
      part('header', `x-contentful-crn:${CRN};x-contentful-signed-headers:${CONTENTFUL.join(',')};`),
      text('x-contentful-timestamp:'),
      part('timestamp', timestamp),
      text('\n'),
      part('body', body),
    ];
  },
  headers: (_draft, timestamp, signature) => [
    ['x-contentful-crn', CRN],
    ['x-contentful-timestamp', timestamp],
    ['x-contentful-signed-headers', CONTENTFUL.join(',')],
    ['x-contentful-signature', signature],
  ],
});

const INNGEST_KEY = secretBytes('inngest').toString('hex');

export const CATALOGUE_PROFILES: readonly Profile[] = [
  profile({
    name: 'authsignal',
    form: 'base64',
    unit: 's',
    signatureHeader: 'X-Signature-V2',
    bodyAround: (body) =>
      Buffer.from(`{"version":1,"id":"${word(body.toString(), 20)}","type":"email.created","data":${body}}`),
    parts: timedParts,
    written: (signature, timestamp) => `t=${timestamp},v2=${signature.replaceAll('=', '')}`,
  }),
  cloudinary('cloudinary', 'sha1'),
  cloudinary('cloudinary-sha256', 'sha256'),
  contentful,
  profile({ name: 'docusign', form: 'base64', signatureHeader: 'X-DocuSign-Signature-1' }),
  hubspot('v1'),
  hubspot('v2'),
  profile({
    name: 'hubspot-v3',
    form: 'base64',
    unit: 'ms',
    coversUrl: true,
    paths: HUBSPOT_PATHS,
    secret: uuidOf('hubspot v3'),
    signatureHeader: 'X-HubSpot-Signature-v3',
    timestampHeader: 'X-HubSpot-Request-Timestamp',
    parts: ({ method, url, body }, timestamp) => [
      part('method', method),
      part('url', hubspotUrl(url)),
      part('body', body),
      part('timestamp', timestamp),
    ],
  }),
  profile({
    name: 'hygraph',
    form: 'base64',
    unit: 'ms',
    signatureHeader: 'gcms-signature',
    parts: ({ body }, timestamp) => [
      text('{"Body":'),
      part('body', JSON.stringify(body.toString())),
      text(',"EnvironmentName":"master","TimeStamp":'),
      part('timestamp', timestamp),
      text('}'),
    ],
    written: (signature, timestamp) => `sign=${signature}, env=master, t=${timestamp}`,
  }),
  profile({
    name: 'inngest',
    secret: `signkey-test-${INNGEST_KEY}`,
    keyOf: (secret) => Buffer.from(secret.replace(/^signkey-\w+-/, '')),
    unit: 's',
    signatureHeader: 'X-Inngest-Signature',
    parts: ({ body }, timestamp) => [part('body', body), part('timestamp', timestamp)],
    written: (signature, timestamp) => `t=${timestamp}&s=${signature}`,
  }),
  profile({
    name: 'kontent-ai',
    secret: secretBytes('kontent').toString('base64'),
    form: 'base64',
    signatureHeader: 'X-Kontent-ai-Signature',
  }),
  profile({
    name: 'lovable',
    prefix: 'sha256=',
    unit: 's',
    signatureHeader: 'X-Lovable-Signature',
    timestampHeader: 'X-Lovable-Timestamp',
    parts: timedParts,
  }),
  profile({
    name: 'meta',
    secret: secretBytes('meta').toString('hex').slice(0, 32),
    prefix: 'sha256=',
    signatureHeader: 'X-Hub-Signature-256',
    bodyAround: (body) =>
      Buffer.from(
        `{"object":"page","entry":[${body}]}`.replace(
          /[\u0080-\uffff]/g,
          (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
        ),
      ),
  }),
  profile({ name: 'stream-chat', signatureHeader: 'X-Signature' }),
  profile({
    name: 'trello',
    secret: secretBytes('trello app').toString('hex'),
    hash: 'sha1',
    form: 'base64',
    coversUrl: true,
    signatureHeader: 'X-Trello-Webhook',
    bodyAround: (body) =>
      Buffer.from(
        `{"action":{"id":"${word(body.toString(), 24)}","type":"${pick(body.toString(), ['updateCard', 'createCard'])}","data":${body}}}`,
      ),
    parts: ({ url, body }) => [part('body', body), part('url', url)],
  }),
  profile({ name: 'unit', hash: 'sha1', form: 'base64', signatureHeader: 'X-Unit-Signature' }),
  profile({
    name: 'x-twitter',
    form: 'base64',
    prefix: 'sha256=',
    signatureHeader: 'X-Twitter-Webhooks-Signature',
  }),
  profile({
    name: 'zoom',
    secret: secretOf('zoom app', 22),
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
  }),
];
