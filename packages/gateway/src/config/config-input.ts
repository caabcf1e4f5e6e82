/** The configuration as a person writes it, in YAML or as a module's default export. */

import type { KeyEncoding, KeyState, ProviderChoice, SchemeDeclaration } from '@countersign/core';
import type { BrokerId, BrokerInput } from '../sessions/brokers/all.generated.ts';
import type { AnswerForm } from '../vendors/vendor.ts';
import type { LogLevel } from './config.ts';
import type { BooleanInput, DateText, DurationText, NumberInput, SizeText } from './units.ts';

export const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
export type Method = (typeof METHODS)[number];

/**
 * What `countersign.yaml` or `countersign.config.ts` holds. Any text in it may hold `${env:NAME}`,
 * `${env:NAME:-default}` and `${file:path}`; `$${` stands for `${`.
 */
export interface ConfigInput {
  readonly listen?: ListenInput;
  /**
   * `sqlite:PATH` or a path that ends in `.db`, relative to the configuration file; or `:memory:` (also `memory`).
   * Default `sqlite:./countersign.db`.
   */
  readonly store?: string;
  readonly limits?: LimitsInput;
  readonly log?: LogInput;
  readonly admin?: AdminInput;
  /** Where senders reach the public listener, e.g. `https://gate.example.com`; what platforms are told. */
  readonly publicUrl?: string;
  /** 64 hex characters: the key of what the store keeps encrypted. */
  readonly storeKey?: string;
  readonly replay?: ReplayInput;
  /** By name: `^[a-z][a-z0-9-]{0,62}$`. At least one, unless there are sessions. */
  readonly gates?: { readonly [name: string]: GateInput };
  /** Vendors' token servers, by name. */
  readonly sessions?: { readonly [name: string]: SessionInput };
}

export interface ListenInput {
  /** `host:port` or `[IPv6]:port`; port 0 lets the system choose. Default `127.0.0.1:8787`. */
  readonly public?: string;
  /** The same, or `off`. Default `127.0.0.1:8788`. An address that is no loopback address needs `admin.token`. */
  readonly admin?: string;
  /** Addresses (`127.0.0.1`) and CIDR ranges (`10.0.0.0/8`) of proxies whose X-Forwarded headers are believed. Default none. */
  readonly trustedProxies?: readonly string[];
}

export interface LimitsInput {
  /** Default `1MB`. */
  readonly maxBody?: SizeText;
  /** The bodies of all requests in flight; a quarter is kept for bodies of up to 16 KB. Default `256MB`, or three times the largest maxBody. */
  readonly maxBodyBytesInFlight?: NumberInput;
  /** Requests whose outcome is awaited, of all connections. Default 10000. */
  readonly maxRequestsInFlight?: NumberInput;
  /** All header fields of one request. Default `16KB`. */
  readonly maxHeaderBytes?: NumberInput;
  /** Default 100. */
  readonly maxHeaders?: NumberInput;
  /** From a request's first byte to its last. Default `30s`. */
  readonly requestTimeout?: DurationText;
  /** From a request's first byte to the end of its headers. Default `10s`. */
  readonly headersTimeout?: DurationText;
  /** How long a streamed answer waits for its reader; a second is forgiven for each 64 KiB that it takes. Default `2m`. */
  readonly slowReaderTimeout?: DurationText;
  /** How long an idle connection stays open. Default `65s`. */
  readonly keepAliveTimeout?: DurationText;
  /** Open connections on the public listener. Default 10,000. */
  readonly maxConnections?: NumberInput;
  /** How long a stop waits for requests in flight. Default `10s`. */
  readonly drainTimeout?: DurationText;
}

export interface LogInput {
  /** Default `info`. */
  readonly level?: LogLevel;
  /** Default `auto`: pretty on a terminal, JSON elsewhere. */
  readonly format?: 'auto' | 'json' | 'pretty';
}

export interface AdminInput {
  /** The bearer token of the admin API. */
  readonly token?: string;
}

export interface ReplayInput {
  /** Live claims that are held in memory. Default 1,000,000. */
  readonly maxClaims?: NumberInput;
}

/** One gate. Give `provider` or `scheme`, and one of `answer`, `forward`, `keep` and `respond`. */
export interface GateInput {
  /** Segments are literal, `:name`, or a final `*`: `/actions/:action`, `/v1/*`. */
  readonly path: string;
  /** Default `[POST]`; `all` for token providers and `jwt` schemes. */
  readonly methods?: readonly Method[] | 'all';
  /** A provider's id, or a mapping of its `id` and its options. `none` takes unsigned requests. */
  readonly provider?: ProviderChoice | 'none';
  /** A declared scheme: what a provider would say of it, as data. */
  readonly scheme?: SchemeDeclaration;
  /** At least one; none with `provider: none`. */
  readonly keys?: readonly KeyInput[];
  /** Takes keys of less than 8 bytes. Default false. */
  readonly allowShortKey?: BooleanInput;
  /** Default: that of `limits`. */
  readonly maxBody?: SizeText;
  /** Origins whose pages may call this gate and read its answers; their preflights are answered without a proof. */
  readonly cors?: { readonly origins: string | readonly string[] };
  readonly replay?: GateReplayInput;
  /** Runs an action and replies with its result. */
  readonly answer?: AnswerInput;
  /** Passes the request to an upstream and replies with its answer. */
  readonly forward?: ForwardInput;
  /** Stores the request byte-exact and acknowledges it. */
  readonly keep?: { readonly [option: string]: never };
  /** Replies with a fixed answer. */
  readonly respond?: RespondInput;
}

export interface KeyInput {
  /** Default `key-1`, `key-2`, … by position. */
  readonly id?: string;
  readonly secret: string;
  /** How the secret's text becomes bytes. Default: the provider's. */
  readonly encoding?: KeyEncoding;
  /** Default `active`. */
  readonly state?: KeyState;
  /** The key is not accepted before. */
  readonly from?: DateText;
  /** The key is not accepted from then on. */
  readonly until?: DateText;
}

export interface GateReplayInput {
  /** How long a claim is held while the outcome is on its way. Default `60s`. */
  readonly lease?: DurationText;
  /** How long a committed claim is remembered where the scheme has no timestamp. Default `24h`. */
  readonly remember?: DurationText;
  /** What a repeat of a request that ended well is told. `run`: it runs again. Default: `acknowledge` for `keep`, else as the provider says. */
  readonly repeat?: 'acknowledge' | 'refuse' | 'first-answer' | 'run';
}

export interface AnswerInput {
  /** The module that exports the actions; a relative path is relative to the configuration file. */
  readonly actions: string;
  /** The action to run, where the path has no `:action`. Default: the module's only action. */
  readonly action?: string;
  /** The heading of a page. */
  readonly title?: string;
  /** How answers look. Default: as the provider expects them, else `json`. */
  readonly as?: AnswerForm;
  /** Whether `GET /actions`, which takes no proof, lists these actions. Default: true for `flowent`, else false. */
  readonly list?: BooleanInput;
  /** The platform that the actions are registered with: by `countersign actions push`, and by `serve --register`. */
  readonly register?: RegisterInput;
}

export interface RegisterInput {
  /** The base URL of the platform's API, e.g. `https://example.com/api/v1/gateway`. */
  readonly apiUrl: string;
  readonly apiToken: string;
  /** How often `serve --register` looks again. Default `10m`. */
  readonly every?: DurationText;
}

export interface ForwardInput {
  /** An http or https URL; the request's path is appended. */
  readonly to: string;
  /** Default `30s`. */
  readonly timeout?: DurationText;
  /** Requests that are with the upstream at once; as many again may wait. Default 256. */
  readonly maxConnections?: NumberInput;
  /** Statuses of the upstream’s answer that use the request up, besides 2xx: `[3xx, 410]`. Default none. */
  readonly alsoCommitOn?: readonly ('3xx' | NumberInput)[];
  /** Passes the proof's headers on. Default false. */
  readonly keepProof?: BooleanInput;
  /** Headers that override the request’s path, host or method, and pass all the same: `[x-http-method-override]`. Default none. */
  readonly keepHeaders?: readonly string[];
  /** Taken off the request's path first, e.g. `/v1`. */
  readonly stripPrefix?: string;
}

export interface RespondInput {
  /** 200 to 599. */
  readonly status: NumberInput;
  /** The body as text. Give this or `json`. */
  readonly body?: string;
  /** The body as a value that is sent as JSON. */
  readonly json?: unknown;
  /** Default `application/json` for `json`, `text/plain; charset=utf-8` for `body`. */
  readonly contentType?: string;
}

/** Gives the editor the types of a `countersign.config.ts`; returns what it is given. */
export function defineConfig(config: ConfigInput): ConfigInput {
  return config;
}

/** A vendor's token server; which members it has depends on the broker. An empty text counts as not given. */
export interface SessionInput extends BrokerInput {
  /** Whose token server it is. Default: the name, where it is a broker's. */
  readonly broker?: BrokerId;
  /** Below which path the routes are. Default `/`. */
  readonly at?: string;
  /** How callers prove themselves: incode’s webhooks, or who asks for the backend’s token. `none` by name takes anybody. */
  readonly auth?: 'none' | SessionAuthInput;
  /** Origins whose pages may read the answers; a list, or a text with commas. Default: those of `redirects`. */
  readonly origins?: string | readonly string[];
  /** Requests of one address, and how many of them at once. Default 120. */
  readonly requestsPerMinute?: NumberInput;
  /** Of one call to the vendor. Default `10s`. */
  readonly timeout?: DurationText;
}

/** At least `secret`, or `form: issued` with its client, or `ips`. Where `ips` is given with one of the others, both must hold. */
export interface SessionAuthInput {
  /** `issued`: a token that callers get from `/oauth2/token`. Default: `bearer`, or `plain` where a header is named. */
  readonly form?: 'bearer' | 'basic' | 'plain' | 'issued';
  /** The header that carries it. Default `authorization`. */
  readonly header?: string;
  /** The token; for `basic` USER:PASSWORD. */
  readonly secret?: string;
  /** issued: the client that gets tokens. */
  readonly clientId?: string;
  /** issued */
  readonly clientSecret?: string;
  /** Addresses and CIDR ranges that callers come from. */
  readonly ips?: readonly string[];
}
