/** Partners under the generic provider, as it comes and set to what they do. */
import { hash } from 'node:crypto';
import { uuidOf, word } from '../base/draw.ts';
import { type HeaderLines, type Profile, part, secretOf, text, utf8Key } from './profile.ts';

const agent = (value: string): HeaderLines => [
  ['User-Agent', value],
  ['Accept', '*/*'],
];

const hmac: Profile = {
  name: 'hmac',
  choice: { provider: 'hmac' },
  secret: secretOf('hmac'),
  keyOf: utf8Key,
  hash: 'sha256',
  form: 'hex',
  prefix: '',
  unit: 's',
  kinds: ['json', 'form', 'text', 'multipart'],
  coversUrl: false,
  signatureHeader: 'X-Signature',
  timestampHeader: 'X-Timestamp',
  parts: ({ body }, timestamp) => [part('timestamp', timestamp), text('.'), part('body', body)],
  headers: (_draft, timestamp, signature) => [
    ['X-Timestamp', timestamp],
    ['X-Signature', signature],
  ],
  usual: () => agent('acme-client/2.1'),
};

/** The generic provider, set to what a partner does: method, target and a digest, each on a line of its own. */
const hmacLines: Profile = {
  ...hmac,
  name: 'hmac-lines',
  choice: {
    provider: 'hmac',
    options: {
      message: '{method}\n{path}\n{query}\n{timestamp}\n{nonce}\n{body:sha256:hex}',
      signature: { header: 'x-acme-signature', encoding: 'base64' },
    },
  },
  secret: secretOf('hmac-lines'),
  form: 'base64',
  coversUrl: true,
  kinds: ['json', 'text', 'none'],
  signatureHeader: 'X-Acme-Signature',
  parts: ({ method, url, body, id }, timestamp) => {
    const { pathname, search } = new URL(url);
    return [
      part('method', method),
      text('\n'),
      part('path', pathname),
      text('\n'),
      part('query', search.slice(1)),
      text('\n'),
      part('timestamp', timestamp),
      text('\n'),
      part('nonce', word(id, 12)),
      text('\n'),
      part('digest', hash('sha256', body, 'hex')),
    ];
  },
  headers: ({ id }, timestamp, signature) => [
    ['X-Timestamp', timestamp],
    ['X-Nonce', word(id, 12)],
    ['X-Acme-Signature', signature],
  ],
};

/** The same over the whole URL. */
const hmacUrl: Profile = {
  ...hmac,
  name: 'hmac-url',
  choice: {
    provider: 'hmac',
    options: {
      algorithm: 'sha512',
      message: '{timestamp}.{url}.{body}',
      signature: { header: 'x-signature', prefix: 'sha512=' },
    },
  },
  secret: secretOf('hmac-url', 64),
  hash: 'sha512',
  prefix: 'sha512=',
  coversUrl: true,
  kinds: ['json', 'form'],
  parts: ({ url, body }, timestamp) => [
    part('timestamp', timestamp),
    text('.'),
    part('url', url),
    text('.'),
    part('body', body),
  ],
};

/** Headers with underscores in their names, as some services have them. */
export const UNDERSCORES: Profile = {
  ...hmac,
  name: 'hmac-underscores',
  choice: {
    provider: 'hmac',
    options: { signature: { header: 'x_signature' }, timestamp: { header: 'x_timestamp', unit: 's' } },
  },
  secret: secretOf('hmac-underscores'),
  kinds: ['json', 'form'],
  signatureHeader: 'x_signature',
  timestampHeader: 'x_timestamp',
  headers: (_draft, timestamp, signature) => [
    ['x_timestamp', timestamp],
    ['x_signature', signature],
  ],
};

/** GitHub's scheme, passed on by a service that writes its headers with underscores. */
export const GITHUB_UNDERSCORES: Profile = {
  ...hmac,
  name: 'github-underscores',
  choice: { provider: 'github', options: { headers: { signature: 'x_hub_signature_256' } } },
  secret: secretOf('github-underscores'),
  prefix: 'sha256=',
  kinds: ['json'],
  signatureHeader: 'x_hub_signature_256',
  parts: ({ body }) => [part('body', body)],
  headers: (_draft, _timestamp, signature) => [['x_hub_signature_256', signature]],
};

/** A request's id in a header that is signed. */
export const REQUEST_ID: Profile = {
  ...hmac,
  name: 'hmac-request-id',
  choice: { provider: 'hmac', options: { message: '{timestamp}.{header:x-request-id}.{body}' } },
  secret: secretOf('hmac-request-id'),
  kinds: ['json'],
  parts: ({ id, body }, timestamp) => [
    part('timestamp', timestamp),
    text('.'),
    part('header', uuidOf(id)),
    text('.'),
    part('body', body),
  ],
  headers: ({ id }, timestamp, signature) => [
    ['X-Request-Id', uuidOf(id)],
    ['X-Timestamp', timestamp],
    ['X-Signature', signature],
  ],
};

export const HMAC_PARTNERS: readonly Profile[] = [hmac, hmacLines, hmacUrl];
