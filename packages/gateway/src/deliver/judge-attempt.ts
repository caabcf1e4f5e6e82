/** What becomes of a delivery after an attempt: delivered, tried again, or dead. */
import type { Attempt, DueDelivery, Settlement } from '../stores/delivery-store.ts';
import type { Tried } from './attempts.ts';
import { type AttemptFailed, type AttemptResult, MAX_ANSWER_BYTES } from './destination.ts';
import { nextAttempt, type RetrySchedule } from './retry-schedule.ts';

export interface JudgeOptions {
  readonly schedule: RetrySchedule;
  /** Attempts after which an event with an order key is parked. Undefined: it blocks its key. */
  readonly parkAfter: number | undefined;
  /** From 0 up to, but not including, 1. */
  readonly random: () => number;
}

export interface Judgement {
  readonly settlement: Settlement;
  /** `dead` where no further attempt is to be made. */
  readonly outcome: 'delivered' | 'skipped' | 'again' | 'given-back' | 'dead';
  /** Why it failed. */
  readonly failed?: AttemptFailed;
  /** Of the attempt. Absent: it was none. */
  readonly code?: string;
}

/** @param endedMs when the attempt ended; both are of one clock, in milliseconds since the epoch */
export function judgeAttempt(
  due: DueDelivery,
  tried: Tried,
  { startedMs, endedMs }: { readonly startedMs: number; readonly endedMs: number },
  options: JudgeOptions,
): Judgement {
  const { place, lease } = due;
  const taken = { place, lease };
  const times = { startedMs, tookMs: Math.max(0, endedMs - startedMs) };
  if (tried.kind === 'skipped') {
    const settlement = { ...taken, state: 'cancelled', attempt: { ...times, code: 'skipped' } } as const;
    return { settlement, outcome: 'skipped', code: 'skipped' };
  }
  const result = tried.kind === 'unprepared' ? tried.failed : tried.result;
  if ('ok' in result && result.ok) {
    const attempt = { ...times, code: 'delivered', ...answerOf(result) };
    return { settlement: { ...taken, state: 'delivered', attempt }, outcome: 'delivered', code: 'delivered' };
  }
  // A stop: it is nobody's failure.
  if (result.code === 'cancelled')
    return { settlement: { ...taken, state: 'waiting', dueMs: due.dueMs }, outcome: 'given-back' };
  const failed = 'ok' in result ? result : undefined;
  const attempt = { ...times, code: result.code, problem: result.problem, ...answerOf(failed) };
  const dueMs = isOver(due, result.code, failed, options)
    ? undefined
    : nextDueMs(due, failed, endedMs, options);
  return {
    settlement:
      dueMs === undefined
        ? { ...taken, state: 'dead', attempt }
        : { ...taken, state: 'waiting', dueMs, attempt },
    outcome: dueMs === undefined ? 'dead' : 'again',
    code: result.code,
    ...(failed && { failed }),
  };
}

/** What the destination answered, as far as it is kept. */
function answerOf({ status, answer }: Partial<AttemptResult> = {}): Pick<Attempt, 'status' | 'answer'> {
  return {
    ...(status !== undefined && { status }),
    ...(answer !== undefined && answer.byteLength > 0 && { answer: answer.subarray(0, MAX_ANSWER_BYTES) }),
  };
}

/** Whether another attempt would come to the same, or may not be made. */
function isOver(
  { round, orderKey }: DueDelivery,
  code: string,
  failed: AttemptFailed | undefined,
  { parkAfter }: JudgeOptions,
): boolean {
  if (failed?.ends === 'delivery' || code === 'not-signed') return true;
  return orderKey !== undefined && parkAfter !== undefined && round + 1 >= parkAfter;
}

/** When the next attempt is due. Where a destination is gone the event waits for the operator, who may resume it. */
function nextDueMs(
  { round, beganMs }: DueDelivery,
  failed: AttemptFailed | undefined,
  endedMs: number,
  { schedule, random }: JudgeOptions,
): number | undefined {
  if (failed?.ends === 'destination') return endedMs;
  const next = nextAttempt(schedule, {
    attempts: round + 1,
    beganMs,
    nowMs: endedMs,
    retryAfterMs: failed?.retryAfterMs,
    random,
  });
  return 'dueMs' in next ? next.dueMs : undefined;
}
