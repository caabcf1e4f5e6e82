/** The rows of the options that token schemes share. */
import {
  FLAG,
  HEADER_NAME,
  MILLISECONDS,
  type ObjectSchema,
  type OptionRow,
  object,
  oneOrMore,
  TEXT,
  type ValueSchema,
  words,
} from '../../option-row.ts';
import { lifetimeRow } from '../lifetime.ts';
import { JWT_ALGORITHMS, PUBLIC_KEY_JWT } from './algorithms.ts';
import { BINDING_MODES } from './binding.ts';
import { KEY_SET_BOUNDS } from './key-set-url.ts';

function bounded(type: 'number' | 'integer', name: keyof typeof KEY_SET_BOUNDS): ValueSchema {
  const { least, most } = KEY_SET_BOUNDS[name];
  return { type, minimum: least, maximum: most };
}

/** How a set is fetched and kept. */
export const KEY_SET_BOUND_ROWS: ObjectSchema['properties'] = {
  maxAgeMs: {
    ...bounded('number', 'maxAgeMs'),
    description: 'how long a set is used before it is fetched again. Default: 600000',
  },
  cooldownMs: {
    ...bounded('number', 'cooldownMs'),
    description: 'the least time between two fetches. Default: 30000',
  },
  timeoutMs: {
    ...bounded('number', 'timeoutMs'),
    description: 'how long one fetch may take. Default: 5000',
  },
  maxBytes: {
    ...bounded('integer', 'maxBytes'),
    description: 'the longest set that is read. Default: 65536',
  },
  maxOutageMs: {
    ...bounded('number', 'maxOutageMs'),
    description:
      'how long past maxAgeMs the last good set is believed while none can be fetched. Default: 86400000',
  },
};

/** `{ url, … }`, in place of the address alone. */
export const KEY_SET: ValueSchema = object(
  { url: { ...TEXT, description: 'an https address' }, ...KEY_SET_BOUND_ROWS },
  ['url'],
);

/** What signs a token. */
export const TOKEN_ALGORITHM: ValueSchema = words(...JWT_ALGORITHMS);

/** What signs by a key whose other half may be published. */
export const PUBLIC_KEY_TOKEN_ALGORITHM: ValueSchema = words(...Object.keys(PUBLIC_KEY_JWT));

export type JwtOptionName =
  | 'header'
  | 'algorithm'
  | 'jwks'
  | 'issuer'
  | 'audience'
  | 'typ'
  | 'required'
  | 'requiredValues'
  | 'lifetime'
  | 'maxAgeMs'
  | 'leewayMs'
  | 'binding'
  | 'bindingMode'
  | 'ip'
  | 'consume';

const CLAIM_VALUE: ValueSchema = {
  anyOf: [{ type: 'string' }, { type: 'integer', minimum: 0 }, FLAG],
};

/** By the claim’s name: what it may be. */
const CLAIM_VALUES: ValueSchema = {
  type: 'object',
  properties: {},
  additionalProperties: { anyOf: [CLAIM_VALUE, { type: 'array', items: CLAIM_VALUE, minItems: 1 }] },
};

const ROWS: Readonly<Record<JwtOptionName, Omit<OptionRow, 'name'>>> = {
  header: {
    description: 'the header that carries the token',
    value: HEADER_NAME,
    default: 'authorization, as Bearer',
  },
  algorithm: {
    description:
      'HS256, 384 or 512, or one or a list of RS…, PS…, ES… (256, 384, 512), Ed25519 (EdDSA takes both names)',
    value: oneOrMore(TOKEN_ALGORITHM),
    default: 'none',
  },
  jwks: {
    description:
      'where the public keys are, instead of keys: an https address, or { url, maxAgeMs: 600000, cooldownMs: 30000, timeoutMs: 5000, maxBytes: 65536, maxOutageMs: 86400000 }',
    value: { anyOf: [TEXT, KEY_SET] },
    default: 'none',
  },
  issuer: {
    description: 'what the claim iss must be: a text or a list',
    value: oneOrMore(TEXT),
    default: 'any',
  },
  audience: {
    description: 'what the claim aud must be or hold: a text or a list',
    value: oneOrMore(TEXT),
    default: 'any',
  },
  typ: { description: 'what the token’s header must say as its type', value: TEXT, default: 'any' },
  required: {
    description: 'claims that must be there, besides exp',
    value: oneOrMore(TEXT),
    default: 'none',
  },
  requiredValues: {
    description:
      'what claims must say, by their names: a text, a whole number, true or false, or a list of which one is enough, e.g. { email_verified: true }',
    value: CLAIM_VALUES,
    default: 'none',
  },
  lifetime: lifetimeRow('a token', 'exp'),
  maxAgeMs: {
    description: 'how old a token may be by its iat, which must be there then; exp need not',
    value: MILLISECONDS,
    default: 'until it expires',
  },
  leewayMs: {
    description: 'how far ahead nbf and iat may be, and how long after exp a token is still taken',
    value: MILLISECONDS,
    default: '5000 for nbf and iat, 0 for exp',
  },
  binding: {
    description: 'headers that the token is bound to by its claim pay, in order',
    value: oneOrMore(HEADER_NAME),
    default: 'none',
  },
  bindingMode: {
    description: 'required; optional: checked where the token has the claim; or off',
    value: words(...BINDING_MODES),
    default: 'required',
  },
  ip: { description: 'whether the claim ip must be the client’s address', value: FLAG, default: 'false' },
  consume: {
    description:
      'how often a token is taken, 1 to 1000: by its claim jti or, without one, as a whole; a token must have exp then',
    value: { type: 'integer', minimum: 1, maximum: 1000 },
    default: 'none',
  },
};

/** All of them. */
export const JWT_OPTIONS: readonly JwtOptionName[] = Object.keys(ROWS) as JwtOptionName[];

/** Rows in the order of the names. @param defaults where the provider’s differ. */
export function jwtOptionRows(
  names: readonly JwtOptionName[],
  defaults: Readonly<Partial<Record<JwtOptionName, string>>> = {},
): readonly OptionRow[] {
  return names.map((name) => ({ name, ...ROWS[name], default: defaults[name] ?? ROWS[name].default }));
}
