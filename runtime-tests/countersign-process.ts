/** The command `countersign` as a process of Node, Bun or Deno. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { BUN, DENO } from './runtimes/installed.ts';
import { RuntimeMissing } from './runtimes/runtime.ts';
import { versionOf } from './runtimes/servers.ts';

/** A runtime that the command is started on. */
export interface CommandRuntime {
  readonly name: string;
  /** What starts a program on it. */
  readonly command: readonly string[];
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface StartedCommand {
  /** What it has printed up to now. */
  readonly texts: { readonly stdout: string; readonly stderr: string };
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

export const SECRET = 'a secret of thirty-two characters';
export const ADMIN_TOKEN = 'a-token-of-thirty-two-characters-at-least';

const PROGRAM = join(import.meta.dirname, '../packages/cli/bin/countersign.js');
const MOST_MS = 60_000;
const ENVIRONMENT = {
  ...process.env,
  PARTNER_SECRET: SECRET,
  COUNTERSIGN_ADMIN_TOKEN: ADMIN_TOKEN,
  NO_COLOR: '1',
};

export const NODE: CommandRuntime = { name: 'Node', command: [process.execPath] };

/** Those that are there. */
export function otherRuntimes(): readonly CommandRuntime[] {
  return [
    { name: 'Bun', command: [BUN], isThere: isThere(BUN, 'bun') },
    { name: 'Deno', command: [DENO, 'run', '-A'], isThere: isThere(DENO, 'deno') },
  ].filter((runtime) => runtime.isThere);
}

function isThere(program: string, name: string): boolean {
  try {
    versionOf(program, name);
    return true;
  } catch (error) {
    if (error instanceof RuntimeMissing) return false;
    throw error;
  }
}

/** Standard input stays open. It is killed after a minute. */
export function startCommand(
  cwd: string,
  { command: [program = '', ...before] }: CommandRuntime,
  args: readonly string[],
  variables: NodeJS.ProcessEnv = {},
): StartedCommand {
  const child = spawn(program, [...before, PROGRAM, ...args], {
    cwd,
    env: { ...ENVIRONMENT, ...variables },
    stdio: 'pipe',
    timeout: MOST_MS,
    killSignal: 'SIGKILL',
  });
  const texts = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (texts.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (texts.stderr += text));
  const ended = once(child, 'close').then(
    ([code]): Ended => ({ code: code as number | null, stdout: texts.stdout, stderr: texts.stderr }),
  );
  return { texts, child, ended };
}

/** To its end, with nothing on standard input. */
export function runCommand(cwd: string, runtime: CommandRuntime, args: readonly string[]): Promise<Ended> {
  const { child, ended } = startCommand(cwd, runtime, args);
  child.stdin?.end();
  return ended;
}
