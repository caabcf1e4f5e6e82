/** The pages of docs/providers as a reader has them: their code, and an environment as it says. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { providers } from '@countersign/core';
import { providerSetUp } from '@countersign/core/internal/provider-set-up';
import { keyOfProvider } from '../../packages/core/test/support/provider-key.ts';
import { type CodeBlock, codeBlocks } from '../../scripts/docs-blocks.ts';
import { type PageFacts, pageFacts } from '../../scripts/provider-pages/page-facts.ts';

const root = join(import.meta.dirname, '../..');

export interface ProviderProgram {
  /** The heading above it: `Express`. */
  readonly title: string;
  readonly code: string;
}

export interface ProviderPage {
  readonly id: string;
  readonly facts: PageFacts;
  readonly markdown: string;
  readonly programs: readonly ProviderProgram[];
  readonly yaml: string;
  /** What the programs and the configuration read, with a key of the provider’s form. */
  readonly env: Readonly<Record<string, string>>;
}

export const PROVIDER_PAGES: readonly ProviderPage[] = providers.map((provider) => {
  const { id } = provider;
  const facts = pageFacts(provider);
  const markdown = readFileSync(join(root, `docs/providers/${id}.md`), 'utf8');
  const blocks = codeBlocks(markdown);
  const headings = [...markdown.matchAll(/^### (.+)$/gm)].map(([, heading = '']) => heading);
  return {
    id,
    facts,
    markdown,
    programs: blocks
      .filter(({ language }) => language === 'ts')
      .map(({ code }, i) => ({ title: headings[i] ?? '', code })),
    yaml: blocks.find(isYaml)?.code ?? '',
    env: envOf(facts),
  };
});

function isYaml({ language }: CodeBlock): boolean {
  return language === 'yaml';
}

function envOf({ provider, keyVariable, options }: PageFacts) {
  const { id } = provider;
  const samples = providerSetUp(provider).options;
  return {
    UPSTREAM_URL: 'http://127.0.0.1:9',
    ...(keyVariable !== undefined && {
      [keyVariable]: keyOfProvider(id).held[0] ?? '',
      [`${keyVariable}_OLD`]: keyOfProvider(id, 'a secret of last year, as long..').held[0] ?? '',
    }),
    ...Object.fromEntries(options.map(({ name, variable }) => [variable, samples[name] ?? ''])),
  };
}
