/**
 * Prevents: a change of the public types that nobody meant.
 * Compares each published entry's declarations with the committed snapshot in docs/api/; `--write` renews it.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readArguments } from './read-arguments.ts';

const root = join(import.meta.dirname, '..');
const PACKAGES: readonly string[] = ['core', 'api', 'gateway', 'sandbox'];

/** The declarations that a package's `exports` name, e.g. `core/dist/index`. Providers are all of one type. */
function entriesOf(name: string): readonly string[] {
  const { exports } = JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8')) as {
    readonly exports: Readonly<Record<string, { readonly types?: string } | null>>;
  };
  const types = Object.values(exports).flatMap((entry) => entry?.types ?? []);
  return types
    .filter((path) => !path.includes('*'))
    .map((path) => join(name, path.replace(/\.d\.ts$/, '')).replaceAll('\\', '/'));
}

/** What an entry exports, following its `export … from` lines within the package. */
function declarationsOf(file: string, seen = new Set<string>()): string {
  if (seen.has(file)) return '';
  seen.add(file);
  const text = readFileSync(file, 'utf8').replace(/^\/\/# sourceMappingURL.*$/m, '');
  const parts = [`// ${file.slice(root.length + 1).replace(/^packages\//, '')}`, text.trim()];
  for (const match of text.matchAll(/^export .*? from '(\.[^']+)\.ts';$/gm)) {
    parts.push(declarationsOf(join(file, '..', `${match[1]}.d.ts`), seen));
  }
  return parts.filter((part) => part !== '').join('\n');
}

const { values } = readArguments('node scripts/check-declarations.ts [--write]', {
  options: { write: { type: 'boolean', default: false } },
});
let stale = 0;
for (const entry of PACKAGES.flatMap(entriesOf)) {
  const text = `${declarationsOf(join(root, 'packages', `${entry}.d.ts`))}\n`;
  const snapshot = join(root, 'docs/api', `${entry.replace('/dist', '').replaceAll('/', '-')}.d.ts.txt`);
  if (values.write) {
    mkdirSync(join(root, 'docs/api'), { recursive: true });
    writeFileSync(snapshot, text);
  } else if (read(snapshot) !== text) {
    stale++;
    console.error(
      `${snapshot.slice(root.length + 1)} is not current. If the change is meant: node scripts/check-declarations.ts --write`,
    );
  }
}
process.exit(stale === 0 ? 0 : 1);

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
