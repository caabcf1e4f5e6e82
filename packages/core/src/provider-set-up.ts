/** What a gate or a program is set up with, where a page or a file shows somebody how: one answer for all of them. */
import type { Provider } from './provider.ts';

export interface ProviderSetUp {
  /** Options to fill in, with sample values. */
  readonly options: Readonly<Record<string, string>>;
  /** Whether a key has to be entered: none where the keys are fetched. */
  readonly hasKey: boolean;
}

export function providerSetUp(provider: Provider): ProviderSetUp {
  const { needs, usualOptions, fetchesKeys = false, fetchesKeysWith } = provider;
  const options = { ...needs, ...usualOptions };
  const asks = fetchesKeysWith !== undefined && options[fetchesKeysWith] !== undefined;
  return { options, hasKey: !fetchesKeys && !asks };
}
