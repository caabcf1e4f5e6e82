/** A problem while it is still being worked out: its place in the tree is known, its line is not yet. */
import type { ConfigProblem } from './config-error.ts';
import type { ValuePath } from './value-path.ts';

export interface Finding {
  readonly path: ValuePath;
  /** What to point at in the file. Default `value`. */
  readonly place?: 'key' | 'value';
  readonly problem: string;
  readonly value?: string;
  readonly expected?: string;
  readonly suggestion?: string;
  readonly remedy?: string;
}

/** What a configuration may say, and had better not. */
export interface ConfigWarning {
  readonly path: string;
  /** A sentence; holds no secret. */
  readonly message: string;
}

/** Lines and columns, from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Finds a path in the file; where the path is not there, its nearest parent. */
export type Locate = (path: ValuePath, place: 'key' | 'value') => Position | undefined;

/** Findings as problems: each with its position, in the order of the file, without repeats. */
export function toProblems(
  findings: readonly Finding[],
  format: (path: ValuePath) => string,
  locate: Locate,
): readonly ConfigProblem[] {
  const seen = new Set<string>();
  const problems: ConfigProblem[] = [];
  for (const { path, place = 'value', ...rest } of findings) {
    const problem: ConfigProblem = { path: format(path), ...rest, ...locate(path, place) };
    const key = JSON.stringify([problem.path, problem.problem]);
    if (!seen.has(key)) problems.push(problem);
    seen.add(key);
  }
  return problems.sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}
