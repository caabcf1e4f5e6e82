/** The longest wait that a timer holds: 2^31 − 1 ms. */
export const MAX_TIMER_MS = 2_147_483_647;

/**
 * A computed wait as a timer takes it: Node warns of one that is past already, and fires at once for one that is too long, which
 * would turn a pause into a loop. @returns milliseconds, 1 to 2^31 − 1
 */
export function timerDelay(waitMs: number): number {
  return Math.min(Math.max(waitMs, 1), MAX_TIMER_MS);
}
