/** Runs a command that prints a secret. No shell, an end in time, and of what it says nothing is shown: there may be secrets in all of it. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { getSystemErrorMessage } from 'node:util';
import { duration } from '@countersign/core/internal/amounts';
import type { CommandGroups } from './command-groups.ts';
import { MAX_SECRET_BYTES, type SecretReading, secretOf, tooLarge } from './secret-reading.ts';
import type { SecretCommand } from './secrets-schema.ts';

/** Where a command runs. */
export interface CommandSurroundings {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** How long what has been printed is read on once the command has ended: something that it has started may hold its output for ever. */
const REST_MS = 500;

const BY_HAND =
  'Run it by hand, as the user that the gateway runs as: what it wrote to standard error is not shown, since secrets may be in it.';

/** Does not reject. */
export async function runSecretCommand(
  { argv, timeoutMs }: SecretCommand,
  surroundings: CommandSurroundings,
  groups: CommandGroups,
): Promise<SecretReading> {
  const [program = ''] = argv;
  if (program === '') return { problem: 'cannot be started: its program is empty' };
  if (argv.some((part) => part.includes('\0')))
    return { problem: 'cannot be started: a part of it has a NUL character' };
  let child: Child;
  try {
    child = start(argv, surroundings);
  } catch (error) {
    return { problem: `cannot be started: ${systemWords(error)}` };
  }
  return outputOf(child, { timeoutMs, groups });
}

type Child = ChildProcessByStdio<null, Readable, null>;

/** @throws where the system does not take the call, such as for arguments that are too long together */
function start([program = '', ...options]: readonly string[], surroundings: CommandSurroundings): Child {
  return spawn(program, options, {
    ...surroundings,
    stdio: ['ignore', 'pipe', 'ignore'],
    // A group of its own: what the command has started ends with it.
    detached: true,
    windowsHide: true,
  });
}

function outputOf(
  child: Child,
  { timeoutMs, groups }: { readonly timeoutMs: number; readonly groups: CommandGroups },
): Promise<SecretReading> {
  const { pid } = child;
  if (pid !== undefined) groups.add(pid);
  return new Promise((resolve) => {
    const pieces: Buffer[] = [];
    let total = 0;
    let rest: NodeJS.Timeout | undefined;
    const settle = (reading: SecretReading): void => {
      clearTimeout(timer);
      clearTimeout(rest);
      child.stdout.destroy();
      if (pid !== undefined) groups.end(pid);
      resolve(reading);
    };
    const timer = setTimeout(
      () => settle({ problem: `did not end within ${duration(timeoutMs)}`, remedy: BY_HAND }),
      timeoutMs,
    );
    const settleWith = (code: number | null, signal: NodeJS.Signals | null): void => {
      if (code === 0) settle(secretOf(Buffer.concat(pieces), 'has written'));
      else
        settle({
          problem: code === null ? `was ended by ${signal}` : `ended with exit code ${code}`,
          remedy: BY_HAND,
        });
    };
    child.on('error', (error) => settle({ problem: `cannot be started: ${systemWords(error)}` }));
    child.stdout.on('error', () => {});
    child.stdout.on('data', (piece: Buffer) => {
      pieces.push(piece);
      total += piece.byteLength;
      if (total > MAX_SECRET_BYTES) settle({ problem: tooLarge('wrote'), remedy: BY_HAND });
    });
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      rest = setTimeout(() => settleWith(code, signal), REST_MS);
    });
    child.on('close', settleWith);
  });
}

function systemWords(error: unknown): string {
  const errno = error instanceof Error && 'errno' in error ? error.errno : undefined;
  return typeof errno === 'number' ? getSystemErrorMessage(errno) : 'the system does not say why';
}
