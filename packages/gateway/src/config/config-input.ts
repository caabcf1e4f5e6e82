/** The configuration as a person writes it, in YAML or as a module's default export. */

import type { ProviderChoice, SchemeDeclaration } from '@countersign/core';
import type { BrokerId, BrokerInput } from '../sessions/brokers/all.generated.ts';
import type { AdminInput } from './admin-input.ts';
import type { ClaimsInput } from './claims-config.ts';
import type { LogLevel } from './config.ts';
import type { DestinationInput, KeepInput, KeepRulesInput } from './delivery-input.ts';
import type { KeyInput } from './key-input.ts';
import type { KeysFromInput } from './keys-from-input.ts';
import type { LimitsInput } from './limits-input.ts';
import type { ClientsInput, ListenInput, RateInput } from './listen-input.ts';
import type { AnswerInput, ForwardInput, RespondInput } from './outcome-input.ts';
import type { SecretsInput } from './secrets/secrets-input.ts';
import type { TelemetryInput } from './telemetry-config.ts';
import type { BooleanInput, DateText, DurationText, NumberInput, SizeText } from './units.ts';

export type * from './admin-input.ts';
export type { ClaimsInput } from './claims-config.ts';
export type * from './delivery-input.ts';
export type * from './key-input.ts';
export type * from './keys-from-input.ts';
export type * from './limits-input.ts';
export type * from './listen-input.ts';
export type * from './outcome-input.ts';
export type * from './secrets/secrets-input.ts';
export type { TelemetryInput } from './telemetry-config.ts';

export const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
export type Method = (typeof METHODS)[number];

/**
 * What `countersign.yaml` or `countersign.config.ts` holds. Any text in it may hold `${env:NAME}`,
 * `${env:NAME:-default}` and `${file:path}`, and what `secrets` declares; `$${` stands for `${`.
 */
export interface ConfigInput {
  /** Addresses of the two listeners, and their TLS. */
  readonly listen?: ListenInput;
  /**
   * Where events and claims are stored: sqlite:PATH (relative to this file), a path that ends in .db; postgres://USER:PASSWORD@HOST:PORT/DATABASE, for any
   * number of gateways, which is never shown with its password; or ":memory:", which keeps nothing after a stop. Default: sqlite:./countersign.db.
   */
  readonly store?: string;
  /**
   * Where several gateways share the claims of gates that answer, forward or respond, and the rate limits of all gates: a Redis server (or Valkey), one
   * address, no cluster and no Sentinel. Gates that keep have their claims in the store. An address, or a mapping of address, password, timeout and
   * prefix. Default: the store.
   */
  readonly claims?: string | ClaimsInput;
  /** Limits on how much a sender can make the gateway hold in memory or wait for. */
  readonly limits?: LimitsInput;
  /** The log. */
  readonly log?: LogInput;
  /** The admin API, and who may use it. */
  readonly admin?: AdminInput;
  /** The URL at which senders reach the public listener; it is given to platforms. Default: none. */
  readonly publicUrl?: string;
  /** The key with which the store encrypts: 64 hex characters (openssl rand -hex 32). Default: none. */
  readonly storeKey?: string;
  /** The storeKey that the store had before, or several: the start puts the store under storeKey. It can be removed then. Default: none. */
  readonly previousStoreKey?: string | readonly string[];
  /** Replay protection: the space for claims, which all gates share. Each may use all free space except what is reserved for the others. */
  readonly replay?: ReplayInput;
  /** The gates by name; a name is a lower-case letter, then letters, digits and hyphens. Default: none, if there are sessions. */
  readonly gates?: { readonly [name: string]: GateInput };
  /** Vendors’ token servers, by names like those of gates. Default: none. */
  readonly sessions?: { readonly [name: string]: SessionInput };
  /** Destinations of kept events by name, for use by several gates; a destination of only one gate can be declared there. Default: none. */
  readonly destinations?: { readonly [name: string]: Omit<DestinationInput, 'name'> };
  /**
   * The destination for news to the operator: a destination that fails, is disabled or has recovered, an event that could not be delivered, failures that
   * begin, return and end. Default: only the log.
   */
  readonly operatorEvents?: string;
  /** Traces by OpenTelemetry: each request with its steps, and each attempt to deliver. Default: no traces. */
  readonly telemetry?: TelemetryInput;
  /**
   * Where secrets come from, beside the environment and files: a folder, commands, managers. Only "${env:NAME}" and "${file:path}" can be used in here.
   * Default: the environment and files.
   */
  readonly secrets?: SecretsInput;
}

export interface LogInput {
  /** The lowest level that is logged. Default: info. */
  readonly level?: LogLevel;
  /** auto is pretty on a terminal and JSON elsewhere. Default: auto. */
  readonly format?: 'auto' | 'json' | 'pretty';
}

export interface ReplayInput {
  /**
   * How many live claims are held in memory: a million need 48 MB at most, 60 KB for each gate, and 32 bytes for each claim in the store; half of them are
   * reserved for the gates in equal parts. A million are enough for 11 requests a second over a day. When all are used, ids whose requests are no longer
   * fresh are forgotten before replay.remember is over, oldest first, and the log says so: a million are then enough for 2,000 requests a second with a
   * signed id and a tolerance of five minutes. If no claim may be forgotten yet, a request that has to be remembered is answered 503. Default: 1000000.
   */
  readonly maxClaims?: NumberInput;
}

/** One gate. Give `provider` or `scheme`, and one of `answer`, `forward`, `keep` and `respond`. */
export interface GateInput {
  /** The path of the gate; segments are literal, :name, or a final *. */
  readonly path: string;
  /** The HTTP methods that it accepts. Default: [POST]; all for token providers and jwt schemes. */
  readonly methods?: readonly Method[] | 'all';
  /**
   * A ready-made scheme: its id, or a mapping of its id and options. none accepts unsigned requests. Give this or scheme. Default: none, if there is a
   * scheme.
   */
  readonly provider?: ProviderChoice | 'none';
  /** A declared scheme: how the sender signs, as data. Give this or provider. Default: none, if there is a provider. */
  readonly scheme?: SchemeDeclaration;
  /** The key ring. At least one key; none with provider: none. Default: none, as with provider: none, if keys are fetched, or with keysFrom. */
  readonly keys?: readonly KeyInput[];
  /**
   * In place of keys, for a gate of many tenants: where the keys of the tenant are looked up that a request says it is of. One of url, folder, function
   * and sql. The tenant whose key has proved a request is in the log, the event and the claim; what the request says of itself is not believed. Default:
   * keys.
   */
  readonly keysFrom?: KeysFromInput;
  /** Accepts keys of less than 8 bytes. Default: false. */
  readonly allowShortKey?: BooleanInput;
  /** The largest body. Default: that of limits. */
  readonly maxBody?: SizeText;
  /** CORS: lets web pages of other origins call the gate. Default: no other origin. */
  readonly cors?: { readonly origins: string | readonly string[] };
  /**
   * Client addresses that are let in (IP allow-list), addresses and CIDR ranges; behind trusted proxies, the addresses that those report. All others are
   * refused with 403 before their body is read. Default: any address.
   */
  readonly allowFrom?: readonly string[];
  /**
   * Clients that are let in by their TLS certificates (mTLS); one name or fingerprint of the lists suffices, and {} stands for every client of
   * listen.tls.ca. Default: no certificate is needed.
   */
  readonly clients?: ClientsInput;
  /** Rate limits, before anything is verified or a body is read; what is beyond them is refused with 429 and Retry-After. Default: as many as come. */
  readonly rate?: RateInput;
  /** How repeats are recognised and answered (replay protection). */
  readonly replay?: GateReplayInput;
  /**
   * Keeps complete refused requests for a while, with their proofs, so that `countersign explain --last` can say why they were refused: true for the last
   * 1,000 for 24h, or { atMost, for }. They are stored apart from events, encrypted with storeKey; without one, or with a store in memory, in memory only.
   * Each gate keeps up to sixty at once and then one a second, bodies up to 256KB, and all gates together 64MB (16MB in memory) in equal parts. Default:
   * false.
   */
  readonly keepRefused?: BooleanInput | KeepRefusedInput;
  /**
   * enforce refuses what does not prove itself. monitor verifies each request, labels it (Countersign-Verdict) and lets it through all the same: the gate
   * protects nothing. Default: enforce.
   */
  readonly mode?: 'enforce' | 'monitor';
  /** With mode: monitor, from this time on the gate enforces. Default: the gate never enforces. */
  readonly monitorUntil?: DateText;
  /**
   * Older proofs (providers or schemes) that are accepted besides the gate’s own while senders migrate, each until its date; at most 3. They are tried in
   * this order where a request does not carry the gate’s own proof. The gate’s own may stand first, without until, in place of provider, scheme and keys.
   * Default: the gate’s own proof alone.
   */
  readonly accept?: readonly OldProofInput[];
  /**
   * A proof that is verified beside, after the answer, and decides nothing: how often it would have decided otherwise is counted (shadow verification).
   * Default: nothing is verified beside.
   */
  readonly shadow?: ShadowInput;
  /** Runs an action and answers with its result. Default: another outcome. */
  readonly answer?: AnswerInput;
  /** Forwards the request to an upstream and answers with its answer (reverse proxy). Default: another outcome. */
  readonly forward?: ForwardInput;
  /** Stores the request durably, byte for byte, acknowledges it after the commit, and delivers it with retries. Default: another outcome. */
  readonly keep?: KeepInput;
  /** Sends a fixed answer. Default: another outcome. */
  readonly respond?: RespondInput;
}

export interface OldProofInput {
  /** A provider’s id, or a mapping of its id and options: how its senders sign. Default: none, if there is a scheme. */
  readonly provider?: ProviderChoice;
  /** A declared scheme, as a gate’s: how its senders sign. Default: none, if there is a provider. */
  readonly scheme?: SchemeDeclaration;
  /** Its keys. Default: those of the gate. */
  readonly keys?: readonly KeyInput[];
  /** From this time on it is not accepted any more. Default: no end, for the first of a gate without provider and scheme: it is the gate’s own. */
  readonly until?: DateText;
}

export interface ShadowInput {
  /** A provider’s id, or a mapping of its id and options: how its senders sign. Default: none, if there is a scheme. */
  readonly provider?: ProviderChoice;
  /** A declared scheme, as a gate’s: how its senders sign. Default: none, if there is a provider. */
  readonly scheme?: SchemeDeclaration;
  /** Its keys. Default: those of the gate. */
  readonly keys?: readonly KeyInput[];
}

export interface GateReplayInput {
  /**
   * How long a claim is leased at a time. The lease is renewed while the request is being processed, and a repeat is told to retry after that time at
   * most. It ends with the process. Default: 60s.
   */
  readonly lease?: DurationText;
  /**
   * How long an accepted request is remembered if it signs no timestamp, or signs an id: counted from its signed timestamp, if there is one (shorter if
   * replay.maxClaims leaves no space, but never shorter than the request is fresh). Otherwise, and at least, as long as the request is fresh. Default:
   * 24h; longer where the provider’s sender sends again for longer what was not taken.
   */
  readonly remember?: DurationText;
  /**
   * How a repeat of a successful request is answered: 2xx with an empty body (acknowledge), 409 (refuse), or with the action’s first answer while it is
   * still kept (first-answer, for the outcome answer only: 16 MB in memory; up to 64 KB each in the store, with a storeKey); run lets it run again, and so
   * turns replay protection off. Default: acknowledge for keep, otherwise as the provider says: webhooks acknowledge, actions and commands refuse; refuse
   * for a declared scheme.
   */
  readonly repeat?: 'acknowledge' | 'refuse' | 'first-answer' | 'run';
  /**
   * What becomes of a request while the server of claims cannot be asked whether it came before: refused with 503 and Retry-After (refuse), or taken,
   * checked against what this gateway alone remembers, and marked in the log, the metrics and for the upstream (accept): a copy may then run once at each
   * gateway. Default: refuse.
   */
  readonly whenUnavailable?: 'refuse' | 'accept';
}

export interface KeepRefusedInput {
  /** How many of the gate’s last refused requests are kept. Default: 1000. */
  readonly atMost?: NumberInput;
  /** How long they are kept. Default: 24h. */
  readonly for?: DurationText;
}

/** Gives the editor the types of a `countersign.config.ts`; returns what it is given. */
export function defineConfig(config: ConfigInput): ConfigInput {
  return config;
}

/** A vendor's token server; which members it has depends on the broker. An empty text counts as not given. */
export interface SessionInput extends BrokerInput {
  /** Which vendor’s token server. Default: the session’s name, if it is one of these. */
  readonly broker?: BrokerId;
  /** The path prefix of the routes. Default: /. */
  readonly at?: string;
  /**
   * How callers authenticate: for incode its webhooks, for oauth2-client-credentials whoever asks for the backend’s token. The value none lets anybody in.
   * Default: must be given.
   */
  readonly auth?: 'none' | SessionAuthInput;
  /** Origins whose pages may read the answers (CORS). Default: those of redirects. */
  readonly origins?: string | readonly string[];
  /** Rate limit: requests a minute from one address (IPv6: one /64), and how many of them at once; webhooks have their own limit, 6000. Default: 120. */
  readonly requestsPerMinute?: NumberInput;
  /** Time limit for one call to the vendor. Default: 10s. */
  readonly timeout?: DurationText;
  /**
   * Where events (incode: webhooks, and results of approvals) are delivered, each to every destination whose filter it matches: destinations, or names of
   * those at the top of the file. Default: none.
   */
  readonly deliver?: readonly (string | DestinationInput)[];
  /** How long the session’s events are kept, and what is masked when they are shown. */
  readonly keep?: KeepRulesInput;
}

/** At least `secret`, or `form: issued` with its client, or `ips`. Where `ips` is given with one of the others, both must hold. */
export interface SessionAuthInput {
  /** issued: a bearer token that callers get from /oauth2/token for clientId and clientSecret. Default: bearer, or plain if a header is named. */
  readonly form?: 'bearer' | 'basic' | 'plain' | 'issued';
  /** The header that carries the token. Default: authorization. */
  readonly header?: string;
  /** The token: "${env:NAME}" or "${file:path}"; for basic USER:PASSWORD. Not with issued. Default: none, if there are ips or the form is issued. */
  readonly secret?: string;
  /** issued: the id of the client that gets tokens. Default: none. */
  readonly clientId?: string;
  /** issued: the client’s secret: "${env:NAME}" or "${file:path}". Default: none. */
  readonly clientSecret?: string;
  /** Client addresses that are let in; behind trusted proxies, the addresses that those report. Default: any address. */
  readonly ips?: readonly string[];
}
