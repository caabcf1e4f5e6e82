/** What an operator can do with the destinations of the gateway that runs. `control.ts` implements it; the admin API asks it. */
import type { DestinationCondition } from '../stores/delivery-store.ts';
import type { KeptEvent } from '../stores/event-store.ts';
import type { Destination } from './destination.ts';
import type { HeldBy } from './pump.ts';
import type { RecentView } from './recent-attempts.ts';

export interface DestinationStatus extends DestinationCondition {
  readonly name: string;
  readonly kind: Destination['kind'];
  /** Where it goes, without credentials: for people. */
  readonly target: string;
  /** Attempts under way. */
  readonly inFlight: number;
  /** Why nothing is sent at present though it is active. */
  readonly heldBy?: HeldBy;
  readonly recent: RecentView;
}

/** What would be sent. */
export type Preview =
  | {
      readonly kind: 'message';
      readonly to: Destination['kind'];
      readonly target: string;
      /** Of a request. */
      readonly method?: string;
      /** Of a request, and of a message on NATS. */
      readonly headers?: readonly string[];
      /** Lower-case names of headers whose values are secrets, and are shown to nobody. */
      readonly secretHeaders?: readonly string[];
      /** Of a message on NATS. */
      readonly subject?: string;
      /** Of a command. */
      readonly arguments?: readonly string[];
      /** Of a command: names and values in turn. */
      readonly variables?: readonly string[];
      /** Of a command: names of the gateway's own variables that it gets besides. */
      readonly ownVariables?: readonly string[];
      /** What is sent, written, or put on standard input; of an action its input, as JSON. */
      readonly body: Uint8Array;
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
