/** Leases of claims: which requests are under way, at any of the gateways that share a store. */
import type { ClaimServer, LeaseRequest } from '@countersign/core/internal/server-guard';
import type { Histogram } from '../metrics/histogram.ts';
import type { HeldClaim } from './claim-store.ts';

/**
 * A gate's. What is committed here is a claim of the store like any other; what is under way `ClaimStore` does not show.
 * Every step rejects with a StoreError where the store does not answer, at once where it is known not to. Identities are 32 hexadecimal digits.
 */
export interface GateLeases extends ClaimServer {
  /**
   * Has a claim outlive the lease of this owner: where nobody renews, commits or aborts it, it counts as committed until `untilMs`.
   * False where the owner no longer holds it.
   */
  storeAhead(identity: string, lease: Pick<LeaseRequest, 'owner' | 'untilMs'>): Promise<boolean>;
  /** The claim, where it counts as committed at that time. */
  find(identity: string, nowMs: number): Promise<HeldClaim | undefined>;
}

export interface LeaseStore {
  /** How long a server that says nothing is waited for, in milliseconds; then it is down. */
  readonly timeoutMs: number;
  /** How long steps took. */
  readonly waits: Histogram;
  ofGate(gate: string): GateLeases;
  /** Why nothing can be asked, in a sentence that may be shown to anybody; undefined where it can. */
  fault(): string | undefined;
  /** Has a listener told when it goes down, and when it answers again. */
  watch(listener: LeaseListener): void;
}

export interface LeaseListener {
  /** @param problem a sentence that may be shown to anybody */
  readonly onDown: (problem: string) => void;
  readonly onUp: (downMs: number) => void;
}
