/** What the schema makes of a `ConfigInput`: texts are read, defaults are not filled in yet. */
import type { BrokerId, BrokerParsed } from '../sessions/brokers/all.generated.ts';
import type {
  AddressRange,
  AnswerConfig,
  ForwardConfig,
  GateReplayConfig,
  KeyConfig,
  LimitsConfig,
  ListenAddress,
  LogConfig,
  PathSegment,
  StoreConfig,
} from './config.ts';
import type { Method } from './config-input.ts';
import type { Secret } from './secret.ts';

export interface ParsedConfig {
  readonly listen?: {
    readonly public?: ListenAddress;
    readonly admin?: ListenAddress | 'off';
    readonly trustedProxies?: readonly AddressRange[];
  };
  /** A path in it is as written. */
  readonly store?: StoreConfig;
  readonly limits?: ParsedLimits;
  readonly log?: Partial<LogConfig>;
  readonly admin?: { readonly token?: Secret };
  readonly publicUrl?: string;
  readonly storeKey?: Secret | undefined;
  readonly replay?: { readonly maxClaims?: number };
  readonly gates?: Readonly<Record<string, ParsedGate>>;
  readonly sessions?: Readonly<Record<string, ParsedSession>>;
}

/** `LimitsConfig` under the names that the file uses; milliseconds and bytes. */
export interface ParsedLimits
  extends Partial<
    Pick<
      LimitsConfig,
      'maxBodyBytesInFlight' | 'maxRequestsInFlight' | 'maxHeaderBytes' | 'maxHeaders' | 'maxConnections'
    >
  > {
  readonly maxBody?: number;
  readonly requestTimeout?: number;
  readonly headersTimeout?: number;
  readonly slowReaderTimeout?: number;
  readonly keepAliveTimeout?: number;
  readonly drainTimeout?: number;
}

export interface ParsedGate {
  readonly path: ParsedPath;
  readonly methods?: readonly Method[] | 'all';
  readonly provider?: string | { readonly id: string; readonly [option: string]: unknown };
  readonly scheme?: Readonly<Record<string, unknown>>;
  readonly keys?: readonly ParsedKey[];
  readonly allowShortKey?: boolean;
  readonly maxBody?: number;
  readonly cors?: { readonly origins: readonly string[] };
  readonly replay?: {
    readonly lease?: number;
    readonly remember?: number;
    readonly repeat?: GateReplayConfig['repeat'];
  };
  readonly answer?: {
    readonly actions: string;
    readonly action?: string;
    readonly title?: string;
    readonly as?: AnswerConfig['as'];
    readonly list?: boolean;
    readonly register?: { readonly apiUrl: string; readonly apiToken: Secret; readonly every?: number };
  };
  readonly forward?: {
    readonly to: string;
    readonly timeout?: number;
    readonly maxConnections?: number;
    readonly alsoCommitOn?: ForwardConfig['alsoCommitOn'];
    readonly keepProof?: boolean;
    readonly keepHeaders?: ForwardConfig['keepHeaders'];
    readonly stripPrefix?: string;
  };
  readonly keep?: object;
  readonly respond?: {
    readonly status: number;
    readonly body?: string;
    readonly json?: unknown;
    readonly contentType?: string;
  };
}

export interface ParsedPath {
  readonly pattern: string;
  readonly segments: readonly PathSegment[];
}

export interface ParsedKey extends Partial<Pick<KeyConfig, 'id' | 'encoding' | 'state'>> {
  readonly secret: Secret;
  readonly from?: number;
  readonly until?: number;
}

/** An empty text is read as undefined. */
export interface ParsedSession extends BrokerParsed {
  readonly broker?: BrokerId;
  readonly at?: string;
  readonly auth?: 'none' | ParsedSessionAuth;
  readonly origins?: readonly string[];
  readonly requestsPerMinute?: number;
  readonly timeout?: number;
}

export interface ParsedSessionAuth {
  readonly form?: 'bearer' | 'basic' | 'plain' | 'issued';
  readonly header?: string;
  readonly secret?: Secret;
  readonly clientId?: string;
  readonly clientSecret?: Secret;
  readonly ips?: readonly AddressRange[];
}
