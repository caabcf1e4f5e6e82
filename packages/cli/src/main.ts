/** The command line's composition root: hands the process to `runCli`. */
import { EXIT } from './exit-codes.ts';
import type { Io } from './io.ts';
import { runCli } from './run-cli.ts';
import { listenForService } from './service-signals.ts';

const UNFINISHED = `countersign: the process ended before its work was done.
  → A module that the configuration names may have ended it: look for process.exit in it.
`;

/** Runs the command that the process was started with, and sets its exit code. */
export async function main(process: NodeJS.Process): Promise<void> {
  let isLost = false;
  let hasEnded = false;
  const end = (code?: number): void => {
    hasEnded = true;
    process.exit(code);
  };
  // Not this file's doing: the operator's code ended the process, or nothing is left that could end a wait.
  process.on('exit', (code) => {
    if (hasEnded) return;
    process.stderr.write(UNFINISHED);
    // 1 is a result (a refused request), and there is none.
    process.exitCode = code === EXIT.ok || code === EXIT.refused ? EXIT.usage : code;
  });
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // `countersign providers | head` has read enough.
    if (error.code === 'EPIPE') end(EXIT.pipe);
    // A disk that is full, a terminal that has gone: a result is lost, but a gateway goes on.
    isLost = true;
  });
  // Nobody is left to be told.
  process.stderr.on('error', () => {});
  const exitCode = await runCli(process.argv.slice(2), processIo(process, end));
  hasEnded = true;
  process.exitCode = isLost && exitCode === EXIT.ok ? EXIT.pipe : exitCode;
  // A result waits for its reader as long as that takes. What is said beside it does not hold a process that has ended.
  if (process.stdout.writableLength === 0) setTimeout(() => process.exit(), LAST_WORDS_MS).unref();
}

/** How long standard error waits for its reader at the end. */
const LAST_WORDS_MS = 1_000;

function processIo(process: NodeJS.Process, exit: Io['exit']): Io {
  return {
    env: process.env,
    cwd: process.cwd(),
    // Opened by who reads it: a gateway does not.
    get stdin() {
      return process.stdin;
    },
    stdout: process.stdout,
    stderr: process.stderr,
    now: Date.now,
    monotonicMs: () => performance.now(),
    fetch: (input, init) => globalThis.fetch(input, init),
    onStop: (stop) => {
      process.on('SIGINT', stop);
      process.on('SIGTERM', stop);
      return () => {
        process.off('SIGINT', stop);
        process.off('SIGTERM', stop);
      };
    },
    onService: (listener) => listenForService(process, listener),
    exit,
  };
}
