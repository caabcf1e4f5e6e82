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
  const file = fileProblem(error);
  if (file !== undefined) return { ...file, exitCode: EXIT.usage };
  return {
    problem: `a bug: ${text}`,
    remedy: 'Set DEBUG=1 to see where, and report it.',
    exitCode: EXIT.bug,
    ...(error instanceof Error && error.stack !== undefined && { stack: error.stack }),
  };
}

/** A variable that is not set is no fault of the file. */
function mendRemedy(error: Error): string {
  const problems: readonly { readonly isUnset?: true }[] =
    'problems' in error && Array.isArray(error.problems) ? error.problems : [];
  const isFileRight = problems.length > 0 && problems.every(({ isUnset }) => isUnset === true);
  const what = isFileRight ? 'Set the variables' : 'Fix the file';
  return `${what}, then run \`countersign check\` again.`;
}

/** Why the system gave no access to a file, by Node's code. */
const FILE_PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of its path is not a folder',
  EISDIR: 'it is a folder',
  EEXIST: 'it is there already',
  EACCES: 'this user may not do that with it',
  EPERM: 'this user may not do that with it',
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
      ? 'Choose another file: nothing is written over.'
      : 'Look at the path, and at who may use it.';
  return { problem: `${path} cannot be used: ${why}`, remedy };
}

/** A SetupError's sentence without its remedy. */
export function setupProblem({ option, problem }: SetupError): string {
  return `${option}: ${problem}.`;
}
