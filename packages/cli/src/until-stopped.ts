/** Waits for a signal. */
import type { Io } from './io.ts';

/** 128 + SIGINT, as shells report it. */
const INTERRUPTED = 130;

/**
 * Resolves with the first SIGINT or SIGTERM. The second ends the process at once: whoever presses Ctrl-C twice
 * does not want to wait.
 */
export function untilStopped(
  { onStop, exit }: Pick<Io, 'onStop' | 'exit'>,
  onFirst: () => void,
): Promise<void> {
  return new Promise((resolve) => {
    let signals = 0;
    onStop(() => {
      signals++;
      if (signals > 1) return exit(INTERRUPTED);
      onFirst();
      resolve();
    });
  });
}
