/** One attempt: makes the message, sends it within its time, says what became of it. */
import { CREDENTIALS } from '../sealed/withheld-headers.ts';
import type { DueDelivery } from '../stores/delivery-store.ts';
import type { KeptEvent } from '../stores/event-store.ts';
import { putTraceparent } from '../telemetry/put-traceparent.ts';
import type { AttemptTrace, Tracer } from '../telemetry/tracer.ts';
import { attemptFailed } from './attempt-failed.ts';
import type { AttemptFailed, AttemptResult, Destination } from './destination.ts';
import { hiddenAnswer } from './hidden-answer.ts';
import type { DeliveryPreparation, PreparedDelivery } from './prepare-delivery.ts';

/** What an attempt came to. */
export type AttemptReport =
  | { readonly kind: 'sent'; readonly result: AttemptResult }
  /** The transformation says that this destination does not get it. */
  | { readonly kind: 'skipped' }
  /** It was not sent. */
  | { readonly kind: 'unprepared'; readonly failure: Extract<PreparedDelivery, { readonly kind: 'failed' }> }
  /** An error that nobody caught ends the process meanwhile. */
  | {
      readonly kind: 'cut-off';
      readonly failure: { readonly code: 'process-ended'; readonly problem: string };
    };

export const CUT_OFF: AttemptReport = {
  kind: 'cut-off',
  failure: {
    code: 'process-ended',
    problem:
      'An error that nobody caught ended the gateway while this was under way, most likely one of the transformation or the action. The log names its place: catch it there, or await the promise.',
  },
};

export interface AttemptParts {
  /** The destination's name. */
  readonly name: string;
  readonly destination: Destination;
  /** Of events of a gate, which need not be there any more. */
  readonly preparationOf: (gate: string) => Promise<DeliveryPreparation>;
  readonly timeoutMs: number;
  /** Undefined: no traces are made. */
  readonly tracer?: Tracer | undefined;
  /** Ends all that are under way. */
  readonly stop: AbortSignal;
}

/** An empty body in its place would be another event. */
const ERASED = 'The event was erased: there is nothing left that could be sent.';
const HASHED =
  'Only a hash of the event’s body is kept: there is nothing that could be sent. Have the sender send it again.';

/** Why an attempt ends early where nobody stops. */
const TIMEOUT = new DOMException('The attempt took too long.', 'TimeoutError');

/** Does not reject. */
export async function attempt(due: DueDelivery, parts: AttemptParts): Promise<AttemptReport> {
  const { event } = due;
  const number = due.attempts + 1;
  if (event.hashed !== undefined || event.erased !== undefined) {
    const problem = event.erased === undefined ? HASHED : ERASED;
    return { kind: 'sent', result: attemptFailed('body-not-kept', problem, { ends: 'delivery' }) };
  }
  try {
    const preparation = await parts.preparationOf(event.gate);
    const covered = event.verdict?.coveredHeaders;
    const prepared = await preparation.prepare({ event, attempt: number, type: event.type, covered });
    if (prepared.kind === 'skipped') return { kind: 'skipped' };
    if (prepared.kind === 'failed') return { kind: 'unprepared', failure: prepared };
    const trace = beginTrace(due, number, parts);
    const { method, body } = prepared;
    const headers =
      trace === undefined ? prepared.headers : traced(prepared.headers, trace, preparation, event);
    const message = { event, destination: parts.name, attempt: number, method, headers, body };
    const carrying = trace === undefined ? message : { ...message, traceparent: trace.traceparent };
    const result = await within(parts, (signal) => parts.destination.send(carrying, signal));
    trace?.end(result.ok ? undefined : result.code, result.status);
    return { kind: 'sent', result: withoutSecrets(result, headers, secretNames(preparation, event)) };
  } catch (error) {
    // A destination never rejects: this is a bug of ours, or of a transformation's module.
    return { kind: 'sent', result: crashed(error) };
  }
}

function beginTrace(
  { event }: DueDelivery,
  attempt: number,
  { name, tracer }: AttemptParts,
): AttemptTrace | undefined {
  const { id, gate, verdict } = event;
  return tracer?.attempt({ destination: name, event: id, gate, attempt, cause: verdict?.traceparent });
}

function traced(
  prepared: readonly string[],
  { traceparent }: AttemptTrace,
  { coveredHeaders }: DeliveryPreparation,
  { verdict }: KeptEvent,
): readonly string[] {
  const headers = [...prepared];
  putTraceparent(headers, traceparent, [...coveredHeaders, ...(verdict?.coveredHeaders ?? [])]);
  return headers;
}

/** Names of headers in lower case. */
function secretNames({ secretHeaders }: DeliveryPreparation, { withheld }: KeptEvent): readonly string[] {
  return [...CREDENTIALS, ...secretHeaders, ...(withheld?.names ?? [])];
}

function withoutSecrets(
  result: AttemptResult,
  headers: readonly string[],
  names: readonly string[],
): AttemptResult {
  if (result.answer === undefined) return result;
  const secrets = headers.filter(
    (_, i) => i % 2 === 1 && names.includes((headers[i - 1] ?? '').toLowerCase()),
  );
  return { ...result, answer: hiddenAnswer(result.answer, secrets) };
}

async function within(
  { timeoutMs, stop }: AttemptParts,
  send: (signal: AbortSignal) => Promise<AttemptResult>,
): Promise<AttemptResult> {
  const controller = new AbortController();
  const onStop = (): void => controller.abort(stop.reason);
  const timer = setTimeout(() => controller.abort(TIMEOUT), timeoutMs);
  if (stop.aborted) onStop();
  stop.addEventListener('abort', onStop, { once: true });
  try {
    return await send(controller.signal);
  } finally {
    clearTimeout(timer);
    stop.removeEventListener('abort', onStop);
  }
}

function crashed(error: unknown): AttemptFailed {
  const reason = error instanceof Error ? error.message : String(error);
  return attemptFailed(
    'not-started',
    `The attempt could not be made: ${reason}. This is a fault of the gateway.`,
  );
}
