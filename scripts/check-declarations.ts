/**
 * Prevents: a change of the public types that nobody meant.
 * Compares each published entry's declarations with the committed snapshot in docs/api/; `--write` renews it.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readArguments } from './read-arguments.ts';

const root = join(import.meta.dirname, '..');
const ENTRIES = [
  'core/dist/index',
  'core/dist/imported-gate',
  'core/dist/client/index',
  'core/dist/setup-error',
  'core/dist/text/amounts',
  'core/dist/text/collect-bytes',
  'core/dist/testing/index',
  'api/dist/index',
  'gateway/dist/index',
  'gateway/dist/flowent/index',
  'gateway/dist/testing/index',
  'gateway/dist/actions/writing-actions',
  'sandbox/dist/index',
  'sandbox/dist/testing/index',
];

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
for (const entry of ENTRIES) {
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
