/** Makes a token for a request: with what its gate demands, as far as only the gate and the request say it. */
import { backend } from '#crypto';
import { endInSeconds, MINUTE, SECOND } from '../../freshness.ts';
import type { SignedRequest } from '../../model.ts';
import type { SigningDraft } from '../../scheme.ts';
import { SetupError } from '../../setup-error.ts';
import { utf8 } from '../../text/bytes.ts';
import { encodeBase64, encodeBase64url } from '../../text/encodings.ts';
import { isHmacJwt, type JwtAlgorithm } from './algorithms.ts';
import { boundText } from './binding.ts';
import type { RequiredValues } from './required-values.ts';
import type { TokenClaims } from './token-claims.ts';
import type { JwtOptions } from './token-options.ts';

/** What a token minted without claims gets. */
const DEFAULT_LIFETIME_MS = 5 * MINUTE;

/** @throws SetupError for claims that are no JSON, and for a request that its token cannot be bound to. */
export async function mintToken(options: JwtOptions, draft: SigningDraft): Promise<SignedRequest> {
  const { algorithms, header } = options;
  const claims = await claimsOf(options, draft);
  const algorithm = algorithms[draft.key.variant] as JwtAlgorithm;
  const kid = !isHmacJwt(algorithm) && draft.key.isNamed ? { kid: draft.key.info.id } : {};
  const head = { typ: options.typ ?? 'JWT', alg: algorithm, ...kid };
  const input = `${encodeText(JSON.stringify(head))}.${encodeText(claimsText(claims))}`;
  const signature = await draft.key.proof.sign([input]);
  const token = `${options.prefix ?? ''}${input}.${encodeBase64url(signature)}`;
  return {
    method: draft.method,
    url: draft.url,
    body: draft.body,
    headers: draft.headers.with(header, token),
  };
}

function encodeText(text: string): string {
  return encodeBase64url(utf8(text));
}

/** @throws SetupError for claims that are no JSON */
function claimsText(claims: TokenClaims): string {
  try {
    return JSON.stringify(claims);
  } catch {
    throw new SetupError(
      'request.claims',
      'they hold what JSON has no form for, such as a BigInt or an object inside itself',
      'Give texts, numbers, true, false, null, and lists and plain objects of these.',
    );
  }
}

/** What a token says that we mint: its expiry, its bindings, and the caller's claims. */
async function claimsOf(options: JwtOptions, draft: SigningDraft): Promise<TokenClaims> {
  const { binding = [], bindingMode } = options;
  const { timestampMs, headers, claims } = draft;
  const bound = bindingMode === 'off' || binding.length === 0 ? undefined : boundText(binding, headers);
  return {
    exp: endInSeconds(timestampMs + DEFAULT_LIFETIME_MS),
    ...(bound !== undefined && { pay: encodeBase64(await backend.sha256([bound])) }),
    ...demandedClaims(options, draft),
    ...claims,
    // Of the request, whatever the caller would say of it.
    ...(await boundClaims(options, draft)),
  };
}

/** What a sender’s tokens say whoever they are for: of those of an issuer of one’s own, the caller says it. */
function demandedClaims(options: JwtOptions, { timestampMs, id }: SigningDraft): TokenClaims {
  const { bound, issuers: [iss] = [], audiences: [aud] = [], requiredValues, maxAgeMs } = options;
  const isOfSender = bound !== undefined || requiredValues !== undefined;
  const isNumbered = bound !== undefined && options.required?.includes('jti');
  return {
    ...(maxAgeMs !== undefined && { iat: Math.floor(timestampMs / SECOND) }),
    ...(isNumbered && { jti: id ?? encodeBase64url(backend.randomBytes(16)) }),
    ...(isOfSender && iss !== undefined && { iss }),
    ...(isOfSender && aud !== undefined && { aud }),
    ...firstValues(requiredValues ?? {}),
  };
}

function firstValues(values: RequiredValues): TokenClaims {
  return Object.fromEntries(Object.entries(values).map(([name, [value]]) => [name, value]));
}

async function boundClaims({ bound, origin }: JwtOptions, draft: SigningDraft): Promise<TokenClaims> {
  if (bound === undefined) return {};
  const claims: Record<string, unknown> = {};
  for (const claim of bound) {
    if (claim.mayBeAbsent(draft)) continue;
    const value = await claim.value(draft, origin);
    if (typeof value !== 'string') throw new SetupError('request', value.problem, value.remedy ?? AS_SENT);
    claims[claim.name] = value;
  }
  return claims;
}

const AS_SENT = 'Give the request as it is sent.';
