/** What a program does to make a JSON Web Token, or a DPoP proof, and send a request with it. */
import type { DpopRecipe, TokenRecipe } from '@countersign/core/internal/signing-recipe';
import { isSetByClient } from './client-headers.ts';
import { derivedOf } from './derived-variables.ts';
import { type Atom, type Computed, joined } from './plan-parts.ts';
import { BODILESS, type PlanAlgorithm, readSecret, type SigningPlan } from './signing-plan.ts';

/** A claim as JSON’s source text, in which a program puts what it makes. */
export interface Claim {
  readonly name: string;
  readonly source: readonly Atom[];
}

export interface TokenPlanInput {
  readonly recipe: TokenRecipe;
  readonly method: string;
  readonly url: string;
  readonly keyEncoding: string | undefined;
  /** The gate’s id of the key. */
  readonly keyId: string;
}

/** How long a token of these programs is good. */
export const TOKEN_SECONDS = 300;

/** An address of those that stand in documents (RFC 5737). */
export const SAMPLE_ADDRESS = '192.0.2.1';

/** Why there is none is a sentence. */
export function tokenPlan(input: TokenPlanInput): SigningPlan | string {
  const { recipe, method, url, keyEncoding } = input;
  if (recipe.dpop) return dpopPlan(input, recipe.dpop);
  if (recipe.keySet !== undefined) return TOKENS_OF_AN_ISSUER;
  const [algorithm] = recipe.algorithms;
  if (algorithm === undefined) return 'The gate names no algorithm.';
  const isSecret = algorithm.startsWith('HS');
  const secret = isSecret ? readSecret({ encoding: recipe.keyEncoding }, keyEncoding) : undefined;
  if (typeof secret === 'string') return secret;
  if (recipe.bound.length > 0) return BOUND_TO_REQUEST;
  const ownHeader = recipe.binding.find(isSetByClient);
  if (ownHeader !== undefined)
    return `The token is bound to the header ${ownHeader}, which HTTP clients set or leave out themselves.`;
  const claims = claimsOf(recipe);
  const message = [{ text: `${headerSegment(input)}.` }, { variable: 'claims' } as const];
  const signatureText = [
    ...(recipe.prefix === '' ? [] : [{ text: recipe.prefix }]),
    ...message,
    { text: '.' },
    { variable: 'signature' } as const,
  ];
  return {
    method,
    url,
    hasBody: !BODILESS.includes(method),
    contentType: 'application/json',
    headers: [],
    algorithm: PLAN_ALGORITHMS[algorithm],
    ...(secret && { secret }),
    timestamp: 's',
    hasId: claims.some(({ source }) => source.some((atom) => 'variable' in atom && atom.variable === 'id')),
    hasNonce: false,
    puts: recipe.binding.map((name, i) => ({ kind: 'header', name, value: [{ variable: `bound${i + 1}` }] })),
    derived: [],
    computed: [
      { variable: 'expires', how: 'later', seconds: TOKEN_SECONDS },
      ...boundTexts(recipe),
      { variable: 'claims', how: 'base64url', of: claimsText(claims) },
    ],
    message: joined(message),
    encoding: 'base64url',
    signatureText: joined(signatureText),
    signaturePut: { kind: 'header', name: recipe.header, value: joined(signatureText) },
  };
}

const TOKENS_OF_AN_ISSUER =
  'The gate fetches public keys, so that whoever holds their other halves issues the tokens: ask them for one, and send it. No program here could make it.';

const BOUND_TO_REQUEST =
  'The token’s claims say what its request is: make one for each request, with the claims below. There is no program here for it.';

/** What signs a token, in the words of plans. */
export const PLAN_ALGORITHMS: Readonly<Record<TokenRecipe['algorithms'][number], PlanAlgorithm>> = {
  HS256: 'hmac-sha256',
  HS384: 'hmac-sha384',
  HS512: 'hmac-sha512',
  RS256: 'rsa-pkcs1-sha256',
  RS384: 'rsa-pkcs1-sha384',
  RS512: 'rsa-pkcs1-sha512',
  PS256: 'rsa-pss-sha256',
  PS384: 'rsa-pss-sha384',
  PS512: 'rsa-pss-sha512',
  ES256: 'ecdsa-p256-sha256',
  ES384: 'ecdsa-p384-sha384',
  ES512: 'ecdsa-p521-sha512',
  Ed25519: 'ed25519',
  EdDSA: 'ed25519',
};

/** The token’s header as its text. */
export function tokenHeaderText({ recipe, keyId }: Pick<TokenPlanInput, 'recipe' | 'keyId'>): string {
  const [alg = ''] = recipe.algorithms;
  return JSON.stringify({ typ: recipe.typ ?? 'JWT', alg, ...(!alg.startsWith('HS') && { kid: keyId }) });
}

function headerSegment(input: TokenPlanInput): string {
  return Buffer.from(tokenHeaderText(input)).toString('base64url');
}

/** All that the gate demands, and `exp` and `iat` in any case. */
export function claimsOf(recipe: TokenRecipe): readonly Claim[] {
  const { required, issuers, audiences, binding, ip, uses, requiredValues } = recipe;
  const quoted = (value: Atom): readonly Atom[] => [{ text: '"' }, value, { text: '"' }];
  const text = (value: string): readonly Atom[] => [{ text: JSON.stringify(value) }];
  const makers: Readonly<Record<string, readonly Atom[]>> = {
    exp: [{ variable: 'expires' }],
    ...((binding.length > 0 || required.includes('pay')) && {
      pay: binding.length > 0 ? quoted({ variable: 'pay' }) : text('sample'),
    }),
    iat: [{ variable: 'timestamp' }],
    ...(required.includes('nbf') && { nbf: [{ variable: 'timestamp' }] }),
    ...((uses !== undefined || required.includes('jti')) && { jti: quoted({ variable: 'id' }) }),
    ...((issuers || required.includes('iss')) && { iss: text(issuers?.[0] ?? 'sample') }),
    ...((audiences || required.includes('aud')) && { aud: text(audiences?.[0] ?? 'sample') }),
    ...((ip || required.includes('ip')) && { ip: text(SAMPLE_ADDRESS) }),
  };
  const values = Object.entries(requiredValues).map(([name, [value = '']]) => [
    name,
    [{ text: JSON.stringify(value) }] as readonly Atom[],
  ]);
  const all: typeof makers = { ...makers, ...Object.fromEntries(values) };
  const further = required.filter((name) => !Object.hasOwn(all, name));
  return [
    ...Object.entries(all).map(([name, source]) => ({ name, source })),
    ...further.map((name) => ({ name, source: text('sample') })),
  ];
}

function claimsText(claims: readonly Claim[]): readonly Atom[] {
  return joined([
    ...claims.flatMap(({ name, source }, i) => [
      { text: `${i === 0 ? '{' : ','}${JSON.stringify(name)}:` },
      ...source,
    ]),
    { text: '}' },
  ]);
}

/** The bound headers’ values, and the claim of them. */
function boundTexts({ binding }: TokenRecipe): readonly Computed[] {
  if (binding.length === 0) return [];
  const names = binding.map((_, i) => `bound${i + 1}` as const);
  return [
    ...names.map((variable, i): Computed => ({ variable, how: 'text', of: [{ text: `sample-${i + 1}` }] })),
    { variable: 'pay', how: 'sha256-base64', of: names.map((variable) => ({ variable })) },
  ];
}

/** A proof of the client’s own key beside a token that it has. */
function dpopPlan(
  { method, url }: TokenPlanInput,
  { header: name, algorithms, origin }: DpopRecipe,
): SigningPlan {
  const algorithm = algorithms.find((candidate) => candidate === 'ES256') ?? algorithms[0] ?? 'ES256';
  const address = origin ?? new URL(url).origin;
  const claims: readonly Atom[] = [
    { text: '{"jti":"' },
    { variable: 'id' },
    { text: `","htm":${JSON.stringify(method)},"htu":"${address}` },
    { variable: 'path' },
    { text: '","ath":"' },
    { variable: 'tokenHash' },
    { text: '","iat":' },
    { variable: 'timestamp' },
    { text: '}' },
  ];
  const header: readonly Atom[] = [
    { text: `{"typ":"dpop+jwt","alg":"${algorithm}","jwk":` },
    { variable: 'jwk' },
    { text: '}' },
  ];
  const message: readonly Atom[] = [{ variable: 'header' }, { text: '.' }, { variable: 'claims' }];
  const signatureText: readonly Atom[] = [...message, { text: '.' }, { variable: 'signature' }];
  const puts: SigningPlan['puts'] = [
    { kind: 'header', name: 'authorization', value: [{ text: 'DPoP ' }, { variable: 'accessToken' }] },
  ];
  return {
    method,
    url,
    hasBody: !BODILESS.includes(method),
    contentType: 'application/json',
    headers: [],
    algorithm: PLAN_ALGORITHMS[algorithm],
    timestamp: 's',
    hasId: true,
    hasNonce: false,
    puts,
    derived: derivedOf([...claims, ...header, { variable: 'accessToken' }]),
    computed: [
      { variable: 'tokenHash', how: 'sha256-base64url', of: [{ variable: 'accessToken' }] },
      { variable: 'header', how: 'base64url', of: header },
      { variable: 'claims', how: 'base64url', of: claims },
    ],
    message,
    encoding: 'base64url',
    signatureText,
    signaturePut: { kind: 'header', name, value: signatureText },
  };
}
