/** A search that goes on where it was broken off: which jobs are done, and what came of them. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { merge, newTally, type Tally } from './tally.ts';

export interface Progress {
  /** Of the same search: its options, its jobs and the code that they come from. */
  readonly key: string;
  readonly done: Set<number>;
  readonly tally: Tally;
}

interface Written {
  readonly key: string;
  readonly done: readonly number[];
  readonly rows: Parameters<typeof merge>[1]['rows'];
  readonly findings: Parameters<typeof merge>[1]['findings'];
}

/** One of another search is begun anew. */
export function readProgress(file: string, key: string): Progress {
  const progress: Progress = { key, done: new Set(), tally: newTally() };
  let written: Written;
  try {
    written = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return progress;
  }
  if (written.key !== key) return progress;
  for (const job of written.done) progress.done.add(job);
  merge(progress.tally, written);
  return progress;
}

/** Whole or not at all. */
export function writeProgress(file: string, { key, done, tally }: Progress): void {
  mkdirSync(dirname(file), { recursive: true });
  const written: Written = { key, done: [...done], rows: [...tally.rows.values()], findings: tally.findings };
  writeFileSync(`${file}.new`, JSON.stringify(written));
  renameSync(`${file}.new`, file);
}
