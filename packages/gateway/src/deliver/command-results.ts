/** What the end of a command says of a delivery, and what an operator can do about it. */
import { attemptFailed } from './attempt-failed.ts';
import type { AttemptFailed, AttemptResult } from './destination.ts';

/** sysexits.h: what mail systems and their filters say for “later”. */
const EX_TEMPFAIL = 75;

/** Of a command that its deadline ended. */
export function tooSlow(): AttemptFailed {
  return attemptFailed(
    'timeout',
    'The command did not end in time, and was stopped with all that it had started. Make it faster, have it hand its work on, or give the destination more time.',
    { throttles: true },
  );
}

/** @param code `null` where a signal ended it */
export function exitResult(code: number | null, killedBy: string | null): AttemptResult {
  if (code === null)
    return attemptFailed(
      'killed',
      `The command was ended by ${killedBy}. See its output, whether it crashed, and whether the system had run out of memory.`,
    );
  if (code === 0) return { ok: true, status: 0 };
  const status = code;
  if (code === EX_TEMPFAIL)
    return attemptFailed(
      'exit-code',
      'The command ended with exit code 75: it wants to be run later. See its output for why.',
      { status, throttles: true },
    );
  return attemptFailed('exit-code', `The command ended with exit code ${code}. See its output for why.`, {
    status,
  });
}

/** Of a command whose end nobody saw. */
export function lostCommand(): AttemptFailed {
  return attemptFailed(
    'killed',
    'The process that runs commands was ended, and the command with it. It is run again; see whether the system had run out of memory.',
    { throttles: true },
  );
}

/** Of a process that the system did not make. @param code of the error that starting it failed with */
export function startFailure(code: string, program: string): AttemptFailed {
  switch (code) {
    case 'ENOENT':
      return attemptFailed(
        'not-started',
        `${program} was not found, or the directory that it shall run in is not there. Write its whole path, and see whether both exist.`,
      );
    case 'EACCES':
      return attemptFailed(
        'not-started',
        `${program} may not be run. Give the gateway’s user the right to execute it, and to enter its directory.`,
      );
    case 'E2BIG':
      return attemptFailed(
        'not-started',
        'The command’s arguments and environment are longer than the system takes. Pass it less: the body stands on its standard input in any case.',
        { ends: 'delivery' },
      );
    default:
      return attemptFailed(
        'not-started',
        `The system started no process (${code}). See how many processes and open files this one may have, and how much memory is left.`,
        { throttles: true },
      );
  }
}
