/** Events: kept requests, and what a list shows of them. */
import type { Evidence, RefusalReason, Step } from '@countersign/core';
import type { Claim } from './claim-store.ts';
import type { EventSearchOptions } from './event-search.ts';
import type { NewDelivery } from './new-delivery.ts';

/** A kept request, byte-exact. */
export interface KeptEvent {
  /** Unique, ASCII, and in order of time, such as a UUIDv7; made by the caller. */
  readonly id: string;
  readonly gate: string;
  /** The provider’s id, or the scheme’s name. */
  readonly provider: string;
  /** The key that proved the request. */
  readonly keyId: string;
  /** Whose key it is, where the gate looks keys up by tenant. Absent: keys are of no tenant. */
  readonly tenant?: string;
  /** What the sender calls this kind of event. Absent where its provider names none. */
  readonly type?: string;
  /** Milliseconds since the epoch, a whole number. */
  readonly receivedMs: number;
  readonly method: string;
  /** As in the request line. */
  readonly url: string;
  /** Names and values in turn, as received: order, case and repeats kept. Values that are withheld are empty. */
  readonly headers: readonly string[];
  /** Absent where all values are in `headers`. */
  readonly withheld?: WithheldHeaders;
  readonly body: Uint8Array;
  /** Scheme and host that the client spoke to, where a trusted proxy named them. Absent: none did. */
  readonly forwarded?: Forwarded;
  /** Taken in the same transaction as the event. Absent where the scheme has no identity. */
  readonly claim?: EventClaim;
  /** How it was proved. Absent at a gate of unsigned requests. */
  readonly verdict?: KeptVerdict;
  /** What is kept in place of the body, which is empty then. */
  readonly hashed?: BodyDigest;
  /** What is left of it once it was erased: its headers and its body are empty then. */
  readonly erased?: Erased;
}

/** What the gate said of an event when it came. Holds no secret. */
export interface KeptVerdict {
  /** Its gate monitored: it was kept whatever the verdict was, and `refused` says why it would have been refused. */
  readonly isMonitored?: true;
  /** Absent: it was accepted. */
  readonly refused?: { readonly reason: RefusalReason; readonly step: Step; readonly message: string };
  /** Which of the gate’s proofs let it in. Absent: it had one. */
  readonly proof?: string;
  readonly reading?: string;
  /** Of the request's span, where it was recorded: 55 characters. */
  readonly traceparent?: string;
  /** The signed time: milliseconds since the epoch. */
  readonly timestampMs?: number;
  /** Lower-case names of the headers that its proof covers, where its sender chooses them. */
  readonly coveredHeaders?: readonly string[];
  readonly evidence: Evidence;
}

/** What tells whether somebody has the body of an event. */
export interface BodyDigest {
  /** Of the body as received, in hex. */
  readonly sha256: string;
  readonly bodyBytes: number;
}

/** The tombstone of an event. */
export interface Erased extends BodyDigest {
  /** Milliseconds since the epoch, a whole number. */
  readonly erasedMs: number;
}

/** What a trusted proxy said, and the gate believed. */
export interface Forwarded {
  readonly scheme?: 'https' | 'http';
  /** With its port, if there is one. */
  readonly host?: string;
}

/** Values of headers that are secrets. */
export interface WithheldHeaders {
  /** Lower-case names of the fields, each once. */
  readonly names: readonly string[];
  /** The values, encrypted by the caller. Absent: they were not kept. */
  readonly sealed?: Uint8Array;
}

/** The claim of an event, on the event’s gate. */
export type EventClaim = Pick<Claim, 'identity' | 'untilMs' | 'freshUntilMs'>;

/** An event as a list shows it. */
export interface EventSummary
  extends Pick<
    KeptEvent,
    'id' | 'gate' | 'provider' | 'keyId' | 'tenant' | 'type' | 'receivedMs' | 'method' | 'url'
  > {
  readonly bodyBytes: number;
  /** Grows with each event that is kept, whatever the clock does: where a follower reads on. */
  readonly place: number;
  /** How many destinations it matched. Absent where its gate had none. */
  readonly destinations?: number;
  /** Why its gate would have refused it, had it not monitored. Absent: it was accepted. */
  readonly refused?: string;
  /** When it was erased: milliseconds since the epoch. Absent where it is whole. */
  readonly erasedMs?: number;
}

export interface EventListOptions {
  /** Events of this gate only. */
  readonly gate?: string;
  /** Only events that matched no destination, though their gate had some. */
  readonly isUnmatched?: boolean;
  /** Only events kept before the one with this id, which need not exist any more. */
  readonly before?: string;
  /** From 1 to 1,000. Default 100. */
  readonly limit?: number;
}

/** One step of a search: two milliseconds, and what it had begun by then. */
export interface EventSearchStep {
  /** The newest first. */
  readonly events: readonly EventSummary[];
  /** Events looked at, at most. */
  readonly looked: number;
  /** Where the next step goes on. Absent: all were looked at. */
  readonly next?: { readonly id: string; readonly receivedMs: number };
}

export interface EventFollowOptions {
  /** Only events kept after the one at this place, which need not exist any more; 0: from the first. */
  readonly after: number;
  /** Events of this gate only. */
  readonly gate?: string;
  /** From 1 to 1,000. Default 100. */
  readonly limit?: number;
}

/** What stands at a place. `gone`: nothing any more, or it is 0. `ahead`: no event was kept there yet. */
export type EventAtPlace =
  | { readonly kind: 'event'; readonly id: string }
  | { readonly kind: 'gone' | 'ahead' };

/** Which events of a gate go. */
export interface DropOptions {
  readonly gate: string;
  /** Those received before then: milliseconds since the epoch. Absent: none for its age. */
  readonly beforeMs?: number;
  /** Also those whose delivery waits, if they were received before then. Absent: none of these. */
  readonly waitingBeforeMs?: number;
  /** The oldest, while the gate’s events are more than that: their bodies as received, and a kilobyte for each. Absent: none for its size. */
  readonly maxBytes?: number;
  /** Where the step before has ended. */
  readonly after?: number;
}

/** Counted for an event besides its body: its row, its headers, its places in the indexes. */
export const EVENT_ROW_BYTES = 1_000;

export interface DropResult {
  readonly dropped: number;
  /** Of these, whose delivery still waited. */
  readonly droppedWaiting: number;
  /** Their bodies as received, and a kilobyte for each. */
  readonly bytes: number;
  /** Where to go on; absent: nothing more is to go. */
  readonly next?: number;
}

/** Events of a gate. */
export interface EventTotal {
  readonly gate: string;
  readonly number: number;
  /** Of their bodies, as received. */
  readonly bodyBytes: number;
}

export type KeepResult =
  | { readonly kept: true }
  /** The claim is held; `repeatOf` is the event that holds it, absent where it was remembered without one. */
  | { readonly kept: false; readonly repeatOf?: string };

/**
 * Keeps events. A promise that resolves is a promise kept, as `Store` says.
 *
 * Passes `testEventStore` of `@countersign/gateway/testing`.
 */
export interface EventStore {
  /**
   * Keeps an event and takes its claim, both or neither. While the claim is held, the event is a repeat.
   * @param further claims of the same request on the same gate: held with the event, as `ClaimStore.remember` holds them
   * @param deliveries made in the same transaction; empty where it matches no destination, absent where its gate has none
   */
  keep(
    event: KeptEvent,
    further?: readonly EventClaim[],
    deliveries?: readonly NewDelivery[],
  ): Promise<KeepResult>;
  get(id: string): Promise<KeptEvent | undefined>;
  /** As a list shows it; undefined where it is not there. */
  summary(id: string): Promise<EventSummary | undefined>;
  /**
   * The last kept first, without headers and bodies.
   * @throws RangeError for a limit that is not a whole number from 1 to 1,000.
   */
  list(query?: EventListOptions): Promise<readonly EventSummary[]>;
  /**
   * One step of a search; call it again with the id of its `next` as `before`.
   * @throws RangeError for a limit that is not a whole number from 1 to 1,000.
   */
  search(query: EventSearchOptions): Promise<EventSearchStep>;
  /**
   * The first kept first, without headers and bodies.
   * @throws RangeError for a limit that is not a whole number from 1 to 1,000.
   */
  follow(query: EventFollowOptions): Promise<readonly EventSummary[]>;
  /** Whose a place is. */
  at(place: number): Promise<EventAtPlace>;
  /** By gate; takes the same time however many there are. */
  totals(): Promise<readonly EventTotal[]>;
  /**
   * One step of what a gate keeps no longer: its oldest events go, with their deliveries and every attempt, in two milliseconds. An
   * event stays whose delivery waits, until it is from before `waitingBeforeMs`. Call it again with `next` as `after`. It comes with the
   * next commit, however many writes wait.
   */
  drop(options: DropOptions): Promise<DropResult>;
}

/** @throws RangeError for a limit that is not a whole number from 1 to 1,000. */
export function checkedLimit(limit = 100): number {
  if (!Number.isInteger(limit) || limit < 1 || limit > 1_000) {
    throw new RangeError(`limit must be a whole number from 1 to 1,000, not ${limit}`);
  }
  return limit;
}

/** @throws RangeError for more than 1,000 ids. */
export function assertIds(ids: readonly string[]): void {
  if (ids.length > 1_000) throw new RangeError(`there must be at most 1,000 ids, not ${ids.length}`);
}
