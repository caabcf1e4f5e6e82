/** Reads small text files, saying in plain words why one cannot be read. */
import { getSystemErrorMessage } from 'node:util';
import { NOT_READ, readBoundedFile, type Unreadable } from './bounded-file.ts';

/** Larger than any configuration, key or key set; small enough that a wrong path does no harm. */
const MAX_BYTES = 1_048_576;

interface Reading {
  /** Default false: a byte order mark is left out. */
  readonly keepsMark?: boolean;
  /** Default true. */
  readonly takesPipes?: boolean;
}

/**
 * A file's text, decoded as UTF-8.
 * @throws Error whose message says why, and holds nothing of the file.
 */
export function readTextFile(path: string, { keepsMark = false, takesPipes = true }: Reading = {}): string {
  const bytes = readBytes(path, takesPipes);
  if (bytes === 'too-large') throw new Error(`it is larger than ${MAX_BYTES} bytes`);
  if (typeof bytes === 'string') throw new Error(NOT_READ[bytes]);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: keepsMark }).decode(bytes);
  } catch (error) {
    throw new Error('it is not UTF-8 text', { cause: error });
  }
}

/** Whether an error means that there is no such file. */
export function isNotFound(error: unknown): boolean {
  const code = codeOf(error instanceof Error ? error.cause : undefined);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

function readBytes(path: string, takesPipes: boolean): Uint8Array | Unreadable {
  try {
    return readBoundedFile(path, MAX_BYTES, { takesPipes });
  } catch (error) {
    const errno = error instanceof Error && 'errno' in error ? error.errno : undefined;
    const why = typeof errno === 'number' ? getSystemErrorMessage(errno) : undefined;
    throw new Error(why ?? 'it cannot be opened', { cause: error });
  }
}

/** The code of a system error, e.g. `EISDIR`. */
export function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
