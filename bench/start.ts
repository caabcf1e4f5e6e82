/**
 * Prevents: a gateway that is slow to be there after a deploy or a crash, or that is large while it does nothing.
 * Starts `countersign serve` on a built tree, sends one signed request as soon as the port takes it, and looks at
 * the process's memory two seconds later.
 *
 * Usage: node bench/start.ts [--starts 10]
 */
import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { printTargets } from './measure/report.ts';
import { quantile } from './measure/rounds.ts';

const ROOT = join(import.meta.dirname, '..');
const PROGRAM = join(ROOT, 'packages/cli/bin/countersign.js');
const SECRET = '5c1e9f7a3b2d48606f1e2d3c4b5a6978';
const MAX_FIRST_ANSWER_MS = 150;
const MAX_IDLE_MB = 75;
const IDLE_MS = 2000;
const GIVE_UP_MS = 10_000;

interface Start {
  readonly firstAnswerMs: number;
  readonly idleMb: number;
}

if (!existsSync(join(ROOT, 'packages/cli/dist/main.js'))) {
  console.error('start: the program is not built.\n  → npm run build');
  process.exit(2);
}
const { values } = parseArgs({ options: { starts: { type: 'string', default: '10' } } });
const folder = mkdtempSync(join(tmpdir(), 'countersign-start-'));
const starts: Start[] = [];
try {
  // The first one finds no compiled code and no file in memory, as none after an installation's first does.
  await startOnce();
  for (let i = 0; i < Number(values.starts); i++) starts.push(await startOnce());
} finally {
  rmSync(folder, { recursive: true });
}
const firstAnswers = starts.map(({ firstAnswerMs }) => firstAnswerMs);
const idle = starts.map(({ idleMb }) => idleMb);
console.log(`start: median of ${starts.length} starts`);
console.log(`  first verified answer  ${describe(firstAnswers)} ms after the process was started`);
console.log(`  idle memory            ${describe(idle)} MB resident, ${IDLE_MS / 1000} s after that`);
const met = printTargets([
  {
    what: 'first verified answer',
    value: quantile(firstAnswers, 0.5),
    atMost: MAX_FIRST_ANSWER_MS,
    unit: ' ms',
  },
  { what: 'idle memory', value: quantile(idle, 0.5), atMost: MAX_IDLE_MB, unit: ' MB' },
]);
if (!met) process.exitCode = 1;

async function startOnce(): Promise<Start> {
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
  const log = openSync(join(folder, 'server.log'), 'a');
  const startedMs = performance.now();
  const child = spawn(process.execPath, [PROGRAM, 'serve', '--config', config], {
    stdio: ['ignore', log, log],
  });
  try {
    const answer = await askUntilAnswered(port, request, startedMs + GIVE_UP_MS);
    const firstAnswerMs = performance.now() - startedMs;
    if (!/^HTTP\/1\.1 2\d\d /.test(answer))
      throw new Error(`the first answer was: ${answer.split('\r\n')[0]}`);
    await wait(IDLE_MS);
    return { firstAnswerMs, idleMb: residentMb(child.pid as number) };
  } finally {
    if (child.exitCode === null) {
      child.kill();
      await once(child, 'exit');
    }
  }
}

/** Knocks every 2 ms: the operating system refuses at once until the gateway listens. */
async function askUntilAnswered(port: number, request: string, deadlineMs: number): Promise<string> {
  for (;;) {
    const answer = await ask(port, request);
    if (answer !== undefined) return answer;
    if (performance.now() > deadlineMs) {
      throw new Error(
        `no answer within ${GIVE_UP_MS} ms: ${readFileSync(join(folder, 'server.log'), 'utf8').slice(-2000)}`,
      );
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

function residentMb(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  if (kilobytes === undefined) throw new Error('the process has no VmRSS');
  return Number(kilobytes) / 1024;
}

/** A port that nobody has now; polling needs to know it before the gateway does. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function describe(numbers: readonly number[]): string {
  return `${quantile(numbers, 0.5).toFixed(0)} (${Math.min(...numbers).toFixed(0)}–${Math.max(...numbers).toFixed(0)})`;
}
