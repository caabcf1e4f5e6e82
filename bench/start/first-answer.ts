/** Starts a tree's `countersign serve`, asks it as soon as its port takes a request, and times its first verified answer. */
import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '../../scripts/free-ports.ts';

const SECRET = '5c1e9f7a3b2d48606f1e2d3c4b5a6978';
const GIVE_UP_MS = 10_000;

export interface FirstAnswer {
  readonly elapsedMs: number;
  /** Of all its threads until then. */
  readonly cpuMs: number;
  /** Resident, `idleMs` later; absent where that is nothing. */
  readonly idleMb: number | undefined;
}

/** @param folder its configuration, store and log are there; a second start finds the first one's store */
export async function timeFirstAnswer(tree: string, folder: string, idleMs = 0): Promise<FirstAnswer> {
  // Polling needs to know it before the gateway does.
  const port = await freePort();
  const request = signedRequest();
  const config = join(folder, 'countersign.yaml');
  writeFileSync(
    config,
    `listen: { public: '127.0.0.1:${port}', admin: '127.0.0.1:0' }
store: 'sqlite:./start.db'
gates:
  hmac: { path: /hmac, provider: hmac, keys: [{ secret: '${SECRET}' }], keep: {} }
`,
  );
  const logFile = join(folder, 'server.log');
  const log = openSync(logFile, 'a');
  const program = join(tree, 'packages/cli/bin/countersign.js');
  const startedMs = performance.now();
  const child = spawn(process.execPath, [program, 'serve', '--config', config], {
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  try {
    const answer = await askUntilAnswered(port, request, startedMs + GIVE_UP_MS, logFile);
    const elapsedMs = performance.now() - startedMs;
    const pid = child.pid as number;
    const cpuMs = cpuMsOf(pid);
    if (!/^HTTP\/1\.1 2\d\d /.test(answer))
      throw new Error(`the first answer was: ${answer.split('\r\n')[0]}`);
    if (idleMs > 0) await wait(idleMs);
    return { elapsedMs, cpuMs, idleMb: idleMs > 0 ? residentMb(pid) : undefined };
  } finally {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill();
      await once(child, 'exit');
    }
  }
}

/** A bare Node that does nothing, from its start to its end. */
export async function timeBareNodeMs(): Promise<number> {
  const startedMs = performance.now();
  await once(spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }), 'exit');
  return performance.now() - startedMs;
}

/** Knocks every 2 ms: the operating system refuses at once until the gateway listens. */
async function askUntilAnswered(
  port: number,
  request: string,
  deadlineMs: number,
  logFile: string,
): Promise<string> {
  for (;;) {
    const answer = await ask(port, request);
    if (answer !== undefined) return answer;
    if (performance.now() > deadlineMs) {
      throw new Error(`no answer within ${GIVE_UP_MS} ms: ${readFileSync(logFile, 'utf8').slice(-2000)}`);
    }
    await wait(2);
  }
}

function ask(port: number, request: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(request));
    socket.once('data', (data) => {
      resolve(data.toString());
      socket.destroy();
    });
    socket.once('error', () => resolve(undefined));
    socket.once('close', () => resolve(undefined));
  });
}

function signedRequest(): string {
  const body = `{"hello":"gate","at":${Date.now()}}`;
  const time = Math.floor(Date.now() / 1000);
  const signature = createHmac('sha256', SECRET).update(`${time}.${body}`).digest('hex');
  return [
    'POST /hmac HTTP/1.1',
    'Host: 127.0.0.1',
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
    `X-Timestamp: ${time}`,
    `X-Signature: ${signature}`,
    '',
    body,
  ].join('\r\n');
}

/** Linux counts each thread's time in nanoseconds. */
function cpuMsOf(pid: number): number {
  let ns = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    ns += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
  }
  return ns / 1e6;
}

function residentMb(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  if (kilobytes === undefined) throw new Error('the process has no VmRSS');
  return Number(kilobytes) / 1024;
}
