/** Finds a provider by its id. */
import type { ProviderChoice } from '../gate.ts';
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
  const { id, ...options } = typeof choice === 'string' ? { id: choice } : choice;
  const provider = findProvider(id);
  if (!provider)
    throw new SetupError('provider', `"${id}" is no provider`, remedyOf('Providers', id, providerIds));
  return provider.createScheme(new OptionReader(options, 'provider'));
}

/** What a provider's proof covers; options that it needs and is not given have sample values. @throws SetupError for an unknown id or option. */
export function coverageOfProvider(choice: ProviderChoice): Coverage {
  const { id, ...options } = typeof choice === 'string' ? { id: choice } : choice;
  return createProvider({ ...findProvider(id)?.needs, ...options, id }).coverage;
}
