/**
 * Prevents: a sender of docs/catalogue.md that the console's catalogue lacks, or shows with another scheme.
 * Writes packages/console/src/catalogue/declared-senders.generated.ts from the page; with `--check` only compares.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readArguments } from './read-arguments.ts';

const {
  values: { check },
} = readArguments('node scripts/generate-declared-senders.ts [--check]', {
  options: { check: { type: 'boolean', default: false } },
});

const root = join(import.meta.dirname, '..');
const file = join(root, 'packages/console/src/catalogue/declared-senders.generated.ts');
const page = readFileSync(join(root, 'docs/catalogue.md'), 'utf8');
const [, rest = ''] = page.split('\n## Declared: ');
const [section = ''] = rest.split('\n## ');

const rows = section.split('\n').flatMap((line) => {
  const [, name = '', cell = '', , notes = ''] = line.split(/(?<!\\)\|/).map((part) => part.trim());
  const scheme = /^`(.*)`$/.exec(cell)?.[1]?.replaceAll('\\|', '|');
  return scheme === undefined ? [] : [{ name, scheme, notes: notes.replaceAll('`', '') }];
});

const text = [
  '/** Generated from docs/catalogue.md by scripts/generate-declared-senders.ts. */',
  "import type { DeclaredSender } from './declared-sender.ts';",
  '',
  "/** In the page's order. */",
  'export const DECLARED_SENDERS: readonly DeclaredSender[] = [',
  ...rows.map(
    ({ name, scheme, notes }) =>
      `  { name: ${JSON.stringify(name)}, scheme: ${JSON.stringify(scheme)}, notes: ${JSON.stringify(notes)} },`,
  ),
  '];',
  '',
].join('\n');

if (!check) writeFileSync(file, text);
else if (readFileSync(file, 'utf8') !== text) {
  console.error(
    'The console’s declared senders are not current. Run: node scripts/generate-declared-senders.ts',
  );
  process.exit(1);
}
