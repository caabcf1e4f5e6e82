/** Deliveries to a command: the body on its standard input, all else in its environment, its exit code the answer. */
import { SetupError } from '@countersign/core/internal/setup-error';
import type { PassedConfig } from '../../config/delivery-config.ts';
import { closedDestination, endedBy } from '../attempt-failed.ts';
import {
  canStand,
  commandEnvironment,
  type EnvironmentEntry,
  type Variables,
} from '../command-environment.ts';
import { type CommandHost, openCommandHost } from '../command-host.ts';
import type { CommandEnd } from '../command-messages.ts';
import { exitResult, lostCommand, startFailure, tooSlow } from '../command-results.ts';
import type { AttemptResult, Destination } from '../destination.ts';

export interface CommandDestinationOptions {
  /** The program, found by PATH where it holds no slash, and its arguments: as they are, through no shell. */
  readonly command: readonly string[];
  /** Where it runs. Default: the gateway's own. */
  readonly directory?: string;
  /** Variables besides PATH, HOME, LANG and TZ: the gateway's own by name, or set. */
  readonly environment?: readonly EnvironmentEntry[];
  /** Values of the message under names of one's own, as adnanh/webhook's `pass-environment-to-command` names them. */
  readonly passed?: readonly PassedConfig[];
  /** How long it may take to end after SIGTERM, before SIGKILL. Default 2,000. */
  readonly killAfterMs?: number;
  /** The gateway's own environment. Default `process.env`. */
  readonly own?: Variables;
  /** Shared by all that run commands, and closed by whoever opened it. Default: one of its own, some 45 MB. */
  readonly host?: CommandHost;
}

const KILL_AFTER_MS = 2_000;

/** @throws SetupError for a command that cannot be run. */
export async function createCommandDestination(options: CommandDestinationOptions): Promise<Destination> {
  const { environment: entries = [], passed = [], own = process.env, killAfterMs = KILL_AFTER_MS } = options;
  const { command, directory } = options;
  checkCommand(options);
  const [program = '', ...args] = command;
  const host = options.host ?? openCommandHost();
  const closing = new AbortController();
  const running = new Set<Promise<unknown>>();
  return {
    kind: 'command',
    send: async (message, signal) => {
      if (closing.signal.aborted) return closedDestination();
      if (signal.aborted) return endedBy(signal);
      const environment = commandEnvironment({ own, entries, passed }, message);
      const job = {
        program,
        args,
        environment,
        body: message.body,
        killAfterMs,
        ...(directory !== undefined && { directory }),
      };
      const run = host.run(job, signal, closing.signal);
      running.add(run);
      const end = await run;
      running.delete(run);
      return resultOf(end, program, signal, closing.signal);
    },
    close: async () => {
      closing.abort();
      await Promise.all(running);
      if (options.host === undefined) await host.close();
    },
  };
}

function checkCommand({ command, directory = '', environment = [] }: CommandDestinationOptions): void {
  const [program = ''] = command;
  if (program === '')
    throw new SetupError('command', 'it names no program', 'Write the program and its arguments as a list.');
  if (command.some((part) => part.includes('\0')))
    throw new SetupError('command', 'it holds a NUL character', 'Leave it out: no argument can hold one.');
  if (directory.includes('\0'))
    throw new SetupError('directory', 'it holds a NUL character', 'Leave it out: no path can hold one.');
  for (const entry of environment) {
    const { name, value } = typeof entry === 'string' ? { name: entry, value: '' } : entry;
    if (canStand(name, typeof value === 'string' ? value : value.reveal())) continue;
    throw new SetupError(
      'environment',
      `no environment can hold ${JSON.stringify(name)}`,
      'Use a name without =, and no NUL characters.',
    );
  }
}

function resultOf(
  end: CommandEnd,
  program: string,
  signal: AbortSignal,
  closing: AbortSignal,
): AttemptResult {
  switch (end.kind) {
    case 'ended':
      return { ...exitResult(end.code, end.killedBy), ...answerOf(end.output) };
    case 'stopped': {
      const result = signal.aborted ? endedBy(signal) : closedDestination();
      return { ...(result.code === 'timeout' ? tooSlow() : result), ...answerOf(end.output) };
    }
    case 'not-started':
      return startFailure(end.errorCode, program);
    case 'lost':
      return closing.aborted ? closedDestination() : lostCommand();
  }
}

function answerOf(output: Uint8Array): { readonly answer?: Uint8Array } {
  return output.length === 0 ? {} : { answer: output };
}
