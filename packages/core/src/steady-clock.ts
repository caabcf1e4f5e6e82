/** A wall clock that is not believed when it jumps ahead: what it calls expired may still be needed. */
import { HOUR } from './freshness.ts';

/** A clock that has stayed ahead for so long is right. */
const BELIEVED_AFTER_MS: number = 24 * HOUR;

/** The earliest difference of the two clocks within a stretch of time. */
interface Stretch {
  readonly sinceMs: number;
  readonly leastMs: number;
}

/**
 * The time at which claims may be forgotten: the wall clock, but never further on than real time has run since the clock
 * was last behind. A jump ahead is believed when it has lasted a day or two, one back at once.
 */
export type SteadyClock = (nowMs: number) => number;

/** @param elapsedMs a clock that only goes on, from any start. Default that of the runtime */
export function createSteadyClock(elapsedMs: () => number = () => performance.now()): SteadyClock {
  let earlier: Stretch | undefined;
  let latest: Stretch | undefined;
  return (nowMs) => {
    const elapsed = elapsedMs();
    const difference = nowMs - elapsed;
    if (latest === undefined || elapsed - latest.sinceMs >= BELIEVED_AFTER_MS) {
      earlier = latest;
      latest = { sinceMs: elapsed, leastMs: difference };
    } else if (difference < latest.leastMs) {
      latest = { ...latest, leastMs: difference };
    }
    return elapsed + Math.min(difference, latest.leastMs, earlier?.leastMs ?? difference);
  };
}
