/**
 * Prevents: a sender of docs/catalogue.md that the console's catalogue or the command line lacks, or shows with another scheme.
 * Writes declared-senders.generated.ts of both from the page; with `--check` only compares.
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
const page = readFileSync(join(root, 'docs/catalogue.md'), 'utf8');
const [, rest = ''] = page.split('\n## Declared: ');
const [section = ''] = rest.split('\n## ');

/** A note that goes on elsewhere: `its handshake hands over the key: [how](configuration.md#tests-of-the-address)`. */
const ELSEWHERE = /: \[how\]\(([^)]+)\)/;

const rows = section.split('\n').flatMap((line) => {
  const [, name = '', cell = '', , notes = ''] = line.split(/(?<!\\)\|/).map((part) => part.trim());
  const scheme = /^`(.*)`$/.exec(cell)?.[1]?.replaceAll('\\|', '|');
  if (scheme === undefined) return [];
  const more = ELSEWHERE.exec(notes)?.[1];
  return [{ name, scheme, notes: notes.replaceAll('`', '').replace(ELSEWHERE, ''), more }];
});

for (const { notes } of rows) {
  if (/\]\(/.test(notes)) throw new Error(`no place shows this note’s link: ${notes}`);
}

function fileOf(lines: readonly string[]): string {
  const head = '/** Generated from docs/catalogue.md by scripts/generate-declared-senders.ts. */';
  return [head, ...lines, '];', ''].join('\n');
}

function rowOf(row: object): string {
  const members = Object.entries(row).filter(([, value]) => value !== undefined);
  return `  { ${members.map(([name, value]) => `${name}: ${JSON.stringify(value)}`).join(', ')} },`;
}

const files = {
  'packages/console/src/catalogue/declared-senders.generated.ts': fileOf([
    "import type { DeclaredSender } from './declared-sender.ts';",
    '',
    "/** In the page's order. */",
    'export const DECLARED_SENDERS: readonly DeclaredSender[] = [',
    ...rows.map(rowOf),
  ]),
  'packages/cli/src/declared-senders.generated.ts': fileOf([
    '',
    '/** Senders that are declared, and what stands under the `scheme` of a gate for them, as YAML. */',
    'export const DECLARED_SENDERS: readonly { readonly name: string; readonly scheme: string }[] = [',
    ...rows.map(({ name, scheme }) => rowOf({ name, scheme })),
  ]),
};

for (const [path, text] of Object.entries(files)) {
  const file = join(root, path);
  if (!check) writeFileSync(file, text);
  else if (readFileSync(file, 'utf8') !== text) {
    console.error(`${path} is not current. Run: node scripts/generate-declared-senders.ts`);
    process.exit(1);
  }
}
