/**
 * Claims of before the start, as the store has them. The clock may have been ahead when the gateway started, and be
 * set right later: what has ended by it is known for a day more.
 */
import { createSteadyClock, MemoryReplayGuard } from '@countersign/core';
import type { ClaimStore } from './claim-store.ts';
import { CLOCK_GRACE_MS } from './clock-grace.ts';

export interface LoadedClaims {
  add(identity: Uint8Array, untilMs: number): void;
  /** Whether the claim is held at that time. */
  holds(identity: Uint8Array, nowMs: number): boolean;
  /** False where there is no such claim. */
  release(identity: Uint8Array): boolean;
}

/** Looking for what has ended takes 15 µs. */
const ASKED_PER_SWEEP = 256;

/** In a room of their own: there are no more than the store had, and they go within two days. */
export function createLoadedClaims(startMs: number): LoadedClaims {
  const steady = createSteadyClock();
  steady(startMs);
  let guard: MemoryReplayGuard | undefined;
  let asked = 0;
  return {
    add(identity, untilMs) {
      guard ??= new MemoryReplayGuard({ maxAnswerBytes: 0 });
      guard.commit(identity, untilMs);
    },
    holds(identity, nowMs) {
      if (guard === undefined || guard.size === 0) return false;
      if (++asked % ASKED_PER_SWEEP === 0) guard.sweep(steady(nowMs) - CLOCK_GRACE_MS);
      return guard.holds(identity, nowMs);
    },
    release: (identity) => guard?.release(identity) ?? false,
  };
}

/** What each gate knows of its claims. */
export type GuardsByGate = Map<string, GuardOfGate>;

interface GuardOfGate {
  readonly memory: MemoryReplayGuard;
  readonly loaded: LoadedClaims;
}

/** Reads the claims that the store has at start. Those of a gate that is no more hold nothing up. */
export async function loadClaims(
  claims: Pick<ClaimStore, 'list'>,
  guards: GuardsByGate,
  startMs: number,
): Promise<void> {
  for await (const { gate, identity, untilMs } of claims.list(startMs - CLOCK_GRACE_MS)) {
    const guard = guards.get(gate);
    if (untilMs > startMs) guard?.memory.commit(identity, untilMs);
    // What lasts longer is held when a clock that is ahead is set right.
    if (untilMs <= startMs + CLOCK_GRACE_MS) guard?.loaded.add(identity, untilMs);
  }
}

/** False where the gate knows of no such claim. */
export function releaseClaim(guard: GuardOfGate | undefined, identity: Uint8Array): boolean {
  const released = [guard?.memory.release(identity), guard?.loaded.release(identity)];
  return released.includes(true);
}
