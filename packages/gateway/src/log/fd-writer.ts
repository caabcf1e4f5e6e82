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
  return new DescriptorWriter(fd, onLost);
}

class DescriptorWriter implements FdWriter {
  readonly #fd: number;
  readonly #onLost: (error: Error, lines: number) => void;
  #waiting = '';
  /** What is being written, from its first byte that is not; undefined where nothing is. */
  #rest: Buffer | undefined;
  #retry: NodeJS.Timeout | undefined;
  #isGivenUp = false;
  #onSettled: (() => void)[] = [];

  constructor(fd: number, onLost: (error: Error, lines: number) => void) {
    this.#fd = fd;
    this.#onLost = onLost;
  }

  write(text: string): void {
    if (this.#waiting.length + text.length > MOST_WAITING_CHARS) {
      this.#onLost(new Error('it is not read as fast as it is written'), linesIn(Buffer.from(text)));
      return;
    }
    this.#waiting += text;
    if (this.#rest === undefined) this.#writeNext();
  }

  settled(waitMs: number): Promise<void> {
    if (this.#rest === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#giveUp();
        resolve();
      }, waitMs);
      this.#onSettled.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #writeNext(): void {
    this.#rest = undefined;
    if (this.#waiting !== '') {
      const bytes = Buffer.from(this.#waiting);
      this.#waiting = '';
      this.#writeRest(bytes);
      return;
    }
    const listeners = this.#onSettled;
    this.#onSettled = [];
    for (const listener of listeners) listener();
  }

  #writeRest(bytes: Buffer): void {
    this.#rest = bytes;
    this.#retry = undefined;
    write(this.#fd, bytes, (error, written) => this.#onWritten(bytes, error, written));
  }

  #onWritten(bytes: Buffer, error: NodeJS.ErrnoException | null, written: number): void {
    if (error === null && written < bytes.length) this.#writeRest(bytes.subarray(written));
    else if (BUSY.includes(error?.code) && !this.#isGivenUp) {
      this.#retry = setTimeout(() => this.#writeRest(bytes), BUSY_MS);
    } else {
      if (error !== null) this.#onLost(error, linesIn(bytes));
      this.#writeNext();
    }
  }

  /** A write that is under way says itself what became of it. */
  #giveUp(): void {
    this.#isGivenUp = true;
    if (this.#retry === undefined || this.#rest === undefined) return;
    clearTimeout(this.#retry);
    this.#onLost(new Error('it is not read'), linesIn(this.#rest) + linesIn(Buffer.from(this.#waiting)));
    this.#waiting = '';
    this.#writeNext();
  }
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
