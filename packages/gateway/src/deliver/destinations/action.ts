/** Deliveries to an action of this gateway: the body is its input, and whether it fails the answer. */
import { shortened } from '@countersign/core/internal/amounts';
import { type Action, ActionError, checkAction } from '../../actions/define-action.ts';
import { type CompiledInput, compileInput } from '../../input/compile-input.ts';
import type { CheckedInput } from '../../input/find-issues.ts';
import type { Log } from '../../log/log.ts';
import { isResult } from '../../results/result.ts';
import { timerDelay } from '../../timer-delay.ts';
import { createTurns, type Turns } from '../../turns.ts';
import { attemptFailed, closedDestination, endedBy } from '../attempt-failed.ts';
import { deliveryContext } from '../delivery-context.ts';
import type { AttemptFailed, AttemptResult, Destination, Message } from '../destination.ts';
import { messageInput } from '../message-input.ts';

export interface ActionDestinationOptions {
  /** What its input declares is checked; what a sender adds besides is let through. */
  readonly action: Action;
  readonly log: Log;
  /** Default `Date.now`. */
  readonly now?: () => number;
}

/** What an action is told of its deadline that declares none; the attempt's signal ends it in any case. */
const DEADLINE_MS = 15_000;
const CONCURRENCY = 100;

/** What attempts go by. */
interface Work {
  readonly action: Action;
  readonly input: CompiledInput;
  readonly turns: Turns;
  readonly log: Log;
  readonly now: () => number;
}

/** @throws SetupError for an action that cannot work. */
export async function createActionDestination(options: ActionDestinationOptions): Promise<Destination> {
  const { action, log, now = Date.now } = options;
  checkAction(action, 'action');
  const { input, jsonSchema, name, concurrency = CONCURRENCY } = action;
  const compiled = await compileInput({
    input,
    ...(jsonSchema !== undefined && { jsonSchema }),
    // A sender adds members to its events as years go by.
    takesUnknownFields: true,
    where: `action: ${name}.input`,
  });
  const turns = createTurns({ concurrency, queue: Number.POSITIVE_INFINITY });
  const work: Work = { action, input: compiled, turns, log, now };
  const closing = new AbortController();
  return {
    kind: 'action',
    send: async (message, signal) => {
      if (closing.signal.aborted) return closedDestination();
      if (signal.aborted) return endedBy(signal);
      return attempt(work, message, signal, closing.signal);
    },
    close: async () => {
      turns.close();
      closing.abort(new DOMException('the destination is closed', 'AbortError'));
    },
  };
}

/** Settles when the action does, or is told to stop: it may go on all the same, and has its turn until it ends. */
function attempt(
  work: Work,
  message: Message,
  signal: AbortSignal,
  closing: AbortSignal,
): Promise<AttemptResult> {
  const { turns, action, now } = work;
  const { deadlineMs = DEADLINE_MS } = action;
  const stop = new AbortController();
  return new Promise((resolve) => {
    const settle = (result: AttemptResult): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      closing.removeEventListener('abort', onClose);
      turns.leave(onTurn);
      resolve(result);
    };
    const end = (reason: unknown, result: AttemptFailed): void => {
      stop.abort(reason);
      settle(result);
    };
    const onAbort = (): void => end(signal.reason, stopped(signal, action));
    const onClose = (): void => end(closing.reason, closedDestination());
    const onLate = (): void => end(LATE.reason, stopped(LATE, action));
    const onTurn = (isTurn: boolean): void => {
      if (!isTurn) return;
      const deadlineAtMs = now() + deadlineMs;
      void run(work, message, stop.signal, deadlineAtMs)
        .then(settle)
        .finally(() => turns.give());
    };
    const timer = action.deadlineMs === undefined ? undefined : setTimeout(onLate, timerDelay(deadlineMs));
    signal.addEventListener('abort', onAbort, { once: true });
    closing.addEventListener('abort', onClose, { once: true });
    if (turns.take()) onTurn(true);
    else turns.wait(onTurn);
  });
}

/** Its own deadline has passed. */
const LATE: AbortSignal = AbortSignal.abort(new DOMException('the action took too long', 'TimeoutError'));

function stopped(signal: AbortSignal, { name }: Action): AttemptFailed {
  const ended = endedBy(signal);
  if (ended.code !== 'timeout') return ended;
  const problem = `The action ${name} did not end in time, and was told to stop. Make it faster, have it watch context.signal, or give it more time.`;
  return { ...ended, problem };
}

/** Does not reject. */
async function run(
  work: Work,
  message: Message,
  signal: AbortSignal,
  deadlineAtMs: number,
): Promise<AttemptResult> {
  const { action, input, log } = work;
  const { name } = action;
  const asked = messageInput(message);
  if (asked === undefined) return unfit(name, 'its body is neither a JSON object nor a form');
  const context = deliveryContext({ message, action: name, deadlineAtMs, signal, log });
  try {
    const checked = await input.check(asked);
    if (!checked.ok) return unfit(name, placesOf(checked));
    if (signal.aborted) return endedBy(signal);
    // The schema has let the input through, so it is of the type that the schema stands for.
    const value = await action.run(checked.value as Readonly<Record<string, unknown>>, context);
    await runToEnd(value, signal);
    return { ok: true };
  } catch (error) {
    context.log.error({ error }, 'an action failed that an event was delivered to');
    return failed(name, error);
  }
}

/** What an action gives is dropped; but an answer that is made bit by bit does its work while it is read. */
async function runToEnd(value: unknown, signal: AbortSignal): Promise<void> {
  if (!isResult(value)) return;
  for (const source of Object.values(value)) {
    if (typeof source !== 'object' || source === null || !(Symbol.asyncIterator in source)) continue;
    for await (const _ of source as AsyncIterable<unknown>) if (signal.aborted) return;
  }
}

/** An author's sentence may hold more than one of the input. */
const MAX_MESSAGE = 500;

/** Longer names are no action’s fields, and a problem is not for a sender to fill. */
const MAX_PLACE = 100;

/** The places alone: what stands there is the sender’s. */
function placesOf({ issues }: Extract<CheckedInput, { readonly ok: false }>): string {
  const places = [...new Set(issues.map(({ path }) => path.slice(0, MAX_PLACE)))];
  return `see ${places.map((path) => (path === '' ? 'the input itself' : path)).join(', ')}`;
}

function unfit(name: string, why: string): AttemptFailed {
  return attemptFailed(
    'action-failed',
    `The event is no input of the action ${name}: ${why}. Change the action’s schema, or make an input of the event by a transformation, and redrive the delivery.`,
    { ends: 'delivery' },
  );
}

function failed(name: string, error: unknown): AttemptFailed {
  // Others' texts may hold what an operator should not read: the log has them.
  if (error instanceof ActionError)
    return attemptFailed(
      'action-failed',
      `The action ${name} failed: ${shortened(error.message, MAX_MESSAGE)}. It is run again; the log has the error.`,
    );
  return attemptFailed(
    'action-failed',
    `The action ${name} threw an error. It is run again; see the log for the error, and mend the action.`,
  );
}
