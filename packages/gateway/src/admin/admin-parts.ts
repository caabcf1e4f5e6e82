/** What the admin API shows and can do, and what its handlers are: a record of one function a route. */
import type { AdminApi, Api, InputOf, LiveView, RouteTypes, SessionView, StreamOf } from '@countersign/api';
import type { MaybePromise } from '@countersign/core';
import type { DestinationConfig } from '../config/delivery-config.ts';
import type { DeliveryControl } from '../deliver/delivery-control.ts';
import type { OpenGate } from '../gates/open-gate.ts';
import type { Masks } from '../keeping/masks.ts';
import type { Log } from '../log/log.ts';
import type { GatewayFigures } from '../metrics/gateway-metrics.ts';
import type { RefusedRequests } from '../refused/refused-requests.ts';
import type { HeldClaim } from '../stores/claim-store.ts';
import type { DeliveryStore } from '../stores/delivery-store.ts';
import type { EraseMatch } from '../stores/erase-match.ts';
import type { EventStore } from '../stores/event-store.ts';
import type { EraseReport, StoreUpkeep } from '../stores/store-upkeep.ts';
import type { LiveFeed } from './live-feed.ts';
import type { Problem } from './problem.ts';
import type { StreamReply } from './stream-reply.ts';

/** One handler a route: its input is judged before. A handler that is missing or misspelt does not compile. */
export type Handlers<Routes extends Api> = { readonly [Name in keyof Routes]: Handler<Routes[Name]> };

export type Handler<Types extends RouteTypes> = (
  input: InputOf<Types>,
) => Answered<Types['reply']> | Promise<Answered<Types['reply']>>;

type Answered<Reply> = Problem | (Reply extends StreamOf<infer Item> ? StreamReply<Item> : Reply);

/** The routes that want the token. The probes are answered before, without Fastify. */
export type GuardedApi = Omit<AdminApi, 'health' | 'ready'>;

/** What is told of a destination of the configuration that nobody runs. */
export type KnownDestination = Pick<DestinationConfig, 'name' | 'order'> &
  Partial<Pick<DestinationConfig, 'target'>>;

/** What is kept, and where it goes. */
export interface EventParts {
  /** Names of gates and sessions of the configuration: what they keep is an event under their name. */
  readonly keepers: () => readonly string[];
  /** What is shown of events. */
  readonly masks: Masks;
  readonly events: Pick<EventStore, 'keep' | 'get' | 'summary' | 'list' | 'follow' | 'at'>;
  readonly deliveries: Pick<
    DeliveryStore,
    'get' | 'list' | 'attempts' | 'send' | 'change' | 'totals' | 'conditions' | 'setCondition'
  >;
  /** Those of the configuration, and by what they are sent in order. */
  readonly destinations: readonly KnownDestination[];
  /** Where deliveries are made. Absent: nobody makes any. */
  readonly control?: DeliveryControl | undefined;
  /** No gateway runs: the store's file is asked. */
  readonly isOffline?: boolean;
  readonly now: () => number;
  readonly log: Pick<Log, 'info' | 'warn'>;
}

/** The store as a whole. */
export interface StoreParts extends Pick<EventParts, 'keepers' | 'events' | 'log'> {
  readonly upkeep: Pick<StoreUpkeep, 'stats' | 'verify' | 'backup'>;
  /** Also what is sealed, where there is the storeKey. */
  readonly erase: (match: EraseMatch, isDryRun: boolean) => Promise<EraseReport>;
}

export interface AdminParts extends Omit<EventParts & StoreParts, 'keepers'> {
  readonly gates: readonly OpenGate[];
  /** The session brokers as they stand. */
  readonly sessions: () => readonly SessionView[];
  readonly refused: Pick<RefusedRequests, 'get' | 'list' | 'flush' | 'isStored'>;
  /** A claim that the store holds now. */
  readonly findClaim: (gate: string, identity: Uint8Array) => MaybePromise<HeldClaim | undefined>;
  /** Frees a committed claim. False where there is none. */
  readonly releaseClaim: (gate: string, identity: Uint8Array) => Promise<boolean>;
  /** What becomes of each request. */
  readonly verdicts: LiveFeed<LiveView>;
  readonly figures: GatewayFigures;
  readonly log: Log;
}
