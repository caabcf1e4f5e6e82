/** JSON Web Tokens (RFC 7519) by a strict parser of our own: HMAC on our own path, public keys through jose. */
import { andThen } from '../../and-then.ts';
import type { Origin } from '../../effective-request.ts';
import { SECOND } from '../../freshness.ts';
import type { MaybePromise } from '../../model.ts';
import type { Objection } from '../../objection.ts';
import { type KeyRules, messageOf, type Passage, type Scheme } from '../../scheme.ts';
import { SetupError } from '../../setup-error.ts';
import { HMAC_JWT, isHmacJwt, type PublicKeyJwtAlgorithm } from './algorithms.ts';
import { type BoundClaim, judgeBoundClaims } from './bound-claim.ts';
import { findToken, type JwtFound, signatureBytesOf, type TokenPlace } from './find-token.ts';
import { createKeySetRing } from './key-set-ring.ts';
import { mintToken } from './mint-token.ts';
import {
  expiryMs,
  judgeTokenClaims,
  type TokenClaimRules,
  type TokenClaims,
  timeClaimFault,
} from './token-claims.ts';
import { tokenCoverage } from './token-coverage.ts';
import { isBounded, isOfBody, requiredClaims } from './token-demands.ts';
import { AS_RFC_7519, malformed } from './token-header.ts';
import { tokenKeyRing } from './token-key-ring.ts';
import type { JwtOptions } from './token-options.ts';

/** Two clocks that are kept by NTP differ by less; jsonwebtoken and jose do not judge `iat` at all. */
export const START_LEEWAY_MS: number = 5 * SECOND;

/** What any scheme of tokens does: it judges their times and claims behind the compare, and tells the claims. */
export type TokenScheme = Scheme<JwtFound> &
  Required<Pick<Scheme<JwtFound>, 'confirm' | 'judgeTime' | 'tell'>>;

/** @throws SetupError for a combination that cannot be. */
export function createJwtScheme(options: JwtOptions): TokenScheme {
  const { header, binding = [], bindingMode = 'required', bound = [], origin } = options;
  const rules = rulesOf(options);
  refuseContradiction(options);
  const place = placeOfToken(options);
  return {
    name: options.name,
    proof: 'token',
    keys: keysOf(options),
    coverage: tokenCoverage(options),
    headers: {
      proof: [header],
      token: [header],
      covered: bindingMode === 'required' ? binding : [],
      bound: binding,
    },
    readings: [{ name: '', message: ({ found }) => [found.signingInput] }],
    handshakes: [],
    ...(origin && { origin }),
    readsBody: isOfBody(options),
    open: () => ({ signingInput: '', claims: NO_CLAIMS, unbound: undefined }),
    extractHead: (passage) => findToken(place, passage),
    confirm: bound.length === 0 ? confirm : confirmBound(bound, origin),
    judgeTime: ({ found, nowMs, request }) =>
      judgeTokenClaims(rules, found.claims, nowMs, request.remoteAddress),
    tell: ({ found: { claims } }) => ({
      claims,
      ...(bindingMode === 'optional' && claims['pay'] !== undefined && { coveredHeaders: binding }),
    }),
    ...replayOf(options, rules),
    sign: (draft) => mintToken(options, draft),
    declared: { type: 'token', options, build: createJwtScheme },
  };
}

function confirm({ found }: Passage<JwtFound>): MaybePromise<Objection | undefined> {
  const fault = timeClaimFault(found.claims);
  return fault ? malformed(fault, AS_RFC_7519) : found.unbound;
}

/** Behind the compare: a stranger has no body hashed. */
function confirmBound(
  bound: readonly BoundClaim[],
  origin: Origin | undefined,
): (passage: Passage<JwtFound>) => MaybePromise<Objection | undefined> {
  return (passage) =>
    andThen(
      confirm(passage),
      (fault) => fault ?? judgeBoundClaims(bound, passage.found.claims, passage.request, origin),
    );
}

function rulesOf(options: JwtOptions): TokenClaimRules {
  const { leewayMs, issuers, audiences, ip = false, remedies = {}, requiredValues, maxAgeMs } = options;
  return {
    required: requiredClaims(options),
    endLeewayMs: leewayMs ?? 0,
    startLeewayMs: leewayMs ?? START_LEEWAY_MS,
    ...(issuers && { issuers }),
    ...(audiences && { audiences }),
    ...(requiredValues && { requiredValues }),
    ...(maxAgeMs !== undefined && { maxAgeMs }),
    ip,
    remedies,
  };
}

function refuseContradiction(options: JwtOptions): void {
  const { algorithms, keySet, keySource, consume } = options;
  if (consume !== undefined && !isBounded(options)) {
    throw new SetupError(
      'scheme.lifetime',
      'it is unbounded, but consume needs an end: its claim must expire with the token',
      'Leave lifetime or consume out.',
    );
  }
  const mac = algorithms.find(isHmacJwt);
  if (keySet && keySource) {
    throw new SetupError('scheme.keyUrl', 'there is jwks as well', 'Give one of them.');
  }
  if (mac && (keySet || keySource)) {
    const option = keySet ? 'jwks' : 'keyUrl';
    throw new SetupError(
      `scheme.${option}`,
      `${mac} takes a shared secret, and an address gives public keys`,
      `Leave ${option} out, or set algorithm to what the issuer signs with, e.g. RS256.`,
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

function keysOf(options: JwtOptions): KeyRules {
  const { algorithms, keyEncoding = 'utf8', keySet, defaultKeySet, keySource } = options;
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
    fromAddress: keySet !== undefined || keySource !== undefined,
    *create(specs, context) {
      if ((keySet || keySource) && specs.length > 0) {
        const address = keySet ? 'jwks' : 'an address of keys';
        throw new SetupError('keys', `the gate has keys and ${address}`, 'Give one of them.');
      }
      if (keySource) return keySource.create(publicKeyAlgorithms, context);
      const set = keySet ?? (specs.length === 0 ? defaultKeySet : undefined);
      return set
        ? createKeySetRing(set, publicKeyAlgorithms, context)
        : yield* tokenKeyRing(specs, publicKeyAlgorithms, context.name);
    },
  };
}

function replayOf(options: JwtOptions, rules: TokenClaimRules): Pick<Scheme<JwtFound>, 'replay'> {
  const { consume } = options;
  if (consume !== undefined) return { replay: usesOf(consume, rules) };
  return isOfBody(options) ? { replay: onceOf(rules) } : {};
}

/** A token that binds the body is of one request; a sender that failed may send it again as it is. */
function onceOf(rules: TokenClaimRules): NonNullable<Scheme<JwtFound>['replay']> {
  return {
    by: 'message',
    uses: 1,
    singleUse: false,
    id: () => undefined,
    content: messageOf,
    untilMs: ({ found }) => expiryMs(found.claims, rules),
    signedMs: () => undefined,
  };
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

const NO_CLAIMS: TokenClaims = {};
