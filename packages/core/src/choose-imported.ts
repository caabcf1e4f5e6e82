/** What a gate of an imported provider is built on. */
import type { GateOptions, ImportedProvider } from './gate.ts';
import { checkGateOptions } from './gate-options.ts';
import { type ChosenScheme, isProvider, schemeOfProvider } from './provider-scheme.ts';
import { SetupError } from './setup-error.ts';

/** As `GateOptions`, with a provider that is imported. */
export interface ImportedGateOptions extends Omit<GateOptions, 'provider' | 'scheme'> {
  readonly provider: ImportedProvider;
}

/** @throws SetupError for what is no imported provider, and for a wrong option */
export function chooseImported(options: ImportedGateOptions): ChosenScheme {
  checkGateOptions(options, () => undefined);
  const { provider, scheme } = options as GateOptions;
  if (scheme === undefined && isProvider(provider)) return schemeOfProvider(provider, {});
  throw new SetupError(
    scheme === undefined ? 'provider' : 'scheme',
    'only imported providers are taken here',
    'Give one, e.g. of @countersign/core/providers/github. Ids and schemes are taken by createGate of @countersign/core, by webhook and requireProof of its adapters, and by signedFetch.',
  );
}
