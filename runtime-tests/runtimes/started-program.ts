/** Starts a program whose first lines say where it listens. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

const START_MS = 30_000;

export interface StartedProgram {
  readonly port: number;
  stop(): Promise<void>;
}

export interface ProgramOptions {
  readonly command: readonly string[];
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Reads the port of a line, from standard output or, for workerd, descriptor 3. */
  readonly portOf: (line: string) => number | undefined;
  readonly descriptor?: 1 | 3;
}

/** @throws Error where it does not listen, with what it wrote to standard error */
export async function startProgram({
  command: [program = '', ...args],
  cwd,
  env,
  portOf,
  descriptor = 1,
}: ProgramOptions): Promise<StartedProgram> {
  const child = spawn(program, args, {
    ...(cwd !== undefined && { cwd }),
    ...(env !== undefined && { env }),
    stdio: ['ignore', 'pipe', 'pipe', descriptor === 3 ? 'pipe' : 'ignore'],
  });
  const complaints: string[] = [];
  child.stderr?.setEncoding('utf8').on('data', (text: string) => complaints.push(text));
  child.stdout?.resume();
  const ended = once(child, 'close');
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  const timer = setTimeout(() => child.kill('SIGKILL'), START_MS);
  try {
    for await (const line of createInterface({ input: child.stdio[descriptor] as Readable })) {
      const port = portOf(line);
      if (port !== undefined) return { port, stop };
    }
  } finally {
    clearTimeout(timer);
  }
  await stop();
  throw new Error(`${program} did not listen: ${complaints.join('').slice(0, 2000)}`);
}
