/**
 * Prevents: tests that would not notice. Puts small faults into pipeline, schemes and text, one at a time (Stryker), and says which no test notices.
 * Hours in all: it goes piece by piece, keeps what each came to beside its sources' digest, and leaves out what has not changed since.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { installPeers } from '../scripts/install-peers.ts';
import { endWithUsage, positive, readArguments } from '../scripts/read-arguments.ts';
import { PIECES, type Piece } from './pieces.ts';

const USAGE = 'npm run mutants [-- --only PIECE] [--minutes 360] [--again]';
const { values } = readArguments(USAGE, {
  options: {
    only: { type: 'string' },
    minutes: { type: 'string', default: '360' },
    again: { type: 'boolean', default: false },
  },
});

const HERE = import.meta.dirname;
const ROOT = join(HERE, '..');
const RESULTS = join(HERE, 'results');
const WORK = join(ROOT, '.stryker-tmp');
/** For timers, and for what a busy machine takes. */
const TIMEOUT_MS = 20_000;

/** What a piece came to. */
interface Result {
  /** Of its sources and tests. */
  readonly digest: string;
  readonly killed: number;
  /** Each with its place, and what stands there in place of what. */
  readonly survivors: readonly string[];
}

const pieces = PIECES.filter(({ name }) => values.only === undefined || name.includes(values.only));
if (pieces.length === 0) {
  endWithUsage(`There is no piece "${values.only}", but ${PIECES.map(({ name }) => name).join(', ')}`, USAGE);
}
const untilMs = Date.now() + 60_000 * positive(values.minutes, '--minutes');
installPeers(HERE);
mkdirSync(RESULTS, { recursive: true });
let isWhole = true;
for (const piece of pieces) {
  const earlier = values.again ? undefined : readResult(piece);
  if (earlier === undefined && Date.now() > untilMs) {
    isWhole = false;
    console.log(`${piece.name}: not tried, the time is over`);
    continue;
  }
  const result = earlier ?? mutate(piece);
  if (result === undefined) isWhole = false;
  else print(piece, result);
}
process.exitCode = isWhole ? 0 : 1;

function print({ name }: Piece, { killed, survivors }: Result): void {
  const share = (100 * killed) / Math.max(1, killed + survivors.length);
  console.log(
    `${name}: ${share.toFixed(1)} % of ${killed + survivors.length} noticed, ${survivors.length} not`,
  );
}

function pathsOf(folder: string, patterns: readonly string[]): readonly string[] {
  const paths = patterns.flatMap((pattern) => globSync(join(folder, pattern), { cwd: ROOT }));
  return [...new Set(paths)].filter((path) => path.endsWith('.ts')).sort();
}

function sourcesOf({ mutated }: Piece): readonly string[] {
  return pathsOf('packages/core/src', mutated);
}

/** Without those that look at the sources' text, or at the clock. */
function testsOf({ tests }: Piece): readonly string[] {
  const paths = pathsOf('packages/core/test', tests);
  return paths.filter((path) => path.endsWith('.test.ts') && !/worst-inputs|[/\\]words[/\\]/.test(path));
}

function digestOf(piece: Piece): string {
  const hash = createHash('sha256');
  for (const path of [...sourcesOf(piece), ...testsOf(piece)]) hash.update(readFileSync(join(ROOT, path)));
  return hash.digest('hex').slice(0, 16);
}

function readResult(piece: Piece): Result | undefined {
  const file = join(RESULTS, `${piece.name}.json`);
  if (!existsSync(file)) return undefined;
  const result = JSON.parse(readFileSync(file, 'utf8')) as Result;
  return result.digest === digestOf(piece) ? result : undefined;
}

/** Undefined where Stryker did not come to its end. */
function mutate(piece: Piece): Result | undefined {
  const report = join(WORK, `${piece.name}.json`);
  const config = join(WORK, `${piece.name}.config.json`);
  mkdirSync(WORK, { recursive: true });
  rmSync(report, { force: true });
  writeFileSync(config, JSON.stringify(configOf(piece, report)));
  const stryker = join(HERE, 'node_modules/@stryker-mutator/core/bin/stryker.js');
  const { status } = spawnSync(process.execPath, [stryker, 'run', config], {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, COUNTERSIGN_MUTANTS_TESTS: testsOf(piece).join(',') },
  });
  if (status !== 0 || !existsSync(report)) {
    console.error(`${piece.name}: Stryker ended with ${status}`);
    return undefined;
  }
  const result = { digest: digestOf(piece), ...countsOf(report) };
  writeFileSync(join(RESULTS, `${piece.name}.json`), `${JSON.stringify(result, undefined, 1)}\n`);
  return result;
}

function configOf(piece: Piece, report: string): object {
  return {
    testRunner: 'vitest',
    plugins: [join(HERE, 'node_modules/@stryker-mutator/vitest-runner/dist/src/index.js')],
    mutate: sourcesOf(piece),
    vitest: { configFile: 'mutants/vitest.config.ts', related: false },
    coverageAnalysis: 'perTest',
    // A table that is made once would need every test for each of its entries.
    ignoreStatic: true,
    // It rewrites the file by an API that TypeScript 7 has not; the tests run without it.
    tsconfigFile: 'none.json',
    concurrency: 2,
    timeoutMS: TIMEOUT_MS,
    reporters: ['json', 'progress-append-only'],
    jsonReporter: { fileName: relative(ROOT, report) },
    tempDirName: relative(ROOT, join(WORK, 'sandboxes')),
    ignorePatterns: ['docs', 'demo', 'fuzz', 'mutants/node_modules', 'interop', 'bench/node_modules'],
  };
}

interface Report {
  readonly files: Readonly<
    Record<
      string,
      {
        readonly source: string;
        readonly mutants: readonly {
          readonly status: string;
          readonly replacement?: string;
          readonly location: Readonly<
            Record<'start' | 'end', { readonly line: number; readonly column: number }>
          >;
        }[];
      }
    >
  >;
}

function countsOf(file: string): Pick<Result, 'killed' | 'survivors'> {
  let killed = 0;
  const survivors: string[] = [];
  for (const [path, { source, mutants }] of Object.entries(
    (JSON.parse(readFileSync(file, 'utf8')) as Report).files,
  )) {
    for (const { status, replacement = '', location } of mutants) {
      if (status === 'Killed' || status === 'Timeout') killed++;
      if (status !== 'Survived' && status !== 'NoCoverage') continue;
      const line = source.split('\n')[location.start.line - 1]?.trim() ?? '';
      survivors.push(
        `${path}:${location.start.line}: ${line} → ${replacement.replace(/\s+/g, ' ').slice(0, 120)}`,
      );
    }
  }
  return { killed, survivors };
}
