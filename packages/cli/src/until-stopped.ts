/** Waits for a signal. */
import { setTimeout as delay } from 'node:timers/promises';
import { EXIT } from './exit-codes.ts';
import type { Io } from './io.ts';
import type { StopCause } from './service-signals.ts';

const CAUSES: Readonly<Record<StopCause, string>> = {
  'parent-ended': 'The npm that started this has ended. ',
  'terminal-closed': 'The terminal was closed. ',
};

/** How long a start goes on once it was told to stop: what it has opened is closed in order then. */
const START_MS = 1_000;

export interface StopListener {
  /** @param why a sentence and a space, or empty: what to say before one's own. */
  readonly onFirst: (why: string) => void;
  /** A SIGHUP that is no closed terminal. */
  readonly onHangUp: () => void;
}

/**
 * Resolves with the first SIGINT or SIGTERM, or where the terminal or the npm that started the command has gone.
 * The second signal ends the process at once: whoever presses Ctrl-C twice does not want to wait.
 */
export function untilStopped(
  { onService, exit }: Pick<Io, 'onService' | 'exit'>,
  { onFirst, onHangUp }: StopListener,
): Promise<void> {
  return new Promise((resolve) => {
    let signals = 0;
    let isStopping = false;
    onService({
      stop: (cause) => {
        if (cause === undefined && ++signals > 1) return exit(EXIT.interrupted);
        if (isStopping) return;
        isStopping = true;
        onFirst(cause === undefined ? '' : CAUSES[cause]);
        resolve();
      },
      hungUp: onHangUp,
    });
  });
}

/** What a start gives, or a wait; undefined where it is stopped and does not end soon after, as where a module waits for what never comes. */
export async function unlessStopped<Started>(
  starting: Promise<Started>,
  stopped: Promise<void>,
): Promise<Started | undefined> {
  const over = stopped.then(() => delay(START_MS, undefined, { ref: false }));
  return Promise.race([starting, over]);
}
