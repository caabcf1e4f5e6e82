/** What long work has come to, on one line of standard error; nothing where that is no terminal. */
import type { Io } from './io.ts';
import { visibleText } from './visible-text.ts';

export interface Progress {
  /** At most ten times a second. */
  show(text: string): void;
  clear(): void;
}

const EVERY_MS = 100;
const ERASE_LINE = '\r\u001b[K';

export function createProgress({
  stderr,
  env,
  monotonicMs,
}: Pick<Io, 'stderr' | 'env' | 'monotonicMs'>): Progress {
  const isShown = stderr.isTTY === true && env['TERM'] !== 'dumb';
  let lastMs = Number.NEGATIVE_INFINITY;
  let isThere = false;
  return {
    show(text) {
      const nowMs = monotonicMs();
      if (!isShown || nowMs - lastMs < EVERY_MS) return;
      lastMs = nowMs;
      isThere = true;
      stderr.write(`${ERASE_LINE}${visibleText(text)}`);
    },
    clear() {
      if (isThere) stderr.write(ERASE_LINE);
      isThere = false;
    },
  };
}
