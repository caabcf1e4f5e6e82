/** Wire types of deliveries: events on their way to destinations. */
import type { HeaderView } from './types.ts';

/**
 * `waiting`: for its next attempt. `behind`: for another of its key. `delivered`; `dead`: no further attempt is made; `cancelled`: an
 * operator ended it; `muted`: its destination was muted when the event came.
 */
export type DeliveryStateView = 'waiting' | 'behind' | 'delivered' | 'dead' | 'cancelled' | 'muted';

export const DELIVERY_STATE_WORDS: readonly DeliveryStateView[] = [
  'waiting',
  'behind',
  'delivered',
  'dead',
  'cancelled',
  'muted',
];

/** What the last attempt came to, or why none is made any more: the codes of docs/delivering.md. */
export const DELIVERY_CODE_WORDS: readonly string[] = [
  'delivered',
  'status',
  'too-many-requests',
  'gone',
  'aborted-by-receiver',
  'timeout',
  'unreachable',
  'address-refused',
  'connection-lost',
  'exit-code',
  'killed',
  'process-ended',
  'not-started',
  'not-written',
  'not-stored',
  'action-failed',
  'body-not-kept',
  'event-damaged',
  'transform-threw',
  'transform-late',
  'transform-wrong',
  'not-signed',
  'skipped',
  'cancelled',
  'cancelled-by-operator',
  'skipped-by-operator',
  'event-dropped',
  'event-erased',
];

/** An event on its way to one destination. */
export interface DeliveryView {
  /** The event’s id. */
  readonly event: string;
  readonly destination: string;
  readonly gate: string;
  readonly state: DeliveryStateView;
  /** Attempts made ever. */
  readonly attempts: number;
  /** When this round of attempts began. */
  readonly beganAt: string;
  /** When it is due next, or was due last. */
  readonly dueAt: string;
  /**
   * Why it is not attempted though it is due, or will not be once it is: its destination is `paused`, `disabled` or `not-configured`, or sends
   * nothing at present (`circuit-open`, `throttled`, `rate-limited`), or there is `no-gateway`. Absent: it waits for its time alone, or not at all.
   */
  readonly heldBy?: string;
  readonly orderKey?: string;
  /** Whether the next of its key waits for it. */
  readonly blocks: boolean;
  /** `delivered`, why the last attempt failed, or why it was cancelled. Absent: there was none. */
  readonly code?: string;
}

/** One try of a delivery. */
export interface AttemptView {
  /** Of its delivery, from 1. */
  readonly number: number;
  readonly startedAt: string;
  readonly tookMs: number;
  /** `delivered`, or why not, in kebab case. */
  readonly code: string;
  /** HTTP status, or a command’s exit code. */
  readonly status?: number;
  /** A sentence for the operator. */
  readonly problem?: string;
  /** The first bytes of the answer, where they are text. */
  readonly answer?: string;
  /** The first bytes of the answer, where they are not. */
  readonly answerBase64?: string;
}

export interface DeliveryWithAttemptsView extends DeliveryView {
  /** The last hundred attempts, the first of them first. In `event` the last twenty, of which the last alone has its answer. */
  readonly history: readonly AttemptView[];
}

/** The last made first. */
export interface DeliveryPage {
  /** May be fewer than asked for, and none, while `next` is there: of each page so many are looked at. */
  readonly deliveries: readonly DeliveryView[];
  /** Give it as `before` to read on; absent on the last page. */
  readonly next?: number;
}

/** Which deliveries. What is absent is not asked for. */
export interface DeliveryFilter {
  readonly destination?: string | undefined;
  readonly state?: DeliveryStateView | undefined;
  readonly gate?: string | undefined;
  /** An event’s id. */
  readonly event?: string | undefined;
  /** Of the attempt that came last. */
  readonly code?: string | undefined;
  /** Of rounds that began at this time or later. */
  readonly since?: string | undefined;
  /** Of rounds that began before this time. */
  readonly until?: string | undefined;
}

export interface DeliveryQuery extends DeliveryFilter {
  /** Where to read on: the `next` of the page before. */
  readonly before?: number | undefined;
  /** 1 to 200. Default 50. */
  readonly limit?: number | undefined;
}

export interface DeliveryParams {
  readonly event: string;
  readonly destination: string;
}

export type DeliveryChangeWord = 'redrive' | 'cancel' | 'skip';

export const DELIVERY_CHANGE_WORDS: readonly DeliveryChangeWord[] = ['redrive', 'cancel', 'skip'];

export interface DeliveryChangeInput extends DeliveryFilter {
  /** `redrive`: a new round begins at once, of dead ones where no state is given. `cancel`: no further attempt. `skip`: a dead one blocks its key no longer. */
  readonly change: DeliveryChangeWord;
  /** Changes nothing, and counts. */
  readonly dryRun?: boolean | undefined;
  /** Where to go on: the `next` of the answer before. */
  readonly before?: number | undefined;
  /** Changed at most, 1 to 500. Default 100. */
  readonly limit?: number | undefined;
}

/** One step of a change of many. */
export interface DeliveryChangeView {
  readonly changed: number;
  /** Those that were not redriven because nothing could be sent: their events were erased, or are kept as hashes. Absent: none. */
  readonly withoutBody?: number;
  /** Give it as `before` to go on; absent: all are done. */
  readonly next?: number;
}

export interface ResendInput {
  /** Default: each destination that it was on its way to. */
  readonly destination?: string | undefined;
}

export interface ResentView {
  /** Destinations to which it is on its way now. */
  readonly sent: readonly string[];
  /** Destinations to which an attempt is under way, or for which another of its key is waited. */
  readonly unsent: readonly string[];
}

/** How the last attempt failed. */
export interface FailedAttemptView {
  readonly at: string;
  /** In kebab case. */
  readonly code: string;
  /** HTTP status, or a command’s exit code. */
  readonly status?: number;
}

/** A destination as it stands. */
export interface DestinationView {
  readonly name: string;
  /** Absent where the configuration does not have it any more, or nobody runs it. */
  readonly kind?: string;
  /** Where it goes, without credentials. */
  readonly target?: string;
  readonly state: 'active' | 'paused' | 'disabled';
  /** Whether new events are noted, and not delivered. */
  readonly muted: boolean;
  /** In kebab case, e.g. `gone`. Absent where it is active. */
  readonly reason?: string;
  /** Since when it is in this state. Absent: always. */
  readonly since?: string;
  /** How many a second at most until it has caught up. */
  readonly drainPerSecond?: number;
  /** The first failure since the last success. */
  readonly failingSince?: string;
  /** Attempts under way. */
  readonly inFlight: number;
  /** Why nothing is sent at present though it is active. */
  readonly heldBy?: string;
  /** When an attempt was delivered last, since the gateway started. */
  readonly lastDeliveredAt?: string;
  /** The last attempt that failed, since the gateway started. */
  readonly lastFailure?: FailedAttemptView;
  /** Attempts that ended in the last sixty seconds. Absent where nobody runs it. */
  readonly lastMinute?: { readonly delivered: number; readonly failed: number };
  /** When the first of those that wait is, or was, due. Absent: none waits, or all are under way. */
  readonly nextDueAt?: string;
  /** Deliveries by state; a state that none is in is absent. */
  readonly totals: Readonly<Record<string, number>>;
}

export type DestinationChangeWord = 'pause' | 'resume' | 'mute' | 'unmute';

export const DESTINATION_CHANGE_WORDS: readonly DestinationChangeWord[] = [
  'pause',
  'resume',
  'mute',
  'unmute',
];

export interface DestinationChangeInput {
  readonly change: DestinationChangeWord;
  /** Of `resume`: so many a second at most, until it has caught up. */
  readonly drainPerSecond?: number | undefined;
}

/** What a destination would be sent. */
export interface PreviewView {
  /** `skipped`: the transformation gave nothing. `unmatched`: the filters leave it out. */
  readonly kind: 'message' | 'skipped' | 'unmatched' | 'failed';
  readonly problem?: string;
  /** The destination's kind: `http`, `command`, `file`, `nats` or `action`. */
  readonly to?: string;
  readonly target?: string;
  /** Of a request. */
  readonly method?: string;
  /** Of a message on NATS. */
  readonly subject?: string;
  /** Of a request, and of a message on NATS. */
  readonly headers?: readonly HeaderView[];
  /** Of a command. */
  readonly arguments?: readonly string[];
  /** Of a command: what the message brings, and the names of the gateway's own that it gets besides. */
  readonly variables?: readonly HeaderView[];
  /** What is sent; of a command its standard input, of a file the line, of an action its input as JSON. */
  readonly bodyBase64?: string;
  /** It is made of the event as the gate’s `keep.mask` shows it: what is sent has the values, and another signature where it is signed anew. */
  readonly masked?: true;
}
