/** The nouns of the simulated Incode platform. Members of its API keep the names of the wire. */
import type { IncodePayload } from '../incode.ts';
import type { PlatformCall, PlatformFault } from '../platform-server/model.ts';

/** The calls of the API, by method and path. */
export type IncodeRoute =
  | 'POST /omni/start'
  | 'GET /0/omni/onboarding-url'
  | 'GET /omni/get/onboarding/status'
  | 'GET /omni/get/score'
  | 'POST /omni/process/approve'
  | 'POST /omni/auth-attempt/verify'
  | 'POST /executive/log-in';

/** One call of the API. */
export type IncodePlatformCall = PlatformCall<IncodeRoute>;

/** Something that goes wrong with the next calls of the API. */
export type IncodePlatformFault = PlatformFault<IncodeRoute>;

/** What an interview's score says over all; `UNKNOWN` until there is one. */
export type IncodeScore = 'OK' | 'WARN' | 'FAIL' | 'UNKNOWN';

/** One person's onboarding. */
export interface IncodeInterview {
  /** 24 hexadecimal digits. */
  readonly interviewId: string;
  /** `UNKNOWN` until it is `ONBOARDING_FINISHED`. */
  readonly onboardingStatus: 'UNKNOWN' | 'ONBOARDING_FINISHED';
  readonly score: IncodeScore;
  /** How often it was approved. */
  readonly approvals: number;
  readonly redirectionUrl: string | undefined;
  readonly externalCustomerId: string | undefined;
}

/** An account that may log in for an admin token. */
export interface IncodeAdmin {
  readonly email: string;
  readonly password: string;
}

/** Where the platform sends webhooks, as a person sets it on the platform's dashboard. */
export interface IncodeWebhookTarget {
  /** http or https. */
  readonly url: string;
  /** Sent with each webhook, e.g. `{ authorization: 'Bearer …' }`. Default: none besides Content-Type. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A webhook sent, and what came of it. */
export interface IncodeDelivery {
  readonly url: string;
  readonly payload: IncodePayload;
  /** Undefined where there was no answer. */
  readonly status: number | undefined;
  /** Empty where there was no answer. */
  readonly bodyText: string;
  /** Why there was no answer; undefined where there was one. */
  readonly problem: string | undefined;
}

export interface IncodeSendOptions {
  /** How many of the same. Default 1. */
  readonly times?: number;
  /** How many of them at once. Default: all. */
  readonly concurrency?: number;
  /** Default: none besides Content-Type. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the SDK hands the front end after a log-in by face, to be verified by the backend. */
export interface IncodeAuthAttempt {
  readonly transactionId: string;
  readonly token: string;
  readonly interviewToken: string;
}

/** How to start the platform. */
export interface IncodePlatformOptions {
  /** Default: generated. */
  readonly apiKey?: string;
  /** Default `sandbox-client`. */
  readonly clientId?: string;
  /** The id of the customer's one flow, which `/omni/start` calls `configurationId`. Default: generated. */
  readonly flowId?: string;
  /** Default: generated. */
  readonly admin?: IncodeAdmin;
  /** Each gets one webhook for each onboarding that is finished. Default: none. */
  readonly webhooks?: readonly IncodeWebhookTarget[];
  /** Default 0: a free one. */
  readonly port?: number;
  /** An IP address of this machine, e.g. one that a phone reaches; the pages' addresses have it. Default 127.0.0.1. */
  readonly host?: string;
  /** The platform's clock: milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
  /** Reaches the webhooks. Default: the runtime's `fetch`. */
  readonly fetch?: typeof globalThis.fetch;
  /** How long admin and session tokens are good for. Default 24 h. */
  readonly tokenLifeMs?: number;
  /** How long a webhook's answer is waited for. Default 30,000 ms. */
  readonly webhookTimeoutMs?: number;
  /** Told of every call of the API before its answer goes out. */
  readonly onCall?: (call: IncodePlatformCall) => void;
  /** Told of every webhook after its answer came, or none did. */
  readonly onWebhook?: (delivery: IncodeDelivery) => void;
}

/** A running platform. */
export interface IncodePlatform {
  /** E.g. `http://127.0.0.1:40123`. */
  readonly apiUrl: string;
  readonly apiKey: string;
  readonly clientId: string;
  readonly flowId: string;
  readonly admin: IncodeAdmin;
  /** How many log-ins gave an admin token. */
  readonly logIns: number;
  /** In the order of their start. */
  interviews(): readonly IncodeInterview[];
  /** How often an interview was approved. @throws RangeError for an unknown interview. */
  approvals(interviewId: string): number;
  /**
   * Sets an interview's score at once, whether its onboarding is finished or not; without this it is `OK` from then on.
   * @throws RangeError for an unknown interview.
   */
  setScore(interviewId: string, score: IncodeScore): void;
  /**
   * Finishes an onboarding as the person on its page does, and gives back its webhooks when all are answered; does
   * nothing where it is finished.
   * @throws RangeError for an unknown interview.
   */
  finish(interviewId: string): Promise<readonly IncodeDelivery[]>;
  /**
   * Sends a webhook, whatever is true: of any interview, with any status, as often as wanted.
   * @throws RangeError where `times` or `concurrency` is no positive integer.
   */
  sendWebhook(
    interviewId: string,
    onboardingStatus: string,
    url: string,
    options?: IncodeSendOptions,
  ): Promise<readonly IncodeDelivery[]>;
  /** Makes a log-in by face that `/omni/auth-attempt/verify` verifies. @throws RangeError for an unknown interview. */
  createAuthAttempt(interviewId: string): IncodeAuthAttempt;
  /** How many calls came, whatever became of them. */
  calls(route: IncodeRoute): number;
  /** The most calls that were ever under way at the same time. */
  mostAtOnce(route: IncodeRoute): number;
  /**
   * What must never leave a backend: the API key, the admin's password, every admin token so far, and the license that
   * `/omni/start` answers. For tests that search answers and logs.
   */
  secrets(): readonly string[];
  /** Queues a fault; those queued before strike first. @throws RangeError where `times` is no positive integer. */
  failNext(fault: IncodePlatformFault): void;
  /** Makes every admin token issued so far invalid; sessions go on. */
  revokeTokens(): void;
  /** Stops at once: open calls and webhooks are broken off. */
  close(): Promise<void>;
}
