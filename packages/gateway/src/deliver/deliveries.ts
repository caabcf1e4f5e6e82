/** All destinations of the gateway at work: what kept events go to, what an operator can do, what is told of them. */
import type { Gate } from '@countersign/core';
import type { Config } from '../config/config.ts';
import type { ConfigWarning } from '../config/config-warnings.ts';
import type { Lifecycle } from '../lifecycle.ts';
import type { Log } from '../log/log.ts';
import type { DeliveryFigures } from '../metrics/delivery-figures.ts';
import type { Sealer } from '../sealed/seal.ts';
import type { Store } from '../stores/store.ts';
import type { Tracer } from '../telemetry/tracer.ts';
import type { DeliveryControl } from './delivery-control.ts';
import type { Matching } from './matching.ts';
import type { AttemptListener } from './open-delivery.ts';
import type { TellOperator } from './operator-events.ts';
import type { CutOffDelivery } from './operators-code.ts';

export interface DeliveriesOptions {
  readonly config: Config;
  readonly store: Pick<Store, 'events' | 'deliveries' | 'records'>;
  readonly sealer: Sealer | undefined;
  readonly newEventId: () => string;
  readonly now: () => number;
  /** A clock that only goes on, in milliseconds. */
  readonly monotonicMs: () => number;
  /** From 0 up to, but not including, 1. Default `Math.random`. */
  readonly random?: () => number;
  readonly log: Log;
  readonly lifecycle: Lifecycle;
  /** Undefined: no traces are made. */
  readonly tracer?: Tracer | undefined;
}

/** What gates and sessions are told of where their events go. */
export interface Delivering {
  /** An event was kept with deliveries to these. */
  readonly wake: (names: readonly string[]) => void;
  /**
   * Names a gate, undefined where nothing proves its requests, and the headers that are withheld from its events.
   * @returns which destinations an event of the gate goes to. Undefined: it delivers nowhere
   * @throws SetupError for a filter or a signature that cannot work
   */
  addGate(name: string, gate: Gate | undefined, withheld: readonly string[]): Promise<Matching | undefined>;
  /** The same of a session. @param scheme what proves its webhooks; undefined where nothing does, or a token that was issued here */
  addSession(
    name: string,
    scheme: Gate['scheme'] | undefined,
    withheld: readonly string[],
  ): Promise<Matching | undefined>;
}

export interface Deliveries extends Delivering {
  readonly control: DeliveryControl;
  readonly figures: DeliveryFigures;
  /** Opens what another configuration has of destinations, and changes nothing yet. @throws SetupError for one that cannot work */
  prepare(next: Config): Promise<DeliveryChange>;
  /** Goes by what other gateways on the store have changed of whether destinations are sent to. @throws StoreError */
  refresh(): Promise<void>;
  /** Tells the operator: in the log, and as an event. */
  readonly tell: TellOperator;
  /** Calls `listener` with each attempt as it ends; the result ends that. */
  listen(listener: AttemptListener): () => void;
  /** @see Gateway.noteUncaught */
  noteUncaught(): Promise<readonly CutOffDelivery[]>;
  /** What is to be said of filters, of headers that cannot be passed on, and of the keys that deliveries are signed with. */
  warnings(): readonly ConfigWarning[];
  /** Begins to deliver: once all gates are there. */
  start(): Promise<void>;
}

/** Destinations of another configuration, ready to take the place of those at work. */
export interface DeliveryChange extends Delivering {
  /**
   * Puts them into their places: waiting deliveries go on there. Those that have gone or changed end what is under way.
   * @param untilMs on the clock of `performance.now()`; later their attempts are given back
   * @returns resolves when all of them are closed
   */
  commit(untilMs: number): Promise<void>;
  /** Closes what was opened for it. */
  discard(): Promise<void>;
}
