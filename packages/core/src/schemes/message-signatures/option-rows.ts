/** The rows of the options of message signatures. */
import {
  FLAG,
  HEADER_NAME,
  MILLISECONDS,
  type OptionRow,
  object,
  oneOrMore,
  TEXT,
  words,
} from '../../option-row.ts';
import { KEY_SET, KEY_SET_BOUND_ROWS } from '../jwt/option-rows.ts';
import { lifetimeRow } from '../lifetime.ts';
import { STRUCTURED_TYPES } from './component-value.ts';
import { DIGEST_ALGORITHMS } from './content-digest.ts';
import { AGENT_HEADERS } from './keys/agent-address.ts';
import { PROFILE_NAMES } from './profiles.ts';
import { ALGORITHM_WORDS } from './published-options.ts';
import { SIGNATURE_PARAMETERS } from './registered-names.ts';

/** `{ of, … }`, in place of the agents alone. */
const AGENTS = object(
  { of: { ...oneOrMore(TEXT), description: 'whose keys are taken, or any' }, ...KEY_SET_BOUND_ROWS },
  ['of'],
);

/** An operator’s `brand.json`, and one of its agents. */
const BRAND = object(
  {
    url: { ...TEXT, description: 'the https address of the file' },
    agent: { ...TEXT, description: 'the address of the agent, letter by letter as the file has it' },
    ...KEY_SET_BOUND_ROWS,
  },
  ['url', 'agent'],
);

export const MESSAGE_SIGNATURE_ROWS: readonly OptionRow[] = [
  {
    name: 'profile',
    description:
      'what senders of one kind sign, and how: the demands of web-bot-auth, ucp, adcp, adcp-webhook or visa-tap; other options add to them',
    value: words(...PROFILE_NAMES),
    default: 'none',
  },
  {
    name: 'algorithm',
    description:
      'hmac-sha256, ed25519, ecdsa-p256-sha256, ecdsa-p384-sha384, rsa-pss-sha512 or rsa-v1_5-sha256; or of-key: what each key’s JWK says, whose kty, crv and alg decide; never taken from the request',
    value: words(...ALGORITHM_WORDS),
    default: 'hmac-sha256; of-key with a profile, jwks, brand or agents',
  },
  {
    name: 'jwks',
    description:
      'where the public keys are, instead of keys: an https address of a JWKS, a key directory or a UCP profile, or { url, maxAgeMs: 600000, cooldownMs: 30000, timeoutMs: 5000, maxBytes: 65536, maxOutageMs: 86400000 }; under ucp maxBytes is 131072 and cooldownMs 60000',
    value: { anyOf: [TEXT, KEY_SET] },
    default: 'none',
  },
  {
    name: 'brand',
    description:
      'whose public keys are taken from where the operator’s brand.json says they are, instead of keys, as AdCP has it: { url, agent }, the address of the file and that of the agent in it, and the bounds of jwks',
    value: BRAND,
    default: 'none',
  },
  {
    name: 'agents',
    description:
      'whose public keys are taken from where the request says they are, instead of keys: a list of hosts, or of whole addresses of keys that are not under /.well-known; or any, and each is known by the host; or { of, maxAgeMs: 600000, cooldownMs: 30000, timeoutMs: 5000, maxBytes: 65536, maxOutageMs: 86400000 }, under ucp as jwks',
    value: { anyOf: [oneOrMore(TEXT), AGENTS] },
    default: 'none',
  },
  {
    name: 'agentHeader',
    description:
      'the header that says where the keys of agents are, which the signature must cover: signature-agent or ucp-agent',
    value: words(...AGENT_HEADERS),
    default: 'the profile’s, or signature-agent',
  },
  {
    name: 'thumbprint',
    description: 'whether keyid must be the RFC 7638 thumbprint of the key; of-key only',
    value: FLAG,
    default: 'the profile’s, or false: or the key’s kid',
  },
  {
    name: 'keyMembers',
    description:
      'members that the JWK of a key must have, with the values that are taken: { NAME: VALUE or a list }; of-key only',
    value: { type: 'object', properties: {}, additionalProperties: oneOrMore(TEXT) },
    default: 'the profile’s, or none',
  },
  {
    name: 'components',
    description:
      'what a signature must cover, and what signing covers, e.g. x-id or \'example-dict;key="a"\'; content-digest only where there is a body; @authority, @path and @query stand for @target-uri; none: whatever it covers',
    value: oneOrMore(TEXT),
    default: '@method, @target-uri, content-digest; with a profile, its own and these',
  },
  {
    name: 'whenPresent',
    description:
      'what a signature must cover of a request that has it: headers; @query; content-type and content-digest of a body',
    value: oneOrMore(TEXT),
    default: 'the profile’s, and idHeader',
  },
  {
    name: 'required',
    description:
      'parameters that a signature must have besides created: some of expires, nonce, alg, keyid, tag; or none, which takes one without created too; with nonce, the nonce is the identity of a request',
    value: oneOrMore(words(...SIGNATURE_PARAMETERS, 'none')),
    default: 'created; with a profile, its own and these',
  },
  lifetimeRow('a signature', 'created'),
  {
    name: 'label',
    description: 'the label of the signature that counts',
    value: TEXT,
    default: 'any; signing writes sig1',
  },
  {
    name: 'tag',
    description: 'the tag of the signature that counts, or several; none: a signature without one',
    value: oneOrMore(TEXT),
    default: 'the profile’s, or any',
  },
  {
    name: 'idHeader',
    description:
      'the header that names the request, e.g. idempotency-key: it must be covered where it is there; a request of the same id is a repeat, and refused where its body is another',
    value: HEADER_NAME,
    default: 'the profile’s, or none',
  },
  {
    name: 'maxAgeMs',
    description:
      'how old created may be; of agents, also how far ahead expires may be in a signature without created',
    value: MILLISECONDS,
    default: 'the profile’s, or 300000',
  },
  { name: 'futureMs', description: 'how far ahead created may be', value: MILLISECONDS, default: '60000' },
  {
    name: 'maxLifetimeMs',
    description:
      'how long after created expires may be; a signature whose expires is not after created is refused then',
    value: MILLISECONDS,
    default: 'the profile’s, or any time',
  },
  {
    name: 'digest',
    description: 'what signing writes: sha-256 or sha-512',
    value: words(...DIGEST_ALGORITHMS),
    default: 'sha-256',
  },
  {
    name: 'byteEncoding',
    description:
      'how the bytes of signatures are written: base64, as RFC 9651 has them, or base64url without padding',
    value: words('base64', 'base64url'),
    default: 'the profile’s, or base64',
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
