/** Finds a provider by its id. */
import type { ProviderChoice, ProviderId, ProviderIdChoice, SchemeDeclaration } from '../gate.ts';
import { describeGiven, isPlain } from '../given.ts';
import type { Coverage } from '../model.ts';
import { type RawOptions, shownWord } from '../options.ts';
import type { Provider } from '../provider.ts';
import { type ChosenScheme, isProvider, schemeOfProvider } from '../provider-scheme.ts';
import type { Scheme } from '../scheme.ts';
import { coverageOfScheme } from '../schemes/coverage.ts';
import type { SenderSource } from '../schemes/sender-template.ts';
import { SetupError } from '../setup-error.ts';
import { PROVIDERS } from './all.generated.ts';
import { meantText } from './registry-names.ts';

/** Every provider, by id in alphabetical order. */
export const providers: readonly Provider[] = PROVIDERS;

export const providerIds: readonly string[] = PROVIDERS.map(({ id }) => id);

/**
 * A choice of what people have written, for `createGate`, which judges it: TypeScript knows neither the id nor the options.
 */
export function writtenProvider(id: string, options: RawOptions = {}): ProviderIdChoice {
  return { ...options, id } as ProviderIdChoice;
}

/** The provider of an id. */
export function findProvider(id: string): Provider | undefined {
  return PROVIDERS.find((provider) => provider.id === id);
}

/** The scheme of a choice, and what its sender hears of a repeat. @throws SetupError for an unknown id or option. */
export function createProvider(choice: ProviderChoice): ChosenScheme {
  if (isProvider(choice)) return schemeOfProvider(choice, {});
  const { id, ...options } = choiceOf(choice);
  const provider = findProvider(id);
  if (provider) return schemeOfProvider(provider, options);
  const shown = shownWord(id, providerIds);
  throw new SetupError('provider', `${shown} is not a provider`, unknownProviderRemedy(id));
}

/** A misspelt id, another name of a sender, or one that is declared. */
function unknownProviderRemedy(id: string): string {
  const meant = meantText(id);
  const listed = `${PAGES}/providers.md lists the ${PROVIDERS.length} providers.`;
  return meant === ''
    ? `${listed} Other senders are declared with scheme in place of provider: ${PAGES}/catalogue.md has what to write for them.`
    : `${meant}${listed}`;
}

const PAGES = 'https://github.com/countersign/countersign/blob/main/docs';

/** A scheme of what people have written, in the same way. */
export function writtenScheme(declaration: RawOptions): SchemeDeclaration {
  return declaration as unknown as SchemeDeclaration;
}

/** What a provider's proof covers; options that it needs and is not given have sample values. @throws SetupError for an unknown id or option. */
export function coverageOfProvider(choice: ProviderIdChoice | ProviderId): Coverage {
  return coverageOfScheme(sampleScheme(choice));
}

/** Lower-case names of the headers that carry a provider's proof, where no option names others. @throws SetupError for an unknown id. */
export function proofHeadersOfProvider(id: string): readonly string[] {
  return sampleScheme(writtenProvider(id)).headers.proof;
}

/** Methods that only its platform’s test of an address has. None of an unknown id. */
export function testMethodsOfProvider(id: string): readonly string[] {
  const { declared } = (findProvider(id)?.scheme ?? {}) as Partial<SenderSource>;
  return (declared?.handshakes ?? []).flatMap(({ method = [] }) => method);
}

/** The scheme of a choice; options that it needs and is not given have sample values. @throws SetupError for an unknown id or option. */
export function sampleScheme(choice: ProviderIdChoice | ProviderId): Scheme {
  const { id, ...options } = choiceOf(choice);
  return createProvider(writtenProvider(id, { ...findProvider(id)?.needs, ...options })).scheme;
}

function choiceOf(choice: unknown): { readonly id: string; readonly [option: string]: unknown } {
  if (typeof choice === 'string') return { id: choice };
  const id = isPlain(choice) ? choice['id'] : undefined;
  if (isPlain(choice) && typeof id === 'string') return { ...choice, id };
  throw new SetupError(
    'provider',
    `it is ${describeGiven(choice)}`,
    'Give a provider’s id, { id, … } with its options, or a provider that is imported.',
  );
}
