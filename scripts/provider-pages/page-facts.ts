/** What the page of a provider is written from: its data, what its scheme says of itself, and how a program gets its key. */
import { createGate, type Provider, type Scheme, writtenProvider } from '@countersign/core';
import {
  type CoverageReport,
  type CoverageWarning,
  coverageReportOfProvider,
} from '@countersign/core/coverage';
import { providerSetUp } from '@countersign/core/internal/provider-set-up';
import { sampleScheme } from '@countersign/core/internal/signing-recipe';
import { gatePlaceOf, optionVariable } from '../../packages/cli/src/init/config-text.ts';

export interface PageFacts {
  readonly provider: Provider;
  readonly scheme: Scheme;
  readonly coverage: CoverageReport;
  /** Of what is not signed as a whole, where some parts are signed all the same. */
  readonly partlySigned: readonly ('body' | 'query')[];
  /** A webhook has a handler; a guard stands before an API. */
  readonly shape: 'webhook' | 'guard';
  /** The variable of its key. Undefined: it fetches its keys. */
  readonly keyVariable: string | undefined;
  /** Options that are filled in, each with the variable that holds it. */
  readonly options: readonly { readonly name: string; readonly variable: string }[];
  /** Where `init` puts its gate, and what it has it do. */
  readonly place: { readonly path: string; readonly outcome: string };
}

export function pageFacts(provider: Provider): PageFacts {
  const { id, usualOutcome, keyVariable } = provider;
  const { options, hasKey } = providerSetUp(provider);
  const scheme = sampleScheme(writtenProvider(id));
  const gate = createGate({ provider: writtenProvider(id, provider.needs), keys: async () => [] });
  return {
    provider,
    scheme,
    coverage: coverageReportOfProvider(writtenProvider(id)),
    partlySigned: gate.coverage.warnings.flatMap(partlySignedOf),
    shape: usualOutcome === 'forward' && !scheme.readsBody ? 'guard' : 'webhook',
    keyVariable: hasKey ? keyVariable : undefined,
    options: Object.keys(options).map((name) => ({ name, variable: optionVariable(provider, name) })),
    place: gatePlaceOf(provider, () => './actions.ts'),
  };
}

function partlySignedOf(warning: CoverageWarning): PageFacts['partlySigned'] {
  if (warning.code === 'signed-members') return ['body'];
  if (warning.code !== 'signed-parts') return [];
  return [
    ...(warning.members.length > 0 ? (['body'] as const) : []),
    ...(warning.parameters.length > 0 ? (['query'] as const) : []),
  ];
}

/** Whether the proof covers where the request was sent: what a proxy changes of it breaks the proof. */
export function coversAddress({ coverage: { covered } }: PageFacts): boolean {
  return covered.includes('host') || covered.includes('scheme');
}

/** Whether a change of the body breaks the proof. */
export function coversBody({ coverage: { covered } }: PageFacts): boolean {
  return covered.includes('body');
}

/** Whether its keys are shared secrets, as far as the form of the first says. */
export function hasSecret({ scheme: { keys, declared } }: PageFacts): boolean {
  const [form] = keys.forms;
  if (form !== undefined) return form.kind === 'secret';
  const { algorithms = [] } = declared.options as { readonly algorithms?: readonly string[] };
  return algorithms.some((algorithm) => algorithm.startsWith('HS'));
}

/** As its file exports it: `x-twitter` is `xTwitter`. */
export function exportName(id: string): string {
  return id.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
