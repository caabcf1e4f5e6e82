/** What a token's claims must say (RFC 7519 §4.1), judged after its signature. */
import { freshInterval, SECOND, timeOfSeconds } from '../../freshness.ts';
import { type Objection, objection } from '../../objection.ts';
import { duration } from '../../text/amounts.ts';
import { shownClaim } from '../../text/shown-text.ts';
import { judgeRequiredValues, type RequiredValues } from './required-values.ts';
import { sameAddress } from './same-address.ts';
import type { TokenRemedies } from './token-header.ts';

export type TokenClaims = Readonly<Record<string, unknown>>;

export interface TokenClaimRules {
  readonly required: readonly string[];
  /** How long after `exp` a token is still taken. */
  readonly endLeewayMs: number;
  /** How far ahead `nbf` and `iat` may be. */
  readonly startLeewayMs: number;
  /** Absent: any. */
  readonly issuers?: readonly string[];
  /** One of them must be the token's audience, or among its audiences. Absent: any. */
  readonly audiences?: readonly string[];
  /** Absent: any. */
  readonly requiredValues?: RequiredValues;
  /** How old a token may be by its `iat`. Absent: as old as its `exp` lets it be. */
  readonly maxAgeMs?: number;
  /** Whether the claim `ip` must be the client's address. */
  readonly ip: boolean;
  readonly remedies: TokenRemedies;
}

/** Why the claims of time are none and make the token malformed; undefined where they do not. */
export function timeClaimFault(claims: TokenClaims): string | undefined {
  for (const name of ['exp', 'nbf', 'iat']) {
    const value = claims[name];
    if (value === undefined) continue;
    if (typeof value !== 'number') return `the claim ${name} is not a number`;
    const ms = timeOfSeconds(value);
    if (typeof ms === 'string') return `the claim ${name} ${ms}`;
  }
  return undefined;
}

/** What decides when a token ends. */
type EndRules = Pick<TokenClaimRules, 'endLeewayMs' | 'maxAgeMs'>;

/** The first instant at which the token is not taken any more (RFC 7519 §4.1.4); undefined where nothing in it ends it. */
export function expiryMs({ exp, iat }: TokenClaims, { endLeewayMs, maxAgeMs }: EndRules): number | undefined {
  const expiredMs = typeof exp === 'number' ? exp * SECOND + endLeewayMs : undefined;
  if (maxAgeMs === undefined || typeof iat !== 'number') return expiredMs;
  const { untilMs } = freshInterval(iat * SECOND, { pastMs: maxAgeMs, futureMs: 0 });
  return expiredMs === undefined ? untilMs : Math.min(expiredMs, untilMs);
}

/** Judges claims whose times are numbers. */
export function judgeTokenClaims(
  rules: TokenClaimRules,
  claims: TokenClaims,
  nowMs: number,
  remoteAddress: string | undefined,
): Objection | undefined {
  for (const name of rules.required) {
    if (claims[name] === undefined || claims[name] === null)
      return objection('missing-claim', `the token has no claim ${name}`);
  }
  return (
    judgeTimes(rules, claims, nowMs) ??
    judgeTokenAge(rules, claims, nowMs) ??
    judgeIssuer(rules, claims) ??
    judgeAudience(rules, claims) ??
    (rules.requiredValues && judgeRequiredValues(rules.requiredValues, claims)) ??
    (rules.ip ? judgeAddress(claims, remoteAddress) : undefined)
  );
}

function judgeTimes(rules: TokenClaimRules, claims: TokenClaims, nowMs: number): Objection | undefined {
  const untilMs = expiryMs(claims, { endLeewayMs: rules.endLeewayMs });
  if (untilMs !== undefined && !(nowMs < untilMs)) {
    return objection(
      'expired',
      `the token expired ${duration(nowMs - untilMs + rules.endLeewayMs)} ago`,
      'The client must fetch a new token before the old one ends. If it does, look at both clocks.',
    );
  }
  for (const name of ['nbf', 'iat']) {
    const from = claims[name] as number | undefined;
    if (from !== undefined && nowMs < from * SECOND - rules.startLeewayMs) {
      return objection(
        'from-the-future',
        `the token’s ${name} is ${duration(from * SECOND - nowMs)} ahead; at most ${duration(rules.startLeewayMs)} are allowed`,
        'The issuer’s clock is ahead, or ours is behind: look at time synchronisation, or allow more by leewayMs.',
      );
    }
  }
  return undefined;
}

function judgeTokenAge(
  { maxAgeMs, endLeewayMs }: TokenClaimRules,
  claims: TokenClaims,
  nowMs: number,
): Objection | undefined {
  if (maxAgeMs === undefined) return undefined;
  const untilMs = expiryMs(claims, { endLeewayMs, maxAgeMs });
  // No clock is before what is no number.
  if (untilMs !== undefined && nowMs < untilMs) return undefined;
  const { iat } = claims;
  return objection(
    'expired',
    `the token is ${duration(nowMs - Number(iat) * SECOND)} old by its iat; at most ${duration(maxAgeMs)} are allowed`,
    'The sender must make a token for each request, as it sends it. If it does, look for a queue or retry on the way, and at both clocks.',
  );
}

function judgeIssuer({ issuers, remedies }: TokenClaimRules, { iss }: TokenClaims): Objection | undefined {
  if (!issuers) return undefined;
  if (iss === undefined) return objection('missing-claim', 'the token has no claim iss');
  return issuers.some((issuer) => issuer === iss)
    ? undefined
    : objection(
        'claim-mismatch',
        `the token’s issuer, ${shownClaim(iss)}, is none that the gate takes`,
        remedies.issuer ?? `Compare it with the gate’s issuer: ${issuers.join(', ')}.`,
      );
}

function judgeAudience(
  { audiences, remedies }: TokenClaimRules,
  { aud }: TokenClaims,
): Objection | undefined {
  if (!audiences) return undefined;
  if (aud === undefined) return objection('missing-claim', 'the token has no claim aud');
  // RFC 7519 §4.1.3: a text, or a list of texts.
  return [aud].flat().some((audience) => audiences.some((own) => own === audience))
    ? undefined
    : objection(
        'claim-mismatch',
        `the token is for another audience: ${shownClaim(aud)}`,
        remedies.audience ??
          `The client must ask for a token for ${audiences.join(' or ')}, or the gate’s audience is wrong.`,
      );
}

function judgeAddress({ ip }: TokenClaims, remoteAddress: string | undefined): Objection | undefined {
  if (ip === undefined) return objection('missing-claim', 'the token has no claim ip');
  if (remoteAddress === undefined) {
    return objection(
      'claim-mismatch',
      'the client’s address is not known, and the token is bound to one',
      'Hand the request over with its remoteAddress, or leave ip out of the gate.',
    );
  }
  return typeof ip === 'string' && sameAddress(ip, remoteAddress)
    ? undefined
    : objection(
        'claim-mismatch',
        'the token is bound to another address than the client’s',
        'The client’s network changed, or a proxy’s address is taken for the client’s: set listen.trustedProxies.',
      );
}
