/** A disk of its own, so that it can be filled. */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export const canMount: boolean = process.platform === 'linux' && process.getuid?.() === 0;
/** For the title of a test that needs it. */
export const mountReason: string = canMount ? '' : ' (skipped: only root mounts a small disk)';

/** A folder on it, within this one. Undefined where none can be mounted, as in some containers: an error where CI is set. */
export function smallDisk(folder: string, megabytes: number): string | undefined {
  const dir = join(folder, 'disk');
  mkdirSync(dir);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', dir], { stdio: 'pipe' });
  } catch {
    if (process.env['CI'] !== undefined) throw new Error('a tmpfs cannot be mounted');
    console.warn('skipped: a tmpfs cannot be mounted');
    return undefined;
  }
  onTestFinished(() => void execFileSync('umount', ['-l', dir]));
  return dir;
}
