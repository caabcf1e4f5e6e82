/** What becomes of a delivery after an attempt: delivered, tried again, or dead. */
import type { Attempt, DueDelivery, Settlement } from '../stores/delivery-store.ts';
import type { AttemptReport } from './attempts.ts';
import { type AttemptFailed, type AttemptResult, MAX_ANSWER_BYTES } from './destination.ts';
import { nextAttemptMs, type RetrySchedule } from './retry-schedule.ts';

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
  readonly failure?: AttemptFailed;
  /** Of the attempt. Absent: it was none. */
  readonly code?: string;
}

export interface AttemptTimes {
  /** Milliseconds since the epoch, as is `endedMs`: the clock may have been set in between. */
  readonly startedMs: number;
  readonly endedMs: number;
  /** By a clock that only goes on. */
  readonly tookMs: number;
}

export function judgeAttempt(
  due: DueDelivery,
  report: AttemptReport,
  { startedMs, endedMs, tookMs }: AttemptTimes,
  options: JudgeOptions,
): Judgement {
  const { place, lease } = due;
  const taken = { place, lease };
  const times = { startedMs, tookMs };
  if (report.kind === 'skipped') {
    const settlement = { ...taken, state: 'cancelled', attempt: { ...times, code: 'skipped' } } as const;
    return { settlement, outcome: 'skipped', code: 'skipped' };
  }
  const result = report.kind === 'sent' ? report.result : report.failure;
  if ('ok' in result && result.ok) {
    const attempt = { ...times, code: 'delivered', ...answerOf(result) };
    return { settlement: { ...taken, state: 'delivered', attempt }, outcome: 'delivered', code: 'delivered' };
  }
  // A stop: it is nobody's failure.
  if (result.code === 'cancelled')
    return { settlement: { ...taken, state: 'waiting', dueMs: due.dueMs }, outcome: 'given-back' };
  const failure = 'ok' in result ? result : undefined;
  const attempt = { ...times, code: result.code, problem: result.problem, ...answerOf(failure) };
  const dueMs = isOver(due, result.code, failure, options)
    ? undefined
    : nextDueMs(due, failure, endedMs, options);
  return {
    settlement:
      dueMs === undefined
        ? { ...taken, state: 'dead', attempt }
        : { ...taken, state: 'waiting', dueMs, attempt },
    outcome: dueMs === undefined ? 'dead' : 'again',
    code: result.code,
    ...(failure && { failure }),
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
  failure: AttemptFailed | undefined,
  { parkAfter }: JudgeOptions,
): boolean {
  if (failure?.ends === 'delivery' || code === 'not-signed') return true;
  return orderKey !== undefined && parkAfter !== undefined && round + 1 >= parkAfter;
}

/** When the next attempt is due. Where a destination is gone the event waits for the operator, who may resume it. */
function nextDueMs(
  { round, beganMs }: DueDelivery,
  failure: AttemptFailed | undefined,
  endedMs: number,
  { schedule, random }: JudgeOptions,
): number | undefined {
  if (failure?.ends === 'destination') return endedMs;
  return nextAttemptMs(schedule, {
    attempts: round + 1,
    beganMs,
    nowMs: endedMs,
    retryAfterMs: failure?.retryAfterMs,
    random,
  });
}
