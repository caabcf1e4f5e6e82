/** What the options of a template scheme may be; and its rows, where it is declared in a configuration. */
import { REPLAY_IDENTITIES } from '../coverage-model.ts';
import { DECLARED_ALGORITHMS } from '../crypto/signature-bytes.ts';
import { TIMESTAMP_UNITS } from '../freshness.ts';
import {
  FLAG,
  HEADER_NAME,
  MILLISECONDS,
  type OptionRow,
  object,
  oneOrMore,
  TEXT,
  type ValueSchema,
  words,
} from '../option-row.ts';
import { BODY_READINGS } from './declared-body.ts';
import { SECRET_ENCODINGS } from './declared-key.ts';
import { KEY_DIGESTS } from './digested-key-form.ts';
import { HANDSHAKE_ROW } from './handshake-row.ts';
import { SIGNATURE_ENCODINGS } from './signature-text.ts';
import { TEMPLATE_FIELDS_TEXT } from './template-fields.ts';

const WHERE = {
  header: { ...HEADER_NAME, description: 'the header that holds it' },
  query: { ...TEXT, description: 'the parameter of the URL’s query that holds it' },
  member: { ...TEXT, description: 'the member of a JSON body that holds it; a.b is the member b of a' },
  field: { ...TEXT, description: 'the field of a form that holds it' },
} as const;

/** Where a part of the request sits: exactly one of them. */
export const PLACE: ValueSchema = object(WHERE);

/** How a header holds several labelled items. */
export const SIGNATURE_LIST: ValueSchema = object({
  separator: { ...TEXT, description: 'what stands between two items. Default: ","' },
  assign: { ...TEXT, description: 'what stands between an item’s label and its value. Default: "="' },
  labels: { ...oneOrMore(TEXT), description: 'labels of the items that are signatures. Default: v1' },
  items: {
    type: 'object',
    properties: {},
    additionalProperties: TEXT,
    description:
      'other items that the message covers as {item:LABEL}: by label what who signs writes there. Default: none',
  },
  bare: {
    ...FLAG,
    description: 'whether it has signatures without labels, and nothing else. Default: false',
  },
});

/** Where the signature sits, and how it is written. */
export const SIGNATURE_PLACE: ValueSchema = object({
  ...WHERE,
  encoding: { ...words(...SIGNATURE_ENCODINGS), description: 'how it is written. Default: hex-any-case' },
  prefix: { ...TEXT, description: 'what stands before it, e.g. sha256=' },
  list: { ...SIGNATURE_LIST, description: 'a header of several labelled items, e.g. t=1,v1=ab' },
  also: {
    ...oneOrMore(TEXT),
    description: 'names of other places of the same kind, of which any will do, e.g. x-signature-2',
  },
});

/** Where the time sits, and how it is written. */
export const TIMESTAMP_PLACE: ValueSchema = object({
  ...WHERE,
  item: { ...TEXT, description: 'the label of the item of the signature’s list that holds it' },
  unit: {
    ...words(...TIMESTAMP_UNITS),
    description: 'how it is written; s-or-ms are whole numbers of either, told apart by size. Default: s',
  },
  text: {
    ...FLAG,
    description: 'whether a JSON member is a text where others write a number. Default: false',
  },
});

/** How old, and how far ahead, in milliseconds. */
export const TOLERANCE: ValueSchema = object({
  past: { ...MILLISECONDS, description: 'how old it may be' },
  future: { ...MILLISECONDS, description: 'how far ahead it may be' },
});

/** How the text of a key becomes bytes. */
export const KEY_BYTES: ValueSchema = object({
  encoding: { ...words(...SECRET_ENCODINGS), description: 'how it is written. Default: utf8' },
  prefix: {
    ...TEXT,
    description:
      'what is cut off before that, where it begins so, e.g. whsec_; in signkey-*- the star stands for letters, digits and underscores',
  },
  digest: {
    ...words(...KEY_DIGESTS),
    description: 'of an HMAC whose key is the digest of these bytes. Default: they are the key',
  },
});

/** `sha256` stands for `hmac-sha256`. */
const ALGORITHM_NAMES: readonly string[] = DECLARED_ALGORITHMS.flatMap((name) =>
  name.startsWith('hmac-') ? [name, name.slice('hmac-'.length)] : [name],
);

/** What signs. */
export const SIGNATURE_ALGORITHM: ValueSchema = words(...ALGORITHM_NAMES);

/** What each option may be. A text for a place is the name of a header. */
export const TEMPLATE_VALUES: Readonly<
  Record<
    'algorithm' | 'signature' | 'message' | 'timestamp' | 'toleranceMs' | 'place' | 'origin',
    ValueSchema
  >
> = {
  algorithm: SIGNATURE_ALGORITHM,
  signature: { anyOf: [HEADER_NAME, SIGNATURE_PLACE] },
  message: oneOrMore(TEXT),
  timestamp: { anyOf: [HEADER_NAME, TIMESTAMP_PLACE] },
  toleranceMs: { anyOf: [MILLISECONDS, TOLERANCE] },
  place: { anyOf: [HEADER_NAME, PLACE] },
  origin: TEXT,
};

/** What tells a repeat. */
export const REPLAY_ROW: OptionRow = {
  name: 'replay',
  description:
    'what tells that a request came before: message, all that is signed; signed-id, the id alone, which the message must cover; none: nothing does, and each copy is taken',
  value: words(...REPLAY_IDENTITIES),
  default: 'message',
};

const { algorithm, signature, message, timestamp, toleranceMs, place, origin } = TEMPLATE_VALUES;

export const TEMPLATE_ROWS: readonly OptionRow[] = [
  {
    name: 'algorithm',
    description:
      'what signs: a MAC, or a signature by public key; sha256 is short for hmac-sha256, sha1, sha384 and sha512 likewise',
    value: algorithm,
    default: 'none',
    isRequired: true,
  },
  {
    name: 'key',
    description:
      'how the text of a secret becomes bytes: { encoding, prefix, digest }; encoding of a key goes first',
    value: KEY_BYTES,
    default: 'to the letter',
  },
  {
    name: 'signature',
    description:
      'where it sits and how it is written: { header | query | member | field, prefix, encoding, list, also }; a text is a header’s name',
    value: signature,
    default: 'none',
    isRequired: true,
  },
  {
    name: 'message',
    description: `a template, or several, over ${TEMPLATE_FIELDS_TEXT}; or body-without-member, sorted-form-lines`,
    value: message,
    default: 'none',
    isRequired: true,
  },
  {
    name: 'body',
    description: `what {body} stands for: ${BODY_READINGS.join(', ')}; of several any will do`,
    value: oneOrMore(words(...BODY_READINGS)),
    default: 'raw, without a signature that is inside',
  },
  {
    name: 'timestamp',
    description:
      '{ header | query | member | field | item, unit: s | ms | s-or-ms | rfc3339 }, or none; a text is a header’s name; the message must cover it',
    value: timestamp,
    default: 'none',
  },
  {
    name: 'toleranceMs',
    description: 'how old, and how far ahead, a request may be; or { past, future }',
    value: toleranceMs,
    default: '300000',
  },
  { name: 'id', description: 'where {id} sits', value: place, default: 'none' },
  { name: 'nonce', description: 'where the nonce sits', value: place, default: 'none' },
  { name: 'keyId', description: 'where the key’s id sits', value: place, default: 'none' },
  { name: 'eventType', description: 'where the event’s type sits', value: place, default: 'none' },
  REPLAY_ROW,
  {
    name: 'bodyDigest',
    description: 'where the SHA-256 of a body that is not a form stands in hex; the message must cover it',
    value: place,
    default: 'none',
  },
  HANDSHAKE_ROW,
  {
    name: 'each',
    description:
      'where items are that are signed one by one, e.g. items.*: signature and {member:NAME} are the item’s',
    value: TEXT,
    default: 'the request is signed as one',
  },
  {
    name: 'origin',
    description: 'scheme and host for {url} and {host}, as the sender knows them',
    value: origin,
    default: 'what the client or a trusted proxy says of them',
  },
];
