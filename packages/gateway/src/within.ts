/** Waiting with a bound. */
import { setTimeout as delay } from 'node:timers/promises';

/** Waits for the promise, and no longer than that. @throws what it is rejected with, within that time */
export async function within(waitMs: number, promise: Promise<unknown> | undefined): Promise<void> {
  const done = new AbortController();
  const over = delay(waitMs, undefined, { signal: done.signal }).catch(() => {});
  try {
    await Promise.race([promise, over]);
  } finally {
    done.abort();
  }
}
