/** Finds a provider by its id. */
import type { ProviderChoice } from '../gate.ts';
import { describeGiven, isPlain } from '../given.ts';
import type { Coverage } from '../model.ts';
import { OptionReader, remedyOf } from '../options.ts';
import type { Provider } from '../provider.ts';
import type { Scheme } from '../scheme.ts';
import { SetupError } from '../setup-error.ts';
import { PROVIDERS } from './all.generated.ts';

/** Every provider, by id in alphabetical order. */
export const providers: readonly Provider[] = PROVIDERS;

export const providerIds: readonly string[] = PROVIDERS.map(({ id }) => id);

/** The provider of an id. */
export function findProvider(id: string): Provider | undefined {
  return PROVIDERS.find((provider) => provider.id === id);
}

/** Builds a provider's scheme. @throws SetupError for an unknown id or option. */
export function createProvider(choice: ProviderChoice): Scheme {
  const { id, ...options } = choiceOf(choice);
  const provider = findProvider(id);
  if (!provider)
    throw new SetupError('provider', `"${id}" is no provider`, remedyOf('Providers', id, providerIds));
  return provider.createScheme(new OptionReader(options, 'provider'));
}

/** What a provider's proof covers; options that it needs and is not given have sample values. @throws SetupError for an unknown id or option. */
export function coverageOfProvider(choice: ProviderChoice): Coverage {
  const { id, ...options } = choiceOf(choice);
  return createProvider({ ...findProvider(id)?.needs, ...options, id }).coverage;
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
