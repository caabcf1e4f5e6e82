/**
 * Prevents: links to files that are gone, code in the docs that no test runs, and two decisions of one number.
 * Every relative link of a Markdown file must resolve, and every code block must be of a language that
 * docs/test/docs.test.ts knows, or be marked as not run.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { codeBlocks, markdownFiles, RUN, SHOWN } from './docs-blocks.ts';

const root = join(import.meta.dirname, '..');
const problems: string[] = [];

for (const file of markdownFiles(root)) {
  const text = readFileSync(file, 'utf8');
  const where = relative(root, file);
  for (const [, target = ''] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^[a-z]+:|^#/.test(target)) continue;
    if (!existsSync(join(dirname(file), target.split('#')[0] as string)))
      problems.push(`${where}: no file ${target}`);
  }
  for (const { language, line } of codeBlocks(text)) {
    if (!RUN.includes(language) && !SHOWN.includes(language)) {
      problems.push(
        `${where}:${line}: a code block in "${language}": one of ${[...RUN, ...SHOWN].join(', ')}`,
      );
    }
  }
}

const decisions = new Map<string, string>();
for (const file of readdirSync(join(root, 'docs/adr'))) {
  const number = file.slice(0, 4);
  const other = decisions.get(number);
  if (other !== undefined) problems.push(`docs/adr: ${other} and ${file} have one number`);
  decisions.set(number, file);
}

for (const problem of problems) console.error(problem);
process.exit(problems.length === 0 ? 0 : 1);
