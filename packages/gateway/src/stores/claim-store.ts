/** Claims: which requests were taken, so that none is taken twice. */
import type { MaybePromise } from '@countersign/core';

/** A request’s claim, held until a time. Identities are unique within a gate. */
export interface Claim {
  readonly gate: string;
  /** 16 bytes, made of signed content only. */
  readonly identity: Uint8Array;
  /** Milliseconds since the epoch, a whole number; the claim is free from then on. */
  readonly untilMs: number;
  /** Until when a copy of the request is fresh, a whole number, where the claim is held for longer. Absent: as long. */
  readonly freshUntilMs?: number;
  /** What the request was answered, encrypted by the caller: for gates that give it to repeats. */
  readonly answer?: Uint8Array;
}

/** A claim as it is found. */
export interface HeldClaim extends Pick<Claim, 'untilMs' | 'answer'> {
  /** When it was taken, by the store’s clock: milliseconds since the epoch. Absent: by a version that did not note it. */
  readonly takenMs?: number;
  /** The event that holds it. Absent: it is remembered without one. */
  readonly eventId?: string;
}

/**
 * Holds claims. A promise that resolves is a promise kept, as `Store` says.
 *
 * Passes `testClaimStore` of `@countersign/gateway/testing`.
 */
export interface ClaimStore {
  /**
   * The claim, where it is held at that time. Writes that are on their way may be seen or not.
   * @throws StoreError, or rejects with one, where it cannot be read: nobody knows then.
   */
  find(gate: string, identity: Uint8Array, nowMs: number): MaybePromise<HeldClaim | undefined>;
  /** Holds a claim that has no event. Of two ends for one claim the later holds; of two answers the second, or the lack of one. */
  remember(claim: Claim): Promise<void>;
  /** Frees a claim, at an operator’s word; its event stays. False where nobody holds it. */
  release(gate: string, identity: Uint8Array): Promise<boolean>;
  /** Frees a claim for want of room, unless a copy of its request is fresh at `nowMs`; its event stays. False where it frees none. */
  giveUp(gate: string, identity: Uint8Array, nowMs: number): Promise<boolean>;
  /** The claims held at `nowMs`, without answers, in no particular order; read page by page. */
  list(nowMs: number): AsyncIterable<Claim>;
}
