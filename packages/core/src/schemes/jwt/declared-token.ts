/** Tokens that a declaration describes: what it takes beside the options that all schemes of tokens share. */
import { notGiven, type OptionReader } from '../../options.ts';
import type { Scheme } from '../../scheme.ts';
import { SetupError } from '../../setup-error.ts';
import { readOrigin } from '../origin-option.ts';
import { readBasePath } from './base-path.ts';
import { bodyHashClaim, EMPTY_BODY } from './body-hash-claim.ts';
import type { BoundClaim } from './bound-claim.ts';
import { HASH_ENCODINGS } from './hash-text.ts';
import { readDemands, readJwtOptions } from './jwt-options.ts';
import { createJwtScheme } from './jwt-scheme.ts';
import { keyById } from './key-by-id.ts';
import { readKeyUrl } from './key-url.ts';
import { queryHashClaim } from './query-hash-claim.ts';
import type { JwtOptions } from './token-options.ts';
import { urlClaim } from './url-claim.ts';

/** What encodings a token’s secret may have. */
export const JWT_KEY_ENCODINGS = ['utf8', 'base64', 'base64url', 'hex', 'base32'] as const;

/** @throws SetupError naming the option and the remedy. */
export function createDeclaredToken(options: OptionReader): Scheme {
  const keyEncoding = options.oneOf('keyEncoding', JWT_KEY_ENCODINGS);
  // An empty one says that nothing stands there.
  const prefix = options.raw('prefix') === '' ? '' : options.text('prefix');
  const defaults = { name: 'jwt', header: 'authorization', prefix: 'Bearer ' };
  const scheme = readJwtOptions(options, { ...defaults, ...(keyEncoding && { keyEncoding }) });
  const demands = readDemands(options);
  const bound = readBoundClaims(options);
  const keyUrl = readKeyUrl(options);
  options.refuseUnread();
  return createJwtScheme({
    ...scheme,
    ...demands,
    ...bound,
    ...(keyUrl && { keySource: keyById(keyUrl) }),
    ...(prefix !== undefined && { prefix }),
  });
}

/** Cheap ones first: a body is hashed where all others hold. */
function readBoundClaims(options: OptionReader): Pick<JwtOptions, 'bound' | 'origin'> {
  const claims = [
    claimOf(options, 'urlClaim', (name, reader) => {
      const hash = reader?.oneOf('hash', HASH_ENCODINGS);
      return urlClaim(name, hash === undefined ? {} : { hash });
    }),
    claimOf(options, 'queryHashClaim', (name, reader) => {
      const basePath = reader && readBasePath(reader);
      return queryHashClaim(name, basePath === undefined ? {} : { basePath });
    }),
    claimOf(options, 'bodyClaim', (name, reader) => {
      const encoding = reader?.oneOf('encoding', HASH_ENCODINGS);
      const emptyBody = reader?.oneOf('emptyBody', EMPTY_BODY);
      return bodyHashClaim(name, { ...(encoding && { encoding }), ...(emptyBody && { emptyBody }) });
    }),
  ];
  const bound = claims.filter((claim) => claim !== undefined);
  refuseSharedName(bound, options);
  const origin = readOrigin(options);
  if (origin && !bound.some(({ covers }) => covers.includes('host'))) {
    throw new SetupError(
      options.path('origin'),
      'no claim holds a URL that it could be for',
      'Give urlClaim, or leave origin out.',
    );
  }
  return { ...(bound.length > 0 && { bound }), ...(origin && { origin }) };
}

/** An option that is a claim’s name, or an object with one. */
function claimOf(
  options: OptionReader,
  option: string,
  create: (name: string, reader: OptionReader | undefined) => BoundClaim,
): BoundClaim | undefined {
  const raw = options.raw(option);
  if (raw === undefined) return undefined;
  if (typeof raw === 'string') return create(options.text(option) as string, undefined);
  const reader = options.object(option) as OptionReader;
  const name = reader.text('name');
  if (name === undefined) {
    throw notGiven(reader, 'name', 'Give the name of the token’s claim.');
  }
  const claim = create(name, reader);
  reader.refuseUnread();
  return claim;
}

/** One text cannot be of two things. */
function refuseSharedName(bound: readonly BoundClaim[], options: OptionReader): void {
  const names = bound.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice === undefined) return;
  throw new SetupError(
    options.path('bodyClaim'),
    `the claim ${twice} cannot hold two things`,
    'Give each what its own claim holds.',
  );
}
