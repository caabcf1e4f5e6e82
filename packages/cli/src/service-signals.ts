/**
 * What tells a command that stays to stop: signals, the end of the npm that started it, a closed terminal.
 *
 * npm and npx run a command by a shell. A SIGTERM to them ends the shell only; a SIGKILL or SIGHUP not even that: what
 * they started would live on and hold its port. A service manager has no such go-between and is not watched, and neither
 * is a command whose parent had ended before it was ready (`countersign serve &` in a script), or that has a session of
 * its own (setsid).
 */
import { closeSync, openSync, readFileSync } from 'node:fs';

/** Why a command stops without having been sent SIGINT or SIGTERM. */
export type StopCause = 'parent-ended' | 'terminal-closed';

export interface ServiceListener {
  /** @param cause undefined: SIGINT or SIGTERM. */
  readonly stop: (cause?: StopCause) => void;
  /** A SIGHUP that is no closed terminal. */
  readonly hungUp: () => void;
}

/** Two system calls each time. */
const WATCH_MS = 500;
/** The parent of what has been orphaned. */
const INIT = 1;

/** Listens until the returned function is called. */
export function listenForService(process: NodeJS.Process, { stop, hungUp }: ServiceListener): () => void {
  const onSignal = (): void => stop();
  const hadTerminal = hasTerminal();
  let watch: NodeJS.Timeout | undefined;
  const onHangUp = (): void => {
    if (process.platform === 'win32' || (hadTerminal && !hasTerminal())) {
      stop('terminal-closed');
      return;
    }
    // Whoever is hung up on with no terminal to lose is meant to stay (nohup), though npm may end of it.
    clearInterval(watch);
    hungUp();
  };
  const parents = startedByNpm(process) ? parentsOf(process) : undefined;
  if (parents !== undefined) {
    watch = setInterval(() => {
      if (parentsOf(process) === parents) return;
      clearInterval(watch);
      stop('parent-ended');
    }, WATCH_MS);
    watch.unref();
  }
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  process.on('SIGHUP', onHangUp);
  return () => {
    clearInterval(watch);
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
    process.off('SIGHUP', onHangUp);
  };
}

/** npm, pnpm and yarn say so to what they start, and to what that starts. */
function startedByNpm({ env }: NodeJS.Process): boolean {
  return env['npm_execpath'] !== undefined && env['npm_lifecycle_event'] !== undefined;
}

/** The parent, and its parent where the system tells: the shell, and npm. Undefined where neither is waited for. */
function parentsOf({ ppid, pid }: NodeJS.Process): string | undefined {
  if (ppid === INIT || statOf(pid)?.session === String(pid)) return undefined;
  return `${ppid} ${statOf(ppid)?.parent}`;
}

/** Of Linux; undefined elsewhere, and where the process has ended. @see proc_pid_stat(5) */
function statOf(pid: number): { readonly parent: string; readonly session: string } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name before it is in parentheses, and may hold any character.
    const [, parent = '', , session = ''] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { parent, session };
  } catch {
    return undefined;
  }
}

/** Whether this process has a terminal that can be reached. */
function hasTerminal(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r'));
    return true;
  } catch {
    return false;
  }
}
