/** Files whose paths people give, read up to a bound: a wrong path can name a device or a pipe that never ends. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const PIECE_BYTES = 65_536;

/** What a path names that is not read. */
export type Unreadable = 'too-large' | 'no-file';

/**
 * A file's bytes, or what comes through a pipe to its end.
 * @returns why not: longer than `maxBytes`, or neither a file nor a pipe, as a device is. @throws what the system says.
 */
export function readBoundedFile(path: string, maxBytes: number): Uint8Array | Unreadable {
  const fd = openSync(path, 'r');
  try {
    const stat = fstatSync(fd);
    // Reading says so in the system's words.
    if (stat.isDirectory()) readSync(fd, Buffer.alloc(1));
    if (!stat.isFile() && !stat.isFIFO()) return 'no-file';
    if (stat.size > maxBytes) return 'too-large';
    return readUpTo(fd, maxBytes);
  } finally {
    closeSync(fd);
  }
}

function readUpTo(fd: number, maxBytes: number): Uint8Array | Unreadable {
  const pieces: Uint8Array[] = [];
  for (let total = 0; ; ) {
    const piece = Buffer.allocUnsafe(PIECE_BYTES);
    const count = readSync(fd, piece);
    if (count === 0) return Buffer.concat(pieces);
    total += count;
    if (total > maxBytes) return 'too-large';
    pieces.push(piece.subarray(0, count));
  }
}
