/** Lets everything else that waits have its turn: what takes long is done in slices, with a pause between two. */
import type { Sliced } from './text/bytes.ts';

export { SLICE_BYTES, type Sliced } from './text/bytes.ts';

interface Schedulers {
  /** Node, Bun: after what has arrived was handled, and before timers. */
  readonly setImmediate?: (run: () => void) => unknown;
  readonly setTimeout: (run: () => void, ms: number) => unknown;
}

/** Ends in a later turn of the event loop. */
export function pause(): Promise<void> {
  const { setImmediate, setTimeout }: Schedulers = globalThis;
  return new Promise((resolve) => {
    if (setImmediate) setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
}

/** All of it at once: nothing waits yet. */
export function atOnce<T>(work: Sliced<T>): T {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}

/** All of it, with a pause between two slices. */
export async function withPauses<T>(work: Sliced<T>): Promise<T> {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    await pause();
  }
}

/** Steps with a pause before each, until one has a result. */
export async function runOn<T>(step: () => T | undefined): Promise<T> {
  for (;;) {
    await pause();
    const result = step();
    if (result !== undefined) return result;
  }
}

/** Only Node's timers keep a process alive, and only they can be told not to. */
export function unref(timer: unknown): void {
  if (typeof timer !== 'object' || timer === null || !('unref' in timer)) return;
  if (typeof timer.unref === 'function') timer.unref();
}
