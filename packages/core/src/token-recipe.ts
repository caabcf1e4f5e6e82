/** What a gate demands of a JSON Web Token, and of a DPoP proof beside it, as plain data: see `signing-recipe.ts`. */
import { type DpopRecipe, dpopRecipe } from './dpop-recipe.ts';
import type { KeyEncoding } from './keys/key-spec.ts';
import type { Scheme } from './scheme.ts';
import type { JwtAlgorithm } from './schemes/jwt/algorithms.ts';
import { START_LEEWAY_MS } from './schemes/jwt/jwt-scheme.ts';
import type { RequiredValues } from './schemes/jwt/required-values.ts';
import { isOfBody, requiredClaims } from './schemes/jwt/token-demands.ts';
import type { JwtOptions } from './schemes/jwt/token-options.ts';
import type { SharedTokenOptions } from './schemes/shared-token.ts';

/** How a token must be made. */
export interface TokenRecipe {
  /** One of secrets, or any of these of public keys. */
  readonly algorithms: readonly JwtAlgorithm[];
  /** Lower-case name of the header that carries it, and what stands before it there. */
  readonly header: string;
  readonly prefix: string;
  /** What its header must say as its type. Absent: anything. */
  readonly typ?: string;
  /** How a secret’s text becomes bytes. */
  readonly keyEncoding: Exclude<KeyEncoding, 'prefixed'>;
  /** Where public keys are fetched, without its query. Absent: the gate has them. */
  readonly keySet?: string;
  /** Absent: any. */
  readonly issuers?: readonly string[];
  /** Absent: any. */
  readonly audiences?: readonly string[];
  /** Claims that must be there, `exp` among them where it must. */
  readonly required: readonly string[];
  /** How far ahead `nbf` and `iat` may be. */
  readonly startLeewayMs: number;
  /** How long after `exp` it is still taken. */
  readonly endLeewayMs: number;
  /** Lower-case names of the headers that the claim `pay` binds, in order; empty where none is bound. */
  readonly binding: readonly string[];
  /** Whether the claim `ip` must be the client’s address. */
  readonly ip: boolean;
  /** Claims that bind it to its request, each with what it holds, e.g. `the SHA-256 of the body in hex`; empty where none does. */
  readonly bound: readonly { readonly name: string; readonly says: string }[];
  /** What claims must say, by their names; empty where anything is taken. */
  readonly requiredValues: RequiredValues;
  /** How old it may be by its `iat`. Absent: as old as its `exp` lets it be. */
  readonly maxAgeMs?: number;
  /** How often one token is taken. Absent: until it expires. */
  readonly uses?: number;
  /** Of the DPoP proof that comes with it. */
  readonly dpop?: DpopRecipe;
}

/** Undefined for what is no scheme of tokens. */
export function tokenRecipe(scheme: Scheme): TokenRecipe | undefined {
  const { declared } = scheme;
  // The type says what the options are: each is written in one place.
  if (declared.type === 'token') return recipeOf(declared.options as JwtOptions);
  const bound = dpopRecipe(scheme);
  return bound && { ...recipeOf(bound.token), dpop: bound.proof };
}

function recipeOf(options: JwtOptions): TokenRecipe {
  const { algorithms, header, prefix = '', typ, keyEncoding = 'utf8', issuers, audiences } = options;
  const { leewayMs, binding = [], bindingMode, ip = false } = options;
  const { bound = [], requiredValues = {}, maxAgeMs } = options;
  const keySet = options.keySource ?? options.keySet ?? options.defaultKeySet;
  return {
    algorithms,
    header,
    prefix,
    ...(typ !== undefined && { typ }),
    keyEncoding,
    ...(keySet && { keySet: withoutQuery(keySet.url) }),
    ...(issuers && { issuers }),
    ...(audiences && { audiences }),
    required: requiredClaims(options),
    startLeewayMs: leewayMs ?? START_LEEWAY_MS,
    endLeewayMs: leewayMs ?? 0,
    binding: bindingMode === 'off' ? [] : binding,
    ip,
    bound: bound.map(({ name, says }) => ({ name, says })),
    requiredValues,
    ...(maxAgeMs !== undefined && { maxAgeMs }),
    ...usesOf(options),
  };
}

function usesOf(options: JwtOptions): Pick<TokenRecipe, 'uses'> {
  if (options.consume !== undefined) return { uses: options.consume };
  return isOfBody(options) ? { uses: 1 } : {};
}

/** A query may hold what is for this gate alone. */
function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/s, '');
}

const SAMPLE_TOKEN_SECONDS = 600;

/** Claims of a token that the scheme takes, for a sample that is signed at `nowMs`: what it demands, and times. Empty where nothing is a token. */
export function sampleClaims(scheme: Scheme, nowMs: number): Readonly<Record<string, unknown>> {
  const recipe = tokenRecipe(scheme);
  if (recipe === undefined) return {};
  const now = Math.floor(nowMs / 1000);
  const { issuers: [iss] = [], audiences: [aud] = [], required, requiredValues } = recipe;
  const demanded = required.filter((name) => !['exp', 'iat', 'nbf'].includes(name));
  return {
    ...Object.fromEntries(demanded.map((name) => [name, 'test'])),
    ...(iss !== undefined && { iss }),
    ...(aud !== undefined && { aud }),
    ...Object.fromEntries(Object.entries(requiredValues).map(([name, [value]]) => [name, value])),
    sub: 'test',
    iat: now,
    exp: now + SAMPLE_TOKEN_SECONDS,
  };
}

/** The header that carries the secret itself, and how. */
export type SharedTokenRecipe = Pick<SharedTokenOptions, 'header' | 'form'>;

/** Undefined for what is no scheme of shared tokens. */
export function sharedTokenRecipe({ declared }: Scheme): SharedTokenRecipe | undefined {
  if (declared.type !== 'shared-token') return undefined;
  const { header, form } = declared.options as SharedTokenOptions;
  return { header, form };
}
