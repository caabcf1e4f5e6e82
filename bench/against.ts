/**
 * Prevents: a version that is slower than the last one, and nobody who knows since when. Runs this tree and another
 * in turn, in pairs, and prints for each row how fast this one is where the other is 1, with the 95 % interval.
 * Ends with 1 where an interval lies wholly below 0.97, with 2 where something could not be measured.
 * TREE is a built tree’s folder, or a revision, which is checked out and built in a temporary folder.
 */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readArguments } from '../scripts/read-arguments.ts';
import { HTTP_ROWS, measureHttp } from './against/http-rows.ts';
import { ROWS } from './against/rows.ts';
import { openTree, type Tree, TreeError } from './against/tree.ts';
import { type PairedRatio, pairedRatio } from './measure/paired.ts';
import { timeFirstAnswer } from './start/first-answer.ts';

const OURS = join(import.meta.dirname, '..');
/** Below this, wholly, a row counts as slower. */
const SLOWER = 0.97;

const USAGE = 'npm run bench -- --against TREE [--rows PATTERN] [--json] [--quick] [--list]';
const { values } = readArguments(USAGE, {
  options: {
    against: { type: 'string', default: '' },
    rows: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
  },
});

/** How often: a row's processes, and the pairs within each. */
const EFFORT = values.quick
  ? { processes: 3, pairs: 12, httpProcesses: 1, httpPairs: 4, starts: 8 }
  : { processes: 6, pairs: 30, httpProcesses: 3, httpPairs: 5, starts: 30 };

/** One line of the report: ratios of the pairs, process by process. */
interface Subject {
  readonly name: string;
  measure(other: string): Promise<readonly (readonly number[])[]>;
}

interface Result extends PairedRatio {
  readonly row: string;
  readonly pairs: number;
  readonly slower: boolean;
}

const SUBJECTS: readonly Subject[] = [
  ...ROWS.map(({ name }) => ({ name, measure: (other: string) => measureInProcesses(name, other) })),
  ...HTTP_ROWS.map((row) => ({
    name: row.name,
    measure: (other: string) =>
      repeat(EFFORT.httpProcesses, () => measureHttp(row, [OURS, other], EFFORT.httpPairs)),
  })),
  { name: 'start, CPU time until the first verified answer', measure: measureStarts },
];

const pattern = patternOf(values.rows);
const rows = SUBJECTS.filter(({ name }) => pattern.test(name));
if (values.list) console.log(rows.map(({ name }) => name).join('\n'));
else if (rows.length === 0) stop(`no row is named like "${values.rows}".\n  → --list shows the names`);
else await main();

async function main(): Promise<void> {
  let tree: Tree;
  try {
    tree = openTree(values.against);
  } catch (error) {
    if (error instanceof TreeError) return stop(error.message);
    throw error;
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      tree.close();
      process.exit(130);
    });
  }
  try {
    report(tree, await measureAll(tree));
  } finally {
    tree.close();
  }
}

async function measureAll({ root, name }: Tree): Promise<readonly Result[]> {
  const machine = `${cpus()[0]?.model.trim()}, ${cpus().length} cores, Node ${process.version}`;
  if (!values.json) console.log(`this tree against ${name} (1; more is faster), by CPU time; ${machine}\n`);
  const width = Math.max(...rows.map((subject) => subject.name.length));
  const results: Result[] = [];
  for (const [at, subject] of rows.entries()) {
    console.error(`  ${at + 1} of ${rows.length}: ${subject.name}`);
    if (subject.name.startsWith('http') && !hasLoad()) {
      console.error('  left out: wrk or taskset is not installed');
      process.exitCode = 2;
      continue;
    }
    try {
      const processes = await subject.measure(root);
      const ratio = pairedRatio(processes);
      const result = {
        row: subject.name,
        ...ratio,
        pairs: processes.flat().length,
        slower: ratio.high < SLOWER,
      };
      results.push(result);
      if (!values.json) console.log(lineOf(result, width));
    } catch (error) {
      // One row that a tree cannot run says nothing of the others.
      console.error(`  not measured: ${String(error)}`);
      process.exitCode = 2;
    }
  }
  return results;
}

function lineOf({ row, median, low, high, slower }: Result, width: number): string {
  const interval = `${low.toFixed(2)}–${high.toFixed(2)}`;
  return `${row.padEnd(width)}  ${median.toFixed(2)}  (${interval})${slower ? '  slower' : ''}`;
}

function report({ name }: Tree, results: readonly Result[]): void {
  const slower = results.filter((result) => result.slower);
  if (values.json) console.log(JSON.stringify({ against: name, bound: SLOWER, rows: results }, null, 2));
  else {
    console.log(
      slower.length === 0
        ? `\nNo row is slower: none lies wholly below ${SLOWER}.`
        : `\nSlower, wholly below ${SLOWER}: ${slower.map(({ row }) => row).join('; ')}`,
    );
  }
  if (slower.length > 0) process.exitCode = 1;
}

function measureInProcesses(row: string, other: string): Promise<readonly (readonly number[])[]> {
  const script = join(import.meta.dirname, 'against/in-process.ts');
  return repeat(EFFORT.processes, async (turn) => {
    const args = [script, OURS, other, row, String(EFFORT.pairs), String(turn % 2)];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    return JSON.parse(stdout) as readonly number[];
  });
}

/** Each start is a process of its own: its pairs are all independent. */
async function measureStarts(other: string): Promise<readonly (readonly number[])[]> {
  const folders = [OURS, other].map((tree) => ({
    tree,
    folder: mkdtempSync(join(tmpdir(), 'countersign-start-')),
  }));
  try {
    // The first one compiles.
    for (const { tree, folder } of folders) await timeFirstAnswer(tree, folder);
    return await repeat(EFFORT.starts, async (turn) => {
      const cpuMs = [0, 0];
      for (const at of turn % 2 === 0 ? [0, 1] : [1, 0]) {
        const { tree, folder } = folders[at] as (typeof folders)[number];
        cpuMs[at] = (await timeFirstAnswer(tree, folder)).cpuMs;
      }
      return [Number(cpuMs[1]) / Number(cpuMs[0])];
    });
  } finally {
    for (const { folder } of folders) rmSync(folder, { recursive: true });
  }
}

async function repeat<T>(times: number, run: (turn: number) => Promise<T>): Promise<readonly T[]> {
  const results: T[] = [];
  for (let turn = 0; turn < times; turn++) results.push(await run(turn));
  return results;
}

function hasLoad(): boolean {
  return !spawnSync('wrk', ['-v']).error && !spawnSync('taskset', ['-V']).error;
}

function patternOf(text: string): RegExp {
  try {
    return new RegExp(text, 'i');
  } catch {
    return stop(
      `--rows ${text} is not a regular expression.\n  → Give a part of the names, e.g. "verify stripe"`,
    );
  }
}

function stop(problem: string): never {
  console.error(`against: ${problem}`);
  process.exit(2);
}
