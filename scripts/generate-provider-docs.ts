/**
 * Prevents: provider pages that no longer say what the code does.
 * Writes docs/providers.md, a page of docs/providers for each provider, the tables of docs/coverage.md, the rows of docs/catalogue.md, and what README.md says of
 * providers, from the registry; with `--check` only compares.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { providers } from '@countersign/core';
import { withCoverageTables } from './coverage-docs.ts';
import { withCatalogueRows } from './provider-pages/catalogue-rows.ts';
import { withNamedProviders } from './provider-pages/named-providers.ts';
import { pageFacts } from './provider-pages/page-facts.ts';
import { providerIndex } from './provider-pages/provider-index.ts';
import { providerPage } from './provider-pages/provider-page.ts';
import { readArguments } from './read-arguments.ts';

const { values } = readArguments('node scripts/generate-provider-docs.ts [--check]', {
  options: { check: { type: 'boolean', default: false } },
});

const root = join(import.meta.dirname, '..');
const read = (name: string): string => readFileSync(join(root, name), 'utf8');
const pages = new Map<string, string>([
  ['README.md', withNamedProviders(read('README.md'), read('docs/catalogue.md'))],
  ['docs/catalogue.md', withCatalogueRows(read('docs/catalogue.md'), root)],
  ['docs/providers.md', providerIndex(providers)],
  ['docs/coverage.md', withCoverageTables(read('docs/coverage.md'))],
  ...providers.map((provider): [string, string] => [
    `docs/providers/${provider.id}.md`,
    providerPage(pageFacts(provider)),
  ]),
]);

mkdirSync(join(root, 'docs/providers'), { recursive: true });
const left = readdirSync(join(root, 'docs/providers'))
  .map((name) => `docs/providers/${name}`)
  .filter((name) => !pages.has(name));
const outdated = [...pages].filter(([name, text]) => !existsSync(join(root, name)) || read(name) !== text);

if (values.check) check();
else write();

function check(): void {
  for (const name of [...outdated.map(([page]) => page), ...left]) console.error(`${name} is not current`);
  if (outdated.length + left.length === 0) return;
  console.error('Run: node scripts/generate-provider-docs.ts');
  process.exit(1);
}

function write(): void {
  for (const name of left) rmSync(join(root, name));
  for (const [name, text] of outdated) writeFileSync(join(root, name), text);
}
