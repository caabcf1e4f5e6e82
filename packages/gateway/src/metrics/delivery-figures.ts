/** What the deliveries tell of themselves, whoever makes them. Read at each scrape: what it takes may not grow with what is kept. */
import type { MaybePromise } from '@countersign/core';

export interface DestinationFigures {
  /** As the configuration names it, or named it. */
  readonly name: string;
  /** Undefined where the configuration does not have it any more. */
  readonly state: DestinationState | undefined;
  /** Whether new events are noted, and not delivered. */
  readonly isMuted: boolean;
  /** Deliveries that are not on their way, due or not, and those behind another of their key. */
  readonly waiting: number;
  /** Deliveries on their way. */
  readonly leased: number;
  /** Of the waiting: due for more than 60 s, though the destination takes deliveries. */
  readonly overdue: number;
  /** How long the first that is due has been so; 0 where none is. */
  readonly oldestDueAgeMs: number;
  /** Deliveries that get no further attempt by themselves. */
  readonly dead: number;
}

export type DestinationState = 'active' | 'paused' | 'disabled';

export const DESTINATION_STATES: readonly DestinationState[] = ['active', 'paused', 'disabled'];

export interface AttemptCount {
  readonly destination: string;
  /** A kebab-case code of our own, or a status: never a text of the receiver's. */
  readonly result: string;
  /** Since the start. */
  readonly count: number;
}

export interface DeliveryFigures {
  destinations(): MaybePromise<readonly DestinationFigures[]>;
  attempts(): MaybePromise<readonly AttemptCount[]>;
}
