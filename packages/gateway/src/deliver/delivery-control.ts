/** What an operator can do with the destinations of the gateway that runs. `control.ts` implements it; the admin API asks it. */
import type { DestinationCondition } from '../stores/delivery-store.ts';
import type { KeptEvent } from '../stores/event-store.ts';
import type { Destination } from './destination.ts';
import type { HeldBy } from './pump.ts';

export interface DestinationStatus extends DestinationCondition {
  readonly name: string;
  readonly kind: Destination['kind'];
  /** Where it goes, without credentials: for people. */
  readonly target: string;
  /** Attempts under way. */
  readonly inFlight: number;
  /** Why nothing is sent at present though it is active. */
  readonly heldBy?: HeldBy;
}

/** What would be sent. */
export type Preview =
  | {
      readonly kind: 'message';
      readonly method: string;
      readonly headers: readonly string[];
      /** Lower-case names of headers whose values are secrets, and are shown to nobody. */
      readonly secretHeaders: readonly string[];
      readonly body: Uint8Array;
      readonly target: string;
    }
  | { readonly kind: 'skipped' | 'unmatched' | 'failed'; readonly problem?: string };

export interface DeliveryControl {
  list(): readonly DestinationStatus[];
  /** False where there is no such destination in the configuration. */
  has(name: string): boolean;
  pause(name: string): Promise<void>;
  /** @param drainPerSecond at most so many a second until it has caught up */
  resume(name: string, drainPerSecond: number | undefined): Promise<void>;
  mute(name: string, isMuted: boolean): Promise<void>;
  /** Deliveries may have become due: after `send` and `change` of the store. */
  wake(name: string | undefined): void;
  preview(event: KeptEvent, name: string): Promise<Preview>;
}
