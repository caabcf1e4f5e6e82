/** The options of a declared scheme, by its type. */
import { type OptionRow, TEXT, words } from '../option-row.ts';
import { jwtOptionRows } from './jwt/option-rows.ts';
import { MESSAGE_SIGNATURE_ROWS } from './message-signatures/option-rows.ts';
import type { SCHEME_TYPES } from './scheme-types.ts';
import { SHARED_TOKEN_ROWS } from './shared-token-rows.ts';
import { TEMPLATE_ROWS } from './template-rows.ts';

/** What encodings a token’s secret may have. */
export const JWT_KEY_ENCODINGS = ['utf8', 'base64', 'base64url', 'hex', 'base32'] as const;

const JWT_ROWS: readonly OptionRow[] = [
  ...jwtOptionRows(['algorithm']).map((row) => ({ ...row, isRequired: true })),
  ...jwtOptionRows([
    'jwks',
    'header',
    'issuer',
    'audience',
    'typ',
    'required',
    'lifetime',
    'leewayMs',
    'binding',
    'bindingMode',
    'ip',
    'consume',
  ]),
  {
    name: 'prefix',
    description: 'what stands before the token',
    value: TEXT,
    default: '"Bearer " in authorization, else nothing',
  },
  {
    name: 'keyEncoding',
    description: 'how a secret’s text becomes bytes',
    value: words(...JWT_KEY_ENCODINGS),
    default: 'utf8',
  },
];

/** A type of scheme that can be declared as data. */
export interface SchemeType {
  readonly type: (typeof SCHEME_TYPES)[number];
  readonly summary: string;
  /** What its requests prove themselves with; see `Provider.proof`. */
  readonly proof: 'signature' | 'token';
  /** All that its declaration takes beside `type`. */
  readonly options: readonly OptionRow[];
}

/** The types of schemes. A declaration that says none is a template. */
export const schemeTypes: readonly SchemeType[] = [
  {
    type: 'template',
    summary: 'A signature over a template of the request’s parts.',
    proof: 'signature',
    options: TEMPLATE_ROWS,
  },
  { type: 'jwt', summary: 'JSON Web Tokens.', proof: 'token', options: JWT_ROWS },
  {
    type: 'shared-token',
    summary: 'A token that is the secret itself.',
    proof: 'token',
    options: SHARED_TOKEN_ROWS,
  },
  {
    type: 'http-message-signatures',
    summary: 'HTTP Message Signatures, RFC 9421.',
    proof: 'signature',
    options: MESSAGE_SIGNATURE_ROWS,
  },
];
