/** Keeps attempts apart after failures: exponentially, with jitter, up to a cap. */
import { MINUTE } from '../config/units.ts';

export interface DatedFailure {
  /** Milliseconds since the epoch. */
  readonly atMs: number;
  readonly error: unknown;
}

export interface BackOff {
  /** The last failure that nothing has cleared since. */
  last(): DatedFailure | undefined;
  /** The last failure, while it is too early for another attempt; undefined when one may be made. */
  blocking(): DatedFailure | undefined;
  /** @param failures in a row, this one included. */
  start(error: unknown, failures: number): void;
  clear(): void;
}

const FIRST_MS = 1_000;
const CAP_MS = 5 * MINUTE;

/** Makes one. Waits are from half to all of 1 s, 2 s, 4 s, … 5 min: an hour of failure is some 20 attempts. */
export function createBackOff({ now, random }: { now: () => number; random: () => number }): BackOff {
  let last: (DatedFailure & { readonly delayMs: number }) | undefined;
  return {
    last: () => last,
    blocking: () => {
      if (last === undefined) return undefined;
      const passedMs = now() - last.atMs;
      // A clock that was set back says nothing about how long it has been; a wait must not grow by it.
      if (passedMs < 0 || passedMs >= last.delayMs) return undefined;
      return last;
    },
    start: (error, failures) => {
      const delayMs = Math.min(CAP_MS, FIRST_MS * 2 ** (failures - 1)) * (0.5 + random() / 2);
      last = { error, atMs: now(), delayMs };
    },
    clear: () => {
      last = undefined;
    },
  };
}
