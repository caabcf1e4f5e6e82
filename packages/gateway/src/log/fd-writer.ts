/** Writes text to a file descriptor as it comes, one write at a time. */
import { constants, fstatSync, openSync, write } from 'node:fs';

export interface FdWriter {
  write(text: string): void;
  /** Resolves once all that was given is written or lost. What is not written after `waitMs` is lost, where the descriptor does not block. */
  settled(waitMs: number): Promise<void>;
}

/** At most so many characters wait for a reader who is slow or gone. What is written beyond that is lost. */
const MOST_WAITING_CHARS = 16 * 1024 * 1024;
/** A full pipe that does not block is tried again after this time. */
const BUSY_MS = 50;
const BUSY: readonly unknown[] = ['EAGAIN', 'EBUSY'];

/**
 * What cannot be written is lost, and what comes after it is tried again: a full disk may have room later.
 *
 * @param onLost is told each time.
 */
export function createFdWriter(fd: number, onLost: (error: Error) => void): FdWriter {
  let waiting = '';
  let isWriting = false;
  let isGivenUp = false;
  let onSettled: (() => void)[] = [];
  const writeNext = (): void => {
    if (waiting !== '') {
      const bytes = Buffer.from(waiting);
      waiting = '';
      writeFrom(bytes, 0);
      return;
    }
    isWriting = false;
    const listeners = onSettled;
    onSettled = [];
    for (const listener of listeners) listener();
  };
  const writeFrom = (bytes: Buffer, start: number): void => {
    write(fd, bytes, start, (error, written) => {
      if (error === null && start + written < bytes.length) writeFrom(bytes, start + written);
      else if (BUSY.includes(error?.code) && !isGivenUp) setTimeout(writeFrom, BUSY_MS, bytes, start);
      else {
        if (error !== null) onLost(error);
        writeNext();
      }
    });
  };
  return {
    write(text) {
      if (waiting.length + text.length > MOST_WAITING_CHARS) {
        onLost(new Error('it is not read as fast as it is written'));
        return;
      }
      waiting += text;
      if (isWriting) return;
      isWriting = true;
      writeNext();
    },
    settled(waitMs) {
      if (!isWriting) return Promise.resolve();
      return new Promise((resolve) => {
        const timer = setTimeout(() => {
          isGivenUp = true;
          resolve();
        }, waitMs);
        onSettled.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    },
  };
}

/**
 * A descriptor for the same pipe that does not block: who waits in a write to a pipe that nobody reads holds a thread, and a process
 * ends with its threads. The flag is the new descriptor's own; others that share the pipe keep theirs.
 * @returns `fd` itself where it is no pipe, or the system has no such door to it.
 */
export function withoutBlocking(fd: number): number {
  try {
    if (!fstatSync(fd).isFIFO() || process.platform !== 'linux') return fd;
    return openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch {
    return fd;
  }
}
