/** Starts a server in a fresh process on one core, drives it from the other, and reads what came of it. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PATH, type RequestFile } from './request-file.ts';

const HERE = import.meta.dirname;
const SERVER_CPU = '0';
const LOAD_CPU = '1';
export const CONNECTIONS = 64;

export interface ServerRun {
  /** Arguments of server.ts. */
  readonly server: readonly string[];
  /** Whether each request may be sent once only. */
  readonly once: boolean;
  readonly expects: 'success' | 'refusal';
  /** Where the server's standard output goes: a file, as in production. */
  readonly log: string;
  /** Milliseconds that each fsync is made longer, as on a slower disk. Needs `strace`. */
  readonly slowerFlushMs?: number;
}

export interface Run extends ServerRun {
  readonly load: RequestFile;
  readonly seconds: number;
}

export interface Outcome {
  readonly requestsPerSecond: number;
  readonly p99Ms: number;
  /** Part of the run in which the server's core worked for it; well below 1 the load was the limit. */
  readonly busy: number;
}

/** @throws Error where an answer is not what the run expects. */
export async function runServer(run: Run): Promise<Outcome> {
  const server = await startServer(run);
  try {
    await warmUp(server, run.load);
    const { cpuSeconds, seconds, requests, p99Ms } = await server.drive(run.load, run.seconds);
    return { requestsPerSecond: requests / seconds, p99Ms, busy: cpuSeconds / seconds };
  } finally {
    await server.stop();
  }
}

/** A gateway's code settles within some 100,000 requests; before, it takes up to twice the time for one. */
const WARM_UP_REQUESTS = 80_000;

/** Signed requests are good for five minutes: where other programs have the core, less must do. */
const MAX_WARM_UP_SECONDS = 24;
const WARM_UP_SPELL_SECONDS = 3;

/** Until the code has settled. */
export async function warmUp(server: RunningServer, load: RequestFile): Promise<void> {
  let requests = 0;
  let seconds = 0;
  for (; seconds < MAX_WARM_UP_SECONDS && requests < WARM_UP_REQUESTS; seconds += WARM_UP_SPELL_SECONDS) {
    requests += (await server.drive(load, WARM_UP_SPELL_SECONDS)).requests;
  }
}

/** What one spell of load came to. */
export interface Driven {
  readonly requests: number;
  readonly seconds: number;
  /** Of the server, all its threads. */
  readonly cpuSeconds: number;
  readonly p99Ms: number;
}

export interface RunningServer {
  /** Sends requests from where the last spell ended. @throws Error where an answer is not what the run expects. */
  drive(load: RequestFile, seconds: number): Promise<Driven>;
  stop(): Promise<void>;
}

/** @throws Error where the server ends before it listens. */
export async function startServer(run: ServerRun): Promise<RunningServer> {
  const log = openSync(run.log, 'a');
  const child = spawn(
    'taskset',
    ['-c', SERVER_CPU, ...slowerDisk(run), process.execPath, join(HERE, 'server.ts'), ...run.server],
    {
      stdio: ['ignore', log, 'inherit', 'ipc'],
    },
  );
  closeSync(log);
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    // It ends with that, and what runs it with it.
    child.disconnect();
    await once(child, 'exit');
  };
  try {
    const [{ port }] = (await Promise.race([once(child, 'message'), ended(child, run)])) as [
      { port: number },
    ];
    let first = 0;
    return {
      async drive(load, seconds) {
        const before = await cpuSeconds(child);
        const { requests, microseconds, p99Us } = await drive(run, load, port, seconds, first);
        // Those that were under way when the load ended were sent as well.
        first += requests + CONNECTIONS;
        return {
          requests,
          seconds: microseconds / 1e6,
          cpuSeconds: (await cpuSeconds(child)) - before,
          p99Ms: p99Us / 1000,
        };
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function slowerDisk({ slowerFlushMs = 0 }: ServerRun): readonly string[] {
  if (slowerFlushMs === 0) return [];
  const calls = 'fsync,fdatasync';
  const delay = `inject=${calls}:delay_exit=${Math.round(slowerFlushMs * 1000)}`;
  // No other call is traced: it takes the time that it takes without.
  const options = ['--follow-forks', '--seccomp-bpf', '--quiet=all', '--output=/dev/null'];
  return ['strace', ...options, '-e', `trace=${calls}`, '-e', delay];
}

async function ended(child: ChildProcess, { server }: ServerRun): Promise<never> {
  const [code] = (await once(child, 'exit')) as [number | null];
  throw new Error(`server ${server.join(' ')} ended before it listened (${code})`);
}

/** What replay.lua prints. */
interface LoadResult {
  readonly requests: number;
  readonly microseconds: number;
  /** Answers of a status above 399. */
  readonly notSuccess: number;
  readonly broken: number;
  readonly late: number;
  readonly exhausted: number;
  readonly p99Us: number;
}

async function drive(
  run: ServerRun,
  { path, bytes, requests }: RequestFile,
  port: number,
  seconds: number,
  first: number,
): Promise<LoadResult> {
  const script = [path, bytes, first % requests, run.once ? 'once' : 'again'].map(String);
  const wrk = [
    'wrk',
    '--threads',
    '1',
    '--connections',
    String(CONNECTIONS),
    '--duration',
    `${seconds}s`,
    '--timeout',
    '10s',
  ];
  const { stdout } = await promisify(execFile)('taskset', [
    '-c',
    LOAD_CPU,
    ...wrk,
    '--script',
    join(HERE, 'replay.lua'),
    `http://127.0.0.1:${port}${PATH}`,
    '--',
    ...script,
  ]);
  const line = /^RESULT (.*)$/m.exec(stdout)?.[1];
  if (line === undefined) throw new Error(`wrk printed no result: ${stdout}`);
  const result = JSON.parse(line) as LoadResult;
  const name = run.server.join(' ');
  if (result.exhausted > 0) throw new Error(`${name}: the requests did not suffice: raise --requests`);
  if (result.requests === 0)
    throw new Error(`${name}: not one answer in ${seconds} s: other programs have its core`);
  if (result.broken > 0) throw new Error(`${name}: ${result.broken} connections broke`);
  if (result.late > 0) throw new Error(`${name}: ${result.late} answers took longer than 10 s`);
  const expected = run.expects === 'refusal' ? result.requests : 0;
  if (result.notSuccess !== expected) {
    throw new Error(`${name}: ${result.notSuccess} of ${result.requests} were refused, not ${expected}`);
  }
  return result;
}

/** User and system time of the server so far, all threads: it says so itself, to the microsecond. */
async function cpuSeconds(child: ChildProcess): Promise<number> {
  child.send('cpu');
  const [{ user, system }] = (await once(child, 'message')) as [NodeJS.CpuUsage];
  return (user + system) / 1e6;
}
