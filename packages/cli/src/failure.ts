/** What a command threw, as words for a person and an exit code. */
import { dirname, sep } from 'node:path';
import { SetupError } from '@countersign/core';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { UsageError } from './usage-error.ts';

/** Where the program's own files lie. */
export const PROGRAM_FOLDER: string = dirname(import.meta.dirname) + sep;

export interface Failure {
  readonly problem: string;
  readonly remedy?: string;
  readonly exitCode: ExitCode;
  /** Of a bug: shown where DEBUG is set. */
  readonly stack?: string;
}

/** Wrong usage and a wrong set-up end with 2, what a platform refuses with 1; anything else is a bug and ends with 70. */
export function describeFailure(error: unknown): Failure {
  if (error instanceof UsageError) {
    return { problem: error.message, remedy: error.remedy, exitCode: EXIT.usage };
  }
  if (error instanceof SetupError) {
    return { problem: setupProblem(error), remedy: error.remedy, exitCode: EXIT.usage };
  }
  // The gateway is loaded by the commands that need it only, so its errors are known by their names.
  if (error instanceof Error && error.name === 'ConfigError') {
    return {
      problem: error.message,
      remedy:
        'isMissing' in error && error.isMissing === true
          ? 'Write one with `countersign init`, or name another with --config.'
          : mendRemedy(error),
      exitCode: EXIT.usage,
    };
  }
  // A platform’s: it did not do what it was asked.
  if (error instanceof Error && 'remedy' in error) {
    return { problem: error.message, remedy: String(error.remedy), exitCode: EXIT.refused };
  }
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const text = error instanceof Error ? error.message : String(error);
  if (code === 'ERR_MODULE_NOT_FOUND' && /[\\/]dist[\\/]/.test(text)) {
    return {
      problem: 'the program is not built.',
      remedy: 'Run `npm run build` in its folder.',
      exitCode: EXIT.usage,
    };
  }
  if (isDiskFull(error)) {
    return {
      problem: 'the disk of the store is full',
      remedy: 'Make room on it, then do the same again: what was stored before is kept.',
      exitCode: EXIT.usage,
    };
  }
  const file = fileProblem(error);
  if (file !== undefined) return { ...file, exitCode: EXIT.usage };
  return {
    problem: `a bug: ${text}`,
    remedy: 'Set DEBUG=1 to see where, and report it.',
    exitCode: EXIT.bug,
    ...(error instanceof Error && error.stack !== undefined && { stack: error.stack }),
  };
}

/** As SQLite says it, also where the store has told of it in its own words: https://www.sqlite.org/rescode.html#full */
function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ('errcode' in error && (Number(error.errcode) & 0xff) === 13) || isDiskFull(error.cause);
}

/** A variable that is not set is no fault of the file. */
function mendRemedy(error: Error): string {
  const problems: readonly { readonly isUnset?: true }[] =
    'problems' in error && Array.isArray(error.problems) ? error.problems : [];
  const isFileRight = problems.length > 0 && problems.every(({ isUnset }) => isUnset === true);
  const what = isFileRight ? 'Set the variables' : 'Fix the file';
  return `${what}, then run the command again.`;
}

/** Why the system gave no access to a file, by Node's code. */
const FILE_PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of its path is not a folder',
  EISDIR: 'it is a folder',
  EEXIST: 'it already exists',
  EACCES: 'this user has no permission for that',
  EPERM: 'this user has no permission for that',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
};

/** Of a file that is none of the program's own: the user named it, or it lies where the program runs. */
function fileProblem(error: unknown): Pick<Failure, 'problem' | 'remedy'> | undefined {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return undefined;
  const why = FILE_PROBLEMS[String(error.code)];
  // Some calls of Node give no path, only a descriptor.
  const path = 'path' in error ? String(error.path) : 'a file';
  if (why === undefined || path.startsWith(PROGRAM_FOLDER)) return undefined;
  const remedy =
    error.code === 'EEXIST'
      ? 'Choose another file: no file is overwritten.'
      : 'Check the path and its permissions.';
  return { problem: `${path} cannot be used: ${why}`, remedy };
}

/** A SetupError's sentence without its remedy. */
export function setupProblem({ option, problem }: SetupError): string {
  return `${option}: ${problem}.`;
}
