/**
 * A folder with a file for each secret. Kubernetes mounts a Secret so that a whole new version takes the place of the old one at once: the files are
 * links into `..data`, which is itself a link that is swapped.
 */
import { realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isNotFound, readTextFile } from '../read-text-file.ts';
import { isRead, MAX_SECRET_BYTES, type SecretReading, secretIn, tooLarge } from './secret-reading.ts';

/** Kubernetes’ own rule for the keys of a Secret, but for a dot in front: those are its links. */
const NAME = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,252}$/;
const VERSION_LINK = '..data';
/** A version is gone a moment after its successor is there. */
const TRIES = 5;
const ANYBODY_WRITES = 0o002;

/** Reads secrets that are all of one version. */
export function readSecretFolder(
  folder: string,
  names: readonly string[],
  takesPipes = true,
): ReadonlyMap<string, SecretReading> {
  for (let tries = 1; ; tries++) {
    const version = versionOf(folder);
    const readings = new Map(names.map((name) => [name, readOne({ folder, version, takesPipes }, name)]));
    if (versionOf(folder) === version || tries === TRIES) return readings;
  }
}

/** Where the files of the current version are; the folder itself where nothing is swapped. */
function versionOf(folder: string): string {
  try {
    return realpathSync(join(folder, VERSION_LINK));
  } catch {
    return folder;
  }
}

interface Place {
  readonly folder: string;
  readonly version: string;
  readonly takesPipes: boolean;
}

function readOne({ folder, version, takesPipes }: Place, name: string): SecretReading {
  if (!NAME.test(name))
    return {
      problem: 'has a name that no file of the folder can have',
      remedy: 'A name is of letters, digits, hyphens, underscores and dots, and does not begin with a dot.',
    };
  try {
    return readFile(join(version, name), takesPipes);
  } catch (error) {
    if (!isNotFound(error)) return unreadable(error);
  }
  try {
    return readFile(join(folder, name), takesPipes);
  } catch (error) {
    return isNotFound(error)
      ? { ...unreadable(error), remedy: `Write the secret into the file ${join(folder, name)}.` }
      : unreadable(error);
  }
}

function readFile(path: string, takesPipes: boolean): SecretReading {
  const text = readTextFile(path, { takesPipes });
  if (Buffer.byteLength(text) > MAX_SECRET_BYTES) return { problem: tooLarge('holds') };
  const reading = secretIn(text, 'holds');
  const isOpen = process.platform !== 'win32' && (statSync(path).mode & ANYBODY_WRITES) !== 0;
  return isRead(reading) && isOpen
    ? { ...reading, notes: [`Anybody on this machine can change ${path}: chmod o-w.`] }
    : reading;
}

function unreadable(error: unknown): SecretReading {
  return { problem: `cannot be read: ${error instanceof Error ? error.message : String(error)}` };
}
