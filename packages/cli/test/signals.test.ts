/** `countersign serve` as a process of its own, and what is sent to it and to what started it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isLong, longReason, someOf } from '../../../scripts/effort.ts';
import { freePort } from '../../../scripts/free-ports.ts';
import { hasPython } from '../../sandbox/test/support.ts';
import { PROGRAM } from './support.ts';

function folder(forwardTo = 'http://127.0.0.1:9', port = 0): string {
  const dir = mkdtempSync(join(tmpdir(), 'countersign-signals-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  writeFileSync(
    join(dir, 'countersign.yaml'),
    `listen: { public: "127.0.0.1:${port}", admin: off }
store: "memory:"
log: { format: json }
gates:
  open: { path: /open, methods: [GET], provider: none, forward: { to: "${forwardTo}" } }
`,
  );
  return dir;
}

/** Without what npm says to what it starts: these tests may be run by npm themselves. */
function plainEnv(): Record<string, string> {
  const entries = Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name));
  return Object.fromEntries(entries.map(([name, value]) => [name, value ?? '']));
}

const SERVE = `'${process.execPath}' '${PROGRAM}' serve`;

interface Served {
  /** What was started: the gateway, or what starts it. */
  readonly child: ChildProcess;
  readonly url: string;
  /** The gateway's own process. */
  readonly pid: number;
  readonly said: () => string;
  /** Once nobody holds the other end of its output: all of what was started has ended. */
  readonly ended: Promise<void>;
}

/** Starts a gateway by a shell's command, or itself, and waits until it serves. */
async function start(
  command: readonly [string, ...string[]],
  cwd = folder(),
  stdout?: number,
): Promise<Served> {
  const [program, ...args] = command;
  const child = spawn(program, args, {
    cwd,
    env: plainEnv(),
    stdio: ['ignore', stdout ?? 'pipe', 'pipe'],
    // A group of its own, so that whatever is left of it can be ended.
    detached: true,
  });
  onTestFinished(() => {
    try {
      process.kill(-(child.pid ?? 0), 'SIGKILL');
    } catch {
      // All of it has ended.
    }
  });
  let said = '';
  child.stdout?.on('data', (text) => {
    said += text;
  });
  const ended = once(child, 'close').then(() => {});
  const url = await new Promise<string>((resolve, fail) => {
    child.once('close', () => fail(new Error(`it ended: ${said}`)));
    child.stderr?.on('data', (text) => {
      said += text;
      const match = /public {2}(http:\/\/\S+)/.exec(said);
      if (match?.[1] !== undefined) resolve(match[1]);
    });
  });
  return { child, url, pid: child.pid ?? 0, said: () => said, ended };
}

const isHealthy = async (url: string): Promise<boolean> => (await fetch(`${url}/health`)).ok;

/** The process that listens there: a child's child's, where a shell stands between. */
async function listenerOf(group: number): Promise<number> {
  const child = spawn('ps', ['-A', '-o', 'pid=,pgid=,args='], { stdio: ['ignore', 'pipe', 'ignore'] });
  let text = '';
  child.stdout.on('data', (piece) => {
    text += piece;
  });
  await once(child, 'close');
  for (const line of text.split('\n')) {
    const [, pid, pgid, args = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    if (Number(pgid) === group && args.startsWith(process.execPath) && args.includes(PROGRAM))
      return Number(pid);
  }
  throw new Error(`no gateway in group ${group}:\n${text}`);
}

describe('SIGHUP', () => {
  it('has the configuration read again; a stop after it is a clean one', async () => {
    const { child, url, said, ended } = await start([process.execPath, PROGRAM, 'serve']);
    child.kill('SIGHUP');
    await expect.poll(said, { timeout: 10_000 }).toContain('the configuration was read again');
    expect(await isHealthy(url)).toBe(true);
    child.kill('SIGTERM');
    await ended;
    expect(child.exitCode).toBe(0);
    expect(said()).toContain('the gateway has stopped');
  });
});

describe('SIGUSR1', () => {
  it('opens no debugger on a process that holds secrets', async () => {
    const { child, url, said, ended } = await start([process.execPath, PROGRAM, 'serve']);
    child.kill('SIGUSR1');
    expect(await isHealthy(url)).toBe(true);
    child.kill('SIGTERM');
    await ended;
    expect(child.exitCode).toBe(0);
    expect(said()).not.toMatch(/debugger|inspector/i);
  });
});

describe('a gateway that npm has started', () => {
  it.each(someOf(['SIGKILL', 'SIGTERM', 'SIGHUP'] as const, 3))(
    'stops when npm is ended by %s',
    async (signal) => {
      const { child, said, ended } = await start(['npm', 'exec', '-c', SERVE]);
      child.kill(signal);
      await ended;
      expect(said()).toContain('The npm that started this has ended. Stopping');
      expect(said()).toContain('the gateway has stopped');
    },
  );

  it.skipIf(!isLong)(`finishes what is in flight then${longReason}`, async () => {
    const held: ServerResponse[] = [];
    const upstream = createServer((_, response) => void held.push(response)).listen(0, '127.0.0.1');
    await once(upstream, 'listening');
    onTestFinished(() => void upstream.close());
    const { port } = upstream.address() as AddressInfo;
    const { child, url, said, ended } = await start(
      ['npm', 'exec', '-c', SERVE],
      folder(`http://127.0.0.1:${port}`),
    );
    const answer = fetch(`${url}/open`);
    await expect.poll(() => held.length).toBe(1);
    child.kill('SIGTERM');
    await expect.poll(said, { timeout: 10_000 }).toContain('Stopping');
    held[0]?.end('whole');
    expect(await (await answer).text()).toBe('whole');
    await ended;
  });

  it.skipIf(!isLong)(
    `stays when it was hung up on before, as by a terminal that closes on nohup${longReason}`,
    async () => {
      const { child, url, said } = await start(['npm', 'exec', '-c', SERVE]);
      const pid = await listenerOf(child.pid ?? 0);
      process.kill(pid, 'SIGHUP');
      await expect.poll(said, { timeout: 10_000 }).toContain('the configuration was read again');
      child.kill('SIGTERM');
      await once(child, 'exit');
      expect(await isHealthy(url)).toBe(true);
    },
  );
});

describe('a gateway that was meant to stay', () => {
  it('stays when the shell that started it ends', async () => {
    const { child, url } = await start(['sh', '-c', `${SERVE} & wait`]);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await isHealthy(url)).toBe(true);
  });

  it.skipIf(!isLong)(`stays when a script of npm has put it into the background${longReason}`, async () => {
    const { child, url } = await start(['npm', 'exec', '-c', `${SERVE} &`]);
    await (child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined);
    expect(await isHealthy(url)).toBe(true);
  });
});

describe('a log that cannot be written', () => {
  it('is said once, and ends nothing', async (test) => {
    if (process.platform !== 'linux') return test.skip('there is no /dev/full');
    const { child, url, said, ended } = await start(
      [process.execPath, PROGRAM, 'serve'],
      folder(),
      openSync('/dev/full', 'w'),
    );
    for (let i = 0; i < 20; i++) await fetch(`${url}/nowhere`);
    await expect.poll(said, { timeout: 10_000 }).toContain('the log cannot be written');
    expect(await isHealthy(url)).toBe(true);
    child.kill('SIGTERM');
    await ended;
    expect(said().match(/cannot be written/g)).toHaveLength(1);
  });

  it.skipIf(!isLong)(
    `holds no stop where both outputs go to a program that reads nothing${longReason}`,
    async () => {
      const port = await freePort();
      const child = spawn('sh', ['-c', `${SERVE} 2>&1 | sleep 120`], {
        cwd: folder(undefined, port),
        env: plainEnv(),
        stdio: 'ignore',
        detached: true,
      });
      const group = child.pid ?? 0;
      onTestFinished(() => void process.kill(-group, 'SIGKILL'));
      const url = `http://127.0.0.1:${port}`;
      await expect.poll(() => isHealthy(url).catch(() => false), { timeout: 20_000 }).toBe(true);
      // More than the 64 KB that a pipe holds.
      for (let i = 0; i < 400; i++) await fetch(`${url}/nowhere`);
      const pid = await listenerOf(group);
      process.kill(pid, 'SIGTERM');
      await expect.poll(() => isAlive(pid), { timeout: 6_000 }).toBe(false);
    },
  );
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Runs a command at a terminal of its own, and closes the terminal at a line of input. */
const AT_TERMINAL = `
import os, pty, sys
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
while b'public' not in (text := os.read(terminal, 65536)):
    pass
print(text.decode(), flush=True)
sys.stdin.readline()
os.close(terminal)
print('ended with', os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
`;

const pythonReason = hasPython() ? '' : ' (skipped: python3 is not there; apt-get install python3)';

describe.skipIf(pythonReason !== '')(`a terminal that is closed${pythonReason}`, () => {
  it('stops what was started at it', async () => {
    const child = spawn('python3', ['-c', AT_TERMINAL, process.execPath, PROGRAM, 'serve'], {
      cwd: folder(),
      env: plainEnv(),
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    let said = '';
    child.stdout.on('data', (text) => {
      said += text;
    });
    await expect.poll(() => said, { timeout: 20_000 }).toContain('public');
    child.stdin.end('\n');
    await once(child, 'close');
    expect(said).toContain('ended with 0');
  });
});
