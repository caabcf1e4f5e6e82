/** Runs the command line, within the test or as the built program. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ADMIN_LISTENER_NAME, LISTENER_HEADER } from '@countersign/api';
import { onTestFinished } from 'vitest';
import type { Io } from '../src/io.ts';
import { runCli } from '../src/run-cli.ts';

export const ROOT: string = resolve(import.meta.dirname, '../../..');
export const PROGRAM: string = join(ROOT, 'packages/cli/bin/countersign.js');

/** What an admin listener’s answers have. */
export const ADMIN_HEADERS: Readonly<Record<string, string>> = { [LISTENER_HEADER]: ADMIN_LISTENER_NAME };

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly stdin?: string | Uint8Array;
  /** In place of `stdin`: a terminal, say. */
  readonly input?: Io['stdin'];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly isTTY?: boolean;
  readonly now?: () => number;
  readonly monotonicMs?: () => number;
  readonly fetch?: typeof globalThis.fetch;
  readonly stdout?: Io['stdout'];
  readonly onService?: Io['onService'];
  readonly exit?: Io['exit'];
}

/** Runs the command line within the test. */
export async function run(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const out: Uint8Array[] = [];
  const err: Uint8Array[] = [];
  const stream = (chunks: Uint8Array[]): Io['stdout'] => ({
    isTTY: options.isTTY ?? false,
    write: (chunk) => chunks.push(Buffer.from(chunk as Uint8Array)) > 0,
    once: () => undefined,
  });
  const io: Io = {
    env: options.env ?? {},
    cwd: options.cwd ?? ROOT,
    stdin: options.input ?? {
      async *[Symbol.asyncIterator]() {
        const { stdin = '' } = options;
        yield typeof stdin === 'string' ? Buffer.from(stdin) : stdin;
      },
    },
    stdout: options.stdout ?? stream(out),
    stderr: stream(err),
    now: options.now ?? Date.now,
    monotonicMs: options.monotonicMs ?? (() => performance.now()),
    fetch: options.fetch ?? globalThis.fetch,
    onStop: () => () => {},
    onService: options.onService ?? (() => () => {}),
    onUncaught: () => {},
    exit:
      options.exit ??
      ((code) => {
        throw new Error(`the process would end with ${code}`);
      }),
  };
  const code = await runCli(args, io);
  return { code, out: Buffer.concat(out).toString('utf8'), err: Buffer.concat(err).toString('utf8') };
}

/** Runs the built program as a process of its own. */
export function spawnProgram(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    cwd: options.cwd ?? ROOT,
    env: { PATH: process.env['PATH'], ...options.env },
  });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  child.stdin.on('error', () => {});
  child.stdin.end(options.stdin ?? '');
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', (code) => {
      done({ code, out: Buffer.concat(out).toString('utf8'), err: Buffer.concat(err).toString('utf8') });
    });
  });
}

/** The built program as a process that goes on, for the length of the test. */
export interface Started {
  readonly child: ChildProcessWithoutNullStreams;
  /** What it has printed so far. */
  readonly said: { out: string; err: string };
  /** Exit code and signal, once its output is read to the end. */
  readonly ended: Promise<unknown[]>;
}

/** Starts it. Its standard input is left open. */
export function startProgram(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Started {
  return startCommand([process.execPath, PROGRAM, ...args], cwd, env);
}

/** Starts a command by which somebody starts it, for the length of the test. */
export function startCommand(
  [command = '', ...args]: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): Started {
  const child = spawn(command, args, { cwd, env: { PATH: process.env['PATH'], ...env } });
  onTestFinished(() => void child.kill('SIGKILL'));
  const said = { out: '', err: '' };
  child.stdout.on('data', (piece) => {
    said.out += piece;
  });
  child.stderr.on('data', (piece) => {
    said.err += piece;
  });
  return { child, said, ended: once(child, 'close') };
}

/** A new empty folder, for the length of the test. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
