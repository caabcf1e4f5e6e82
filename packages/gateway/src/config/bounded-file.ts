/** Files whose paths people give, read up to a bound: a wrong path can name a device or a pipe that never ends. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

const PIECE_BYTES = 65_536;
/** Who waits for a reader writes at once. */
const WRITER_MS = 2_000;
/** Who writes may ask a person first, for a password. */
const SILENCE_MS = 30_000;
const LOOK_MS = 10;

/** What a path names that is not read. */
export type Unreadable = 'too-large' | keyof typeof NOT_READ;

/** The words for it, where they do not depend on the bound. */
export const NOT_READ = {
  'no-file': 'it is neither a file nor a pipe',
  silent: 'it is a pipe to which nobody writes',
  pipe: 'it is a pipe, and only files are read for a text that is only judged',
} as const;

/**
 * A file's bytes, or what comes through a pipe to its end.
 * @param takesPipes false where somebody asks from afar: to wait for a pipe holds everything else up. Default true
 * @returns why not: longer than `maxBytes`, neither a file nor a pipe, as a device is, or a pipe without a writer for 2 s, or with one who
 * writes nothing for 30 s. @throws what the system says.
 */
export function readBoundedFile(
  path: string,
  maxBytes: number,
  { takesPipes = true }: { readonly takesPipes?: boolean } = {},
): Uint8Array | Unreadable {
  // To open a pipe would wait for its writer, for ever.
  const fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stat = fstatSync(fd);
    // Reading says so in the system's words.
    if (stat.isDirectory()) readSync(fd, Buffer.alloc(1));
    if (!stat.isFile() && !stat.isFIFO()) return 'no-file';
    if (stat.isFIFO() && !takesPipes) return 'pipe';
    if (stat.size > maxBytes) return 'too-large';
    return readUpTo(fd, maxBytes, stat.isFIFO());
  } finally {
    closeSync(fd);
  }
}

function readUpTo(fd: number, maxBytes: number, isPipe: boolean): Uint8Array | Unreadable {
  const pieces: Uint8Array[] = [];
  for (let total = 0; ; ) {
    const piece = Buffer.allocUnsafe(PIECE_BYTES);
    const count = isPipe ? readPipe(fd, piece, total > 0) : readSync(fd, piece);
    if (count === undefined) return 'silent';
    if (count === 0) return Buffer.concat(pieces);
    total += count;
    if (total > maxBytes) return 'too-large';
    pieces.push(piece.subarray(0, count));
  }
}

/** @param hasBegun whether something has come: then no writer is the end. @returns undefined where nothing came in time */
function readPipe(fd: number, piece: Uint8Array, hasBegun: boolean): number | undefined {
  const startMs = performance.now();
  for (;;) {
    const count = readNow(fd, piece);
    if (count !== undefined && (count > 0 || hasBegun)) return count;
    const waitMs = count === undefined ? SILENCE_MS : WRITER_MS;
    if (performance.now() - startMs > waitMs) return undefined;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_MS);
  }
}

/** Undefined where there is a writer who has written nothing yet; 0 where there is none. */
function readNow(fd: number, piece: Uint8Array): number | undefined {
  try {
    return readSync(fd, piece);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return undefined;
    throw error;
  }
}
