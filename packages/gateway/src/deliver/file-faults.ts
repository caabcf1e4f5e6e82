/** Why lines could not be written, and what an operator can do about it. */
import { attemptFailed } from './attempt-failed.ts';
import type { AttemptFailed } from './destination.ts';
import { NotOurFile } from './line-file.ts';

/** @param error what writing failed with */
export function fileFailure(error: unknown, path: string): AttemptFailed {
  if (error instanceof NotOurFile)
    return attemptFailed(
      'not-written',
      error.kind === 'no-file'
        ? noFile(path)
        : `The last line of ${path} is not whole, and not one of a delivery: the file belongs to something else. Name another, or end that line.`,
    );
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  switch (code) {
    case 'EISDIR':
    case 'ENXIO':
      return attemptFailed('not-written', noFile(path));
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return attemptFailed(
        'not-written',
        `There is no room for ${path} (${code}). Free some on its disk, or raise the quota or limit: what was sent meanwhile follows by itself.`,
        { throttles: true },
      );
    case 'ENOENT':
      return attemptFailed('not-written', `The directory of ${path} is not there. Make it.`, {
        throttles: true,
      });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return attemptFailed(
        'not-written',
        `${path} may not be written (${code}). Give the gateway’s user the right to, or name another file.`,
        { throttles: true },
      );
    default:
      return attemptFailed(
        'not-written',
        `${path} could not be written${code === '' ? '' : ` (${code})`}. See whether its disk is well.`,
        { throttles: true },
      );
  }
}

function noFile(path: string): string {
  return `${path} is no file but a directory, a pipe or a device. Name a file for the lines of deliveries.`;
}
