/** Deliveries to a command: the body on its standard input, all else in its environment, its exit code the answer. */
import { type ChildProcess, spawn } from 'node:child_process';
import { SetupError } from '@countersign/core/setup-error';
import { AnswerBytes } from '../answer-bytes.ts';
import { closedDestination, endedBy } from '../attempt-failed.ts';
import { commandEnvironment, type EnvironmentEntry, type Variables } from '../command-environment.ts';
import { exitResult, startFailure, tooSlow } from '../command-results.ts';
import type { AttemptFailed, AttemptResult, Destination, Message } from '../destination.ts';
import type { PassedValue } from '../passed-values.ts';

export interface CommandDestinationOptions {
  /** The program, found by PATH where it holds no slash, and its arguments: as they are, through no shell. */
  readonly command: readonly string[];
  /** Where it runs. Default: the gateway's own. */
  readonly directory?: string;
  /** Variables besides PATH, HOME, LANG and TZ: the gateway's own by name, or set. */
  readonly environment?: readonly EnvironmentEntry[];
  /** Values of the message under names of one's own, as adnanh/webhook's `pass-environment-to-command` names them. */
  readonly passed?: readonly PassedValue[];
  /** How long it may take to end after SIGTERM, before SIGKILL. Default 2,000. */
  readonly killAfterMs?: number;
  /** The gateway's own environment. Default `process.env`. */
  readonly own?: Variables;
}

const KILL_AFTER_MS = 2_000;

/** How long what a command has started may hold its output open once it has ended. */
const OUTPUT_AFTER_MS = 500;

/** @throws SetupError for a command that cannot be run. */
export async function createCommandDestination(options: CommandDestinationOptions): Promise<Destination> {
  const { environment: entries = [], passed = [], own = process.env, killAfterMs = KILL_AFTER_MS } = options;
  checkCommand(options.command);
  const runs = new Set<Run>();
  let isClosed = false;
  return {
    kind: 'command',
    send: (message, signal) => {
      if (isClosed) return Promise.resolve(closedDestination());
      if (signal.aborted) return Promise.resolve(endedBy(signal));
      return new Promise((resolve) => {
        const environment = commandEnvironment({ own, entries, passed }, message);
        const run = new Run({ ...options, killAfterMs, environment, message, signal }, (result) =>
          resolve(result),
        );
        runs.add(run);
        run.onEnd(() => runs.delete(run));
        run.begin();
      });
    },
    close: async () => {
      isClosed = true;
      await Promise.all([...runs].map((run) => run.kill()));
    },
  };
}

function checkCommand(command: readonly string[]): void {
  const [program = ''] = command;
  if (program === '')
    throw new SetupError('command', 'it names no program', 'Write the program and its arguments as a list.');
  if (command.some((part) => part.includes('\0')))
    throw new SetupError('command', 'it holds a NUL character', 'Leave it out: no argument can hold one.');
}

interface RunOptions {
  readonly command: readonly string[];
  readonly directory?: string;
  readonly environment: Variables;
  readonly killAfterMs: number;
  readonly message: Message;
  readonly signal: AbortSignal;
}

/** One process, with all that it starts in its group. */
class Run {
  readonly #options: RunOptions;
  readonly #resolve: (result: AttemptResult) => void;
  readonly #output: AnswerBytes = new AnswerBytes();
  readonly #errors: AnswerBytes = new AnswerBytes();
  readonly #ended: Promise<void>;
  #onLeft: () => void = () => {};
  #child: ChildProcess | undefined;
  #killTimer: NodeJS.Timeout | undefined;
  #outputTimer: NodeJS.Timeout | undefined;
  #result: AttemptResult | undefined;
  #hasExited = false;
  #wasKilled = false;
  #isStopped = false;
  #isSettled = false;

  constructor(options: RunOptions, resolve: (result: AttemptResult) => void) {
    this.#options = options;
    this.#resolve = resolve;
    this.#ended = new Promise((ended) => {
      this.#onLeft = ended;
    });
  }

  /** When neither the process nor its group is there any more. */
  onEnd(listener: () => void): void {
    void this.#ended.then(listener);
  }

  begin(): void {
    const { command, directory, environment, message, signal } = this.#options;
    const [program = '', ...args] = command;
    let child: ChildProcess;
    try {
      child = spawn(program, args, {
        env: environment as NodeJS.ProcessEnv,
        ...(directory !== undefined && { cwd: directory }),
        // A process group of its own, so that what it starts ends with it.
        detached: true,
        shell: false,
        stdio: 'pipe',
      });
    } catch (error) {
      this.#fail(error);
      return;
    }
    this.#child = child;
    signal.addEventListener('abort', this, { once: true });
    child.stdout?.on('data', (chunk: Uint8Array) => this.#output.add(chunk));
    child.stderr?.on('data', (chunk: Uint8Array) => this.#errors.add(chunk));
    child.once('error', (error) => this.#fail(error));
    child.once('exit', (code, killedBy) => this.#exit(code, killedBy));
    // A command that reads nothing, or not all, is no failure: its exit code says what is.
    child.stdin?.on('error', () => {});
    child.stdin?.end(message.body);
  }

  /** The signal was aborted. */
  handleEvent(): void {
    this.#stop('SIGTERM');
  }

  /** At once, with its group. */
  async kill(): Promise<void> {
    this.#stop('SIGKILL');
    await this.#ended;
  }

  #stop(by: 'SIGTERM' | 'SIGKILL'): void {
    if (this.#result !== undefined) this.#settle(this.#result);
    if (this.#hasExited && !this.#isStopped) return;
    this.#isStopped = true;
    this.#signalGroup(by);
    clearTimeout(this.#killTimer);
    if (by === 'SIGTERM')
      this.#killTimer = setTimeout(() => this.#stop('SIGKILL'), this.#options.killAfterMs);
    else this.#killed();
  }

  /** Nothing survives SIGKILL for long but what the kernel holds, and nobody waits for that. */
  #killed(): void {
    this.#wasKilled = true;
    this.#settle(this.#stopResult());
    if (this.#hasExited || this.#child?.pid === undefined) this.#leave();
  }

  #fail(error: unknown): void {
    this.#settle(startFailure(error, this.#options.command[0] ?? ''));
    this.#leave();
  }

  #exit(code: number | null, killedBy: NodeJS.Signals | null): void {
    this.#hasExited = true;
    const result = this.#isStopped ? this.#stopResult() : exitResult(code, killedBy);
    this.#result = result;
    this.#child?.once('close', () => this.#settle(result));
    // What runs on in the background may hold the output open for ever.
    this.#outputTimer = setTimeout(() => this.#settle(result), OUTPUT_AFTER_MS);
    // What a command has started that was stopped has the rest of the time to end.
    const isAlone = this.#wasKilled || !this.#signalGroup(0);
    if (this.#isStopped && isAlone) this.#leave();
  }

  #stopResult(): AttemptFailed {
    const { signal } = this.#options;
    const ended = signal.aborted ? endedBy(signal) : closedDestination();
    return ended.code === 'timeout' ? tooSlow() : ended;
  }

  #settle(result: AttemptResult): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    clearTimeout(this.#outputTimer);
    this.#options.signal.removeEventListener('abort', this);
    const answer = this.#output.bytes(this.#errors);
    this.#resolve(answer === undefined ? result : { ...result, answer });
    for (const pipe of [this.#child?.stdin, this.#child?.stdout, this.#child?.stderr]) pipe?.destroy();
    if (this.#hasExited && !this.#isStopped) this.#leave();
  }

  /** Nothing of it is there any more, but what it left in the background by itself. */
  #leave(): void {
    clearTimeout(this.#killTimer);
    this.#onLeft();
  }

  /** @returns whether anybody was there */
  #signalGroup(by: NodeJS.Signals | 0): boolean {
    const pid = this.#child?.pid;
    if (pid === undefined) return false;
    try {
      return process.kill(-pid, by);
    } catch {
      return false;
    }
  }
}
