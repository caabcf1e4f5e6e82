/**
 * Prevents: a provider file that is in the folder but not in the registry.
 * Writes packages/core/src/providers/all.generated.ts from the folder; with `--check` only compares.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const NOT_PROVIDERS = ['registry.ts', 'all.generated.ts'];
const folder = join(import.meta.dirname, '../packages/core/src/providers');
const target = join(folder, 'all.generated.ts');

const files = readdirSync(folder)
  .filter((file) => !NOT_PROVIDERS.includes(file))
  .sort();
const names = files.map((file) =>
  file.slice(0, -'.ts'.length).replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase()),
);
const text = [
  '/** Generated from this folder by scripts/generate-registry.ts. */',
  "import type { Provider } from '../provider.ts';",
  ...files.map((file, i) => `import { ${names[i]} } from './${file}';`),
  '',
  `export const PROVIDERS: readonly Provider[] = [\n${names.map((name) => `  ${name},\n`).join('')}];`,
  '',
].join('\n');

if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== text) {
    console.error('providers/all.generated.ts is not current. Run: node scripts/generate-registry.ts');
    process.exit(1);
  }
} else {
  writeFileSync(target, text);
}
