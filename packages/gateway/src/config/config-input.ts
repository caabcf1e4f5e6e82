/** The configuration as a person writes it, in YAML or as a module's default export. */

import type { KeyEncoding, KeyState, ProviderChoice, SchemeDeclaration } from '@countersign/core';
import type { BrokerId, BrokerInput } from '../sessions/brokers/all.generated.ts';
import type { LogLevel } from './config.ts';
import type { DestinationInput, KeepInput, KeepRulesInput } from './delivery-input.ts';
import type { AnswerInput, ForwardInput, RespondInput } from './outcome-input.ts';
import type { BooleanInput, DateText, DurationText, NumberInput, SizeText } from './units.ts';

export type * from './delivery-input.ts';
export type * from './outcome-input.ts';

export const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
export type Method = (typeof METHODS)[number];

/**
 * What `countersign.yaml` or `countersign.config.ts` holds. Any text in it may hold `${env:NAME}`,
 * `${env:NAME:-default}` and `${file:path}`; `$${` stands for `${`.
 */
export interface ConfigInput {
  /** Where the two listeners bind. */
  readonly listen?: ListenInput;
  /**
   * Where events and claims are kept: sqlite:PATH (relative to this file), a path that ends in .db, or ":memory:", which keeps nothing. Default:
   * sqlite:./countersign.db.
   */
  readonly store?: string;
  /** Bounds on what a sender may make the gateway hold or wait for. */
  readonly limits?: LimitsInput;
  /** The log. */
  readonly log?: LogInput;
  /** The admin API. */
  readonly admin?: AdminInput;
  /** Where senders reach the public listener; what platforms are told. Default: none. */
  readonly publicUrl?: string;
  /** The key of what the store keeps encrypted: 64 hex characters (openssl rand -hex 32). Default: none. */
  readonly storeKey?: string;
  /** The room for claims that all gates share: each may use all that is free but a reserve of the others. */
  readonly replay?: ReplayInput;
  /** The gates by name: a lower-case letter, then letters, digits and hyphens. Default: none; then there are sessions. */
  readonly gates?: { readonly [name: string]: GateInput };
  /** Vendors’ token servers by name: as with gates. Default: none. */
  readonly sessions?: { readonly [name: string]: SessionInput };
  /** Destinations of kept events by name, for several gates; what one gate alone has can stand there. Default: none. */
  readonly destinations?: { readonly [name: string]: Omit<DestinationInput, 'name'> };
  /**
   * The destination that is told of what an operator should know: one that fails, is disabled or has recovered, an event that could not be delivered.
   * Default: the log alone.
   */
  readonly operatorEvents?: string;
}

export interface ListenInput {
  /** The public listener, where senders come in: host:port; port 0 lets the system choose. Default: 127.0.0.1:8787. */
  readonly public?: string;
  /**
   * The admin listener, for health and the admin API: host:port, or off. An address that other machines can reach needs admin.token. Default:
   * 127.0.0.1:8788.
   */
  readonly admin?: string;
  /** Proxies, addresses and CIDR ranges, whose X-Forwarded headers are believed (-For, -Proto, -Host: set or strip all three there). Default: none. */
  readonly trustedProxies?: readonly string[];
}

export interface LimitsInput {
  /** The largest body. Default: 1MB. */
  readonly maxBody?: SizeText;
  /**
   * The bodies of all requests in flight, in bytes or with a unit; a quarter is kept for bodies of up to 16KB; beyond it 503. Default: 256MB, or three
   * times the largest maxBody.
   */
  readonly maxBodyBytesInFlight?: NumberInput;
  /** Requests whose outcome is awaited, of all connections; beyond it 503. Of one connection no more than 64 are read ahead. Default: 10000. */
  readonly maxRequestsInFlight?: NumberInput;
  /** All header fields of one request, in bytes or with a unit. Default: 16KB. */
  readonly maxHeaderBytes?: NumberInput;
  /** Header fields of one request. Default: 100. */
  readonly maxHeaders?: NumberInput;
  /** From a request’s first byte to its last; and how long a sender may take none of the answer. Default: 30s. */
  readonly requestTimeout?: DurationText;
  /** From a request’s first byte to the end of its headers; at most requestTimeout. Default: 10s, or requestTimeout where that is shorter. */
  readonly headersTimeout?: DurationText;
  /** How long a streamed answer waits for its reader; a second is forgiven for each 64 KiB that it takes; then the connection is ended. Default: 2m. */
  readonly slowReaderTimeout?: DurationText;
  /** How long an idle connection stays open: longer than the 60s of common load balancers. Default: 65s. */
  readonly keepAliveTimeout?: DurationText;
  /** Open connections on the public listener. Default: 10000. */
  readonly maxConnections?: NumberInput;
  /** How long a stop waits for requests in flight. Default: 10s. */
  readonly drainTimeout?: DurationText;
}

export interface LogInput {
  /** The least that is logged. Default: info. */
  readonly level?: LogLevel;
  /** auto is pretty on a terminal and JSON elsewhere. Default: auto. */
  readonly format?: 'auto' | 'json' | 'pretty';
}

export interface AdminInput {
  /** The bearer token of the admin API; needed where listen.admin is not a loopback address. Default: one made for this run, and shown on a terminal. */
  readonly token?: string;
}

export interface ReplayInput {
  /**
   * Live claims that are held in memory: 48 MB at most for a million, 60 KB a gate, and 32 bytes for each claim in the store; half is reserved to the
   * gates in equal parts. A million are 11 requests a second for a day. In a full room ids whose requests are no longer fresh are forgotten before
   * replay.remember is over, the oldest first, and the log says so: a million are then 2,000 requests a second with a signed id and a tolerance of five
   * minutes. Where nothing held may be forgotten yet, a request that would be remembered is answered 503. Default: 1000000.
   */
  readonly maxClaims?: NumberInput;
}

/** One gate. Give `provider` or `scheme`, and one of `answer`, `forward`, `keep` and `respond`. */
export interface GateInput {
  /** Segments are literal, :name, or a final *. */
  readonly path: string;
  /** The methods that it takes. Default: [POST]; all for token providers and jwt schemes. */
  readonly methods?: readonly Method[] | 'all';
  /**
   * A ready-made scheme: its id, or a mapping of its id and options. none takes unsigned requests. Give this or scheme. Default: none; then there is a
   * scheme.
   */
  readonly provider?: ProviderChoice | 'none';
  /** A declared scheme: what a provider would say of it, as data. Give this or provider. Default: none; then there is a provider. */
  readonly scheme?: SchemeDeclaration;
  /** The key ring. At least one key; none with provider: none. Default: none, as with provider: none and where keys are fetched. */
  readonly keys?: readonly KeyInput[];
  /** Takes keys of less than 8 bytes. Default: false. */
  readonly allowShortKey?: BooleanInput;
  /** The largest body. Default: that of limits. */
  readonly maxBody?: SizeText;
  /** Lets pages of other origins call the gate. Default: no page of another origin may. */
  readonly cors?: { readonly origins: string | readonly string[] };
  /** How repeats are told and treated. */
  readonly replay?: GateReplayInput;
  /**
   * Keeps refused requests for a while, whole, with their proofs, so that `countersign explain --last` can say why: true for the last 1,000 for 24h, or {
   * atMost, for }. They stand apart from events, encrypted with storeKey; without one, and with a store in memory, in memory only. Sixty at once and then
   * one a second of a gate are kept, bodies up to 256KB, and of all gates together 64MB (16MB in memory) in equal parts. Default: false.
   */
  readonly keepRefused?: BooleanInput | KeepRefusedInput;
  /** Runs an action and replies with its result. Default: another outcome. */
  readonly answer?: AnswerInput;
  /** Passes the request to an upstream and replies with its answer. Default: another outcome. */
  readonly forward?: ForwardInput;
  /** Stores the request byte for byte, acknowledges it after the commit, and delivers it. Default: another outcome. */
  readonly keep?: KeepInput;
  /** Replies with a fixed answer. Default: another outcome. */
  readonly respond?: RespondInput;
}

export interface KeyInput {
  /** Names the key in logs. Default: key-1, key-2, … by position. */
  readonly id?: string;
  /** The secret: "${env:NAME}" or "${file:path}". */
  readonly secret: string;
  /** How the secret’s text becomes bytes. Default: the provider’s. */
  readonly encoding?: KeyEncoding;
  /** active signs and verifies, next and retiring verify only, revoked does neither. Default: active. */
  readonly state?: KeyState;
  /** The key is not accepted before. Default: from the start. */
  readonly from?: DateText;
  /** The key is not accepted from then on. Default: without end. */
  readonly until?: DateText;
  /**
   * What the key’s requests may ask for: a key that is bound to an action proves no request for another. Where the signature does not cover what names the
   * action, each key of the gate is bound. Default: any action.
   */
  readonly for?: KeyPurposeInput;
}

export interface KeyPurposeInput {
  /** . */
  readonly action: string;
}

export interface GateReplayInput {
  /**
   * How long a claim is held at a time; it is renewed while its outcome is on its way, and a repeat is told to wait for no longer. A process that ends
   * takes it along. Default: 60s.
   */
  readonly lease?: DurationText;
  /**
   * How long a committed claim is remembered where no time is signed, or where an id is: from its signed time on (less, but never less than it is fresh,
   * where replay.maxClaims leaves no room). Else, and at least, as long as the request is fresh. Default: 24h.
   */
  readonly remember?: DurationText;
  /**
   * What a repeat of a request that ended well is told: 2xx with an empty body (acknowledge), 409 (refuse), or what the action answered first while it is
   * still kept (first-answer, for the outcome answer only: 16 MB in memory; up to 64 KB each in the store, with a storeKey); run lets it run again, and so
   * turns replay protection off. Default: acknowledge for keep, else as the provider says: webhooks acknowledge, actions and commands refuse; refuse for a
   * declared scheme.
   */
  readonly repeat?: 'acknowledge' | 'refuse' | 'first-answer' | 'run';
}

export interface KeepRefusedInput {
  /** . */
  readonly atMost?: NumberInput;
  /** . */
  readonly for?: DurationText;
}

/** Gives the editor the types of a `countersign.config.ts`; returns what it is given. */
export function defineConfig(config: ConfigInput): ConfigInput {
  return config;
}

/** A vendor's token server; which members it has depends on the broker. An empty text counts as not given. */
export interface SessionInput extends BrokerInput {
  /** Whose token server. Default: the name, where it is one of these. */
  readonly broker?: BrokerId;
  /** The path prefix of the routes. Default: /. */
  readonly at?: string;
  /**
   * How callers prove themselves: incode’s webhooks; at oauth2-client-credentials who asks for the backend’s token. none, by name, takes anybody. Default:
   * it must be given.
   */
  readonly auth?: 'none' | SessionAuthInput;
  /** Origins whose pages may read the answers (CORS). Default: those of redirects. */
  readonly origins?: string | readonly string[];
  /** Requests of one address (IPv6: one /64), and how many of them at once; webhooks have their own limit, 6000. Default: 120. */
  readonly requestsPerMinute?: NumberInput;
  /** Time limit for one call to the vendor. Default: 10s. */
  readonly timeout?: DurationText;
  /**
   * Where events (incode: webhooks, and what became of approvals) are delivered, each to every destination that wants it: destinations, or names of those
   * at the top. Default: none.
   */
  readonly deliver?: readonly (string | DestinationInput)[];
  /** How long the session’s events are kept, and what of them is shown. */
  readonly keep?: KeepRulesInput;
}

/** At least `secret`, or `form: issued` with its client, or `ips`. Where `ips` is given with one of the others, both must hold. */
export interface SessionAuthInput {
  /** issued: a bearer token that callers get from /oauth2/token for clientId and clientSecret. Default: bearer, or plain where a header is named. */
  readonly form?: 'bearer' | 'basic' | 'plain' | 'issued';
  /** The header that carries it. Default: authorization. */
  readonly header?: string;
  /** The token: "${env:NAME}" or "${file:path}"; for basic USER:PASSWORD. Not with issued. Default: none; then there are ips, or the form is issued. */
  readonly secret?: string;
  /** issued: the client that gets tokens. Default: none. */
  readonly clientId?: string;
  /** issued: the client’s secret: "${env:NAME}" or "${file:path}". Default: none. */
  readonly clientSecret?: string;
  /** Addresses that callers come from; behind listed proxies, as those say. Default: any address. */
  readonly ips?: readonly string[];
}
