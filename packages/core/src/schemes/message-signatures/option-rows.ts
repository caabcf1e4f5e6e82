/** The rows of the options of message signatures. */
import { MILLISECONDS, type OptionRow, oneOrMore, TEXT, words } from '../../option-row.ts';
import { lifetimeRow } from '../lifetime.ts';
import { STRUCTURED_TYPES } from './component-value.ts';
import { DIGEST_ALGORITHMS } from './content-digest.ts';
import { MESSAGE_SIGNATURE_ALGORITHMS, SIGNATURE_PARAMETERS } from './registered-names.ts';

export const MESSAGE_SIGNATURE_ROWS: readonly OptionRow[] = [
  {
    name: 'algorithm',
    description:
      'hmac-sha256, ed25519, ecdsa-p256-sha256, ecdsa-p384-sha384, rsa-pss-sha512 or rsa-v1_5-sha256; fixed here, never taken from the request',
    value: words(...Object.keys(MESSAGE_SIGNATURE_ALGORITHMS)),
    default: 'hmac-sha256',
  },
  {
    name: 'components',
    description:
      'what a signature must cover, and what signing covers, e.g. x-id or \'example-dict;key="a"\'; content-digest only where there is a body; @authority, @path and @query stand for @target-uri; none: whatever it covers',
    value: oneOrMore(TEXT),
    default: '@method, @target-uri, content-digest',
  },
  {
    name: 'required',
    description:
      'parameters that a signature must have besides created: some of expires, nonce, alg, keyid, tag; or none, which takes one without created too; with nonce, the nonce is the identity of a request',
    value: oneOrMore(words(...SIGNATURE_PARAMETERS, 'none')),
    default: 'created',
  },
  lifetimeRow('a signature', 'created'),
  {
    name: 'label',
    description: 'the label of the signature that counts',
    value: TEXT,
    default: 'any; signing writes sig1',
  },
  { name: 'tag', description: 'the tag of the signature that counts', value: TEXT, default: 'any' },
  { name: 'maxAgeMs', description: 'how old created may be', value: MILLISECONDS, default: '300000' },
  { name: 'futureMs', description: 'how far ahead created may be', value: MILLISECONDS, default: '60000' },
  {
    name: 'digest',
    description: 'what signing writes: sha-256 or sha-512',
    value: words(...DIGEST_ALGORITHMS),
    default: 'sha-256',
  },
  {
    name: 'origin',
    description: 'scheme and host as the sender knows them, behind a proxy or without TLS',
    value: TEXT,
    default: 'https and the request’s host, or what a trusted proxy says of them',
  },
  {
    name: 'structuredFields',
    description: 'types of further fields that are covered with ;sf: { NAME: dictionary | list | item }',
    value: { type: 'object', properties: {}, additionalProperties: words(...STRUCTURED_TYPES) },
    default: 'the registered ones',
  },
];
