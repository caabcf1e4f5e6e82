/** One run of Stryker, and what it says of each mutant. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const HERE = import.meta.dirname;
const ROOT = join(HERE, '..');
const WORK = join(ROOT, '.stryker-tmp');
/** Behind it a mutant counts as a timeout. Most endless loops end before, by how often their lines run. */
const TIMEOUT_MS = 90_000;

export interface MutantOutcome {
  readonly path: string;
  /** `LINE:COLUMN-LINE:COLUMN: the line → what stands there instead`. */
  readonly text: string;
  readonly outcome: 'killed' | 'timeout' | 'survived' | 'untried';
}

export interface StrykerRun {
  readonly name: string;
  /** Paths, or of survivors `PATH:LINE:COLUMN-LINE:COLUMN`. */
  readonly mutated: readonly string[];
  /** Those that end most mutants first. */
  readonly tests: readonly string[];
}

/** Undefined where Stryker did not come to its end. */
export function runStryker(run: StrykerRun): readonly MutantOutcome[] | undefined {
  const report = join(WORK, `${run.name}.json`);
  const config = join(WORK, `${run.name}.config.json`);
  mkdirSync(WORK, { recursive: true });
  rmSync(report, { force: true });
  writeFileSync(config, JSON.stringify(configOf(run, report)));
  const stryker = join(HERE, 'node_modules/@stryker-mutator/core/bin/stryker.js');
  const { status } = spawnSync(process.execPath, [stryker, 'run', config], {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, COUNTERSIGN_MUTANTS_TESTS: run.tests.join(',') },
  });
  if (status === 0 && existsSync(report)) return readReport(report);
  console.error(`${run.name}: Stryker ended with ${status}`);
  return undefined;
}

function configOf({ mutated }: StrykerRun, report: string): object {
  return {
    testRunner: 'held-tests',
    plugins: [join(HERE, 'test-runner.ts')],
    testRunnerNodeArgs: ['--conditions=countersign-source'],
    mutate: mutated,
    coverageAnalysis: 'perTest',
    // A table that is made once would need every test for each of its entries.
    ignoreStatic: true,
    // It rewrites the file by an API that TypeScript 7 has not; the tests run without it.
    tsconfigFile: 'none.json',
    concurrency: 2,
    timeoutMS: TIMEOUT_MS,
    // A busy machine takes longer than the five minutes of its default for the tests without a mutant.
    dryRunTimeoutMinutes: 30,
    reporters: ['json', 'progress-append-only'],
    jsonReporter: { fileName: relative(ROOT, report) },
    tempDirName: relative(ROOT, join(WORK, 'sandboxes')),
    ignorePatterns: ['demo', 'fuzz', 'mutants/node_modules', 'interop/node_modules', 'bench/node_modules'],
  };
}

interface Report {
  readonly files: Readonly<
    Record<string, { readonly source: string; readonly mutants: readonly ReportedMutant[] }>
  >;
}

interface ReportedMutant {
  readonly status: string;
  readonly statusReason?: string;
  readonly replacement?: string;
  readonly location: Readonly<Record<'start' | 'end', { readonly line: number; readonly column: number }>>;
}

function readReport(file: string): readonly MutantOutcome[] {
  const { files } = JSON.parse(readFileSync(file, 'utf8')) as Report;
  return Object.entries(files).flatMap(([path, { source, mutants }]) => {
    const lines = source.split('\n');
    return mutants.map((mutant) => {
      const { replacement = '', location } = mutant;
      const { start, end } = location;
      const place = `${start.line}:${start.column}-${end.line}:${end.column}`;
      const instead = replacement.replace(/\s+/g, ' ').slice(0, 160);
      const text = `${place}: ${lines[start.line - 1]?.trim() ?? ''} → ${instead}`;
      return { path, text, outcome: outcomeOf(mutant) };
    });
  });
}

function outcomeOf({ status, statusReason = '' }: ReportedMutant): MutantOutcome['outcome'] {
  switch (status) {
    case 'Killed':
      return 'killed';
    case 'Timeout':
      // Counted, not measured: its lines ran a hundred times as often as they do without it.
      return statusReason.startsWith('Hit limit') ? 'killed' : 'timeout';
    case 'Survived':
    case 'NoCoverage':
      return 'survived';
    default:
      return 'untried';
  }
}

/** What Stryker is told to try of a survivor, by its text: its lines and columns, which it counts from 0. */
export function rangeOf(path: string, text: string): string {
  const [, fromLine, fromColumn, toLine, toColumn] = /^(\d+):(\d+)-(\d+):(\d+): /.exec(text) ?? [];
  return `${path}:${fromLine}:${Number(fromColumn) - 1}-${toLine}:${Number(toColumn) - 1}`;
}
