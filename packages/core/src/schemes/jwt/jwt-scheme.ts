/** JSON Web Tokens (RFC 7519) by a strict parser of our own: HMAC on our own path, public keys through jose. */
import { backend } from '#crypto';
import { endInSeconds, MINUTE, SECOND } from '../../freshness.ts';
import type { KeyEncoding } from '../../keys.ts';
import type { SignedRequest } from '../../model.ts';
import { type KeyRules, messageOf, type Scheme, type SigningDraft } from '../../scheme.ts';
import { SetupError } from '../../setup-error.ts';
import { utf8 } from '../../text/bytes.ts';
import { encodeBase64, encodeBase64url } from '../../text/encodings.ts';
import { coverageReport } from '../coverage.ts';
import type { Lifetime } from '../lifetime.ts';
import { HMAC_JWT, isHmacJwt, type JwtAlgorithm, type PublicKeyJwtAlgorithm } from './algorithms.ts';
import { type BindingMode, boundText } from './binding.ts';
import { findToken, type JwtFound, signatureBytesOf, type TokenPlace } from './find-token.ts';
import { createKeySetRing } from './key-set-ring.ts';
import type { KeySetUrl } from './key-set-url.ts';
import {
  expiryMs,
  judgeTokenClaims,
  type TokenClaimRules,
  type TokenClaims,
  timeClaimFault,
} from './token-claims.ts';
import { openWarnings, requiredClaims } from './token-demands.ts';
import { AS_RFC_7519, malformed, type TokenRemedies } from './token-header.ts';
import { tokenKeyRing } from './token-key-ring.ts';

export interface JwtOptions {
  readonly name: string;
  /**
   * Fixed here; a token that names another is refused (RFC 8725 §3.1). One HMAC algorithm, or one or several of
   * public keys.
   */
  readonly algorithms: readonly JwtAlgorithm[];
  /** Lower-case header name that carries the token. */
  readonly header: string;
  /** Before the token, e.g. `Bearer `; compared without regard to case. */
  readonly prefix?: string;
  /** How an HMAC key’s text becomes bytes. Default `utf8`. */
  readonly keyEncoding?: Exclude<KeyEncoding, 'prefixed' | 'pem' | 'jwks'>;
  /** Where the public keys are, instead of `keys`. */
  readonly keySet?: KeySetUrl;
  /** Where they are if there are neither `keys` nor `keySet`. */
  readonly defaultKeySet?: KeySetUrl;
  /** Claims that must be there, besides `exp`. Default none. */
  readonly required?: readonly string[];
  /** Whether a token must have `exp`. Default `bounded`: it must. */
  readonly lifetime?: Lifetime;
  /**
   * Allowed difference of the clocks: how far ahead `nbf` and `iat` may be, and how long after `exp` a token is still
   * taken. Default 5 s for `nbf` and `iat`, as an issuer’s clock is another than ours, and 0 for `exp`.
   */
  readonly leewayMs?: number;
  /** The token’s `iss` must be one of them. Default: any. */
  readonly issuers?: readonly string[];
  /** The token’s `aud` must be, or hold, one of them. Default: any. */
  readonly audiences?: readonly string[];
  /** The token’s header `typ` must be this media type. Default: any. */
  readonly typ?: string;
  /**
   * Lower-case names of the headers that the claim `pay` binds, in order: base64 of the SHA-256 of the one's value,
   * or of the trimmed values joined.
   */
  readonly binding?: readonly string[];
  /** Default `required`. */
  readonly bindingMode?: BindingMode;
  /** Whether the claim `ip` must be the client’s address. Default false. */
  readonly ip?: boolean;
  /** How often a token is accepted, by its `jti` or, without one, as a whole; 1 to 1000. Default: until it expires. */
  readonly consume?: number;
  /** What to do where a gate cannot set the option that decided. */
  readonly remedies?: TokenRemedies;
}

/** Two clocks that are kept by NTP differ by less; jsonwebtoken and jose do not judge `iat` at all. */
export const START_LEEWAY_MS: number = 5 * SECOND;

/** What a token minted without claims gets. */
const DEFAULT_LIFETIME_MS = 5 * MINUTE;

/** What any scheme of tokens does: it judges their times and claims behind the compare, and tells the claims. */
export type TokenScheme = Scheme<JwtFound> &
  Required<Pick<Scheme<JwtFound>, 'confirm' | 'judgeTime' | 'tell'>>;

/** @throws SetupError for a combination that cannot be. */
export function createJwtScheme(options: JwtOptions): TokenScheme {
  const { header, binding = [], bindingMode = 'required', consume } = options;
  const rules = rulesOf(options);
  refuseContradiction(options, rules);
  const place = placeOfToken(options);
  return {
    name: options.name,
    proof: 'token',
    keys: keysOf(options),
    coverage: coverageOf(options),
    headers: {
      proof: [header],
      token: [header],
      covered: bindingMode === 'required' ? binding : [],
      bound: binding,
    },
    readings: [{ name: '', message: ({ found }) => [found.signingInput] }],
    handshakes: [],
    readsBody: false,
    open: () => ({ signingInput: '', claims: NO_CLAIMS, unbound: undefined }),
    extractHead: (passage) => findToken(place, passage),
    confirm({ found }) {
      const fault = timeClaimFault(found.claims);
      return fault ? malformed(fault, AS_RFC_7519) : found.unbound;
    },
    judgeTime: ({ found, nowMs, request }) =>
      judgeTokenClaims(rules, found.claims, nowMs, request.remoteAddress),
    tell: ({ found: { claims } }) => ({
      claims,
      ...(bindingMode === 'optional' && claims['pay'] !== undefined && { coveredHeaders: binding }),
    }),
    ...(consume !== undefined && { replay: usesOf(consume, rules) }),
    sign: (draft) => mintToken(options, draft),
    declared: { type: 'token', options, build: createJwtScheme },
  };
}

function rulesOf(options: JwtOptions): TokenClaimRules {
  const { leewayMs, issuers, audiences, ip = false, remedies = {} } = options;
  return {
    required: requiredClaims(options),
    endLeewayMs: leewayMs ?? 0,
    startLeewayMs: leewayMs ?? START_LEEWAY_MS,
    ...(issuers && { issuers }),
    ...(audiences && { audiences }),
    ip,
    remedies,
  };
}

function refuseContradiction(
  { algorithms, keySet, consume }: JwtOptions,
  { required }: TokenClaimRules,
): void {
  if (consume !== undefined && !required.includes('exp')) {
    throw new SetupError(
      'scheme.lifetime',
      'it is unbounded, but consume needs an end: its claim must expire with the token',
      'Leave lifetime or consume out.',
    );
  }
  const mac = algorithms.find(isHmacJwt);
  if (mac && keySet) {
    throw new SetupError(
      'scheme.jwks',
      `${mac} takes a shared secret, and an address gives public keys`,
      'Leave jwks out, or set algorithm to what the issuer signs with, e.g. RS256.',
    );
  }
}

function placeOfToken(options: JwtOptions): TokenPlace {
  const {
    header,
    prefix = '',
    algorithms,
    typ,
    binding = [],
    bindingMode = 'required',
    remedies = {},
  } = options;
  const signatureBytes = algorithms.map(signatureBytesOf);
  return {
    header,
    prefix,
    algorithms,
    signatureBytes,
    typ,
    binding,
    bindingMode,
    remedies,
    goodHeaders: new Map(),
  };
}

function keysOf({ algorithms, keyEncoding = 'utf8', keySet, defaultKeySet }: JwtOptions): KeyRules {
  const mac = algorithms.find(isHmacJwt);
  if (mac) {
    // “A key of the same size as the hash output or larger MUST be used.”
    const least = { bytes: HMAC_JWT[mac].signatureBytes, source: 'RFC 7518 §3.2' };
    const algorithm = HMAC_JWT[mac].mac;
    return {
      forms: [{ algorithm, variant: 0, kind: 'secret', encoding: keyEncoding, least }],
      fromAddress: false,
    };
  }
  // Of a secret's algorithm no public key may be a key, whoever made these options.
  const publicKeyAlgorithms = algorithms.filter(
    (algorithm): algorithm is PublicKeyJwtAlgorithm => !isHmacJwt(algorithm),
  );
  return {
    forms: [],
    fromAddress: keySet !== undefined,
    *create(specs, context) {
      if (keySet && specs.length > 0)
        throw new SetupError('keys', 'the gate has keys and jwks', 'Give one of them.');
      const set = keySet ?? (specs.length === 0 ? defaultKeySet : undefined);
      return set
        ? createKeySetRing(set, publicKeyAlgorithms, context)
        : yield* tokenKeyRing(specs, publicKeyAlgorithms, context.name);
    },
  };
}

function coverageOf(options: JwtOptions): Scheme['coverage'] {
  const { consume, binding = [], bindingMode = 'required', ip = false } = options;
  const bearer = {
    code: 'bearer-token',
    ...(consume !== undefined && { uses: consume }),
    headers: bindingMode === 'required' ? binding : [],
    address: ip,
  } as const;
  return coverageReport([], consume ? 'signed-id' : 'none', [bearer, ...openWarnings(options)]);
}

function usesOf(uses: number, rules: TokenClaimRules): NonNullable<Scheme<JwtFound>['replay']> {
  return {
    by: 'signed-id',
    uses,
    singleUse: true,
    id({ found: { claims } }) {
      const { jti } = claims;
      return typeof jti === 'string' && jti !== '' ? jti : undefined;
    },
    content: messageOf,
    untilMs: ({ found }) => expiryMs(found.claims, rules),
    signedMs: () => undefined,
  };
}

function encodeText(text: string): string {
  return encodeBase64url(utf8(text));
}

const NO_CLAIMS: TokenClaims = {};

async function mintToken(options: JwtOptions, draft: SigningDraft): Promise<SignedRequest> {
  const { algorithms, header, binding = [], bindingMode } = options;
  const claims = await claimsOf(draft, bindingMode === 'off' ? [] : binding);
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

/** What a token says that we mint: its expiry, its binding, and the caller's claims. */
async function claimsOf(
  { timestampMs, headers, claims }: SigningDraft,
  binding: readonly string[],
): Promise<TokenClaims> {
  const bound = binding.length > 0 ? boundText(binding, headers) : undefined;
  return {
    exp: endInSeconds(timestampMs + DEFAULT_LIFETIME_MS),
    ...(bound !== undefined && { pay: encodeBase64(await backend.sha256([bound])) }),
    ...claims,
  };
}
