/** A real gateway in a process of its own: started, killed, started again on the same store and port. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Address } from './connection.ts';

export interface GatewayOptions {
  readonly address: Address;
  /** The configuration file. */
  readonly configFile: string;
  /** What it prints goes here. */
  readonly logFile: string;
  /** What is started, with `serve --config FILE` behind it. Default: the command line of `program`. */
  readonly command?: readonly string[];
  /** The folder of the command line. Default: this repository's. */
  readonly program?: string;
  /** The program runs under it: strace with its options. It ends when the program does, and is not killed itself. */
  readonly wrapper?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Told where the process ends and nobody ended it. */
  readonly onUnasked: (problem: string, end: UnaskedEnd) => void;
}

export interface UnaskedEnd {
  readonly code: number | null;
  /** It had listened. */
  readonly wasUp: boolean;
}

export interface GatewayProcess {
  readonly address: Address;
  /** Of the gateway itself, where no wrapper stands before it. */
  readonly pid: number | undefined;
  readonly isUp: boolean;
  /** Resolves once it listens; false where it ended before. */
  start(): Promise<boolean>;
  /** Resolves at once where it listens, else once it does. */
  whenUp(): Promise<void>;
  /** SIGKILL, and waits for the end. */
  kill(): Promise<void>;
  /** SIGTERM; gives the exit code. */
  stop(): Promise<number | null>;
}

const PROGRAM = join(import.meta.dirname, '../../packages/cli');
const STARTS_WITHIN_MS = 60_000;

export function createGatewayProcess(options: GatewayOptions): GatewayProcess {
  return new Process(options);
}

class Process implements GatewayProcess {
  readonly #options: GatewayOptions;
  #child: ChildProcess | undefined;
  #ended: Promise<number | null> = Promise.resolve(0);
  #isUp = false;
  #isEnding = false;
  #up = Promise.withResolvers<void>();

  constructor(options: GatewayOptions) {
    this.#options = options;
  }

  get address(): Address {
    return this.#options.address;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  async start(): Promise<boolean> {
    const { configFile, program = PROGRAM, wrapper = [], env } = this.#options;
    const { command: gateway = [process.execPath, join(program, 'bin/countersign.js')] } = this.#options;
    const [command = process.execPath, ...args] = [...wrapper, ...gateway, 'serve', '--config', configFile];
    this.#isEnding = false;
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own: a wrapper is killed with what runs under it.
      detached: true,
      env: { ...process.env, ...env },
    });
    this.#child = child;
    this.#ended = once(child, 'exit').then(([code, signal]) => this.#onEnd(code, signal));
    const isListening = new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => resolve(false), STARTS_WITHIN_MS);
      const listen = (text: string): void => {
        appendFileSync(this.#options.logFile, text);
        if (!text.includes('serves ')) return;
        clearTimeout(timer);
        resolve(true);
      };
      child.stderr?.setEncoding('utf8').on('data', listen);
      child.stdout
        ?.setEncoding('utf8')
        .on('data', (text: string) => appendFileSync(this.#options.logFile, text));
      void this.#ended.then(() => {
        clearTimeout(timer);
        resolve(false);
      });
    });
    const listens = await isListening;
    if (listens && !this.#isEnding) {
      this.#isUp = true;
      this.#up.resolve();
    }
    return listens;
  }

  whenUp(): Promise<void> {
    return this.#up.promise;
  }

  async kill(): Promise<void> {
    this.#end('SIGKILL');
    await this.#ended;
  }

  async stop(): Promise<number | null> {
    this.#end('SIGTERM');
    return this.#ended;
  }

  #end(signal: 'SIGKILL' | 'SIGTERM'): void {
    this.#isEnding = true;
    this.#down();
    const { pid } = this.#child ?? {};
    if (pid === undefined || this.#child?.exitCode !== null || this.#child.signalCode !== null) return;
    const isWrapped = this.#options.wrapper !== undefined;
    for (const target of isWrapped ? childrenOf(pid) : [-pid]) process.kill(target, signal);
  }

  #down(): void {
    if (!this.#isUp) return;
    this.#isUp = false;
    this.#up = Promise.withResolvers<void>();
  }

  #onEnd(code: number | null, signal: NodeJS.Signals | null): number | null {
    const wasUp = this.#isUp;
    this.#down();
    if (!this.#isEnding)
      this.#options.onUnasked(`the gateway ended by itself with ${signal ?? code}`, { code, wasUp });
    return code;
  }
}

function childrenOf(pid: number): readonly number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .trim()
    .split(' ')
    .filter(Boolean)
    .map(Number);
}
