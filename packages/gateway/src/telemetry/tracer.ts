/** What the parts of the gateway tell of a request and of deliveries, where traces are on: types alone, so that nothing is loaded for them. */
import type { VerdictKind } from '@countersign/api';
import type { RefusalReason, Step } from '@countersign/core';

export interface Tracer {
  /**
   * A request has come.
   * @param traceparent its header, which nobody has signed. Undefined: it has none
   * @param startedMs on the clock of `performance.now()`
   */
  begin(traceparent: string | undefined, startedMs: number): RequestTrace;
  /** An attempt to deliver begins. */
  attempt(attempt: TracedAttempt): AttemptTrace;
  readonly counts: SpanCounts;
}

/** Since the start. */
export interface SpanCounts {
  readonly exported: number;
  /** Never sent: too many waited, or the collector did not take them. */
  readonly dropped: number;
  readonly waiting: number;
}

/** One request. */
export interface RequestTrace {
  /** For whoever is called for the request. */
  readonly traceparent: string;
  /** The same where the request is recorded, and what comes of it later should be; undefined where it is not. */
  readonly recorded: string | undefined;
  /** The request comes to a step; the one before has ended. */
  readonly step: (step: Step) => void;
  /** The answer is away. Once. */
  end(answered: AnsweredRequest): void;
}

/** Names of the configuration, of the source of tenants’ keys, and words of tables: nothing that a sender chooses but the method. */
export interface AnsweredRequest {
  readonly requestId: string;
  readonly method: string;
  /** The path as the gate's configuration has it. Undefined: no gate. */
  readonly route: string | undefined;
  readonly gate: string | undefined;
  readonly session: string | undefined;
  readonly verdict: VerdictKind;
  readonly reason: RefusalReason | undefined;
  readonly refusedAt: Step | undefined;
  readonly keyId: string | undefined;
  readonly tenant: string | undefined;
  readonly status: number;
}

export interface TracedAttempt {
  readonly destination: string;
  readonly event: string;
  readonly gate: string;
  /** From 1. */
  readonly attempt: number;
  /** Of the request that the event came with, where that is recorded. */
  readonly cause: string | undefined;
}

export interface AttemptTrace {
  /** For the receiver. */
  readonly traceparent: string;
  /** @param code why it failed; undefined: it did not. @param status of an answer by HTTP */
  end(code: string | undefined, status: number | undefined): void;
}
