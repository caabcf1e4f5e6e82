/**
 * The configuration, fully resolved: every default filled in, every text with a unit turned into
 * milliseconds or bytes, every path made absolute, every secret opaque. Frozen all the way down.
 *
 * What a person writes is `ConfigInput` (config-input.ts); `loadConfig` (load-config.ts) makes this of it.
 */

import type { AddressRange } from '../client-address.ts';
import type { BrokerSettings } from '../sessions/brokers/all.generated.ts';
import type { AnswerForm } from '../vendors/vendor.ts';
import type { AdminConfig } from './admin-config.ts';
import type { ClaimsConfig } from './claims-config.ts';
import type { DestinationConfig } from './delivery-config.ts';
import type { KeyConfig } from './key-config.ts';
import type { KeysFromConfig } from './keys-from-config.ts';
import type { ClientsConfig, ListenConfig, RateConfig } from './listen-config.ts';
import type { MonitorConfig, OldProofConfig, ProofConfig, ShadowConfig } from './proof-config.ts';
import type { Secret } from './secret.ts';
import type { AnswerSignConfig } from './sign-config.ts';
import type { StoreConfig } from './store-config.ts';
import type { TelemetryConfig } from './telemetry-config.ts';

export type { AddressRange } from '../client-address.ts';
export type { ListenAddress } from './addresses.ts';
export type * from './admin-config.ts';
export type { ClaimsConfig } from './claims-config.ts';
export type * from './delivery-config.ts';
export type { KeyConfig } from './key-config.ts';
export type * from './keys-from-config.ts';
export type * from './listen-config.ts';
export type { MonitorConfig, OldProofConfig, ProofConfig, ShadowConfig } from './proof-config.ts';
export type { RedisAddress } from './redis-address.ts';
export type { AnswerSignConfig } from './sign-config.ts';
export type { StoreConfig } from './store-config.ts';

export interface Config {
  readonly listen: ListenConfig;
  readonly store: StoreConfig;
  /** Where several gateways share claims and rate limits. Absent: claims are those of the store, rate limits this gateway’s own. */
  readonly claims?: ClaimsConfig;
  readonly limits: LimitsConfig;
  readonly log: LogConfig;
  readonly admin: AdminConfig;
  /** Where senders reach the public listener, without a slash at its end, e.g. `https://gate.example.com`. */
  readonly publicUrl?: string;
  /** 64 hex characters: the key of what the store keeps encrypted. */
  readonly storeKey?: Secret;
  /** Those that the store may still be under. */
  readonly previousStoreKeys?: readonly Secret[];
  readonly replay: ReplayConfig;
  /** In the order of the file; names and paths are unique. At least one gate or one session. */
  readonly gates: readonly GateConfig[];
  /** In the order of the file; their names are unique, also among those of the gates. */
  readonly sessions: readonly SessionConfig[];
  /** Where kept events go: those at the top, then those of the gates. */
  readonly destinations: readonly DestinationConfig[];
  /** The destination that is told of what an operator should know. Absent: the log alone. */
  readonly operatorEvents?: string;
  /** Absent: no traces are made. */
  readonly telemetry?: TelemetryConfig;
}

/** The bounds on what a sender may make the gateway hold or wait for. */
export interface LimitsConfig {
  /** A gate may have its own: read `GateConfig.maxBodyBytes`. */
  readonly maxBodyBytes: number;
  /**
   * The memory that the bodies of all requests in flight may take; a quarter of it is kept for bodies of up to 16 KB.
   */
  readonly maxBodyBytesInFlight: number;
  /** Requests whose outcome is awaited, of all connections. */
  readonly maxRequestsInFlight: number;
  /** All header fields of one request. */
  readonly maxHeaderBytes: number;
  readonly maxHeaders: number;
  /** From a request's first byte to its last. */
  readonly requestTimeoutMs: number;
  /** From a request's first byte to the end of its headers. At most `requestTimeoutMs`. */
  readonly headersTimeoutMs: number;
  /** How long a streamed answer waits for its reader; a second is forgiven for each 64 KiB that it takes. */
  readonly slowReaderTimeoutMs: number;
  /** How long an idle connection stays open. */
  readonly keepAliveTimeoutMs: number;
  /** Open connections on the public listener. */
  readonly maxConnections: number;
  /** How long a stop waits for requests in flight. */
  readonly drainTimeoutMs: number;
}

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

export interface LogConfig {
  readonly level: LogLevel;
  /** `auto`: pretty on a terminal, JSON elsewhere. */
  readonly format: 'auto' | 'json' | 'pretty';
}

/** The room for claims that all gates share. */
export interface ReplayConfig {
  /** Live claims that are held in memory. */
  readonly maxClaims: number;
}

export interface GateConfig {
  /** Unique; `^[a-z][a-z0-9-]{0,62}$`. */
  readonly name: string;
  /** The pattern as written, e.g. `/actions/:action`. */
  readonly path: string;
  /** The pattern taken apart. `/` has none. */
  readonly segments: readonly PathSegment[];
  readonly methods: readonly string[] | 'all';
  /** Those of the platform’s test of the address alone. */
  readonly testMethods: readonly string[];
  readonly proof: ProofConfig;
  /** Where its proof and keys stand in the gate: `accept[0]`. Absent: in the gate itself. */
  readonly ownProofAt?: string;
  /** Empty where `proof.kind` is `none`, where keys are fetched, and with `keysFrom`; otherwise at least one. */
  readonly keys: readonly KeyConfig[];
  /** Absent: keys are of no tenant. */
  readonly keysFrom?: KeysFromConfig;
  /** Accepts keys of less than 8 bytes. */
  readonly allowShortKey: boolean;
  /** The gate's own, or that of `limits`. */
  readonly maxBodyBytes: number;
  /** Origins whose pages may call it and read its answers. */
  readonly corsOrigins?: readonly string[];
  /** Where its clients' addresses must be; not empty. Absent: anywhere. */
  readonly allowFrom?: readonly AddressRange[];
  /** Absent: its clients need no certificate. */
  readonly clients?: ClientsConfig;
  /** Absent: as many requests as come. */
  readonly rate?: RateConfig;
  readonly replay: GateReplayConfig;
  /** Absent: none is kept. */
  readonly keepRefused?: KeepRefusedConfig;
  /** Absent: the gate enforces. */
  readonly monitor?: MonitorConfig;
  /** Absent: the gate’s own proof alone is accepted. Not empty. */
  readonly accept?: readonly OldProofConfig[];
  /** Absent: nothing is verified beside. */
  readonly shadow?: ShadowConfig;
  readonly outcome: OutcomeConfig;
}

export type PathSegment =
  | { readonly kind: 'literal'; readonly text: string }
  /** `:name`: exactly one segment, not empty. */
  | { readonly kind: 'param'; readonly name: string }
  /** `*` at the end: whatever follows, any number of segments. */
  | { readonly kind: 'rest' };

export interface GateReplayConfig {
  /** How long a claim outlives a process that ends while the outcome is on its way; renewed until then. */
  readonly leaseMs: number;
  /** How long a committed claim is remembered where no time is signed, or where an id is. */
  readonly rememberMs: number;
  /** What a repeat of a request that ended well is told. `run`: it runs again, there is no replay protection. Undefined: as the gate's provider says. */
  readonly repeat: 'acknowledge' | 'refuse' | 'first-answer' | 'run' | undefined;
  /** What becomes of a request while the server of `claims` cannot be asked whether it came before. */
  readonly whenUnavailable: 'refuse' | 'accept';
}

/** What is kept of refused requests. */
export interface KeepRefusedConfig {
  readonly atMost: number;
  readonly forMs: number;
}

/** What happens with an accepted request. */
export type OutcomeConfig = AnswerConfig | ForwardConfig | KeepConfig | RespondConfig;

/** Run an action, reply with its result. */
export interface AnswerConfig {
  readonly kind: 'answer';
  /** Absolute path of the module that exports the actions. */
  readonly actionsFile: string;
  /** The action to run whatever the path. Absent: the path's `:action`, else the module's only action. */
  readonly action?: string;
  /** The heading of a page. */
  readonly title?: string;
  /** How answers look. */
  readonly as: AnswerForm;
  /** Whether `GET /actions` lists them: anybody may ask. */
  readonly list: boolean;
  /** The platform that the actions are registered with. */
  readonly register?: RegisterConfig;
  /** Absent: answers are not signed. */
  readonly sign?: AnswerSignConfig;
}

/** A platform that actions are registered with, and the account there. */
export interface RegisterConfig {
  /** The base URL of the platform's API, without a slash at its end, e.g. `https://example.com/api/v1/gateway`. */
  readonly apiUrl: string;
  readonly apiToken: Secret;
  /** How often a gateway that registers looks again. */
  readonly everyMs: number;
}

/** Pass the request to an upstream, reply with its answer. */
export interface ForwardConfig {
  readonly kind: 'forward';
  /**
   * An http or https URL without credentials, query, fragment or final slash: the upstream's URL is this and
   * the request's path, put together as texts.
   */
  readonly to: string;
  readonly timeoutMs: number;
  /** Requests that are with the upstream at once, each with a connection of its own; as many again may wait. */
  readonly maxConnections: number;
  /** Statuses of the upstream’s answer that use the request up, besides 2xx: any other frees its claim for a retry. */
  readonly alsoCommitOn: readonly ('3xx' | number)[];
  /** Passes the proof's headers on. */
  readonly keepProof: boolean;
  /** Headers that override the request's path, host or method, and pass all the same: in lower case. */
  readonly keepHeaders: readonly string[];
  /** Taken off the request's path first; begins with `/`, does not end with one. */
  readonly stripPrefix?: string;
}

/** Store the request byte-exact, acknowledge after the commit, deliver. */
export interface KeepConfig extends KeepRules {
  readonly kind: 'keep';
  /** Names of destinations, in the order of the file; each once. */
  readonly deliver: readonly string[];
  /** Whether a body's length and SHA-256 are kept in its place. */
  readonly isHashOnly: boolean;
  /** Whether its events are found by the words of their bodies. */
  readonly isFullText: boolean;
}

/** How long what a gate or a session keeps is kept, and what of it is shown to nobody. */
export interface KeepRules {
  /** How long. Absent: for good. */
  readonly forMs?: number;
  /** How much: of bodies as received, and a kilobyte for each event. Absent: as much as comes. */
  readonly maxBytes?: number;
  readonly mask: MaskConfig;
}

/** What views, lists and logs do not show. */
export interface MaskConfig {
  /** Names of headers, in lower case. */
  readonly headers: readonly string[];
  /** A name alone: wherever it stands in a body of JSON, a form, a query. Names with dots between them: a path from the top of a body of JSON. */
  readonly members: readonly string[];
}

/** Reply with a fixed answer. */
export interface RespondConfig {
  readonly kind: 'respond';
  readonly status: number;
  readonly body: string;
  /** Absent: no body, no header. */
  readonly contentType?: string;
}

/** A vendor's token server: what a front end may have of an account whose keys stay here. What its broker needs stands beside the rest. */
export type SessionConfig = SessionBaseConfig & BrokerSettings;

export interface SessionBaseConfig {
  /** Unique; as a gate's. */
  readonly name: string;
  /** Below which path the routes are; `/` or without a slash at its end. */
  readonly at: string;
  /** Origins whose pages may read the answers. */
  readonly origins: readonly string[];
  /** Requests that one address may make in a minute, and at once. */
  readonly requestsPerMinute: number;
  /** Time limit for one call to the vendor. */
  readonly timeoutMs: number;
  /** How callers prove themselves: the vendor's webhooks, or who asks for the backend's token. */
  readonly auth: SessionAuthConfig;
  /** Names of destinations: where its webhooks go, and what its broker tells. */
  readonly deliver: readonly string[];
  /** Of its events. */
  readonly keep: KeepRules;
}

export type SessionAuthConfig =
  | { readonly kind: 'none' }
  /** At least one of the two; where both are given, both must hold. */
  | {
      readonly kind: 'some';
      /** Where callers come from; not empty. */
      readonly ips?: readonly AddressRange[];
      readonly credential?: SessionCredentialConfig;
    };

export type SessionCredentialConfig =
  | {
      readonly kind: 'token';
      /** Default: `bearer`, or `plain` where a header is named. */
      readonly form?: 'bearer' | 'basic' | 'plain';
      /** Default `authorization`. */
      readonly header?: string;
      readonly secret: Secret;
    }
  /** A bearer token that callers get from `/oauth2/token` for a client's credentials. */
  | { readonly kind: 'issued'; readonly clientId: string; readonly clientSecret: Secret };
