/** What an action knows of the delivery that it is run for. */
import type { ActionContext, ActionLog } from '../actions/define-action.ts';
import type { Log } from '../log/log.ts';
import type { Message } from './destination.ts';

export interface DeliveryContextParts {
  readonly message: Message;
  readonly action: string;
  readonly deadlineAtMs: number;
  readonly signal: AbortSignal;
  readonly log: Log;
}

const NO_FIELDS: ReadonlyMap<string, string> = new Map();

export function deliveryContext(parts: DeliveryContextParts): ActionContext {
  const { message, action, deadlineAtMs, signal, log } = parts;
  const { event, destination, attempt } = message;
  const named = (fields: object): object => ({
    ...fields,
    gate: event.gate,
    action,
    event: event.id,
    destination,
  });
  return {
    gate: event.gate,
    requestId: event.id,
    eventId: event.id,
    // The same with each attempt, and another for another destination of the same event.
    idempotencyKey: `${event.id}.${destination}`,
    attempt,
    verdict: undefined,
    refused: event.verdict?.refused,
    keyId: event.keyId,
    tenant: event.tenant,
    fields: NO_FIELDS,
    traceparent: message.traceparent,
    signal,
    deadlineAtMs,
    log: {
      info: (fields, message) => log.info(named(fields), message),
      warn: (fields, message) => log.warn(named(fields), message),
      error: (fields, message) => log.error(named(fields), message),
    } satisfies ActionLog,
  };
}
