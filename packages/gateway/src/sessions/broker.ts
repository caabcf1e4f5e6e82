/**
 * A session broker: what a vendor's token server answers, as data. A vendor is one file that makes one of these;
 * paths, CORS, limits, proofs, storage and token managers are the gateway's.
 */
import type { RefusalReason, SignedRequest } from '@countersign/core';
import type { Leases } from '../tokens/lease.ts';
import type { TokenCache } from '../tokens/token-cache.ts';
import type { TokenStatus } from '../tokens/token-manager.ts';
import type { SealedRecords } from './sealed-records.ts';

export interface SessionBroker {
  readonly routes: readonly SessionRoute[];
  /** Takes up what a former run left unfinished; resolves when there is nothing left. Does not reject. */
  resume(): Promise<void>;
  /** Of the upstream's token that the broker works with. */
  tokenStatus(): TokenStatus;
  /** Ends what waits. */
  close(): void;
}

/** One route of a broker. No two share their path. */
export interface SessionRoute {
  readonly method: 'GET' | 'POST';
  /** Below where the session is mounted, such as `/start`. */
  readonly path: string;
  /** `page`: a front end, held to CORS and the rate limit. `vendor`: the vendor's servers, held to another. */
  readonly caller: 'page' | 'vendor';
  /** Whether its callers must prove themselves, as the session's `auth` says. */
  readonly isGuarded: boolean;
  /**
   * What is answered with 200, as JSON.
   * @throws SessionRefusal, UpstreamError, TokenError.
   */
  answer(call: SessionCall): Promise<Readonly<Record<string, unknown>>>;
}

/** One request, its proof and limits judged. */
export interface SessionCall {
  readonly request: SignedRequest;
  readonly requestId: string;
  /** A parameter of the query; undefined where it is absent or empty. @throws SessionRefusal where it occurs twice. */
  param(name: string): string | undefined;
  /** The body. @throws SessionRefusal where it is no JSON object. */
  json(): Readonly<Record<string, unknown>>;
}

/** How a request is refused, and what its operator is told of it. */
export interface SessionRefusalOptions {
  /** Default 400. */
  readonly status?: 400 | 401 | 404;
  /** Of the answer; names and values in turn. */
  readonly headers?: readonly string[];
  /** Default `invalid-input`. */
  readonly reason?: RefusalReason;
  /** What the log says, where it says more than the caller may read. */
  readonly logged?: string;
  /** What the operator should do. */
  readonly remedy?: string;
}

const REMEDY =
  'Nothing here. Have the caller send what the route takes; the message says what is wrong with it.';

/** A broker refuses a request; the error's message is for the caller. */
export class SessionRefusal extends Error {
  override readonly name = 'SessionRefusal';
  readonly status: 400 | 401 | 404;
  readonly headers: readonly string[];
  readonly reason: RefusalReason;
  readonly logged: string;
  readonly remedy: string;

  constructor(
    message: string,
    { status = 400, headers = [], reason = 'invalid-input', logged, remedy }: SessionRefusalOptions = {},
  ) {
    super(message);
    this.status = status;
    this.headers = headers;
    this.reason = reason;
    this.logged = logged ?? message;
    this.remedy = remedy ?? REMEDY;
  }
}

/** What the gateway gives a broker. */
export interface BrokerParts {
  /** The session's name in the configuration. */
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly random: () => number;
  readonly wait: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly fetch: typeof fetch;
  /** Aborted when the gateway stops: ends what is in flight. */
  readonly signal: AbortSignal;
  /** Encrypted records of this session, shared with other gateways. @param kind names the space. */
  readonly records: (kind: string) => SealedRecords;
  readonly leases: Leases;
  /** Undefined where there is no store key. */
  readonly tokenCache: TokenCache | undefined;
  /** Keeps a request byte-exact, as an event. */
  readonly keep: (call: SessionCall) => Promise<void>;
  readonly log: SessionLog;
}

/** Log lines that carry the session's name. No secret may be in their fields. */
export interface SessionLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
