/** Senders that public bug reports are about, and that no other group has: each as its own documentation describes it. */
import { type Profile, part, secretOf, text, utf8Key } from './profile.ts';

const usual: Profile['usual'] = () => [
  ['User-Agent', 'webhook-sender/1.4'],
  ['Accept', '*/*'],
];

const netalertx: Profile = {
  name: 'netalertx',
  choice: {
    scheme: {
      algorithm: 'hmac-sha256',
      signature: { header: 'x-webhook-signature', encoding: 'hex', prefix: 'sha256=' },
      message: '{body}',
    },
  },
  secret: secretOf('netalertx'),
  keyOf: utf8Key,
  hash: 'sha256',
  form: 'hex',
  prefix: 'sha256=',
  kinds: ['json'],
  coversUrl: false,
  signatureHeader: 'X-Webhook-Signature',
  parts: ({ body }) => [part('body', body)],
  headers: (_draft, _timestamp, signature) => [['X-Webhook-Signature', signature]],
  usual,
};

const box: Profile = {
  ...netalertx,
  name: 'box',
  choice: {
    scheme: {
      algorithm: 'hmac-sha256',
      signature: { header: 'box-signature-primary', encoding: 'base64' },
      message: '{body}{timestamp}',
      timestamp: { header: 'box-delivery-timestamp', unit: 'rfc3339' },
    },
  },
  secret: secretOf('box primary'),
  form: 'base64',
  prefix: '',
  unit: 'rfc3339',
  signatureHeader: 'Box-Signature-Primary',
  timestampHeader: 'Box-Delivery-Timestamp',
  parts: ({ body }, timestamp) => [part('body', body), part('timestamp', timestamp)],
  headers: ({ id }, timestamp, signature) => [
    ['Box-Delivery-Id', id],
    ['Box-Delivery-Timestamp', timestamp],
    ['Box-Signature-Version', '1'],
    ['Box-Signature-Algorithm', 'HmacSHA256'],
    ['Box-Signature-Primary', signature],
  ],
};

const xero: Profile = {
  ...netalertx,
  name: 'xero',
  choice: {
    scheme: {
      algorithm: 'hmac-sha256',
      signature: { header: 'x-xero-signature', encoding: 'base64' },
      message: '{body}',
    },
  },
  secret: secretOf('xero', 88),
  form: 'base64',
  prefix: '',
  signatureHeader: 'x-xero-signature',
  headers: (_draft, _timestamp, signature) => [['x-xero-signature', signature]],
};

/** A sales agent's notices: the time and the body. */
const adcp: Profile = {
  ...netalertx,
  name: 'adcp',
  choice: {
    scheme: {
      algorithm: 'hmac-sha256',
      signature: { header: 'x-adcp-signature', encoding: 'hex', prefix: 'sha256=' },
      message: '{timestamp}.{body}',
      timestamp: 'x-adcp-timestamp',
    },
  },
  secret: secretOf('adcp', 40),
  unit: 's',
  signatureHeader: 'X-AdCP-Signature',
  timestampHeader: 'X-AdCP-Timestamp',
  parts: ({ body }, timestamp) => [part('timestamp', timestamp), text('.'), part('body', body)],
  headers: (_draft, timestamp, signature) => [
    ['X-AdCP-Timestamp', timestamp],
    ['X-AdCP-Signature', signature],
  ],
};

const halopsa: Profile = {
  ...netalertx,
  name: 'halopsa',
  choice: {
    scheme: {
      algorithm: 'hmac-sha256',
      signature: { header: 'x-halopsa-signature', encoding: 'hex', prefix: 'sha256=' },
      message: '{body}',
    },
  },
  secret: secretOf('halopsa', 36),
  signatureHeader: 'X-HaloPSA-Signature',
  headers: (_draft, _timestamp, signature) => [['X-HaloPSA-Signature', signature]],
};

export const REPORTED_PROFILES: readonly Profile[] = [netalertx, box, xero, adcp, halopsa];
