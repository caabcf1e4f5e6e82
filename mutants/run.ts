/**
 * Prevents: tests that would not notice. Puts small faults into pipeline, schemes and text, one at a time (Stryker), and says which no test notices.
 * Hours in all: it goes piece by piece, keeps what each came to beside digests of its sources and tests, and tries anew what has changed since:
 * of a source that is another every mutant, where only tests are others those that none had noticed.
 */
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { installPeers } from '../scripts/install-peers.ts';
import { endWithUsage, positive, readArguments } from '../scripts/read-arguments.ts';
import { PIECES, type Piece } from './pieces.ts';
import { digestOf, type FileResult, type Result, readResult, totalsOf, writeResult } from './result.ts';
import { type MutantOutcome, rangeOf, runStryker } from './stryker.ts';

const USAGE = 'npm run mutants [-- --only PIECE] [--minutes 360] [--again] [--table]';
const { values } = readArguments(USAGE, {
  options: {
    only: { type: 'string' },
    minutes: { type: 'string', default: '360' },
    again: { type: 'boolean', default: false },
    table: { type: 'boolean', default: false },
  },
});

const ROOT = join(import.meta.dirname, '..');

const pieces = PIECES.filter(({ name }) => values.only === undefined || name.includes(values.only));
if (pieces.length === 0) {
  endWithUsage(`There is no piece "${values.only}", but ${PIECES.map(({ name }) => name).join(', ')}`, USAGE);
}
if (values.table) printTable();
else runPieces(Date.now() + 60_000 * positive(values.minutes, '--minutes'));

function runPieces(untilMs: number): void {
  installPeers(import.meta.dirname);
  for (const piece of pieces) {
    const earlier = values.again ? undefined : readResult(piece.name);
    const result = bringUpToDate(piece, earlier, untilMs);
    if (result === undefined) process.exitCode = 1;
    else print(piece, result);
  }
}

/** Undefined where the time is over, or Stryker did not come to its end. */
function bringUpToDate(piece: Piece, earlier: Result | undefined, untilMs: number): Result | undefined {
  const sources = sourcesOf(piece);
  const tests = testsOf(piece);
  // Before the run, which tries a copy: they may be edited while it runs.
  const testsDigest = digestOf(tests);
  const digests = new Map(sources.map((path) => [path, digestOf([path])]));
  const kept = new Map(
    Object.entries(earlier?.files ?? {}).filter(([path, { digest }]) => digests.get(path) === digest),
  );
  const whole = sources.filter((path) => !kept.has(path));
  const survivors = [...kept].flatMap(([path, file]) => file.survivors.map((text) => rangeOf(path, text)));
  const mutated = earlier?.tests === testsDigest ? whole : [...whole, ...survivors];
  let outcomes: readonly MutantOutcome[] | undefined = [];
  if (mutated.length > 0) {
    if (Date.now() > untilMs) {
      console.log(`${piece.name}: not tried, the time is over`);
      return undefined;
    }
    outcomes = runStryker({ name: piece.name, mutated: [...new Set(mutated)], tests });
    if (outcomes === undefined) return undefined;
  }
  const files = sources.map((path) => {
    const ofFile = outcomes.filter((outcome) => outcome.path === path);
    return [path, fileResult(digests.get(path) ?? '', kept.get(path), ofFile)] as const;
  });
  const result = { tests: testsDigest, files: Object.fromEntries(files) };
  writeResult(piece.name, result);
  return result;
}

/** With what was tried anew in the place of what it had come to before. */
function fileResult(
  digest: string,
  earlier: FileResult | undefined,
  outcomes: readonly MutantOutcome[],
): FileResult {
  const survivors = new Set(earlier?.survivors);
  const counts = {
    killed: earlier?.killed ?? 0,
    timeouts: earlier?.timeouts ?? 0,
    untried: earlier?.untried ?? 0,
  };
  for (const { text, outcome } of outcomes) {
    // What stands within a survivor's place was tried with it: of that only a mutant that is noticed no longer counts.
    const isBeside = earlier !== undefined && !survivors.has(text);
    if (outcome === 'survived') {
      survivors.add(text);
      if (isBeside) counts.killed--;
    } else if (!isBeside) {
      survivors.delete(text);
      if (outcome === 'killed') counts.killed++;
      if (outcome === 'timeout') counts.timeouts++;
      if (outcome === 'untried') counts.untried++;
    }
  }
  return { digest, ...counts, survivors: [...survivors] };
}

function pathsOf(folder: string, patterns: readonly string[]): readonly string[] {
  const paths = patterns.flatMap((pattern) => globSync(join(folder, pattern), { cwd: ROOT }).sort());
  return [...new Set(paths)].filter((path) => path.endsWith('.ts'));
}

function sourcesOf({ mutated }: Piece): readonly string[] {
  return pathsOf('packages/core/src', mutated);
}

/** Without those that look at the sources' text, or at the clock. */
function testsOf({ tests }: Piece): readonly string[] {
  const paths = pathsOf('packages/core/test', tests);
  return paths.filter((path) => path.endsWith('.test.ts') && !/worst-|words[/\\]sentences/.test(path));
}

function print({ name }: Piece, result: Result): void {
  const { mutants, killed, timeouts, survivors } = totalsOf(result);
  console.log(
    `${name}: ${shareOf(killed + timeouts, mutants)} of ${mutants} noticed (${timeouts} of them by taking too long), ${survivors} not`,
  );
}

function shareOf(part: number, whole: number): string {
  return `${((100 * part) / Math.max(1, whole)).toFixed(1)} %`;
}

/** For docs/conformance.md. */
function printTable(): void {
  console.log(
    '| piece | mutants | noticed | of these by a timeout | survivors |\n| --- | --- | --- | --- | --- |',
  );
  for (const { name } of pieces) {
    const result = readResult(name);
    if (result === undefined) continue;
    const { mutants, killed, timeouts, survivors } = totalsOf(result);
    console.log(
      `| ${name} | ${mutants} | ${shareOf(killed + timeouts, mutants)} | ${timeouts} | ${survivors} |`,
    );
  }
}
