/** Deliveries: events on their way to destinations, and every attempt. */
import type { MaybePromise } from '@countersign/core';
import type { DestinationState } from '../metrics/delivery-figures.ts';
import type { KeptEvent } from './event-store.ts';
import type { NewDelivery } from './new-delivery.ts';

export type { NewDelivery } from './new-delivery.ts';

/**
 * `waiting`: for its next attempt. `behind`: for another of its key. `delivered`; `dead`: no further attempt was to be made;
 * `cancelled`: an operator ended it; `muted`: its destination was muted when the event came.
 */
export type DeliveryState = 'waiting' | 'behind' | 'delivered' | 'dead' | 'cancelled' | 'muted';

export const DELIVERY_STATES: readonly DeliveryState[] = [
  'waiting',
  'behind',
  'delivered',
  'dead',
  'cancelled',
  'muted',
];

/** One delivery that is due, under a lease. */
export interface DueDelivery {
  readonly place: number;
  readonly lease: number;
  readonly event: KeptEvent;
  /** Attempts made ever, and in this round. */
  readonly attempts: number;
  readonly round: number;
  /** When this round began: milliseconds since the epoch. */
  readonly beganMs: number;
  readonly dueMs: number;
  readonly orderKey?: string;
}

export interface TakeOptions {
  readonly destination: string;
  /** From 1. */
  readonly limit: number;
  /** Of the bodies together; one is given however long it is. */
  readonly maxBytes: number;
  /** How long nobody else gets them, but for `settle`; no clock that is set changes that. */
  readonly leaseMs: number;
  /** What is due by then; milliseconds since the epoch. */
  readonly nowMs: number;
  /** Those that were made last, in place of those that were due first; a store need only look for them among the last few hundred. Default false. */
  readonly isLastFirst?: boolean;
}

/** One try of a delivery, as it is kept. */
export interface Attempt {
  /** Of its delivery, from 1. */
  readonly number: number;
  readonly startedMs: number;
  readonly tookMs: number;
  /** `delivered`, or why not, in kebab case. */
  readonly code: string;
  readonly status?: number;
  /** A sentence for the operator. */
  readonly problem?: string;
  /** The first bytes of the answer. */
  readonly answer?: Uint8Array;
}

/** What became of a delivery that was taken. */
export interface Settlement {
  readonly place: number;
  readonly lease: number;
  /** Absent: it was given back untried. */
  readonly attempt?: Omit<Attempt, 'number'>;
  /** `cancelled`: the destination does not get it after all. */
  readonly state: 'delivered' | 'dead' | 'waiting' | 'cancelled';
  /** Of one that waits. */
  readonly dueMs?: number;
}

/** A delivery as a list shows it. */
export interface DeliveryView {
  readonly place: number;
  readonly eventId: string;
  readonly destination: string;
  readonly gate: string;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly beganMs: number;
  /** When it is due next, or was due last. */
  readonly dueMs: number;
  readonly orderKey?: string;
  /** Whether the next of its key waits for it. */
  readonly blocks: boolean;
  /** `delivered`, why the last attempt failed, or why it was cancelled. Absent: there was none. */
  readonly code?: string;
}

/** Which deliveries. What is absent is not asked for. */
export interface DeliveryMatch {
  readonly destination?: string;
  readonly state?: DeliveryState;
  readonly gate?: string;
  readonly eventId?: string;
  /** Of the attempt that came last. */
  readonly code?: string;
  /** Of rounds that began at this time or later: milliseconds since the epoch. */
  readonly sinceMs?: number;
  /** Of rounds that began before this time. */
  readonly untilMs?: number;
}

export interface DeliveryListOptions extends DeliveryMatch {
  /** Only those before the one at this place, which need not exist any more. */
  readonly before?: number;
  /** From 1 to 1,000. Default 100. */
  readonly limit?: number;
}

export interface DeliveryPage {
  /** The last made first. */
  readonly deliveries: readonly DeliveryView[];
  /** Where to read on: more may follow. A page may be empty and have one: it looks at so many at a time. */
  readonly next?: number;
}

/** `redrive`: a new round begins at once. `cancel`: no further attempt. */
export type DeliveryChange =
  | { readonly kind: 'redrive' }
  | { readonly kind: 'cancel'; readonly code: string };

export interface ChangeOptions {
  readonly match: DeliveryMatch;
  readonly change: DeliveryChange;
  readonly before?: number;
  /** Changes nothing, and counts. */
  readonly isDryRun?: boolean;
  /** Those changed at most, from 1 to 1,000; a step may end earlier. Default 100. */
  readonly limit?: number;
}

export interface ChangeResult {
  readonly changed: number;
  /** Those that were not redriven because nothing could be sent: their events were erased, or are kept as hashes. Absent: none. */
  readonly withoutBody?: number;
  /** Where to go on; absent: all are done. */
  readonly next?: number;
}

/** What was said of a destination, or came about. */
export interface DestinationCondition {
  /** `paused` by an operator; `disabled` because it said that it is gone, or failed for too long. */
  readonly state: DestinationState;
  /** Whether new events are noted, and not delivered. */
  readonly isMuted: boolean;
  /** In kebab case, e.g. `gone`; absent where it is active. */
  readonly reason?: string;
  /** Since when: milliseconds since the epoch. */
  readonly sinceMs: number;
  /** How many a second at most, after a pause, until it has caught up. */
  readonly drainPerSecond?: number;
  /** The first failure since the last success: milliseconds since the epoch. */
  readonly failingSinceMs?: number;
  /** How long it has failed since then, while a gateway ran: milliseconds by a clock that only goes on, as it was noted last. */
  readonly failingForMs?: number;
  /** How much of the time that it may fail an operator was told of last: 50, 70, 90 or 100 percent. */
  readonly failingPercent?: number;
  /** Since when it failed as an operator was told, who is to hear that it takes events again: milliseconds since the epoch. A resume leaves it. */
  readonly toldFailingSinceMs?: number;
}

export interface DeliveryTotal {
  readonly destination: string;
  readonly state: DeliveryState;
  readonly number: number;
}

/**
 * Keeps deliveries until they are settled, and what became of them. A promise that resolves is a promise kept, as `Store` says.
 *
 * Passes `testDeliveryStore` of `@countersign/gateway/testing`.
 */
export interface DeliveryStore {
  /** Those that are due and that nobody has taken, the first due first; each under a lease, which a process that ends takes with it. */
  take(options: TakeOptions): MaybePromise<readonly DueDelivery[]>;
  /** When the next is due that nobody has taken: milliseconds since the epoch. Undefined: none waits. */
  nextDueMs(destination: string): MaybePromise<number | undefined>;
  /**
   * Writes what became of a delivery. False where its lease had ended and somebody else has it, or it is gone: then nothing is written
   * but the attempt. One that was cancelled meanwhile stays so, unless it was delivered.
   */
  settle(settlement: Settlement): Promise<boolean>;
  /**
   * Makes a delivery of an event that is there, or begins a new round of the one that it has.
   * @returns false where there is no such event, its body is not kept, or its delivery is on its way
   */
  send(eventId: string, delivery: NewDelivery): Promise<boolean>;
  get(eventId: string, destination: string): Promise<DeliveryView | undefined>;
  /** @throws RangeError for a limit that is not a whole number from 1 to 1,000. */
  list(query?: DeliveryListOptions): Promise<DeliveryPage>;
  /** All deliveries of these events by the event’s id, the last made first; an event that has none is absent. @throws RangeError for more than 1,000 ids */
  ofEvents(eventIds: readonly string[]): Promise<ReadonlyMap<string, readonly DeliveryView[]>>;
  /** The last ones of one delivery, the first of them first; `DeliveryView.attempts` says how many there are. @throws RangeError for a limit that is not a whole number from 1 to 1,000. */
  attempts(place: number, limit: number): Promise<readonly Attempt[]>;
  /** One step of a change of many: call it again with `next` as `before`. */
  change(options: ChangeOptions): Promise<ChangeResult>;
  /** By destination and state; takes the same time however many there are. */
  totals(): Promise<readonly DeliveryTotal[]>;
  /** How many wait that are due since before then, and that nobody has taken; counts up to `limit`. */
  countDue(destination: string, beforeMs: number, limit: number): MaybePromise<number>;
  conditions(): Promise<ReadonlyMap<string, DestinationCondition>>;
  setCondition(destination: string, condition: DestinationCondition): Promise<void>;
  /**
   * Calls `listener` where another gateway has something due, at these destinations or, undefined, at any; may be called for nothing. The
   * result ends that. Absent: nobody else makes deliveries.
   */
  listen?(listener: (destinations: readonly string[] | undefined) => void): () => void;
  /** Brings forward what was set for later by a clock that was ahead, by as much as it was. @returns how many */
  rebase(nowMs: number): Promise<number>;
}
