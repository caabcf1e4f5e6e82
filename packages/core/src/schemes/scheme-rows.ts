/** The options of a declared scheme, by its type. */

import { type OptionRow, words } from '../option-row.ts';
import { SIGV4_ROWS } from './aws-sigv4/option-rows.ts';
import { CERTIFICATE_ROWS } from './certificate/option-rows.ts';
import { HANDSHAKE_ROW } from './handshake-row.ts';
import { DETACHED_JWS_ROWS } from './jws/detached-options.ts';
import { BOUND_CLAIM_ROWS } from './jwt/bound-claim-rows.ts';
import { JWT_KEY_ENCODINGS } from './jwt/declared-token.ts';
import { KEY_URL_ROW } from './jwt/key-url.ts';
import { jwtOptionRows } from './jwt/option-rows.ts';
import { MESSAGE_SIGNATURE_ROWS } from './message-signatures/option-rows.ts';
import type { SCHEME_TYPES } from './scheme-types.ts';
import { SHARED_TOKEN_ROWS } from './shared-token-rows.ts';
import { TEMPLATE_ROWS } from './template-rows.ts';

const JWT_ROWS: readonly OptionRow[] = [
  ...jwtOptionRows(['algorithm']).map((row) => ({ ...row, isRequired: true })),
  ...jwtOptionRows([
    'jwks',
    'header',
    'issuer',
    'audience',
    'typ',
    'required',
    'requiredValues',
    'lifetime',
    'maxAgeMs',
    'leewayMs',
    'binding',
    'bindingMode',
    'ip',
    'consume',
  ]),
  KEY_URL_ROW,
  ...BOUND_CLAIM_ROWS,
  {
    name: 'prefix',
    description: 'what stands before the token; empty: nothing',
    value: { type: 'string' },
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
    options: [...SHARED_TOKEN_ROWS, HANDSHAKE_ROW],
  },
  {
    type: 'http-message-signatures',
    summary: 'HTTP Message Signatures, RFC 9421.',
    proof: 'signature',
    options: MESSAGE_SIGNATURE_ROWS,
  },
  {
    type: 'detached-jws',
    summary: 'Detached JSON Web Signatures over method, path, headers that the sender names, and body.',
    proof: 'signature',
    options: DETACHED_JWS_ROWS,
  },
  {
    type: 'aws-sigv4',
    summary: 'AWS Signature Version 4, in the header authorization, or in presigned URLs.',
    proof: 'signature',
    options: SIGV4_ROWS,
  },
  {
    type: 'certificate',
    summary: 'Members of a JSON body, signed by the key of a certificate whose address the body names.',
    proof: 'signature',
    options: CERTIFICATE_ROWS,
  },
];
