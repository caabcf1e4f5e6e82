/**
 * Runs commands from a small process: making a process copies the tables of its parent's memory, and from a gateway of 450 MB that held
 * everything up for more than 100 ms.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { commandHostMain } from './command-host-main.ts';
import type { CommandEnd, CommandJob, FromHost, ToHost } from './command-messages.ts';

export interface CommandHost {
  /**
   * Does not reject. Settles when the command has ended, or is killed.
   * @param signal ends it: SIGTERM, and SIGKILL later
   * @param closing ends it at once
   */
  run(job: CommandJob, signal: AbortSignal, closing: AbortSignal): Promise<CommandEnd>;
  /** Resolves when nothing of them is there any more. Those that run are killed. */
  close(): Promise<void>;
}

interface Job {
  pid?: number;
  readonly settle: (end: CommandEnd) => void;
  /** It may outlive its settling: what it had started has time to end. */
  readonly leave: () => void;
}

interface Host {
  readonly child: ChildProcess;
  readonly jobs: Map<number, Job>;
}

/** Starts the process at once: as long as the gateway is small, that costs least. Where it ends, the next command starts another. */
export function openCommandHost(): CommandHost {
  let host: Host | undefined = start();
  let lastId = 0;
  let isClosed = false;

  function start(): Host | undefined {
    const started = startHost(() => {
      if (host === started) host = undefined;
    });
    return started;
  }

  return {
    run: (job, signal, closing) => {
      if (isClosed) return Promise.resolve({ kind: 'lost' });
      host ??= start();
      if (host === undefined) return Promise.resolve({ kind: 'not-started', errorCode: 'EAGAIN' });
      return runIn(host, ++lastId, job, signal, closing);
    },
    close: async () => {
      isClosed = true;
      const { child } = host ?? {};
      host = undefined;
      if (child === undefined || !child.connected) return;
      const exit = once(child, 'exit');
      tell(child, { kind: 'close' });
      await exit;
    },
  };
}

function startHost(onExit: () => void): Host | undefined {
  let child: ChildProcess;
  try {
    child = spawn(process.execPath, ['-e', `(${commandHostMain})()`], {
      // The gateway's environment holds its secrets, and Node may need its libraries; a session of its own, so that Ctrl-C is the gateway's alone.
      env: { LD_LIBRARY_PATH: process.env['LD_LIBRARY_PATH'] },
      detached: true,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      serialization: 'advanced',
    });
  } catch {
    return undefined;
  }
  const jobs = new Map<number, Job>();
  child.on('message', (message: FromHost) => {
    const job = jobs.get(message.id);
    if (job === undefined) return;
    if (message.kind === 'started') job.pid = message.pid;
    else if (message.kind === 'end') job.settle(message.end);
    else {
      jobs.delete(message.id);
      job.leave();
    }
  });
  const end = (): void => {
    onExit();
    for (const job of jobs.values()) {
      // Nobody is left who would end it.
      killGroup(job.pid);
      job.settle({ kind: 'lost' });
      job.leave();
    }
    jobs.clear();
  };
  // What it told before it ended may come after the news of its end.
  child.once('exit', () => (child.connected ? child.once('disconnect', end) : end()));
  child.once('error', end);
  return { child, jobs };
}

function runIn(
  { child, jobs }: Host,
  id: number,
  job: CommandJob,
  signal: AbortSignal,
  closing: AbortSignal,
): Promise<CommandEnd> {
  return new Promise((resolve) => {
    const onAbort = (): void => tell(child, { kind: 'stop', id, by: 'SIGTERM' });
    const onClose = (): void => tell(child, { kind: 'stop', id, by: 'SIGKILL' });
    jobs.set(id, {
      settle: (end) => {
        signal.removeEventListener('abort', onAbort);
        resolve(end);
      },
      leave: () => closing.removeEventListener('abort', onClose),
    });
    signal.addEventListener('abort', onAbort, { once: true });
    closing.addEventListener('abort', onClose, { once: true });
    tell(child, { kind: 'run', id, job });
  });
}

/** Where it cannot be told any more, its exit says so. */
function tell(child: ChildProcess, message: ToHost): void {
  if (child.connected) child.send(message, () => {});
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}
