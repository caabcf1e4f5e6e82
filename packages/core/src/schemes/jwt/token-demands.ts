/** What a gate demands of every token, and what it leaves open. */
import type { CoverageWarning } from '../../model.ts';
import type { Lifetime } from '../lifetime.ts';
import type { JwtAlgorithm } from './algorithms.ts';
import type { BindingMode } from './binding.ts';
import type { KeySetUrl } from './key-set-url.ts';

export interface TokenDemands {
  readonly algorithms: readonly JwtAlgorithm[];
  readonly required?: readonly string[];
  readonly lifetime?: Lifetime;
  readonly audiences?: readonly string[];
  readonly keySet?: KeySetUrl;
  readonly binding?: readonly string[];
  readonly bindingMode?: BindingMode;
}

/** What is required by default stays required, whatever more is. */
export function requiredClaims({
  required = [],
  lifetime,
}: Pick<TokenDemands, 'required' | 'lifetime'>): readonly string[] {
  return lifetime === 'unbounded' || required.includes('exp') ? required : ['exp', ...required];
}

/** What these options leave open that a token could close. */
export function openWarnings(options: TokenDemands): readonly CoverageWarning[] {
  const { algorithms, binding = [], bindingMode, keySet, audiences } = options;
  const padded = algorithms.filter((algorithm) => algorithm.startsWith('RS'));
  const warnings: CoverageWarning[] = [];
  if (!requiredClaims(options).includes('exp')) warnings.push({ code: 'endless-token' });
  if (keySet && !audiences) warnings.push({ code: 'any-audience' });
  if (binding.length > 0) {
    if (bindingMode === 'optional') warnings.push({ code: 'optional-binding', headers: binding });
    if (bindingMode === 'off') warnings.push({ code: 'binding-off', headers: binding });
  }
  if (binding.length > 1) warnings.push({ code: 'joined-binding' });
  if (padded.length > 0) warnings.push({ code: 'rsa-pkcs1', algorithms: padded });
  return warnings;
}
