/** What an action knows of its call; made lazily, because most actions ask for little of it. */
import { Buffer } from 'node:buffer';
import type { ActionContext, ActionLog } from '../actions/define-action.ts';
import type { Call } from '../call.ts';
import type { Log } from '../log/log.ts';

const NO_FIELDS: ReadonlyMap<string, string> = new Map();

export interface ContextParts {
  readonly call: Call;
  readonly gate: string;
  readonly action: string;
  readonly deadlineAtMs: number;
  readonly log: Log;
}

/** The context of one call, and its end. */
export class CallContext implements ActionContext {
  readonly requestId: string;
  readonly gate: string;
  readonly deadlineAtMs: number;
  readonly verdict: Call['accepted'];
  readonly refused: ActionContext['refused'];
  readonly #parts: ContextParts;
  #controller: AbortController | undefined;
  #log: ActionLog | undefined;

  constructor(parts: ContextParts) {
    this.requestId = parts.call.requestId;
    this.gate = parts.gate;
    this.deadlineAtMs = parts.deadlineAtMs;
    this.verdict = parts.call.accepted;
    this.refused = parts.call.refused;
    this.#parts = parts;
  }

  get traceparent(): string | undefined {
    return this.#parts.call.trace?.traceparent;
  }

  get keyId(): string | undefined {
    return this.verdict?.keyId;
  }

  get tenant(): string | undefined {
    return this.verdict?.tenant;
  }

  get eventId(): string {
    return this.verdict?.id ?? this.requestId;
  }

  get idempotencyKey(): string {
    const { claim } = this.#parts.call;
    return claim === undefined ? this.eventId : Buffer.from(claim.identity).toString('hex');
  }

  get attempt(): number {
    return this.#parts.call.claim?.attempt ?? 1;
  }

  get fields(): ReadonlyMap<string, string> {
    return this.verdict?.fields ?? NO_FIELDS;
  }

  get log(): ActionLog {
    const { log, gate, action, call } = this.#parts;
    const named = (fields: object): object => ({ ...fields, gate, action, requestId: call.requestId });
    this.#log ??= {
      info: (fields, message) => log.info(named(fields), message),
      warn: (fields, message) => log.warn(named(fields), message),
      error: (fields, message) => log.error(named(fields), message),
    };
    return this.#log;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    return this.#controller.signal;
  }

  abort(reason: Error): void {
    this.#controller ??= new AbortController();
    this.#controller.abort(reason);
  }
}
