/** What a gate demands of every token, and what it leaves open. */
import type { Lifetime } from '../lifetime.ts';
import type { BindingMode } from './binding.ts';
import type { KeySetUrl } from './key-set-url.ts';

export interface TokenDemands {
  readonly required?: readonly string[];
  readonly lifetime?: Lifetime;
  readonly audiences?: readonly string[];
  readonly keySet?: KeySetUrl;
  readonly binding?: readonly string[];
  readonly bindingMode?: BindingMode;
}

const ENDLESS = 'No exp is required: a token without one is good forever.';

const ANY_AUDIENCE =
  'Any audience is taken: a token that the issuer made for another service is good here. Set audience, and issuer where several issuers share the key set.';

const JOINED =
  'The token is bound to headers that are joined without a separator, as the vendor defines it: text can be moved from one header into the next.';

/** What is required by default stays required, whatever more is. */
export function requiredClaims({ required = [], lifetime = 'bounded' }: TokenDemands): readonly string[] {
  return lifetime === 'unbounded' || required.includes('exp') ? required : ['exp', ...required];
}

/** What these options leave open that a token could close. */
export function openWarnings(options: TokenDemands): readonly string[] {
  const { binding = [], bindingMode = 'required', keySet, audiences } = options;
  const bound = binding.join(', ');
  return [
    ...(requiredClaims(options).includes('exp') ? [] : [ENDLESS]),
    ...(keySet && !audiences ? [ANY_AUDIENCE] : []),
    ...(binding.length > 0 && bindingMode === 'optional'
      ? [`The binding is optional: a token without the claim pay is good with any value of ${bound}.`]
      : []),
    ...(binding.length > 0 && bindingMode === 'off'
      ? [`The binding is off: a token is good with any value of ${bound}.`]
      : []),
    ...(binding.length > 1 ? [JOINED] : []),
  ];
}
