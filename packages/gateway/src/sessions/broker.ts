/**
 * A session broker: a vendor's token server as data. A vendor is one file in `brokers/` that makes one of these; paths,
 * CORS, limits, proofs, storage, calls of the vendor's server and its tokens are the gateway's.
 */
import type { RefusalReason, SignedRequest } from '@countersign/core';
import type { Finding } from '../config/finding.ts';
import type { ValuePath } from '../config/value-path.ts';
import type { Leases } from '../sealed/lease.ts';
import type { SealedRecords } from '../sealed/sealed-records.ts';
import type { IssuedToken, TokenManager, TokenStatus } from '../tokens/token-manager.ts';
import type { BrokerMember } from './broker-members.ts';
import type { Onboarding } from './onboardings.ts';
import type { Upstream } from './upstream.ts';

/** What a broker's members may be, by their names. */
export type BrokerMembers<Input, Parsed> = {
  readonly [Name in keyof Input]-?: Name extends keyof Parsed
    ? BrokerMember<Required<Parsed>[Name], Required<Input>[Name]>
    : never;
};

/** Of which members no more is known. */
export type AnyMembers = Readonly<Record<string, BrokerMember<unknown, unknown>>>;

/**
 * `Parsed` is what the schema made of the members, `Settings` the configuration that is made of it. Both are
 * parameters of methods, so that a list of brokers takes one that knows its own members only.
 */
export interface Broker<
  Members extends AnyMembers,
  Parsed,
  Settings extends { readonly broker: string },
  Path extends string,
> {
  /** What `broker:` says; and a session’s name, where it says nothing. */
  readonly id: Settings['broker'];
  /** The members that it adds to a session. A function, so that importing the file does no work. */
  members(): Members;
  /** Those that must be given. `auth` must, for every broker. */
  readonly required: readonly (string & keyof Members)[];
  readonly auth: {
    /** After “auth: is missing; expected: ”. */
    readonly expected: string;
    /** What `auth: none` lets anybody do: when the configuration is checked, and in the log. */
    readonly noneWarning: string;
    readonly noneLogged: string;
  };
  /** Whether it keeps events, which a session may `deliver`. */
  readonly keepsEvents: boolean;
  /** No two share their path. */
  readonly routes: readonly BrokerRoute<Path>[];
  /** What concerns several members at once. @param session as written. */
  rules(path: ValuePath, session: Readonly<Record<string, unknown>>): readonly Finding[];
  /** Whose pages may read the answers, where `origins` does not say. */
  defaultOrigins(session: Parsed): readonly string[];
  /** @param session has passed the rules. */
  settings(session: Parsed): Settings;
  open(settings: Settings, parts: BrokerParts): Promise<OpenBroker<Path>>;
}

export interface BrokerRoute<Path extends string = string> {
  readonly method: 'GET' | 'POST';
  /** Below where the session is mounted, such as `/start`. */
  readonly path: Path;
  /** `page`: a front end, held to CORS and the rate limit. `vendor`: the vendor's servers, held to another. */
  readonly caller: 'page' | 'vendor';
  /** Whether its callers must prove themselves, as the session's `auth` says. */
  readonly isGuarded: boolean;
}

/** A broker at work. */
export interface OpenBroker<Path extends string = string> {
  readonly answers: Readonly<Record<Path, SessionAnswer>>;
  /** Takes up what a former run left unfinished; resolves when there is nothing left. Does not reject. */
  resume(): Promise<void>;
  /** Of the upstream's token that the broker works with. */
  tokenStatus(): TokenStatus;
  /** What is known of the people it has onboarded lately. Absent: it onboards nobody. */
  readonly onboardings?: () => readonly Onboarding[];
  /** Ends what waits. */
  close(): void;
}

/**
 * What is answered with 200, as JSON.
 * @throws SessionRefusal, UpstreamError, TokenError.
 */
export type SessionAnswer = (call: SessionCall) => Promise<Readonly<Record<string, unknown>>>;

/** A route that is answered. */
export interface SessionRoute extends BrokerRoute {
  readonly answer: SessionAnswer;
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
  /** Whether the callers of guarded routes prove themselves: `auth` is not `none`. */
  readonly isProved: boolean;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly wait: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Time limit for one call to the vendor. */
  readonly timeoutMs: number;
  /** Calls a server of the vendor's: bounded, tried again where that is safe, behind a circuit. */
  readonly upstream: (options: BrokerUpstream) => Upstream;
  /** Holds a token of the vendor's as long as it is good, for all gateways that share the store. */
  readonly tokens: (options: BrokerTokens) => TokenManager;
  /** Encrypted records of this session, shared with other gateways. @param kind names the space. */
  readonly records: (kind: string) => SealedRecords;
  readonly leases: Leases;
  /** Keeps a request byte-exact, as an event. @param type what the vendor calls this kind of event */
  readonly keep: (call: SessionCall, type: string) => Promise<void>;
  /** Keeps what the broker itself has done, as an event: resolves once it is durable. The same deed is told once. */
  readonly tell: (deed: SessionDeed) => Promise<void>;
  readonly log: SessionLog;
}

/** What a broker has done, for whoever the session's events go to. */
export interface SessionDeed {
  /** Such as `approval.approved`. */
  readonly type: string;
  /** What it was done to: with the type, what tells one deed from another. */
  readonly subject: string;
  /** Written as JSON, in the clear: no secret may be in it. */
  readonly data: Readonly<Record<string, unknown>>;
  /** For how long it is not told again. */
  readonly rememberMs: number;
}

export interface BrokerUpstream {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly onCircuit: (isOpen: boolean) => void;
}

export interface BrokerTokens {
  /** Names the token in the cache and in errors: one a log-in, so that two accounts never mix. At most 200 characters. */
  readonly name: string;
  /** Logs in. Has to end by itself. */
  readonly issue: () => Promise<IssuedToken>;
}

/** Log lines that carry the session's name. No secret may be in their fields. */
export interface SessionLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
