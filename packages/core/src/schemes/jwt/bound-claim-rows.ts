/** The rows of the options that say which claims bind a token to its request. */
import { type OptionRow, object, TEXT, type ValueSchema, words } from '../../option-row.ts';
import { BASE_PATH } from './base-path.ts';
import { EMPTY_BODY } from './body-hash-claim.ts';
import { HASH_ENCODINGS } from './hash-text.ts';

const HASH: ValueSchema = words(...HASH_ENCODINGS);

const CLAIM_NAME = { ...TEXT, description: 'the claim’s name' };

/** Of what binds a token to its request: declared schemes alone have them, a provider’s tokens are as they are. */
export const BOUND_CLAIM_ROWS: readonly OptionRow[] = [
  {
    name: 'bodyClaim',
    description:
      'the claim that holds the SHA-256 of the body: its name, or { name, encoding: hex, base64 or base64url, emptyBody: hashed, or absent where tokens of empty bodies lack it }',
    value: {
      anyOf: [
        TEXT,
        object(
          {
            name: CLAIM_NAME,
            encoding: { ...HASH, description: 'how the hash is written. Default: hex' },
            emptyBody: {
              ...words(...EMPTY_BODY),
              description:
                'hashed; or absent: a token without the claim is for an empty body alone. Default: hashed',
            },
          },
          ['name'],
        ),
      ],
    },
    default: 'none: the body is not proved',
  },
  {
    name: 'urlClaim',
    description:
      'the claim that holds the URL of the request: its name, or { name, hash: hex, base64 or base64url } where it holds the URL’s SHA-256',
    value: {
      anyOf: [
        TEXT,
        object(
          {
            name: CLAIM_NAME,
            hash: { ...HASH, description: 'how its SHA-256 is written. Default: the URL itself' },
          },
          ['name'],
        ),
      ],
    },
    default: 'none: the URL is not proved',
  },
  {
    name: 'queryHashClaim',
    description:
      'the claim that holds the SHA-256 in hex of method, path and query as Atlassian’s qsh has them: its name, or { name, basePath: the path of the base URL, which it leaves out }',
    value: {
      anyOf: [TEXT, object({ name: CLAIM_NAME, basePath: BASE_PATH }, ['name'])],
    },
    default: 'none',
  },
  {
    name: 'origin',
    description: 'for urlClaim: scheme and host as the sender calls them, e.g. https://hooks.example',
    value: TEXT,
    default: 'as each request says',
  },
];
