/** Claims: which requests were taken, so that none is taken twice. */

/** A request’s claim, held until a time. Identities are unique within a gate. */
export interface Claim {
  readonly gate: string;
  /** 16 bytes, made of signed content only. */
  readonly identity: Uint8Array;
  /** Milliseconds since the epoch, a whole number; the claim is free from then on. */
  readonly untilMs: number;
}

/**
 * Holds claims. A promise that resolves is a promise kept, as `Store` says.
 *
 * Passes `testClaimStore` of `@countersign/gateway/testing`.
 */
export interface ClaimStore {
  /** Holds a claim that has no event. Of two times for one claim the later holds. */
  remember(claim: Claim): Promise<void>;
  /** Frees a claim, at an operator’s word; its event stays. False where nobody holds it. */
  release(gate: string, identity: Uint8Array): Promise<boolean>;
  /** The claims held at `nowMs`, in no particular order; read page by page, for the replay guard at start. */
  list(nowMs: number): AsyncIterable<Claim>;
}
