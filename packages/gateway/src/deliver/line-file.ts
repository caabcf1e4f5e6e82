/**
 * A file of lines that ends with a whole one, whatever happened: what is appended is on the disk, or is cut off again, at the latest
 * when the file is written the next time. One process writes it, under whatever names.
 */
import { constants, type Stats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from '../sync-folder.ts';
import type { FileTurns } from './file-turns.ts';

const FLAGS: number = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK;
const MODE = 0o600;
const LINE_END = 0x0a;
const PIECE_BYTES = 65_536;

/** The file is not one that lines can be appended to. */
export class NotOurFile extends Error {
  override readonly name = 'NotOurFile';
  readonly kind: 'no-file' | 'other-lines';

  constructor(kind: 'no-file' | 'other-lines') {
    super(kind);
    this.kind = kind;
  }
}

interface OpenFile {
  readonly handle: FileHandle;
  readonly stats: Stats;
  /** How long it was after what was appended last. Undefined: nothing was yet. */
  end: number | undefined;
}

export class LineFile {
  readonly #path: string;
  /** How each line begins: a last line that is cut off is cut only where it begins so. */
  readonly #lineStart: Buffer;
  readonly #turns: FileTurns;
  #file: OpenFile | undefined;

  constructor(path: string, lineStart: string, turns: FileTurns) {
    this.#path = path;
    this.#lineStart = Buffer.from(lineStart);
    this.#turns = turns;
  }

  /** All of them are on the disk when it resolves, and none is in the file for long when it rejects. One call at a time. @param lines in pieces */
  async append(lines: readonly Uint8Array[]): Promise<void> {
    for (let isAppended = false; !isAppended; ) {
      this.#file ??= await this.#open();
      const file = this.#file;
      isAppended = await this.#turns.inTurn(file.stats, () => this.#appendTo(file, lines));
    }
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.handle.close();
  }

  async #open(): Promise<OpenFile> {
    const handle = await open(this.#path, FLAGS, MODE);
    try {
      const stats = await handle.stat();
      await syncFolder(dirname(this.#path));
      return { handle, stats, end: undefined };
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** @returns false where another file has the path by now: a program may have moved this one away, to begin a new one */
  async #appendTo(file: OpenFile, lines: readonly Uint8Array[]): Promise<boolean> {
    const { handle } = file;
    let size: number | undefined;
    try {
      const stats = await handle.stat();
      if (file.end !== undefined && !(await this.#isNamed(stats))) {
        await this.close();
        return false;
      }
      // Others may have written to it since, who were cut off.
      size = stats.size === file.end ? file.end : await this.#mend(handle, stats);
      await writeAll(handle, lines);
      await handle.datasync();
      file.end = size + lines.reduce((sum, { byteLength }) => sum + byteLength, 0);
      return true;
    } catch (error) {
      // What did not fit, or may not be on the disk. Where even that fails, the next who writes mends it.
      if (size !== undefined) await handle.truncate(size).catch(() => {});
      await this.close();
      throw error;
    }
  }

  async #isNamed(own: Stats): Promise<boolean> {
    const named = await stat(this.#path).catch(() => undefined);
    return named !== undefined && named.ino === own.ino && named.dev === own.dev;
  }

  /** Cuts a last line off that is not whole. @returns how long the file is */
  async #mend(handle: FileHandle, stats: Stats): Promise<number> {
    if (!stats.isFile()) throw new NotOurFile('no-file');
    const end = await endOfWholeLines(handle, stats.size);
    if (end === stats.size) return end;
    const start = await readAt(handle, end, Math.min(this.#lineStart.length, stats.size - end));
    // After a power cut the file system may have made it longer, and not have come to write what is there.
    const isUnwritten = start[0] === 0;
    if (!isUnwritten && !this.#lineStart.subarray(0, start.length).equals(start))
      throw new NotOurFile('other-lines');
    await handle.truncate(end);
    return end;
  }
}

async function writeAll(handle: FileHandle, lines: readonly Uint8Array[]): Promise<void> {
  // As few writes as there are megabytes, and no copy of them all.
  for (const bytes of gathered(lines)) {
    let written = 0;
    while (written < bytes.length) {
      const { bytesWritten } = await handle.write(bytes, written);
      written += bytesWritten;
    }
  }
}

const WRITE_BYTES = 1_048_576;

function* gathered(pieces: readonly Uint8Array[]): Generator<Uint8Array> {
  let next: Uint8Array[] = [];
  let bytes = 0;
  for (const piece of pieces) {
    next.push(piece);
    bytes += piece.length;
    if (bytes < WRITE_BYTES) continue;
    yield Buffer.concat(next, bytes);
    next = [];
    bytes = 0;
  }
  if (bytes > 0) yield Buffer.concat(next, bytes);
}

/** Where the last line end is passed; 0 where there is none. */
async function endOfWholeLines(handle: FileHandle, size: number): Promise<number> {
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - PIECE_BYTES);
    const piece = await readAt(handle, start, end - start);
    const at = piece.lastIndexOf(LINE_END);
    if (at >= 0) return start + at + 1;
    end = start;
  }
  return 0;
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const piece = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(piece, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return piece.subarray(0, filled);
}
