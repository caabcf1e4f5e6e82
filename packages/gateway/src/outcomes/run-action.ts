/** Runs an action: in its turn, within its deadline, once. */
import type { Readable } from 'node:stream';
import type { AnswerStyle } from '../answers/answer-style.ts';
import { BodyStream } from '../answers/body-stream.ts';
import type { Call, Reply } from '../call.ts';
import { isStream } from '../http-answer.ts';
import type { Log } from '../log.ts';
import { CallContext } from './action-context.ts';
import { actionFailure } from './action-failure.ts';
import type { ReadyAction } from './action-table.ts';

export interface RunnerOptions {
  /** The gate's name. */
  readonly gate: string;
  readonly style: AnswerStyle;
  readonly now: () => number;
  readonly log: Log;
}

/** Runs an action with an input that its schema let through. Without a promise where nothing has to be waited for. */
export type ActionRunner = (ready: ReadyAction, input: unknown, call: Call) => Reply | Promise<Reply>;

/** A stream may go on while somebody listens, but not for ever: a forgotten one would hold its turn. */
const MAX_STREAM_MS = 3_600_000;

export function createActionRunner(options: RunnerOptions): ActionRunner {
  const { gate, style, now, log } = options;
  const busy = (reason: 'action-busy' | 'draining'): Reply => ({ answer: style.refusal({ reason }), reason });

  const settle = ({ turns }: ReadyAction, call: Call, context: CallContext, value: unknown): Reply => {
    let reply: Reply;
    try {
      reply = { answer: style.result(value, call) };
    } catch (error) {
      reply = { ...actionFailure(style, call, error), passedOn: true };
    }
    if (isStream(reply.answer.body)) endWith(reply.answer.body, context, turns.give);
    else turns.give();
    return reply;
  };
  const fail = ({ turns }: ReadyAction, call: Call, error: unknown): Reply => {
    turns.give();
    return { ...actionFailure(style, call, error), passedOn: true };
  };

  /** Runs in a turn that was taken, and gives it back. */
  const runInTurn = (
    ready: ReadyAction,
    input: unknown,
    call: Call,
    deadlineMs: number,
  ): Reply | Promise<Reply> => {
    const { action } = ready;
    const context = new CallContext({ call, gate, action: action.name, deadlineMs, log });
    let result: unknown;
    try {
      // The schema has let the input through, so it is of the type that the schema stands for.
      result = action.run(input as Readonly<Record<string, unknown>>, context);
    } catch (error) {
      return fail(ready, call, error);
    }
    if (!isThenable(result)) return settle(ready, call, context, result);
    const timer = setTimeout(() => {
      const late = new Error('the action took too long');
      context.abort(late);
      const problem = { reason: 'action-failed', status: 500, message: late.message, issues: [] } as const;
      // The turn and the claim stay taken until the action ends: it may be doing its work still.
      call.answerEarly({ answer: style.problem(problem, call), reason: 'action-timeout', error: late });
    }, deadlineMs - now());
    return Promise.resolve(result)
      .then(
        (value) => settle(ready, call, context, value),
        (error) => fail(ready, call, error),
      )
      .finally(() => clearTimeout(timer));
  };

  const wait = (ready: ReadyAction, input: unknown, call: Call, deadlineMs: number): Promise<Reply> =>
    new Promise((resolve) => {
      const listener = (isTurn: boolean): void => {
        clearTimeout(timer);
        // A turn may come in the moment in which it is too late.
        const isLate = isTurn && now() >= deadlineMs;
        if (isLate) ready.turns.give();
        if (isLate || !isTurn) resolve(busy(isLate ? 'action-busy' : 'draining'));
        else resolve(runInTurn(ready, input, call, deadlineMs));
      };
      const timer = setTimeout(() => {
        ready.turns.leave(listener);
        resolve(busy('action-busy'));
      }, deadlineMs - now());
      if (ready.turns.wait(listener)) return;
      clearTimeout(timer);
      resolve(busy('action-busy'));
    });

  return (ready, input, call) => {
    const deadlineMs = now() + ready.deadlineMs;
    return ready.turns.take()
      ? runInTurn(ready, input, call, deadlineMs)
      : wait(ready, input, call, deadlineMs);
  };
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
