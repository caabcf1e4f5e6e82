/** The scheme of a provider that is at hand, with the options that a gate gives. */
import type { ProviderId } from './gate.ts';
import { describeGiven, isPlain, memberOf } from './given.ts';
import type { Repeats } from './model.ts';
import type { ProviderOptions } from './option-types.generated.ts';
import { OptionReader, type RawOptions, remedyOf, shownOption } from './options.ts';
import type { Provider, SetProvider } from './provider.ts';
import type { Scheme } from './scheme.ts';
import { SetupError } from './setup-error.ts';

/** What a gate is built on. */
export interface ChosenScheme {
  readonly scheme: Scheme;
  /** What its sender hears of a repeat, where a provider says it. */
  readonly repeats?: Repeats;
  /** For how long its sender sends again what was not taken, where a provider says it, in milliseconds. */
  readonly retriesForMs?: number;
}

/** @throws SetupError for an unknown option, or a wrong one. */
export function schemeOfProvider(provider: Provider, options: RawOptions): ChosenScheme {
  checkNames(provider, options);
  const { repeats, retriesForMs } = provider;
  return { scheme: create(provider, options), repeats, ...(retriesForMs !== undefined && { retriesForMs }) };
}

/**
 * A provider that is imported, with options of its own.
 * @throws SetupError for what is no provider, and for an option that it has not; what its value means is judged when a gate is made.
 */
export function withOptions<Id extends ProviderId>(
  provider: Provider<Id>,
  options: ProviderOptions[Id],
): SetProvider {
  if (!isProvider(provider)) {
    throw new SetupError(
      'provider',
      `it is ${describeGiven(provider)}`,
      'Give one that is imported, e.g. of @countersign/core/providers/github.',
    );
  }
  if (!isPlain(options)) {
    throw new SetupError('options', `it is ${describeGiven(options)}`, 'Give an object.');
  }
  checkNames(provider, options);
  return { ...provider, scheme: { ...provider.scheme, given: { ...provider.scheme.given, ...options } } };
}

/** Names of the options that a provider takes. */
export function optionNamesOf(provider: Provider | undefined): readonly string[] {
  return provider?.scheme.options.map((option) => (typeof option === 'string' ? option : option.name)) ?? [];
}

/** As its file exports it. */
export function isProvider(value: unknown): value is Provider {
  return typeof memberOf(memberOf(value, 'scheme'), 'create') === 'function';
}

function create(provider: Provider, options: RawOptions): Scheme {
  try {
    const { given, create: make } = provider.scheme;
    return make(new OptionReader({ ...given, ...options }, 'provider'));
  } catch (error) {
    throw error instanceof SetupError ? namedAsWritten(error, provider) : error;
  }
}

/** A scheme knows its parts, and not which option of a provider they come from. */
function namedAsWritten(error: SetupError, { scheme: { optionNames = {} } }: Provider): SetupError {
  const [, part, rest] = /^scheme\.(\w+)(.*)$/.exec(error.option) ?? [];
  if (part === undefined) return error;
  return new SetupError(`provider.${optionNames[part] ?? part}${rest}`, error.problem, error.remedy);
}

/** What its page does not list is no option. */
function checkNames(provider: Provider, options: RawOptions): void {
  const names = optionNamesOf(provider);
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  throw new SetupError(
    `provider.${shownOption(unknown, names)}`,
    'there is no such option',
    names.length === 0 ? `${provider.id} has no options.` : remedyOf('Options', unknown, names),
  );
}
