/** Finds a provider by its id. */
import type { ProviderChoice, ProviderId, SchemeDeclaration } from '../gate.ts';
import { describeGiven, isPlain } from '../given.ts';
import type { Coverage, Repeats } from '../model.ts';
import { OptionReader, type RawOptions, remedyOf } from '../options.ts';
import type { Provider } from '../provider.ts';
import type { Scheme } from '../scheme.ts';
import { SetupError } from '../setup-error.ts';
import { PROVIDERS } from './all.generated.ts';

/** Every provider, by id in alphabetical order. */
export const providers: readonly Provider[] = PROVIDERS;

export const providerIds: readonly string[] = PROVIDERS.map(({ id }) => id);

/**
 * A choice of what people have written, for `createGate`, which judges it: TypeScript knows neither the id nor the options.
 */
export function writtenProvider(id: string, options: RawOptions = {}): ProviderChoice {
  return { ...options, id } as ProviderChoice;
}

/** The provider of an id. */
export function findProvider(id: string): Provider | undefined {
  return PROVIDERS.find((provider) => provider.id === id);
}

/** A provider's scheme, and what its sender hears of a repeat. @throws SetupError for an unknown id or option. */
export function createProvider(choice: ProviderChoice): {
  readonly scheme: Scheme;
  readonly repeats: Repeats;
} {
  const { id, ...options } = choiceOf(choice);
  const provider = findProvider(id);
  if (!provider)
    throw new SetupError('provider', `"${id}" is no provider`, remedyOf('Providers', id, providerIds));
  checkNames(provider, options);
  return { scheme: schemeOf(provider, options), repeats: provider.repeats };
}

function schemeOf(provider: Provider, options: RawOptions): Scheme {
  try {
    return provider.createScheme(new OptionReader(options, 'provider'));
  } catch (error) {
    throw error instanceof SetupError ? namedAsWritten(error, provider) : error;
  }
}

/** A scheme knows its parts, and not which option of a provider they come from. */
function namedAsWritten(error: SetupError, { optionNames = {} }: Provider): SetupError {
  const [, part, rest] = /^scheme\.(\w+)(.*)$/.exec(error.option) ?? [];
  if (part === undefined) return error;
  return new SetupError(`provider.${optionNames[part] ?? part}${rest}`, error.problem, error.remedy);
}

/** What its page does not list is no option. */
function checkNames({ id, options }: Provider, given: RawOptions): void {
  const known = options.map(({ name }) => name);
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new SetupError(
    `provider.${unknown}`,
    'there is no such option',
    known.length === 0 ? `${id} has no options.` : remedyOf('Options', unknown, known),
  );
}

/** A scheme of what people have written, in the same way. */
export function writtenScheme(declaration: RawOptions): SchemeDeclaration {
  return declaration as unknown as SchemeDeclaration;
}

/** What a provider's proof covers; options that it needs and is not given have sample values. @throws SetupError for an unknown id or option. */
export function coverageOfProvider(choice: ProviderChoice | ProviderId): Coverage {
  const { id, ...options } = choiceOf(choice);
  return createProvider(writtenProvider(id, { ...findProvider(id)?.needs, ...options })).scheme.coverage;
}

function choiceOf(choice: unknown): { readonly id: string; readonly [option: string]: unknown } {
  if (typeof choice === 'string') return { id: choice };
  const id = isPlain(choice) ? choice['id'] : undefined;
  if (isPlain(choice) && typeof id === 'string') return { ...choice, id };
  throw new SetupError(
    'provider',
    `it is ${describeGiven(choice)}`,
    'Give a provider’s id, or { id, … } with its options.',
  );
}
