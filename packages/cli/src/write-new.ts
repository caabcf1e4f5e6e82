/** Writes a file that should not be there yet. */
import { writeFileSync } from 'node:fs';
import { UsageError } from './usage-error.ts';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such folder',
  EEXIST: 'it already exists',
  EACCES: 'it, or its folder, may not be written to',
  EISDIR: 'it is a folder',
};

/** @throws UsageError where it is there, unless forced, and where it cannot be written. */
export function writeNew(path: string, text: string, force: boolean): void {
  try {
    // `wx`: another process may have made the file since it was looked for.
    writeFileSync(path, text, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw new UsageError(
      `${path} cannot be written: ${REASONS[code] ?? code}`,
      `Choose another file with --out${code === 'EEXIST' ? ', or overwrite it with --force' : ''}.`,
    );
  }
}
