/** Writes text to a file descriptor as it comes, one write at a time. */
import { constants, fstatSync, openSync, write } from 'node:fs';

export interface FdWriter {
  /** @param text whole lines */
  write(text: string): void;
  /** Resolves once all that was given is written or lost. What is not written after `waitMs` is lost, where the descriptor does not block. */
  settled(waitMs: number): Promise<void>;
}

/** At most so many characters wait for a reader who is slow or gone. What is written beyond that is lost. */
const MOST_WAITING_CHARS = 16 * 1024 * 1024;
/** A full pipe that does not block is tried again after this time. */
const BUSY_MS = 50;
const BUSY: readonly unknown[] = ['EAGAIN', 'EBUSY'];
const LINE_FEED = 0x0a;

/**
 * What cannot be written is lost, and what comes after it is tried again: a full disk may have room later.
 *
 * @param onLost is told each time, and of how many lines.
 */
export function createFdWriter(fd: number, onLost: (error: Error, lines: number) => void): FdWriter {
  let waiting = '';
  /** What is being written, from its first byte that is not; undefined where nothing is. */
  let rest: Buffer | undefined;
  let retry: NodeJS.Timeout | undefined;
  let isGivenUp = false;
  let onSettled: (() => void)[] = [];
  const writeNext = (): void => {
    rest = undefined;
    if (waiting !== '') {
      rest = Buffer.from(waiting);
      waiting = '';
      writeRest(rest);
      return;
    }
    const listeners = onSettled;
    onSettled = [];
    for (const listener of listeners) listener();
  };
  const writeRest = (bytes: Buffer): void => {
    retry = undefined;
    write(fd, bytes, (error, written) => {
      if (error === null && written < bytes.length) {
        rest = bytes.subarray(written);
        writeRest(rest);
      } else if (BUSY.includes(error?.code) && !isGivenUp) {
        retry = setTimeout(writeRest, BUSY_MS, bytes);
      } else {
        if (error !== null) onLost(error, linesIn(bytes));
        writeNext();
      }
    });
  };
  /** A write that is under way says itself what became of it. */
  const giveUp = (): void => {
    isGivenUp = true;
    if (retry === undefined || rest === undefined) return;
    clearTimeout(retry);
    onLost(new Error('it is not read'), linesIn(rest) + linesIn(Buffer.from(waiting)));
    waiting = '';
    writeNext();
  };
  return {
    write(text) {
      if (waiting.length + text.length > MOST_WAITING_CHARS) {
        onLost(new Error('it is not read as fast as it is written'), linesIn(Buffer.from(text)));
        return;
      }
      waiting += text;
      if (rest === undefined) writeNext();
    },
    settled(waitMs) {
      if (rest === undefined) return Promise.resolve();
      return new Promise((resolve) => {
        const timer = setTimeout(() => {
          giveUp();
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

function linesIn(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, at + 1)) lines++;
  return lines;
}

/**
 * A descriptor for the same pipe or socket that does not block: who waits in a write to one that nobody reads holds a thread, and a
 * process ends with its threads. On Linux a pipe is opened anew, whose flag is the new descriptor's own; others that share
 * the pipe keep theirs. A socket cannot be opened anew: it is set not to block for all who share it, as Node does where it opens
 * it as a stream of its own.
 * @param stream what opens that stream
 * @returns `fd` itself where it is neither, or the system has no such door to it.
 */
export function withoutBlocking(fd: number, stream: () => unknown): number {
  try {
    const stats = fstatSync(fd);
    if (stats.isFIFO() && process.platform === 'linux')
      return openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK);
    if (stats.isFIFO() || stats.isSocket()) stream();
  } catch {
    // It is written to as it is.
  }
  return fd;
}
