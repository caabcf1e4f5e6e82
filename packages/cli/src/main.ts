/** The command line's composition root: hands the process to `runCli`. */
import type { Io } from './io.ts';
import { createOutput } from './output.ts';
import { ProcessEnd } from './process-end.ts';
import { runCli } from './run-cli.ts';
import { listenForService } from './service-signals.ts';

/** Runs the command that the process was started with, and sets its exit code. */
export async function main(process: NodeJS.Process): Promise<void> {
  const argv = process.argv.slice(2);
  const end = new ProcessEnd(process, createOutput(process, argv.includes('--no-color')));
  end.withResult(await runCli(argv, processIo(process, end)));
}

function processIo(process: NodeJS.Process, end: ProcessEnd): Io {
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
    onService: ({ stop, hungUp }) =>
      listenForService(process, {
        stop: (cause) => {
          end.noteStop();
          stop(cause);
        },
        hungUp,
      }),
    onUncaught: (listener) => end.onUncaught(listener),
    exit: (code) => end.now(code),
  };
}
