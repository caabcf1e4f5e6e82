/** What a gate demands of every token, and what it leaves open. */
import type { CoverageWarning } from '../../model.ts';
import type { Lifetime } from '../lifetime.ts';
import type { JwtAlgorithm } from './algorithms.ts';
import type { BindingMode } from './binding.ts';
import type { BoundClaim } from './bound-claim.ts';
import type { KeySource } from './key-by-id.ts';
import type { KeySetUrl } from './key-set-url.ts';

export interface TokenDemands {
  readonly algorithms: readonly JwtAlgorithm[];
  readonly required?: readonly string[];
  readonly lifetime?: Lifetime;
  readonly maxAgeMs?: number;
  readonly audiences?: readonly string[];
  readonly hasNoAudience?: boolean;
  readonly keySet?: KeySetUrl;
  readonly keySource?: KeySource;
  readonly binding?: readonly string[];
  readonly bindingMode?: BindingMode;
  readonly bound?: readonly BoundClaim[];
}

/** What is required by default stays required, whatever more is: what ends a token, which is its `exp` or its age. */
export function requiredClaims({
  required = [],
  lifetime,
  maxAgeMs,
}: Pick<TokenDemands, 'required' | 'lifetime' | 'maxAgeMs'>): readonly string[] {
  const end = maxAgeMs === undefined ? 'exp' : 'iat';
  const isEndless = maxAgeMs === undefined && lifetime === 'unbounded';
  return isEndless || required.includes(end) ? required : [end, ...required];
}

/** Whether every token has an end. */
export function isBounded(options: Pick<TokenDemands, 'required' | 'lifetime' | 'maxAgeMs'>): boolean {
  return options.maxAgeMs !== undefined || requiredClaims(options).includes('exp');
}

/** Whether its tokens are for one body each. */
export function isOfBody({ bound = [] }: Pick<TokenDemands, 'bound'>): boolean {
  return bound.some(({ covers }) => covers.includes('body'));
}

/** What these options leave open that a token could close. */
export function openWarnings(options: TokenDemands): readonly CoverageWarning[] {
  const { algorithms, binding = [], bindingMode, keySet, keySource, audiences, hasNoAudience } = options;
  const padded = algorithms.filter((algorithm) => algorithm.startsWith('RS'));
  const warnings: CoverageWarning[] = [];
  if (!isBounded(options) && !isOfBody(options)) warnings.push({ code: 'endless-token' });
  if ((keySet || keySource) && !audiences && !hasNoAudience) warnings.push({ code: 'any-audience' });
  if (binding.length > 0) {
    if (bindingMode === 'optional') warnings.push({ code: 'optional-binding', headers: binding });
    if (bindingMode === 'off') warnings.push({ code: 'binding-off', headers: binding });
  }
  if (binding.length > 1) warnings.push({ code: 'joined-binding' });
  if (padded.length > 0) warnings.push({ code: 'rsa-pkcs1', algorithms: padded });
  return warnings;
}
