/** Where deliveries go. Implementations stand in deliver/destinations/, one file each, under `testDestination` (testing/destination-contract.ts). */
import type { KeptEvent } from '../stores/event-store.ts';

/** One attempt's message: an event made ready for one destination (transformed, signed anew for this attempt). */
export interface Message {
  readonly event: KeptEvent;
  /** The destination's name in the configuration. */
  readonly destination: string;
  /** From 1; goes on counting after a redrive. */
  readonly attempt: number;
  readonly method: string;
  /** Names and values in turn, ready to be sent; byte strings. No Host, Content-Length or hop-by-hop header. */
  readonly headers: readonly string[];
  readonly body: Uint8Array;
  /** This attempt's place in a trace, which is among the headers too. Absent: no traces are made. */
  readonly traceparent?: string;
}

/** The first bytes of what a destination said; no more is kept. */
export const MAX_ANSWER_BYTES = 4_096;

export type AttemptResult = Delivered | AttemptFailed;

export interface Delivered {
  readonly ok: true;
  /** HTTP status, or a command's exit code. Absent where there is none. */
  readonly status?: number;
  /** Up to MAX_ANSWER_BYTES of the answer (a command's output). */
  readonly answer?: Uint8Array;
}

export interface AttemptFailed {
  readonly ok: false;
  /** In kebab case: what programs decide and count by. */
  readonly code: AttemptCode;
  /** A sentence for the operator; holds no secret. */
  readonly problem: string;
  readonly status?: number;
  readonly answer?: Uint8Array;
  /** How long the destination wants to be left alone (Retry-After). */
  readonly retryAfterMs?: number;
  /** The destination is to get less: 429, 5xx, a time-out, no connection. */
  readonly throttles?: boolean;
  /** `delivery`: no further attempt of this event (webhook-delivery: abort-message; an input that no retry can mend). `destination`: nothing more is sent to it until an operator says so (410 Gone). */
  readonly ends?: 'delivery' | 'destination';
}

export type AttemptCode =
  | 'status'
  | 'gone'
  | 'aborted-by-receiver'
  | 'timeout'
  | 'unreachable'
  | 'connection-lost'
  | 'too-many-requests'
  | 'exit-code'
  | 'killed'
  | 'not-started'
  | 'not-written'
  | 'not-stored'
  | 'action-failed'
  | 'address-refused'
  | 'body-not-kept'
  | 'cancelled';

/** A destination that is open. */
export interface Destination {
  readonly kind: 'http' | 'action' | 'command' | 'nats' | 'file';
  /** Never rejects and never throws: a failure is a value. Settles soon after `signal` aborts, with `cancelled` (a stop) or `timeout` (its reason is a TimeoutError). May be called many times at once. */
  send(message: Message, signal: AbortSignal): Promise<AttemptResult>;
  /** Lets go of connections and files; sends under way have been aborted before. */
  close(): Promise<void>;
}
