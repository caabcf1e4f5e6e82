/** Starts a server in a fresh process on one core, drives it from the other, and reads what came of it. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PATH, type RequestFile } from './request-file.ts';

const HERE = import.meta.dirname;
const SERVER_CPU = '0';
const LOAD_CPU = '1';
const CONNECTIONS = 64;
/** Of Linux's clock ticks, in which /proc counts a process's time. */
const TICKS_PER_SECOND = 100;

export interface Run {
  /** Arguments of server.ts. */
  readonly server: readonly string[];
  readonly load: RequestFile;
  /** Whether each request may be sent once only. */
  readonly once: boolean;
  readonly expects: 'success' | 'refusal';
  readonly warmUpSeconds: number;
  readonly seconds: number;
  /** Where the server's standard output goes: a file, as in production. */
  readonly log: string;
}

export interface Outcome {
  readonly requestsPerSecond: number;
  readonly p99Ms: number;
  /** Part of the run in which the server's core worked for it; well below 1 the load was the limit. */
  readonly busy: number;
}

/** @throws Error where an answer is not what the run expects. */
export async function runServer(run: Run): Promise<Outcome> {
  const log = openSync(run.log, 'a');
  const child = spawn(
    'taskset',
    ['-c', SERVER_CPU, process.execPath, join(HERE, 'server.ts'), ...run.server],
    {
      stdio: ['ignore', log, 'inherit', 'ipc'],
    },
  );
  closeSync(log);
  try {
    const [{ port }] = (await Promise.race([once(child, 'message'), ended(child, run)])) as [
      { port: number },
    ];
    const warm = await drive(run, port, run.warmUpSeconds, 0);
    const before = cpuSeconds(child);
    const result = await drive(run, port, run.seconds, warm.requests + CONNECTIONS);
    const busy = (cpuSeconds(child) - before) / (result.microseconds / 1e6);
    return {
      requestsPerSecond: result.requests / (result.microseconds / 1e6),
      p99Ms: result.p99Us / 1000,
      busy,
    };
  } finally {
    if (child.exitCode === null) {
      child.kill();
      await once(child, 'exit');
    }
  }
}

async function ended(child: ChildProcess, { server }: Run): Promise<never> {
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

async function drive(run: Run, port: number, seconds: number, first: number): Promise<LoadResult> {
  const { path, bytes, requests } = run.load;
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

/** User and system time of a process so far, all threads. */
function cpuSeconds({ pid }: ChildProcess): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name before them may hold spaces; it ends with the last bracket.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
