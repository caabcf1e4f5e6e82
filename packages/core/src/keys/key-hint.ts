/** Keys that a function finds, in place of a list. */
import type { KeySpec } from './key-spec.ts';

/**
 * What a request says of the key that it wants to be judged by. UNTRUSTED: nothing of it is proved, and anybody can send
 * any of it. It may choose which keys are looked at, and nothing else: no account, no price, no path of a file. Frozen.
 */
export interface KeyHint {
  /** The gate’s id. */
  readonly gate: string;
  /** The provider's id, or the scheme's name. */
  readonly provider: string;
  /**
   * The key id that the request names: `keyid` of a message signature (RFC 9421), `kid` of a token, what stands in the place
   * that the scheme calls `keyId`. At most 256 characters, of any kind. Undefined where it names none.
   */
  readonly keyId: string | undefined;
}

/**
 * Finds the keys that a request may be proved by: at most 16, as a list of `keys` has them, and none where there is none.
 * What it does besides answering in time (it throws, hangs, returns something else, or keys that a list would be refused for)
 * refuses the request as `keys-unavailable`. Its errors are told by their `code` or name alone: log what they say there.
 */
export type KeyFunction = (hint: KeyHint) => Promise<readonly (string | KeySpec)[]>;

/** Bounds of a function of keys. */
export interface KeyLookupOptions {
  /** How long the keys of one key id are used before the function is asked again; 0: for one request. Default 60,000 ms. */
  readonly maxAgeMs?: number;
  /** How long one call may take. Default 5,000 ms. */
  readonly timeoutMs?: number;
  /** The keys of so many key ids are kept; those that were used the longest ago go first. Default 1,000. */
  readonly maxNames?: number;
}
