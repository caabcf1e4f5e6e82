/**
 * Prevents: links to files and headings that are gone, code in the docs that no test runs, two decisions of one number,
 * a number of mistakes in README.md or a schema in CHANGELOG.md that is no longer so, and what a merge has left there: its marks, or a line of the changelog twice.
 * Every relative link of a Markdown file and every decision that a comment names must resolve, and every code block must be of a language that
 * docs/test/docs.test.ts knows, or be marked as not run.
 */
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { MIGRATIONS } from '../packages/gateway/src/stores/sqlite-migrations.ts';
import { codeBlocks, markdownFiles, RUN, SHOWN } from './docs-blocks.ts';
import { headingAnchor } from './heading-anchor.ts';

const root = join(import.meta.dirname, '..');
const problems: string[] = [];

for (const file of markdownFiles(root)) {
  const text = readFileSync(file, 'utf8');
  const where = relative(root, file);
  for (const [mark] of text.matchAll(/^(?:<{7} |>{7} |={7}$).*/gm))
    problems.push(`${where}: a merge has left ${mark}`);
  for (const [, target = ''] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^[a-z]+:/.test(target)) continue;
    const [path = '', heading] = target.split('#');
    const linked = path === '' ? file : join(dirname(file), path);
    if (!existsSync(linked)) problems.push(`${where}: no file ${target}`);
    else if (heading !== undefined && linked.endsWith('.md') && !anchorsOf(linked).includes(heading))
      problems.push(`${where}: no heading ${target}`);
  }
  for (const { language, line } of codeBlocks(text)) {
    if (!RUN.includes(language) && !SHOWN.includes(language)) {
      problems.push(
        `${where}:${line}: a code block in "${language}": one of ${[...RUN, ...SHOWN].join(', ')}`,
      );
    }
  }
}

const [, mistakes = ''] =
  /^(\d+) mistakes/m.exec(readFileSync(join(root, 'docs/failures/README.md'), 'utf8')) ?? [];
const some = `some ${Math.floor(Number(mistakes) / 50) * 50} mistakes`;
if (!readFileSync(join(root, 'README.md'), 'utf8').includes(some))
  problems.push(`README.md: ${mistakes} mistakes have a page, and it does not say ${some}`);

const changelog = readFileSync(join(root, 'CHANGELOG.md'), 'utf8');
const [, schema] = /Files move to schema (\d+)/.exec(changelog) ?? [];
if (schema !== undefined && Number(schema) !== MIGRATIONS.length)
  problems.push(`CHANGELOG.md: files move to schema ${MIGRATIONS.length}, and it says ${schema}`);

const changes = new Set<string>();
for (const line of changelog.split('\n')) {
  // A later wording of a line begins like the one that it replaces.
  const start = line.trim().slice(0, 80);
  if (start.length < 40) continue;
  if (changes.has(start)) problems.push(`CHANGELOG.md: two lines begin with ${start}`);
  changes.add(start);
}

const decisions = new Map<string, string>();
for (const file of readdirSync(join(root, 'docs/adr'))) {
  const number = file.slice(0, 4);
  const other = decisions.get(number);
  if (other !== undefined) problems.push(`docs/adr: ${other} and ${file} have one number`);
  decisions.set(number, file);
}

for (const file of globSync(
  '{packages/*/{src,test},scripts,bench,conformance,corpus,fuzz,interop,mutants,torture,site}/**/*.{ts,mjs}',
  { cwd: root },
)) {
  if (/node_modules|generated/.test(file)) continue;
  for (const [path] of readFileSync(join(root, file), 'utf8').matchAll(/docs\/adr\/[\w-]+\.md/g))
    if (!existsSync(join(root, path))) problems.push(`${file}: no file ${path}`);
}

/** As GitHub makes them: of headings, and what an `id` names. */
function anchorsOf(file: string): readonly string[] {
  const text = readFileSync(file, 'utf8').replace(/^```.*?^```/gms, '');
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => headingAnchor(heading));
  return [...headings, ...[...text.matchAll(/ id="([^"]+)"/g)].map(([, id = '']) => id)];
}

for (const problem of problems) console.error(problem);
process.exit(problems.length === 0 ? 0 : 1);
