/** Which claims are where: those that several gateways share in Redis, all others in the store; over PostgreSQL all are there. */
import type { MaybePromise, MemoryReplayGuard } from '@countersign/core';
import type { GateConfig, RateConfig } from '../config/config.ts';
import type { ClaimsServerFigures } from '../metrics/claims-server-families.ts';
import type { SharedRates } from '../redis/shared-rates.ts';
import type { ClaimStore, HeldClaim } from '../stores/claim-store.ts';
import type { GateGuard } from './gate-guard.ts';

/** Claims and rate limits that several gateways share, as gates have them. */
export interface SharedClaims {
  /** @param memory where the gate accepts what nobody can be asked about; else undefined */
  guardOf(gate: GateConfig, memory: MemoryReplayGuard | undefined): GateGuard;
  /** Absent: each gateway has its own. */
  ratesOf?(gate: GateConfig, limits: RateConfig): SharedRates;
  /** A claim of a gate that shares its claims; undefined, at once, of any that is in the store. @throws Error (as a rejection) where the server does not answer */
  find(gate: string, identity: Uint8Array, nowMs: number): Promise<HeldClaim | undefined> | undefined;
  /** Why it is down; undefined where it is up. */
  fault(): string | undefined;
  readonly figures: ClaimsServerFigures;
}

/** Whether a gate’s claims are shared: it claims something, and no event of the store claims it. */
export function sharesClaims({ outcome, proof, replay }: GateConfig): boolean {
  return outcome.kind !== 'keep' && proof.kind !== 'none' && replay.repeat !== 'run';
}

/** Those of gates that share no claims. Shared ones are asked for: others’ would take the room here, and what is released elsewhere would stay. */
export function unsharedMemories(
  memories: ReadonlyMap<string, MemoryReplayGuard>,
  gates: Open['gates'],
  shared: SharedClaims | undefined,
): ReadonlyMap<string, MemoryReplayGuard> {
  if (shared === undefined) return memories;
  const sharing = new Set(
    gates.filter(({ config }) => sharesClaims(config)).map(({ config }) => config.name),
  );
  return new Map([...memories].filter(([gate]) => !sharing.has(gate)));
}

/** Where claims are looked up by gate: in Redis those that are shared, in the store all others. */
export function claimsByGate(
  store: Pick<ClaimStore, 'find'>,
  shared: SharedClaims | undefined,
): Pick<ClaimStore, 'find'> {
  if (shared === undefined) return store;
  return {
    find: (gate, identity, nowMs): MaybePromise<HeldClaim | undefined> =>
      shared.find(gate, identity, nowMs) ?? store.find(gate, identity, nowMs),
  };
}

/** Why every request is refused: all gates share their claims, and nobody can be asked. Undefined: some may be taken. */
export function refusesAllBecause(
  { gates, sessions }: Open,
  shared: SharedClaims | undefined,
): string | undefined {
  const isAll = gates.every(
    ({ config }) => sharesClaims(config) && config.replay.whenUnavailable === 'refuse',
  );
  return isAll && sessions.length === 0 ? shared?.fault() : undefined;
}

interface Open {
  readonly gates: readonly { readonly config: GateConfig }[];
  readonly sessions: readonly unknown[];
}

/** For whoever asks how the gateway is. Undefined where claims are not shared. */
export function sharedState(shared: SharedClaims | undefined): (() => 'up' | 'down') | undefined {
  return shared && (() => (shared.fault() === undefined ? 'up' : 'down'));
}
