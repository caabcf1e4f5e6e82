/** Reads the options that token schemes share, from a declaration or a provider's options. */
import { memberIfGiven, type OptionReader } from '../../options.ts';
import { SetupError } from '../../setup-error.ts';
import { LIFETIMES } from '../lifetime.ts';
import { type JwtAlgorithm, jwtAlgorithms } from './algorithms.ts';
import { BINDING_MODES } from './binding.ts';
import { readKeySetUrl } from './key-set-url.ts';
import { readRequiredValues } from './required-values.ts';
import type { JwtOptions } from './token-options.ts';

/** What its options may leave out, because the provider says it; without `algorithms` they must name them. */
export type JwtDefaults = Pick<
  JwtOptions,
  | 'name'
  | 'header'
  | 'prefix'
  | 'keyEncoding'
  | 'issuers'
  | 'audiences'
  | 'hasNoAudience'
  | 'typ'
  | 'required'
  | 'requiredValues'
  | 'maxAgeMs'
  | 'bound'
  | 'remedies'
> & { readonly algorithms?: readonly JwtAlgorithm[] };

/**
 * Reads `algorithm`, `jwks`, `header`, `binding` and so on. What the defaults fix beside `name`, `header` and
 * `algorithms` is the provider’s: options add to what it requires, and change nothing of it.
 * @throws SetupError naming the option and the remedy.
 */
export function readJwtOptions(options: OptionReader, defaults: JwtDefaults): JwtOptions {
  const written = options.raw('algorithm');
  const algorithms =
    written === undefined && defaults.algorithms
      ? defaults.algorithms
      : jwtAlgorithms(written, options.path('algorithm'));
  const header = options.headerName('header');
  const { algorithms: _algorithms, prefix, ...fixed } = defaults;
  const { required: _required, ...kept } = fixed;
  return {
    // Named or not, it is the same header.
    ...((header ?? defaults.header) === defaults.header && memberIfGiven('prefix', prefix)),
    ...memberIfGiven('keySet', readKeySetUrl(options)),
    ...readRequired(options, fixed.required),
    ...memberIfGiven('lifetime', options.oneOf('lifetime', LIFETIMES)),
    ...memberIfGiven('leewayMs', options.milliseconds('leewayMs')),
    ...(fixed.issuers ? {} : memberIfGiven('issuers', options.texts('issuer'))),
    ...(fixed.audiences ? {} : memberIfGiven('audiences', options.texts('audience'))),
    ...(fixed.typ ? {} : memberIfGiven('typ', options.text('typ'))),
    ...readBinding(options, header ?? defaults.header),
    ...memberIfGiven('ip', options.flag('ip')),
    ...readConsume(options),
    ...kept,
    algorithms,
    header: header ?? defaults.header,
  };
}

function readRequired(options: OptionReader, own: readonly string[] = []): Pick<JwtOptions, 'required'> {
  const required = [...new Set([...own, ...(options.texts('required') ?? [])])];
  return required.length === 0 ? {} : { required };
}

/**
 * Reads `requiredValues` and `maxAgeMs`, which not every scheme of tokens has: Approov’s `maxAgeMs` is of something else. What the
 * provider demands of values holds, whatever a gate demands besides.
 */
export function readDemands(
  options: OptionReader,
  own: Pick<JwtDefaults, 'requiredValues' | 'maxAgeMs'> = {},
): Pick<JwtOptions, 'requiredValues' | 'maxAgeMs'> {
  const values = readRequiredValues(options);
  const requiredValues = values && { ...values, ...own.requiredValues };
  return {
    ...memberIfGiven('requiredValues', requiredValues ?? own.requiredValues),
    ...memberIfGiven('maxAgeMs', options.milliseconds('maxAgeMs') ?? own.maxAgeMs),
  };
}

function readBinding(options: OptionReader, header: string): Pick<JwtOptions, 'binding' | 'bindingMode'> {
  const binding = options.headerNames('binding');
  const bindingMode = options.oneOf('bindingMode', BINDING_MODES);
  if (bindingMode !== undefined && bindingMode !== 'off' && !binding) {
    throw new SetupError(
      options.path('bindingMode'),
      'there is no binding that it could be for',
      'Give binding: the headers that tokens are bound to, e.g. [authorization].',
    );
  }
  if (binding?.includes(header)) {
    throw new SetupError(
      options.path('binding'),
      `the header ${header} carries the token, which cannot hold a digest of itself`,
      'Name the headers that come beside the token; or give header, another one for the token.',
    );
  }
  return { ...memberIfGiven('binding', binding), ...memberIfGiven('bindingMode', bindingMode) };
}

/** How often a token is taken: each use is a claim of its own in the replay guard. */
function readConsume(options: OptionReader): Pick<JwtOptions, 'consume'> {
  const times = options.integer('consume');
  if (times === undefined) return {};
  if (Number.isInteger(times) && times >= 1 && times <= 1000) return { consume: times };
  throw new SetupError(
    options.path('consume'),
    `${times} is not taken`,
    'Give a whole number from 1 to 1000, or leave it out.',
  );
}
