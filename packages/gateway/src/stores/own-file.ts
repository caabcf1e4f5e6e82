/**
 * The store's file as it stands between two checkpoints: it does not change while they are held, whatever is written meanwhile, for that
 * goes to the log beside it. So it is a consistent copy by itself, and nothing waits for whoever reads it.
 */
import { closeSync, constants, openSync, read, realpathSync, statSync } from 'node:fs';
import { promisify } from 'node:util';

/** Reads a store's file within the process that holds it. */
export interface OwnFile {
  /** Its next bytes from a place on; fewer than asked for at the end. */
  readAt(position: number, bytes: number): Promise<Buffer>;
  /** After the database is closed: POSIX lets go of a process's locks on a file when it closes any descriptor of it. */
  close(): void;
}

/** The descriptor is opened with the first read, and stays. */
export function createOwnFile(path: string): OwnFile {
  const file = realpathSync(path);
  let descriptor: number | undefined;
  return {
    readAt: async (position, bytes) => {
      descriptor ??= openSync(file, constants.O_RDONLY);
      const buffer = Buffer.allocUnsafe(bytes);
      let length = 0;
      while (length < bytes) {
        const { bytesRead } = await readBehind(descriptor, buffer, length, bytes - length, position + length);
        if (bytesRead === 0) break;
        length += bytesRead;
      }
      return buffer.subarray(0, length);
    },
    close: () => {
      if (descriptor !== undefined) closeSync(descriptor);
      descriptor = undefined;
    },
  };
}

const readBehind = promisify(read);

/** How long the log beside a store's file is; 0 before the first write. */
export function logBytesOf(path: string): number {
  return statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
}
