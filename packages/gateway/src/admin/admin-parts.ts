/** What the admin API shows and can do, and what its handlers are: a record of one function a route. */
import type {
  AdminApi,
  Api,
  InputOf,
  LiveView,
  RouteTypes,
  SessionOnboardingsView,
  SessionView,
  StreamOf,
} from '@countersign/api';
import type { MaybePromise } from '@countersign/core';
import type { AuditAccess } from '../audit/audit-access.ts';
import type { Reloader } from '../config/config-report.ts';
import type { DestinationConfig } from '../config/delivery-config.ts';
import type { DeliveryControl } from '../deliver/delivery-control.ts';
import type { DestinationWords } from '../deliver/destination-words.ts';
import type { GateRegistrationParts } from '../flowent/registration/gate-registration.ts';
import type { OpenGate } from '../gates/open-gate.ts';
import type { KeyUseBook } from '../gates/open-key-uses.ts';
import type { Issues } from '../issues/issues.ts';
import type { Masks } from '../keeping/masks.ts';
import type { Log } from '../log/log.ts';
import type { GatewayFigures } from '../metrics/gateway-metrics.ts';
import type { Siblings } from '../metrics/siblings.ts';
import type { RefusedRequests } from '../refused/refused-requests.ts';
import type { Sealer } from '../sealed/seal.ts';
import type { HeldClaim } from '../stores/claim-store.ts';
import type { DeliveryStore } from '../stores/delivery-store.ts';
import type { EraseMatch } from '../stores/erase-match.ts';
import type { EventStore } from '../stores/event-store.ts';
import type { FullTextStore } from '../stores/full-text-store.ts';
import type { EraseReport, StoreUpkeep } from '../stores/store-upkeep.ts';
import type { Access } from './access/access.ts';
import type { Asker } from './access/asker.ts';
import type { Caller } from './caller.ts';
import type { CookieReply } from './cookie-reply.ts';
import type { Download } from './download.ts';
import type { IfMatch, TaggedReply } from './etag.ts';
import type { LiveFeed } from './live-feed.ts';
import type { PassThrough } from './pass-through.ts';
import type { Problem } from './problem.ts';
import type { SandboxControl } from './sandbox-control.ts';
import type { StreamReply } from './stream-reply.ts';

/** One handler a route: its input is judged before. A handler that is missing or misspelt does not compile. */
export type Handlers<Routes extends Api> = { readonly [Name in keyof Routes]: Handler<Routes[Name]> };

/** @param ifMatch the `if-match` of the request, for a row with `etag`; undefined where it has none */
export type Handler<Types extends RouteTypes> = (
  input: InputOf<Types>,
  /** Whose role is enough for the route. */
  caller: Caller,
  ifMatch?: IfMatch,
  /** Whose connection it is, and the session of its cookie. */
  asker?: Asker,
) => Answered<Types> | Promise<Answered<Types>>;

type Answered<Types extends RouteTypes> = Problem | Replied<Types['reply'], Types>;

type Replied<Reply, Types> =
  Reply extends StreamOf<infer Item>
    ? StreamReply<Item>
    : Reply extends Uint8Array
      ? Download
      : Types extends { readonly etag: true }
        ? TaggedReply<Reply>
        : Types extends { readonly cookies: true }
          ? CookieReply<Reply>
          : Reply;

/** What the app answers. The probes and the browser's way by OpenID Connect are answered before, without Fastify. */
export type GuardedApi = Omit<AdminApi, 'health' | 'ready' | 'startOidc' | 'finishOidc'>;

/** What is told of a destination of the configuration that nobody runs. */
export type KnownDestination = Pick<DestinationConfig, 'name' | 'order'> &
  Partial<Pick<DestinationConfig, 'target'>>;

/** What is kept, and where it goes. */
export interface EventParts {
  /** Names of gates and sessions of the configuration: what they keep is an event under their name. */
  readonly keepers: () => readonly string[];
  /** What is shown of events. */
  readonly masks: Masks;
  readonly events: Pick<EventStore, 'keep' | 'get' | 'summary' | 'list' | 'search' | 'follow' | 'at'>;
  /** The full-text index. Absent: no gate has one. */
  readonly fullText?: {
    /** Names of gates whose events are in it. */
    readonly gates: () => readonly string[];
    readonly store: Pick<FullTextStore, 'gates'>;
  };
  readonly deliveries: Pick<
    DeliveryStore,
    'get' | 'list' | 'ofEvents' | 'attempts' | 'send' | 'change' | 'totals' | 'nextDueMs' | 'setCondition'
  >;
  /** How destinations fare, and what was said of them: as `readConditions` gives it. */
  readonly conditions: DeliveryStore['conditions'];
  readonly words: Pick<DestinationWords, 'change'>;
  /** Those of the configuration, and by what they are sent in order. */
  readonly destinations: readonly KnownDestination[];
  /** Where deliveries are made. Absent: nobody makes any. */
  readonly control?: DeliveryControl | undefined;
  /** No gateway runs: the store's file is asked. */
  readonly isOffline?: boolean;
  /** Those that make deliveries as well. */
  readonly siblings?: Pick<Siblings, 'ask'> | undefined;
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
  /** How their keys are used. */
  readonly keyUses: Pick<KeyUseBook, 'of'>;
  /** The session brokers as they stand. */
  readonly sessions: () => readonly SessionView[];
  /** Of those that onboard people. */
  readonly onboardings: () => readonly SessionOnboardingsView[];
  readonly refused: Pick<RefusedRequests, 'get' | 'list' | 'flush' | 'isStored'>;
  /** Of the storeKey: what it opens is judged, and shown to nobody. */
  readonly sealer: Sealer | undefined;
  /** Who plays a demo against the gateway. */
  readonly sandbox: SandboxControl | undefined;
  /** Sends a request to the public listener. */
  readonly passThrough: PassThrough;
  /** As configured: where senders reach the public listener, e.g. `https://hooks.example`. */
  readonly publicUrl: string | undefined;
  /** The host of that; where none is configured, that of the listener itself. */
  readonly publicHost: () => string;
  /** Where its own machine reaches the public listener. */
  readonly localUrl: () => string;
  /** A claim that the store holds now. */
  readonly findClaim: (gate: string, identity: Uint8Array) => MaybePromise<HeldClaim | undefined>;
  /** Frees a committed claim. False where there is none. */
  readonly releaseClaim: (gate: string, identity: Uint8Array) => Promise<boolean>;
  readonly audit: AuditAccess;
  /** Reads the configuration again. Undefined: the gateway knows no file. */
  readonly reloader: Reloader | undefined;
  /** What becomes of each request. */
  readonly verdicts: LiveFeed<LiveView>;
  readonly issues: Pick<Issues, 'list' | 'get' | 'change'>;
  readonly figures: GatewayFigures;
  /** Undefined: it has its listeners for itself. */
  readonly siblings: Siblings | undefined;
  readonly access: Access;
  readonly registration: GateRegistrationParts;
  readonly log: Log;
}
