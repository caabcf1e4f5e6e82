/**
 * Prevents: a failure that people search for and find nothing of ours about, or a page that says what `explain` no longer does.
 * Writes docs/failures from the table of hypotheses and the first request of each one’s vectors, which is explained as a gate would; with `--check` only
 * compares.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXAMPLES } from '../packages/core/src/explain/index.ts';
import { HYPOTHESES } from '../packages/core/src/explain/table.ts';
import { exampleIndex } from './example-index.ts';
import { examplePage } from './example-page.ts';
import { failurePage } from './failure-page.ts';
import { FAILURE_TITLES, titleFaults } from './failure-titles/failure-titles.ts';
import { failuresIndex } from './failures-index.ts';
import { readArguments } from './read-arguments.ts';
import { GATE_FAILURES, SETUP_FAILURES, setupFailurePages } from './setup-failure-page.ts';

const { values } = readArguments('node scripts/generate-failures.ts [--check]', {
  options: { check: { type: 'boolean', default: false } },
});

const folder = join(import.meta.dirname, '../docs/failures');

const faults = titleFaults(
  HYPOTHESES.map(({ id }) => id),
  FAILURE_TITLES,
);
for (const fault of faults) console.error(`scripts/failure-titles: ${fault}`);
if (faults.length > 0) process.exit(1);

const otherPages = [...SETUP_FAILURES, ...GATE_FAILURES.map(({ title, finding: { id } }) => ({ id, title }))];
const pages = new Map([['README.md', failuresIndex(HYPOTHESES, FAILURE_TITLES, otherPages)]]);
for (const hypothesis of HYPOTHESES) {
  const title = FAILURE_TITLES[hypothesis.id] ?? '';
  pages.set(`${hypothesis.id}.md`, await failurePage(hypothesis, title));
}

for (const [id, text] of await setupFailurePages()) pages.set(`${id}.md`, text);

for (const topic of new Set(EXAMPLES.flatMap(({ topics }) => topics))) {
  pages.set(`examples/${topic}.md`, examplePage(topic));
}

pages.set('examples/README.md', exampleIndex());

mkdirSync(join(folder, 'examples'), { recursive: true });
const before = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.md'),
);
if (values.check) check();
else write();

function check(): void {
  const isCurrent = ([name, text]: readonly [string, string]): boolean =>
    before.includes(name) && readFileSync(join(folder, name), 'utf8') === text;
  const outdated = [...pages].filter((page) => !isCurrent(page)).map(([name]) => name);
  const left = before.filter((name) => !pages.has(name));
  for (const name of [...outdated, ...left]) console.error(`docs/failures/${name} is not current`);
  if (outdated.length + left.length === 0) return;
  console.error('Run: node scripts/generate-failures.ts');
  process.exit(1);
}

function write(): void {
  for (const name of before) if (!pages.has(name)) rmSync(join(folder, name));
  for (const [name, text] of pages) writeFileSync(join(folder, name), text);
}
