/** Runs an action: in its turn, within its deadline, once. */
import type { Readable } from 'node:stream';
import type { AnswerStyle } from '../answers/answer-style.ts';
import { BodyStream } from '../answers/body-stream.ts';
import type { Call, Reply } from '../call.ts';
import { HOUR } from '../config/units.ts';
import { isStream } from '../http-answer.ts';
import type { Log } from '../log/log.ts';
import { timerDelay } from '../timer-delay.ts';
import { CallContext } from './action-context.ts';
import { actionFailure } from './action-failure.ts';
import type { ActionRuns } from './action-runs.ts';
import type { ReadyAction } from './action-table.ts';

export interface RunnerOptions {
  /** The gate's name. */
  readonly gate: string;
  readonly style: AnswerStyle;
  readonly now: () => number;
  readonly log: Log;
  readonly runs: ActionRuns;
}

/** Runs an action with an input that its schema let through. Without a promise where nothing has to be waited for. */
export type ActionRunner = (ready: ReadyAction, input: unknown, call: Call) => Reply | Promise<Reply>;

/** A stream may go on while somebody listens, but not for ever: a forgotten one would hold its turn. */
const MAX_STREAM_MS = HOUR;

export function createActionRunner(options: RunnerOptions): ActionRunner {
  return (ready, input, call) => {
    const startedMs = options.now();
    const run: Run = { ready, input, call, startedMs, deadlineAtMs: startedMs + ready.deadlineMs };
    return ready.turns.take() ? runInTurn(options, run) : waitForTurn(options, run);
  };
}

/** One call of an action. */
interface Run {
  readonly ready: ReadyAction;
  readonly input: unknown;
  readonly call: Call;
  readonly startedMs: number;
  readonly deadlineAtMs: number;
}

/** What an operator is shown of it. */
function note({ runs, now }: RunnerOptions, { ready, call, startedMs }: Run, reply: Reply): Reply {
  const atMs = now();
  runs.add({
    atMs,
    action: ready.action.name,
    requestId: call.requestId,
    durationMs: atMs - startedMs,
    status: reply.answer.status,
    reason: reply.reason,
  });
  return reply;
}

/** Runs in a turn that was taken, and gives it back. */
function runInTurn(options: RunnerOptions, run: Run): Reply | Promise<Reply> {
  const { gate, style, now, log } = options;
  const { ready, input, call, deadlineAtMs } = run;
  const { action } = ready;
  const context = new CallContext({ call, gate, action: action.name, deadlineAtMs, log });
  let result: unknown;
  try {
    // The schema has let the input through, so it is of the type that the schema stands for.
    result = action.run(input as Readonly<Record<string, unknown>>, context);
  } catch (error) {
    return note(options, run, fail(style, run, error));
  }
  if (!isThenable(result)) return note(options, run, settle(style, run, context, result));
  const timer = setTimeout(() => answerLate(style, call, context), timerDelay(deadlineAtMs - now()));
  return Promise.resolve(result)
    .then(
      (value) => note(options, run, settle(style, run, context, value)),
      (error) => note(options, run, fail(style, run, error)),
    )
    .finally(() => clearTimeout(timer));
}

/** The turn and the claim stay taken until the action ends: it may be doing its work still. */
function answerLate(style: AnswerStyle, call: Call, context: CallContext): void {
  const late = new Error('the action took too long');
  context.abort(late);
  const problem = { reason: 'action-failed', status: 500, message: late.message, issues: [] } as const;
  call.answerEarly({ answer: style.problem(problem, call), reason: 'action-timeout', error: late });
}

function settle(style: AnswerStyle, { ready, call }: Run, context: CallContext, value: unknown): Reply {
  const { turns } = ready;
  let reply: Reply;
  try {
    reply = { answer: style.result(value, call) };
  } catch (error) {
    reply = { ...actionFailure(style, call, error), passedOn: true };
  }
  if (isStream(reply.answer.body)) endWith(reply.answer.body, context, turns.give);
  else turns.give();
  return reply;
}

function fail(style: AnswerStyle, { ready, call }: Run, error: unknown): Reply {
  ready.turns.give();
  return { ...actionFailure(style, call, error), passedOn: true };
}

function waitForTurn(options: RunnerOptions, run: Run): Promise<Reply> {
  const { style, now } = options;
  const { turns } = run.ready;
  return new Promise((resolve) => {
    const listener = (isTurn: boolean): void => {
      clearTimeout(timer);
      // A turn may come in the moment in which it is too late.
      const isLate = isTurn && now() >= run.deadlineAtMs;
      if (isLate) turns.give();
      if (isLate || !isTurn) resolve(note(options, run, refuse(style, isLate ? 'action-busy' : 'draining')));
      else resolve(runInTurn(options, run));
    };
    const timer = setTimeout(
      () => {
        turns.leave(listener);
        resolve(note(options, run, refuse(style, 'action-busy')));
      },
      timerDelay(run.deadlineAtMs - now()),
    );
    if (turns.wait(listener)) return;
    clearTimeout(timer);
    resolve(note(options, run, refuse(style, 'action-busy')));
  });
}

function refuse(style: AnswerStyle, reason: 'action-busy' | 'draining'): Reply {
  return { answer: style.refusal({ reason }), reason };
}

/** A streamed answer holds its turn until it ends; the action hears when its reader has left. */
function endWith(body: Readable, context: CallContext, give: () => void): void {
  const timer = setTimeout(() => body.destroy(), MAX_STREAM_MS);
  body.once('close', () => {
    clearTimeout(timer);
    if (!body.readableEnded) context.abort(new DOMException('the reader has left', 'AbortError'));
  });
  // The source may be at work a little longer than its reader stays.
  if (body instanceof BodyStream) void body.sourceEnded.then(give);
  else body.once('close', give);
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
