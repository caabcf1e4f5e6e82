/** nginx, HAProxy and Caddy of the system's packages, run as processes. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

export type ProxyProgram = 'nginx' | 'haproxy' | 'caddy';

/** What apt-get installs each with. */
export const PROXY_PACKAGES: Readonly<Record<ProxyProgram, string>> = {
  nginx: 'nginx-light',
  haproxy: 'haproxy',
  caddy: 'caddy',
};

interface Command {
  readonly version: readonly string[];
  run(file: string, folder: string): readonly string[];
}

const COMMANDS: Readonly<Record<ProxyProgram, Command>> = {
  nginx: { version: ['-v'], run: (file, folder) => ['-c', file, '-p', folder] },
  haproxy: { version: ['-v'], run: (file) => ['-db', '-f', file] },
  caddy: { version: ['version'], run: (file) => ['run', '--adapter', 'caddyfile', '--config', file] },
};

/** Debian’s are in /usr/sbin, which is not on every PATH. */
function searchPath(): string {
  return `${process.env['PATH']}:/usr/sbin:/sbin`;
}

/** E.g. `1.22.1`; undefined where it is not installed. */
export function versionOf(program: ProxyProgram): string | undefined {
  const { stdout, stderr } = spawnSync(program, COMMANDS[program].version, {
    encoding: 'utf8',
    env: { ...process.env, PATH: searchPath() },
  });
  return /\d+\.\d+\.\d+/.exec(`${stdout ?? ''}${stderr ?? ''}`)?.[0];
}

export interface ProxyStart {
  /** Its whole configuration, by which it stays in the foreground. */
  readonly text: string;
  /** Where the configuration is written, and whatever the program keeps. */
  readonly folder: string;
  /** Of this machine, which it listens on once it is ready. */
  readonly ports: readonly number[];
}

export interface RunningProgram {
  stop(): Promise<void>;
}

/** @throws Error with what the program said, where it does not listen. */
export async function startProgram(
  program: ProxyProgram,
  { text, folder, ports }: ProxyStart,
): Promise<RunningProgram> {
  const file = join(folder, `${program}.conf`);
  writeFileSync(file, text);
  const child = spawn(program, COMMANDS[program].run(file, folder), {
    stdio: ['ignore', 'ignore', 'pipe'],
    // Caddy keeps its state below them.
    env: { ...process.env, PATH: searchPath(), HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
  });
  // Also where this process ends early.
  const end = (): boolean => child.kill('SIGKILL');
  process.once('exit', end);
  const said: string[] = [];
  child.on('error', ({ message }) => said.push(message));
  child.stderr.on('data', (piece: Buffer) => said.push(piece.toString()));
  const stop = async (): Promise<void> => {
    process.removeListener('exit', end);
    child.kill('SIGTERM');
    if (isRunning(child)) await once(child, 'exit');
  };
  try {
    for (const port of ports) await listening(port, child, said);
  } catch (error) {
    await stop();
    throw error;
  }
  return { stop };
}

function isRunning({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}

const START_MS = 10_000;

async function listening(port: number, child: ChildProcess, said: readonly string[]): Promise<void> {
  const end = Date.now() + START_MS;
  while (isRunning(child) && Date.now() < end) {
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return;
    } catch {
      await wait(20);
    } finally {
      socket.destroy();
    }
  }
  throw new Error(`${child.spawnfile} does not listen on ${port}: ${said.join('').trim()}`);
}
