/** How many attempts a destination bears at once: half as many when it says that it is too much, one more for each round that goes well. */

import { HOUR } from '../config/units.ts';

export interface Throttle {
  /** Attempts at once, from 1. */
  readonly limit: number;
  /** An attempt went well. */
  well(): void;
  /** An attempt was too much, or hung. @param retryAfterMs how long it wants to be left alone */
  tooMuch(nowMs: number, retryAfterMs: number | undefined): void;
  /** How long it wants to be left alone from now on. */
  restMs(nowMs: number): number;
  /** Somebody says that it wants no rest any more. */
  endRest(): void;
}

/** A wish beyond that is not believed: the delivery itself waits as long as it was told. */
const MAX_REST_MS = HOUR;

/** Times are of a clock that only goes on. @param most attempts at once */
export function createThrottle(most: number): Throttle {
  let limit = most;
  let restUntilMs = 0;
  return {
    get limit() {
      return Math.max(1, Math.floor(limit));
    },
    well: () => {
      limit = Math.min(most, limit + 1 / limit);
    },
    tooMuch: (nowMs, retryAfterMs = 0) => {
      limit = Math.max(1, limit / 2);
      restUntilMs = Math.max(restUntilMs, nowMs + Math.min(retryAfterMs, MAX_REST_MS));
    },
    restMs: (nowMs) => Math.max(0, restUntilMs - nowMs),
    endRest: () => {
      restUntilMs = 0;
    },
  };
}
