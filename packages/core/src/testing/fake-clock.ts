/** A clock that a test sets: for a gate's `now`, and for what is signed. */
import { isTime } from '../freshness.ts';
import { describeNumber } from '../given.ts';
import { SetupError } from '../setup-error.ts';

/** A clock that stands still until it is told to go on. */
export interface FakeClock {
  /** Milliseconds since the epoch: `createGate({ …, now: clock.now })`. */
  readonly now: () => number;
  /** Goes on by so many milliseconds; back where they are negative. */
  advance(ms: number): void;
}

/** @param startMs what it shows at first @throws SetupError for what is no time */
export function fakeClock(startMs: number): FakeClock {
  let nowMs = time(startMs);
  return {
    now: () => nowMs,
    advance(ms) {
      nowMs = time(nowMs + ms);
    },
  };
}

function time(ms: number): number {
  if (isTime(ms)) return ms;
  throw new SetupError(
    'clock',
    `it would show ${describeNumber(ms)}`,
    'Give milliseconds since the epoch, 0 or more, before the year 10000.',
  );
}
