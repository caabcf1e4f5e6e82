/** One attempt: makes the message, sends it within its time, says what became of it. */
import type { DueDelivery } from '../stores/delivery-store.ts';
import type { AttemptCode, AttemptFailed, AttemptResult, Destination } from './destination.ts';
import type { DeliveryPreparation, PreparedDelivery } from './prepare-delivery.ts';

export type Tried =
  | { readonly kind: 'sent'; readonly result: AttemptResult }
  /** The transformation says that this destination does not get it. */
  | { readonly kind: 'skipped' }
  /** It was not sent. */
  | { readonly kind: 'unprepared'; readonly failed: Extract<PreparedDelivery, { readonly kind: 'failed' }> };

export interface AttemptParts {
  /** The destination's name. */
  readonly name: string;
  readonly destination: Destination;
  /** Of events of a gate, which need not be there any more. */
  readonly preparationOf: (gate: string) => Promise<DeliveryPreparation>;
  readonly timeoutMs: number;
  /** Ends all that are under way. */
  readonly stop: AbortSignal;
}

/** Why an attempt ends early where nobody stops. */
const TIMEOUT = new DOMException('The attempt took too long.', 'TimeoutError');

/** Does not reject. */
export async function attempt(due: DueDelivery, parts: AttemptParts): Promise<Tried> {
  const { event } = due;
  const number = due.attempts + 1;
  try {
    const preparation = await parts.preparationOf(event.gate);
    const covered = event.verdict?.coveredHeaders;
    const prepared = await preparation.prepare({ event, attempt: number, type: event.type, covered });
    if (prepared.kind === 'skipped') return { kind: 'skipped' };
    if (prepared.kind === 'failed') return { kind: 'unprepared', failed: prepared };
    const { method, headers, body } = prepared;
    const message = { event, destination: parts.name, attempt: number, method, headers, body };
    return { kind: 'sent', result: await within(parts, (signal) => parts.destination.send(message, signal)) };
  } catch (error) {
    // A destination never rejects: this is a bug of ours, or of a transformation's module.
    return { kind: 'sent', result: crashed(error) };
  }
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
  const code: AttemptCode = 'not-started';
  return {
    ok: false,
    code,
    problem: `The attempt could not be made: ${reason}. This is a fault of the gateway.`,
  };
}
