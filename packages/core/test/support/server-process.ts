/** A server program in a directory of its own, behind a socket in it, for tests that need a real one. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface ServerProcess {
  readonly directory: string;
  /** As a crash does: nothing is said, nothing is written. */
  kill(): Promise<void>;
  /** Where it was killed, with what it had stored. */
  start(): Promise<void>;
  /** It answers nobody until `resume`. */
  pause(): void;
  resume(): void;
  close(): Promise<void>;
}

/** Whom a program runs as that refuses to run as root. */
export interface ProgramUser {
  readonly uid: number;
  readonly gid: number;
}

export interface ServerProgram {
  readonly command: string;
  /** Its arguments. @param directory where it may write */
  readonly args: (directory: string) => readonly string[];
  /** A line of its output that says it is ready. */
  readonly ready: string;
  readonly user?: ProgramUser;
  /** What ends it at once, and its children. Default SIGKILL. */
  readonly killSignal?: NodeJS.Signals;
  /** Before the first start. */
  readonly prepare?: (directory: string) => void;
}

export async function startServer(program: ServerProgram): Promise<ServerProcess> {
  const { command, args, ready, user, prepare, killSignal = 'SIGKILL' } = program;
  // Short: a socket's path has at most 107 bytes.
  const directory = mkdtempSync(join(tmpdir(), 'cs-'));
  if (user !== undefined) chownSync(directory, user.uid, user.gid);
  prepare?.(directory);
  let child: ChildProcess | undefined;

  const start = async (): Promise<void> => {
    const started = spawn(command, args(directory), { ...user, stdio: ['ignore', 'pipe', 'pipe'] });
    child = started;
    let log = '';
    await new Promise<void>((resolve, reject) => {
      started.once('error', reject);
      started.once('exit', () => reject(new Error(`${command} ended: ${log}`)));
      for (const stream of [started.stdout, started.stderr]) {
        stream.on('data', (bytes: Buffer) => {
          log += bytes.toString();
          if (log.includes(ready)) resolve();
        });
      }
    });
  };
  const kill = async (): Promise<void> => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(killSignal);
    await once(child, 'exit');
  };
  await start();
  return {
    directory,
    start,
    kill,
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
    close: async () => {
      await kill();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
