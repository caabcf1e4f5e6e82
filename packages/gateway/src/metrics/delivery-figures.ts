/** What the deliveries tell of themselves, whoever makes them. Read at each scrape, so it must be at hand. */

export interface DestinationFigures {
  /** As the configuration names it. */
  readonly name: string;
  readonly state: DestinationState;
  /** Deliveries that are not on their way, due or not. */
  readonly waiting: number;
  /** Deliveries on their way. */
  readonly leased: number;
  /** Of the waiting: due for more than 60 s, though the destination takes deliveries. */
  readonly overdue: number;
  /** How long the first that is due has been so; 0 where none is. */
  readonly oldestDueAgeMs: number;
  /** Deliveries that were given up. */
  readonly dead: number;
}

/** What a destination does with what is due. */
export type DestinationState = (typeof DESTINATION_STATES)[number];

export const DESTINATION_STATES = ['active', 'paused', 'muted', 'disabled'] as const;

export interface AttemptCount {
  readonly destination: string;
  /** A kebab-case code of our own, or a status: never a text of the receiver's. */
  readonly result: string;
  /** Since the start. */
  readonly count: number;
}

export interface DeliveryFigures {
  destinations(): readonly DestinationFigures[];
  attempts(): readonly AttemptCount[];
}

/** Nothing is delivered anywhere. */
export const NO_DELIVERIES: DeliveryFigures = { destinations: () => [], attempts: () => [] };
