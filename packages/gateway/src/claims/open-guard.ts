/** Opens a gate's replay guard: over what several gateways share, or over the store. */
import { type ClaimRoom, MemoryReplayGuard } from '@countersign/core';
import type { Config, GateConfig } from '../config/config.ts';
import type { Log } from '../log/log.ts';
import type { Sealer } from '../sealed/seal.ts';
import type { ClaimStore } from '../stores/claim-store.ts';
import type { ClaimWriter } from './claim-writer.ts';
import { type SharedClaims, sharesClaims } from './claims-by-gate.ts';
import { createAnswerVault } from './first-answer.ts';
import type { GateGuard } from './gate-guard.ts';
import { createRememberingGuard, type GuardStore, type StoredEarlyClaims } from './remembering-guard.ts';

/** What guards are opened with. */
export interface GuardParts {
  readonly config: Config;
  readonly store: { readonly claims: ClaimStore };
  readonly sealer: Sealer | undefined;
  readonly log: Pick<Log, 'error'>;
  readonly room: ClaimRoom;
  readonly memories: Map<string, MemoryReplayGuard>;
  readonly storedEarly: Map<string, StoredEarlyClaims>;
  readonly claimsGivenUp: Map<string, number>;
  readonly claimWriter: ClaimWriter;
  readonly shared: SharedClaims | undefined;
}

/** Of all gates together, whatever their number. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/** What a gate may hold of first answers, which are given to repeats. */
export function answerBytes(gate: GateConfig, { gates }: Config): number {
  const giveAgain = gates.filter(({ replay }) => replay.repeat === 'first-answer');
  return giveAgain.includes(gate) ? Math.floor(MAX_ANSWER_BYTES / giveAgain.length) : 0;
}

/** Over what other gateways share, or over the store. @returns its memory too; undefined where it has none */
export function openGuard(
  gate: GateConfig,
  parts: GuardParts,
): { readonly guard: GateGuard; readonly memory: MemoryReplayGuard | undefined } {
  const { config, shared } = parts;
  const { name, replay } = gate;
  if (shared !== undefined && sharesClaims(gate)) {
    const memory = replay.whenUnavailable === 'accept' ? memoryOf(gate, parts, false) : undefined;
    if (memory !== undefined) parts.memories.set(name, memory);
    return { guard: shared.guardOf(gate, memory), memory };
  }
  // A store in memory has nothing to remember for.
  const isStored = config.store.kind !== 'memory';
  const memory = memoryOf(gate, parts, isStored);
  const storedEarly: StoredEarlyClaims = parts.storedEarly.get(name) ?? new Map();
  const guard = createRememberingGuard({
    memory,
    forgets: replay.repeat === 'run',
    store: isStored ? storeOf(gate, parts) : undefined,
    storedEarly,
  });
  parts.memories.set(name, memory);
  parts.storedEarly.set(name, storedEarly);
  return { guard, memory };
}

function memoryOf(gate: GateConfig, parts: GuardParts, isStored: boolean): MemoryReplayGuard {
  const { config, room, claimsGivenUp, claimWriter } = parts;
  return (
    parts.memories.get(gate.name) ??
    new MemoryReplayGuard({
      room,
      maxAnswerBytes: answerBytes(gate, config),
      onGivenUp(identity, nowMs) {
        claimsGivenUp.set(gate.name, (claimsGivenUp.get(gate.name) ?? 0) + 1);
        if (isStored) claimWriter.giveUp({ gate: gate.name, identity, nowMs });
      },
    })
  );
}

function storeOf(
  { name: gate, replay }: GateConfig,
  { store, claimWriter, sealer, log }: GuardParts,
): GuardStore {
  return {
    gate,
    claims: store.claims,
    writer: claimWriter,
    answers: replay.repeat === 'first-answer' ? createAnswerVault(gate, sealer) : undefined,
    onUnfreed: (error) =>
      log.error({ gate, error }, 'a claim was not freed in the store: its request is taken for a repeat'),
  };
}
