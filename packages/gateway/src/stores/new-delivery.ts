/** A delivery as it is made. */

/** A delivery that is made with its event. */
export interface NewDelivery {
  /** By its name in the configuration. */
  readonly destination: string;
  /** Those of one key go one after the other, in the order in which they were made. Absent: in no order. */
  readonly orderKey?: string;
  /** Whether a dead one lets the next of its key go. Default false: it blocks its key until it is redriven or cancelled. */
  readonly parks?: boolean;
  /** It is noted, and not made. */
  readonly isMuted?: boolean;
}
