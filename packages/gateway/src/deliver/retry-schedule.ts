/** When a delivery that failed is tried again. */
import { SetupError } from '@countersign/core';
import { DAY, formatDuration, HOUR, MINUTE, SECOND } from '../config/units.ts';

/** How long after the attempt before each further one comes at the latest; the first attempt is made at once. */
export interface RetrySchedule {
  /** Milliseconds, of each retry. */
  readonly delaysMs: readonly number[];
  /** All of them together. */
  readonly spanMs: number;
}

/** The schedule that Standard Webhooks gives: ten attempts in 75 hours and a half. */
const STANDARD_MS: readonly number[] = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];

const MAX_RETRIES = 100;
/** A month for one retry is beyond what any receiver needs to be mended. */
const MAX_DELAY_MS: number = 31 * DAY;

/** @throws SetupError for a list that is no schedule */
export function createRetrySchedule(
  delaysMs: readonly number[] = STANDARD_MS,
  option: string = 'retries',
): RetrySchedule {
  if (delaysMs.length > MAX_RETRIES) {
    throw new SetupError(option, `it has ${delaysMs.length} retries`, `Give at most ${MAX_RETRIES}.`);
  }
  for (const [i, delayMs] of delaysMs.entries()) {
    if (Number.isInteger(delayMs) && delayMs >= 1 && delayMs <= MAX_DELAY_MS) continue;
    throw new SetupError(
      `${option}[${i}]`,
      `a retry cannot be ${Number.isInteger(delayMs) && delayMs >= 0 ? formatDuration(delayMs) : delayMs} after the attempt before`,
      `Give a duration from 1ms to ${formatDuration(MAX_DELAY_MS)}.`,
    );
  }
  return { delaysMs, spanMs: delaysMs.reduce((sum, delayMs) => sum + delayMs, 0) };
}

export interface AttemptedDelivery {
  /** Attempts that were made since it began: 1 or more. */
  readonly attempts: number;
  /** When its first attempt was due: milliseconds since the epoch. */
  readonly beganMs: number;
  /** When the last attempt ended. */
  readonly nowMs: number;
  /** How long its destination wants to be left alone. */
  readonly retryAfterMs?: number | undefined;
  /** From 0 up to, but not including, 1. */
  readonly random: () => number;
}

/**
 * The k-th retry has an interval of its own, as long as its delay, that begins where the one before ends at the latest; it comes at any moment
 * of it (full jitter): failures that came together do not come back together, and the schedule as a whole spans what it says all the same.
 *
 * Where an interval has passed already, since the gateway was down or the destination paused, the delay is counted from now: attempts
 * that were missed are not made up for in a burst.
 *
 * `Retry-After` is honoured: no attempt before it. But for no longer than the schedule’s end, or this retry’s own delay from now where that is
 * later: how long an event is kept waiting is the operator’s to say, and not its receiver’s.
 *
 * @returns when it is due, in milliseconds since the epoch. Undefined: that was the last attempt
 */
export function nextAttemptMs(
  { delaysMs, spanMs }: RetrySchedule,
  delivery: AttemptedDelivery,
): number | undefined {
  const { attempts, nowMs, retryAfterMs = 0, random } = delivery;
  // What is no length of time says nothing.
  const restMs = retryAfterMs > 0 ? retryAfterMs : 0;
  const delayMs = delaysMs[attempts - 1];
  if (delayMs === undefined) return undefined;
  // A clock that was set back must not make a delivery wait for the old time to come again.
  const beganMs = Math.min(delivery.beganMs, nowMs);
  const startMs = delaysMs.slice(0, attempts - 1).reduce((sum, earlierMs) => sum + earlierMs, beganMs);
  const fromMs = startMs + delayMs > nowMs ? Math.max(startMs, nowMs) : nowMs;
  const untilMs = startMs + delayMs > nowMs ? startMs + delayMs : nowMs + delayMs;
  const dueMs = fromMs + Math.floor(random() * (untilMs - fromMs));
  const latestMs = Math.max(beganMs + spanMs, untilMs);
  return Math.max(dueMs, Math.min(nowMs + restMs, latestMs));
}
