/** The replay guard: remembers which requests were seen, in two phases, so that a failed first try may be sent again. */
import type { MaybePromise } from './model.ts';

/** What `begin` found. */
export type BeginResult =
  /**
   * Nobody holds this claim: it is the caller's until `leaseMs` have passed. `attempt` is 1, and one more each time that it was begun
   * before and came to nothing: it was aborted, or its lease ran out. A commit ends the count; a guard may forget it where many fail.
   */
  | { readonly state: 'begun'; readonly attempt: number }
  /** Another request holds it; try again after `retryAfterMs`. */
  | { readonly state: 'in-flight'; readonly retryAfterMs: number }
  /** It was committed before; `answer` is what `commit` was given, if the guard still has it. */
  | { readonly state: 'committed'; readonly answer?: Uint8Array }
  /** The guard remembers as many claims as it may, and none that it may forget; nothing was begun. */
  | { readonly state: 'full' }
  /** Nobody knows whether it was seen before, and nothing was begun: the request is refused. `problem` is for the operator. */
  | { readonly state: 'unavailable'; readonly problem: string };

/**
 * Remembers claims by their 16-byte identity. An implementation never forgets a claim while a copy of its request is fresh: when it is
 * full, or cannot be asked, it says so. All times are milliseconds since the epoch, given by the caller.
 *
 * Passes `testReplayGuard` of `@countersign/core/testing`.
 */
export interface ReplayGuard {
  /**
   * Takes the claim, if it is free.
   * @param identity 16 bytes, uniformly distributed.
   * @param nowMs the caller's clock.
   * @param leaseMs how long the claim is held if no `renew`, `commit` or `abort` follows (a crash).
   */
  begin(identity: Uint8Array, nowMs: number, leaseMs: number): MaybePromise<BeginResult>;
  /**
   * The outcome is still on its way: a begun claim is held until `leaseMs` from now, or longer if it was. Changes nothing about a
   * claim that was committed or aborted, or that nobody began.
   */
  renew(identity: Uint8Array, nowMs: number, leaseMs: number): MaybePromise<void>;
  /**
   * The outcome can no longer be lost: refuses repeats until `untilMs`. Of two commits of one claim the later ends hold.
   * @param answer given back to repeats; kept within the guard's own bound, or forgotten.
   * @param freshUntilMs until when a copy of the request is fresh. From then on the claim only tells apart what is signed anew under
   *   one id, and may be forgotten where the guard has no room for another. Default `untilMs`: it may not be forgotten before.
   */
  commit(
    identity: Uint8Array,
    untilMs: number,
    answer?: Uint8Array,
    freshUntilMs?: number,
  ): MaybePromise<void>;
  /** The outcome failed: the claim is free again. */
  abort(identity: Uint8Array): MaybePromise<void>;
}
