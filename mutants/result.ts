/** What a piece came to, as it is kept in mutants/results: by file, so that only what has changed is tried anew. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const RESULTS = join(import.meta.dirname, 'results');
const ROOT = join(import.meta.dirname, '..');

/** What a source file's mutants came to. */
export interface FileResult {
  /** Of the source as it was mutated. */
  readonly digest: string;
  /** A test failed, or the mutant's lines ran a hundred times as often as without it. */
  readonly killed: number;
  /** A test took ten times what it takes without it, of the processor: an endless loop, as a rule. */
  readonly timeouts: number;
  /** Made once as a module is loaded, and so not tried. */
  readonly untried: number;
  /** What no test noticed: `LINE:COLUMN-LINE:COLUMN: the line → what stands there instead`. */
  readonly survivors: readonly string[];
}

export interface Result {
  /** Of the tests that the survivors were last tried with. */
  readonly tests: string;
  /** By the path of the source. */
  readonly files: Readonly<Record<string, FileResult>>;
}

export function digestOf(paths: readonly string[]): string {
  const hash = createHash('sha256');
  for (const path of paths) hash.update(readFileSync(join(ROOT, path)));
  return hash.digest('hex').slice(0, 16);
}

export function readResult(piece: string): Result | undefined {
  const file = fileOf(piece);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Result) : undefined;
}

export function writeResult(piece: string, result: Result): void {
  const file = fileOf(piece);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(result, undefined, 1)}\n`);
}

function fileOf(piece: string): string {
  return join(RESULTS, `${piece}.json`);
}

export interface Totals {
  readonly mutants: number;
  readonly killed: number;
  readonly timeouts: number;
  readonly survivors: number;
}

export function totalsOf({ files }: Result): Totals {
  const all = Object.values(files);
  const killed = all.reduce((sum, file) => sum + file.killed, 0);
  const timeouts = all.reduce((sum, file) => sum + file.timeouts, 0);
  const survivors = all.reduce((sum, file) => sum + file.survivors.length, 0);
  return { mutants: killed + timeouts + survivors, killed, timeouts, survivors };
}
