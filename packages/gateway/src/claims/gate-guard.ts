/** One gate's replay guard, as the gateway needs it: whoever makes one of another store changes nothing but where it is opened. */
import type { Claim, ReplayGuard } from '@countersign/core';

export interface GateGuard extends ReplayGuard {
  /**
   * Stores a begun claim, and what is claimed with it, before its request is acted on: whatever becomes of this process, it is known.
   * Undefined where nothing outlives the process. Rejects where the store fails; what was stored is freed with the claim.
   */
  storeAhead(claim: Claim): Promise<void> | undefined;
  /** The outcome stores a begun claim, and what is claimed with it, in a transaction of its own. */
  leaveToOutcome(claim: Claim): void;
  /** Whether a begun claim, or what is claimed with it, is known to this gateway alone, because the server that several share could not be asked. Absent: none is. */
  isUnchecked?(claim: Claim): boolean;
  /** Frees a committed claim, at an operator's word. False where nobody knows of it; one whose outcome is on its way stays. */
  release(identity: Uint8Array): Promise<boolean>;
}

/** By the gate's name. */
export type GuardsByGate = Map<string, GateGuard>;
