/** Runs the command line, within the test or as the built program. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Io } from '../src/io.ts';
import { runCli } from '../src/run-cli.ts';

export const ROOT: string = resolve(import.meta.dirname, '../../..');
export const PROGRAM: string = join(ROOT, 'packages/cli/bin/countersign.js');

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly stdin?: string | Uint8Array;
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
    stdin: {
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

/** A new empty folder, for the length of the test. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
