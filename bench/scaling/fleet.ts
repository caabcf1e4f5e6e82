/** Gateways that share a PostgreSQL, in processes of their own, and what each of them and the server has used of the processors. */
import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SECRET } from '../http/request-file.ts';
import { PATH } from './sender.ts';

const SERVER = join(import.meta.dirname, '../http/server.ts');

export interface Member {
  readonly port: number;
  readonly child: ChildProcess;
}

/** Of a gateway that keeps what comes to `PATH`. @param port where it listens; 0: anywhere */
export function configurationOf(store: string, port = 0): string {
  return `listen: { public: '127.0.0.1:${port}', admin: '127.0.0.1:0' }
store: '${store}'
storeKey: '${'5ca1'.repeat(16)}'
log: { level: warn }
gates:
  bench: { path: ${PATH}, provider: github, keys: [{ secret: '${SECRET}' }], keep: {} }
`;
}

/** @param folder where its configuration goes @throws Error where it ends before it listens */
export async function startMember(folder: string, name: string, store: string): Promise<Member> {
  const file = join(folder, `${name}.yaml`);
  writeFileSync(file, configurationOf(store));
  const child = fork(SERVER, ['gateway', file], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`a gateway ended before it listened (${code})`);
  });
  const [{ port }] = (await Promise.race([once(child, 'message'), ended])) as [{ port: number }];
  // Its end is asked for later.
  ended.catch(() => {});
  return { port, child };
}

/** Of all its threads so far: it says so itself. */
export async function cpuSecondsOf({ child }: Member): Promise<number> {
  child.send('cpu');
  const [{ user, system }] = (await once(child, 'message')) as [NodeJS.CpuUsage];
  return (user + system) / 1e6;
}

export async function endMember({ child }: Member): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.disconnect();
  await once(child, 'exit');
}

const TICKS_A_SECOND = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** Of a PostgreSQL. @param directory of `startPostgres` */
export function serverCpuSeconds(directory: string): number {
  const [first = ''] = readFileSync(join(directory, 'data/postmaster.pid'), 'utf8').split('\n');
  return familyCpuSeconds(first);
}

/** Of a process and its children, those that have ended included. */
export function familyCpuSeconds(pid: string | number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  return children.reduce((sum, child) => sum + ticksOf(child, 2), ticksOf(`${pid}`, 4)) / TICKS_A_SECOND;
}

/** @param fields 2: user and system time; 4: and those of its children that have ended */
function ticksOf(pid: string, fields: number): number {
  try {
    // Its name, which comes before, may have spaces.
    const rest = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ') ?? [];
    return rest.slice(11, 11 + fields).reduce((sum, text) => sum + Number(text), 0);
  } catch {
    // It ended in between.
    return 0;
  }
}
