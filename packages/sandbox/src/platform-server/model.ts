/** What the simulated platforms have in common. */

/** The most that a platform sends or reads: of a webhook's payload, its answer, a request of the API. */
export const MAX_PAYLOAD_BYTES: number = 1_048_576;

/** One call of a platform's API. */
export interface PlatformCall<Route extends string> {
  readonly method: string;
  /** As received, without the query. */
  readonly path: string;
  /** Undefined where the API has no such call. */
  readonly route: Route | undefined;
  /** Undefined where no answer goes out: the call hangs, or its answer is dropped. */
  readonly status: number | undefined;
}

/** Something that goes wrong with the next calls of a platform's API. */
export type PlatformFault<Route extends string> = {
  /** How many calls it strikes. Default 1. */
  readonly times?: number;
  /** Strikes only these calls. Default: whichever come next. */
  readonly route?: Route;
} & (
  | {
      /** Answered at once, with nothing done. */
      readonly status: number;
      /** Sent as `Retry-After`. */
      readonly retryAfterS?: number;
    }
  /** Nothing is done and no answer comes. */
  | { readonly hang: true }
  /** The work is done and the connection closed without an answer. */
  | { readonly dropAnswer: true }
  /** The work is done, and the answer's JSON ends in its middle. */
  | { readonly malformed: true }
  /** The work is done, and the answer goes out when what this gives back is settled; asked once a call. */
  | { readonly slow: () => Promise<unknown> }
);
