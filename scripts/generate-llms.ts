/**
 * Prevents: a coding agent that guesses at the documentation, or follows a page that is gone.
 * Writes llms.txt and AGENTS.md from the pages’ titles and first sentences, the table of commands and the exit codes; with `--check` only compares.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { agentsText } from './agents-text.ts';
import { llmsText } from './llms-text.ts';
import { readArguments } from './read-arguments.ts';

const { values } = readArguments('node scripts/generate-llms.ts [--check]', {
  options: { check: { type: 'boolean', default: false } },
});

const root = join(import.meta.dirname, '..');
const files = [
  { name: 'AGENTS.md', text: agentsText(root) },
  { name: 'llms.txt', text: llmsText(root) },
];
const outdated = files.filter(({ name, text }) => {
  const file = join(root, name);
  return !existsSync(file) || readFileSync(file, 'utf8') !== text;
});
if (values.check && outdated.length > 0) {
  for (const { name } of outdated) console.error(`${name} is not current`);
  console.error('Run: node scripts/generate-llms.ts');
  process.exit(1);
}
if (!values.check) for (const { name, text } of outdated) writeFileSync(join(root, name), text);
