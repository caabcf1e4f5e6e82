/** A lock that a process holds: a file with its id. One of a process that has ended is taken over. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';

export type FileLock =
  | { readonly release: () => void; readonly owner?: undefined }
  /** The id of the process that holds it. */
  | { readonly release?: undefined; readonly owner: number };

/** Each further try is one whose owner has ended. */
const TRIES = 3;

export function lockFile(path: string): FileLock {
  let owner = 0;
  for (let tries = 0; tries < TRIES; tries++) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx', mode: 0o600 });
      return { release: () => rmSync(path, { force: true }) };
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
    owner = ownerOf(path);
    if (isRunning(owner)) return { owner };
    rmSync(path, { force: true });
  }
  return { owner };
}

/** 0 where it says none: its process was killed before it had written it. */
function ownerOf(path: string): number {
  try {
    const id = Number(readFileSync(path, 'utf8'));
    return Number.isSafeInteger(id) && id > 0 ? id : 0;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return 0;
    throw error;
  }
}

function isRunning(id: number): boolean {
  if (id === 0 || id === process.pid) return false;
  try {
    return process.kill(id, 0);
  } catch (error) {
    // There is one, and it is another user's.
    return codeOf(error) === 'EPERM';
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
