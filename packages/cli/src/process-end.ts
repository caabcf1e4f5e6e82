/** How the process ends, and with which code: by its command's result, a stop, the operator's own code, or an error that nobody caught. */
import { EXIT, type ExitCode } from './exit-codes.ts';
import type { Output } from './output.ts';
import { describeUncaught, type UncaughtListener, type Words } from './uncaught.ts';

/** Not the program's doing: the operator's code ended the process, or nothing is left that could end a wait. */
const UNFINISHED: Words = {
  problem: 'the process ended before its work was done.',
  remedy: 'A module that the configuration names may have ended it: look for process.exit in it.',
};

const CUT_SHORT: Words = {
  problem: 'a module of the configuration ended the process while it was stopping.',
  remedy:
    'Take process.exit out of it: requests in flight are finished, and the log is written, only where countersign ends the process.',
};

/** How long standard error waits for its reader at the end, and after a stop standard output too. */
const LAST_WORDS_MS = 1_000;

export class ProcessEnd {
  readonly #process: NodeJS.Process;
  readonly #output: Output;
  readonly #listeners: UncaughtListener[] = [];
  #hasEnded = false;
  #isStopAsked = false;
  #isOutputLost = false;

  /** Watches the process from now on. */
  constructor(process: NodeJS.Process, output: Output) {
    this.#process = process;
    this.#output = output;
    process.on('exit', (code) => this.#onExit(code));
    process.on('uncaughtException', (error) => void this.#onUncaught(error));
    process.stdout.on('error', (error: NodeJS.ErrnoException) => {
      // `countersign providers | head` has read enough.
      if (error.code === 'EPIPE') this.now(EXIT.pipe);
      // A disk that is full, a terminal that has gone: a result is lost, but a gateway goes on.
      this.#isOutputLost = true;
      // A file is told of in a later turn than the one that writes to it.
      if (this.#hasEnded && process.exitCode === EXIT.ok) process.exitCode = this.#codeOfOutput();
    });
    // Nobody is left to be told.
    process.stderr.on('error', () => {});
  }

  /** Ends the process at once. */
  now(code: number): void {
    this.#hasEnded = true;
    this.#process.exit(code);
  }

  /** Ends the process with a command's result, once that is read, and nothing else goes on or a second has passed. */
  withResult(result: ExitCode): void {
    const { stdout } = this.#process;
    this.#hasEnded = true;
    this.#process.exitCode = result === EXIT.ok ? this.#codeOfOutput() : result;
    const endSoon = (): void => void setTimeout(() => this.#process.exit(), LAST_WORDS_MS).unref();
    // A result waits for its reader as long as that takes: not what was printed until a stop.
    if (this.#isStopAsked) endSoon();
    else stdout.write('', endSoon);
  }

  /** What is printed until a stop is no result that could be lost. */
  #codeOfOutput(): ExitCode {
    return this.#isOutputLost && !this.#isStopAsked ? EXIT.pipe : EXIT.ok;
  }

  /** From now on the end is what was asked for. */
  noteStop(): void {
    this.#isStopAsked = true;
  }

  /** Tells of what nobody caught. */
  onUncaught(listener: UncaughtListener): void {
    this.#listeners.push(listener);
  }

  #onExit(code: number): void {
    if (this.#hasEnded) return;
    const { problem, remedy } = this.#isStopAsked ? CUT_SHORT : UNFINISHED;
    this.#output.fail(problem, remedy);
    if (this.#isStopAsked) return;
    // 1 is a result (a refused request), and there is none.
    this.#process.exitCode = code === EXIT.ok || code === EXIT.refused ? EXIT.usage : code;
  }

  /** Nobody knows what such an error has left undone, so the process ends. */
  async #onUncaught(error: unknown): Promise<void> {
    // A result that was given stands, and an operator's own listener decides.
    if (this.#hasEnded || this.#process.listenerCount('uncaughtException') > 1) return;
    this.#hasEnded = true;
    const uncaught = describeUncaught(error);
    this.#output.fail(uncaught.problem, uncaught.remedy);
    if (uncaught.stack !== undefined && this.#process.env['DEBUG']) this.#output.say(uncaught.stack);
    await Promise.allSettled(this.#listeners.map((listener) => listener(uncaught)));
    const end = (): never => this.#process.exit(EXIT.bug);
    setTimeout(end, LAST_WORDS_MS);
    this.#process.stderr.write('', end);
  }
}
