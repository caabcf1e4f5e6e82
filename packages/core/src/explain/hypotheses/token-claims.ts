/** Tokens that a key proves, and that are for somebody else, from somebody else, or say less than the gate wants. */

import { MAX_TIME_MS, MINUTE, SECOND } from '../../freshness.ts';
import type { JwtOptions } from '../../schemes/jwt/token-options.ts';
import { duration } from '../../text/amounts.ts';
import { withoutEnd } from '../../text/ends.ts';
import { shownClaim } from '../../text/shown-text.ts';
import type { SignHypothesis, TrialHypothesis } from '../hypothesis.ts';
import { tokenDeclared, withToken } from '../other-options.ts';
import { tokenOf } from '../read-token.ts';
import type { Change, Trial } from '../trial.ts';

/** A row of an option that refuses the token alone. */
function optionRow(
  row: Pick<TrialHypothesis, 'id' | 'says' | 'mend' | 'steps'>,
  changes: (trial: Trial) => Iterable<Change>,
): TrialHypothesis {
  return { ...row, part: 'token', example: 'token-audience', changes };
}

/** Options that a gate can do without. */
const WITHOUT = {
  audiences: ({ audiences: _, ...rest }: JwtOptions): JwtOptions => rest,
  issuers: ({ issuers: _, ...rest }: JwtOptions): JwtOptions => rest,
  typ: ({ typ: _, ...rest }: JwtOptions): JwtOptions => rest,
};

function withoutOption(
  trial: Trial,
  names: readonly (keyof typeof WITHOUT)[],
  detail: string,
): Generator<Change> {
  return withToken(
    trial,
    (options) =>
      names.every((name) => options[name] === undefined)
        ? undefined
        : names.reduce((rest, name) => WITHOUT[name](rest), options),
    detail,
  );
}

/** The tenant of an issuer of Microsoft Entra ID, whose name is another in each version of its tokens. */
const ENTRA = /^https:\/\/(?:login\.microsoftonline\.com|sts\.windows\.net)\/([\da-f-]{36})(?:\/|\/v2\.0)?$/i;

/** How a claim and a text of the gate’s differ, where the difference is next to nothing. */
function differenceOf(text: string, own: string): string | undefined {
  if (withoutEnd(text, '/') === withoutEnd(own, '/')) return 'a slash at the end';
  if (text.toLowerCase() === own.toLowerCase()) return 'upper-case letters';
  if (text.replace(/^https?:/, '') === own.replace(/^https?:/, '')) return 'http for https';
  const [, scheme] = /^([a-z]+:\/\/)/.exec(text) ?? /^([a-z]+:\/\/)/.exec(own) ?? [];
  if (text.replace(/^[a-z]+:\/\//, '') === own.replace(/^[a-z]+:\/\//, '')) return `${scheme} before it`;
  if (text.trim() === own.trim()) return 'a blank';
  const [tenant, ownTenant] = [ENTRA.exec(text)?.[1], ENTRA.exec(own)?.[1]];
  if (tenant !== undefined && tenant === ownTenant)
    return 'its version: v1.0 tokens have another iss than v2.0 ones';
  // A list that somebody joined, or printed as JSON.
  return text.split(/[\s,;"'[\]]+/).includes(own) ? 'being a list in one text' : undefined;
}

function smallDifference(ownTexts: readonly string[], claim: unknown): string | undefined {
  const texts = [claim].flat().filter((text) => typeof text === 'string');
  for (const text of texts) {
    for (const own of ownTexts) {
      const difference = differenceOf(text, own);
      if (difference !== undefined) return difference;
    }
  }
  return undefined;
}

function* nearlyEqual(
  trial: Trial,
  option: 'audiences' | 'issuers',
  claim: 'aud' | 'iss',
): Generator<Change> {
  const own = tokenDeclared(trial.scheme)?.options[option];
  const difference = own && smallDifference(own, tokenOf(trial)?.claims[claim]);
  if (difference !== undefined) yield* withoutOption(trial, [option], difference);
}

/** Whether a claim is none of those that the gate takes. */
function isWrong(trial: Trial, option: 'audiences' | 'issuers', claim: 'aud' | 'iss'): boolean {
  const ownTexts = tokenDeclared(trial.scheme)?.options[option];
  const value = tokenOf(trial)?.claims[claim];
  const texts: readonly unknown[] = [value].flat();
  return (
    ownTexts !== undefined &&
    value !== undefined &&
    !texts.some((text) => ownTexts.some((own) => own === text))
  );
}

function* other(trial: Trial, option: 'audiences' | 'issuers', claim: 'aud' | 'iss'): Generator<Change> {
  const value = tokenOf(trial)?.claims[claim];
  const ownTexts = tokenDeclared(trial.scheme)?.options[option] ?? [];
  if (value !== undefined && smallDifference(ownTexts, value) === undefined)
    yield* withoutOption(trial, [option], shownClaim(value));
}

export const TOKEN_CLAIMS: readonly TrialHypothesis[] = [
  optionRow(
    {
      id: 'token-issuer-nearly',
      steps: ['fresh'],
      says: (detail) => `The token is good but for its issuer, which differs from the gate’s by ${detail}.`,
      mend: () =>
        'Set the gate’s issuer to the claim iss to the letter: issuers are compared as texts, and no URL is normalised.',
    },
    (trial) => nearlyEqual(trial, 'issuers', 'iss'),
  ),
  optionRow(
    {
      id: 'token-audience-nearly',
      steps: ['fresh'],
      says: (detail) => `The token is good but for its audience, which differs from the gate’s by ${detail}.`,
      mend: () =>
        'Set the gate’s audience to the claim aud to the letter, or have the client ask for the gate’s.',
    },
    (trial) => nearlyEqual(trial, 'audiences', 'aud'),
  ),
  optionRow(
    {
      id: 'token-other-audience',
      steps: ['fresh'],
      says: (detail) =>
        `The token is good but for its audience: it was issued for ${detail}, another service or the client itself.`,
      mend: () =>
        'Have the client ask the issuer for this API (audience, resource or scope): an ID token names the client, and belongs to nobody else. Where it is this service’s other name, set the gate’s audience to it.',
    },
    (trial) => other(trial, 'audiences', 'aud'),
  ),
  optionRow(
    {
      id: 'token-other-issuer',
      steps: ['fresh'],
      says: (detail) =>
        `The token is good but for its issuer: ${detail} is another tenant, realm or environment than the gate’s.`,
      mend: () =>
        'Look at which environment the client is set to. The key proves it, so both share a key set: take it only if you mean to, by the gate’s issuer.',
    },
    (trial) => other(trial, 'issuers', 'iss'),
  ),
  optionRow(
    {
      id: 'token-other-service',
      steps: ['fresh'],
      says: (detail) => `The token is good, and for another service of another issuer: ${detail}.`,
      mend: () => 'Look at which environment the client is set to: issuer and audience are both another’s.',
    },
    function* (trial) {
      const isOther = isWrong(trial, 'issuers', 'iss') && isWrong(trial, 'audiences', 'aud');
      if (isOther)
        yield* withoutOption(trial, ['issuers', 'audiences'], shownClaim(tokenOf(trial)?.claims['iss']));
    },
  ),
  optionRow(
    {
      id: 'token-claim-missing',
      steps: ['fresh'],
      says: (detail) => `The token is good, and lacks the claim ${detail}, which the gate requires.`,
      mend: () =>
        'Have the issuer put it into its tokens, and the client ask for this API where aud is missing. A token without exp is good forever: lifetime: unbounded takes it; the gate’s issuer, audience and required name the others.',
    },
    lessRequired,
  ),
  optionRow(
    {
      id: 'token-other-address',
      steps: ['fresh'],
      says: () => 'The token is good, and is bound to another address than the client’s.',
      mend: () =>
        'Set listen.trustedProxies, so that the gate knows the client’s address and not the proxy’s; or leave ip out, where clients change networks.',
    },
    (trial) => withToken(trial, (options) => (options.ip ? { ...options, ip: false } : undefined)),
  ),
  optionRow(
    {
      id: 'token-other-type',
      steps: ['extract'],
      says: (detail) =>
        `A key proves the token, and its typ is ${detail}: another kind of token than the gate takes.`,
      mend: () =>
        'Have the client send the kind that the gate takes: an access token, and no ID token or refresh token; or set the gate’s typ.',
    },
    (trial) => withoutOption(trial, ['typ'], shownClaim(tokenOf(trial)?.header['typ'])),
  ),
];

/** Without what the gate requires of claims that are not there: those of required, exp, and the issuer and audience that it is set to. */
function* lessRequired(trial: Trial): Generator<Change> {
  const claims = tokenOf(trial)?.claims;
  const options = tokenDeclared(trial.scheme)?.options;
  if (!options || !claims) return;
  const { consume: _, issuers, audiences, ...rest } = options;
  const demanded = [
    'exp',
    ...(options.required ?? []),
    ...(issuers ? ['iss'] : []),
    ...(audiences ? ['aud'] : []),
  ];
  const missing = demanded.filter((name) => claims[name] === undefined || claims[name] === null);
  if (missing.length === 0) return;
  const required = (options.required ?? []).filter((name) => !missing.includes(name));
  yield* withToken(
    trial,
    () => ({
      ...rest,
      required,
      ...(issuers && !missing.includes('iss') && { issuers }),
      ...(audiences && !missing.includes('aud') && { audiences }),
      ...(missing.includes('exp') && { lifetime: 'unbounded' as const }),
    }),
    [...new Set(missing)].join(', '),
  );
}

export const TOKEN_CLAIMS_SEEN: readonly SignHypothesis[] = [
  {
    id: 'token-time-in-milliseconds',
    part: 'time',
    steps: ['compare', 'fresh'],
    certainty: 'likely',
    example: 'time-form',
    sees: (trial, { verdict }) => {
      const claims = tokenOf(trial)?.claims ?? {};
      // A key has proved it: the times are what is refused.
      if (verdict.ok || verdict.reason === 'signature-mismatch' || verdict.reason === 'binding-mismatch')
        return undefined;
      return ['exp', 'iat', 'nbf'].find((name) => {
        const value = Number(claims[name]);
        return value > MAX_TIME_MS / SECOND && value <= MAX_TIME_MS;
      });
    },
    says: (detail) => `The token’s claim ${detail} is in milliseconds, and tokens have seconds (RFC 7519).`,
    mend: () => 'Have the issuer divide by 1000: Math.floor(Date.now() / 1000).',
  },
  {
    id: 'token-old',
    part: 'time',
    steps: ['fresh'],
    certainty: 'likely',
    sees: (trial, { verdict }) => {
      const { exp, iat } = tokenOf(trial)?.claims ?? {};
      const { nowMs } = verdict.evidence;
      if (verdict.ok || verdict.reason !== 'expired') return undefined;
      const { maxAgeMs } = tokenDeclared(trial.scheme)?.options ?? {};
      if (
        maxAgeMs !== undefined &&
        typeof iat === 'number' &&
        !(typeof exp === 'number' && exp * SECOND <= nowMs)
      ) {
        const lateMs = nowMs - iat * SECOND - maxAgeMs;
        return lateMs > MINUTE ? `${duration(lateMs)} ago, ${duration(maxAgeMs)} after its iat` : undefined;
      }
      if (typeof exp !== 'number') return undefined;
      const pastMs = nowMs - exp * SECOND;
      if (!(pastMs > MINUTE)) return undefined;
      const span =
        typeof iat === 'number' && exp > iat ? `, and was good for ${duration((exp - iat) * SECOND)}` : '';
      return `${duration(pastMs)} ago${span}`;
    },
    says: (detail) =>
      `The token ended ${detail}: it is an old one, which the client kept or somebody captured.`,
    mend: () =>
      'Have the client fetch a new one before the old one ends, and once more where it is refused. A captured request is judged as of its time by `countersign explain --now TIME`.',
  },
];
