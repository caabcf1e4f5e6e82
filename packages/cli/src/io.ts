/** Everything the commands touch outside themselves: one record, so that tests can hand in their own. */

import type { ServiceListener } from './service-signals.ts';
import type { UncaughtListener } from './uncaught.ts';

/** Standard output or standard error. */
export interface OutStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  /** False where the buffer is full: wait for `drain`. */
  write(chunk: string | Uint8Array): boolean;
  once(event: 'drain', listener: () => void): unknown;
}

/** Standard input. */
export interface InStream extends AsyncIterable<Uint8Array | string> {
  readonly isTTY?: boolean;
  /** Of a terminal: true has each key come as it is pressed, and none shown. */
  setRawMode?(isRaw: boolean): unknown;
  /** Reads no more, so that a process that waits for input can end. */
  destroy?(): unknown;
}

export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly stdin: InStream;
  readonly stdout: OutStream;
  readonly stderr: OutStream;
  /** The clock: milliseconds since the epoch. */
  readonly now: () => number;
  /** A clock that never goes back, in milliseconds. */
  readonly monotonicMs: () => number;
  readonly fetch: typeof globalThis.fetch;
  /** Calls `stop` for each SIGINT and SIGTERM until the returned function is called. */
  readonly onStop: (stop: () => void) => () => void;
  /** For a command that stays: the same, and what else tells it to stop. */
  readonly onService: (listener: ServiceListener) => () => void;
  /** Calls `listener` with an error that nobody caught, before it ends the process. */
  readonly onUncaught: (listener: UncaughtListener) => void;
  /** Ends the process at once: for the second signal, when a clean end was not fast enough. */
  readonly exit: (code: number) => void;
}
