/** Reads what a command is given: a file, or standard input as `-`. */
import { resolve } from 'node:path';
import { readUpTo } from '@countersign/core/collect-bytes';
import { NOT_READ, readBoundedFile, type Unreadable } from '@countersign/gateway/bounded-file';
import type { InStream, Io } from './io.ts';
import { UsageError } from './usage-error.ts';

/** No request that a gate takes is near this; a wrong file (a disk image) is. */
export const MAX_INPUT_BYTES: number = 256 * 1024 * 1024;

const FILE_REMEDY = 'Give the path of a file.';
const INPUT_REMEDY = 'Give the path of a file, or - for standard input.';

/** @throws UsageError where it cannot be read. */
export function readInputFile(path: string, cwd: string, remedy: string = FILE_REMEDY): Uint8Array {
  let bytes: Uint8Array | Unreadable;
  try {
    bytes = readBoundedFile(resolve(cwd, path), MAX_INPUT_BYTES);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const why =
      { ENOENT: 'there is no such file', EISDIR: 'it is a folder', EACCES: 'it may not be read' }[code] ??
      code;
    throw new UsageError(`${path} cannot be read: ${why}`, remedy);
  }
  if (bytes === 'too-large') throw new UsageError(`${path} cannot be read: it is too long`, remedy);
  if (typeof bytes === 'string') throw new UsageError(`${path} cannot be read: ${NOT_READ[bytes]}`, remedy);
  return bytes;
}

/** A file, or standard input for `-`. @throws UsageError */
export async function readInput(
  path: string,
  io: Pick<Io, 'cwd' | 'stdin'>,
  remedy: string = INPUT_REMEDY,
): Promise<Uint8Array> {
  return path === '-' ? readAll(io.stdin) : readInputFile(path, io.cwd, remedy);
}

async function* bytesOf(stdin: InStream): AsyncGenerator<Uint8Array> {
  for await (const chunk of stdin) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
}

async function readAll(stdin: InStream): Promise<Uint8Array> {
  const bytes = await readUpTo(bytesOf(stdin), MAX_INPUT_BYTES);
  if (bytes === undefined) throw new UsageError('standard input is too long', 'Give one request.');
  return bytes;
}
