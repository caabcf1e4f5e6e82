/** nginx and HAProxy of the system’s packages, each with a server for every setup. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePorts } from '../../../scripts/free-ports.ts';
import { configOf, type Ports, type Program, SETUPS, type Setup } from './setups.ts';

/** A setup that listens. */
export interface RunningSetup extends Setup {
  readonly port: number;
}

export interface RunningProxy {
  readonly setups: readonly RunningSetup[];
  stop(): Promise<void>;
}

/** Debian’s are in /usr/sbin, which is not on every PATH. */
const PATH = `${process.env['PATH']}:/usr/sbin:/sbin`;

const COMMANDS: Readonly<
  Record<
    Program,
    { readonly version: readonly string[]; run(file: string, folder: string): readonly string[] }
  >
> = {
  nginx: { version: ['-v'], run: (file, folder) => ['-c', file, '-p', folder] },
  haproxy: { version: ['-v'], run: (file) => ['-db', '-f', file] },
};

/** E.g. `1.22.1`; undefined where it is not installed. */
export function versionOf(program: Program): string | undefined {
  const { stdout, stderr } = spawnSync(program, COMMANDS[program].version, {
    encoding: 'utf8',
    env: { ...process.env, PATH },
  });
  return /\d+\.\d+\.\d+/.exec(`${stdout ?? ''}${stderr ?? ''}`)?.[0];
}

/** @param gatewayOf the port of a setup’s gateway */
export async function startProxy(
  program: Program,
  gatewayOf: (setup: Setup) => number,
): Promise<RunningProxy> {
  const folder = mkdtempSync(join(tmpdir(), `countersign-${program}-`));
  const listen = await freePorts(SETUPS[program].length);
  const servers = SETUPS[program].map((setup, i): string => {
    const ports: Ports = { listen: listen[i] as number, gateway: gatewayOf(setup) };
    return setup.text(ports);
  });
  const file = join(folder, `${program}.conf`);
  writeFileSync(file, configOf(program, folder, servers.join('')));
  const child = spawn(program, COMMANDS[program].run(file, folder), {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, PATH },
  });
  // Also where this process ends early.
  const end = (): boolean => child.kill('SIGKILL');
  process.once('exit', end);
  const said: string[] = [];
  child.stderr.on('data', (text: Buffer) => said.push(text.toString()));
  const stop = async (): Promise<void> => {
    process.removeListener('exit', end);
    child.kill('SIGTERM');
    if (isRunning(child)) await once(child, 'exit');
    rmSync(folder, { recursive: true });
  };
  try {
    for (const port of listen) await listening(port, child, said);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    setups: SETUPS[program].map(({ name, isTrusted, prefix }, i) => ({
      name,
      isTrusted,
      prefix,
      port: listen[i] as number,
    })),
    stop,
  };
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
