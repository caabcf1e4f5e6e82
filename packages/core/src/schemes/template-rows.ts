/** What the options of a template scheme may be; and its rows, where it is declared in a configuration. */
import { SIGNATURE_BYTES } from '../crypto/signature-bytes.ts';
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
});

/** Where the signature sits, and how it is written. */
export const SIGNATURE_PLACE: ValueSchema = object({
  ...WHERE,
  encoding: { ...words(...SIGNATURE_ENCODINGS), description: 'how it is written. Default: hex-any-case' },
  prefix: { ...TEXT, description: 'what stands before it, e.g. sha256=' },
  list: { ...SIGNATURE_LIST, description: 'a header of several labelled items, e.g. t=1,v1=ab' },
});

/** Where the time sits, and how it is written. */
export const TIMESTAMP_PLACE: ValueSchema = object({
  ...WHERE,
  item: { ...TEXT, description: 'the label of the item of the signature’s list that holds it' },
  unit: { ...words('s', 'ms', 'rfc3339'), description: 'how it is written. Default: s' },
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

/** `sha256` stands for `hmac-sha256`. */
const ALGORITHM_NAMES: readonly string[] = Object.keys(SIGNATURE_BYTES)
  .filter((name) => name !== 'shared-token')
  .flatMap((name) => (name.startsWith('hmac-') ? [name, name.slice('hmac-'.length)] : [name]));

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
    name: 'signature',
    description:
      'where it sits and how it is written: { header | query | member | field, prefix, encoding, list }; a text is a header’s name',
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
    name: 'timestamp',
    description:
      '{ header | query | member | field | item, unit: s | ms | rfc3339 }, or none; a text is a header’s name; the message must cover it',
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
  {
    name: 'bodyDigest',
    description: 'where the SHA-256 of a body that is not a form stands in hex; the message must cover it',
    value: place,
    default: 'none',
  },
  {
    name: 'origin',
    description: 'scheme and host for {url} and {host}, as the sender knows them',
    value: origin,
    default: 'what the client or a trusted proxy says of them',
  },
];
