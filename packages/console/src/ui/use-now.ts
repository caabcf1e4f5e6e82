/** The time, for what says how long ago something was. One timer for all that show it. */
import { useSyncExternalStore } from 'react';

export const NOW_EVERY_MS = 5_000;

const listeners = new Set<() => void>();
const clock: { nowMs: number; timer: ReturnType<typeof setInterval> | undefined } = {
  nowMs: Date.now(),
  timer: undefined,
};

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (clock.timer === undefined) {
    // Nobody has wound it since the last one left.
    clock.nowMs = Date.now();
    clock.timer = setInterval(() => {
      clock.nowMs = Date.now();
      for (const each of listeners) each();
    }, NOW_EVERY_MS);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(clock.timer);
    clock.timer = undefined;
  };
}

/** Milliseconds since the epoch, anew every five seconds. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => clock.nowMs);
}
