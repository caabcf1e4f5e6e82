/** How long the sender of a gate's requests waits for an answer, and sends again, where it says so. */
import { findProvider } from '@countersign/core';
import type { ProofConfig } from './config.ts';
import { DAY } from './units.ts';

export interface SenderPatience {
  /** The provider's title. */
  readonly title: string;
  /** How long it waits for an answer. */
  readonly waitsMs: number | undefined;
  /** For how long it sends again what was not taken. */
  readonly retriesForMs: number | undefined;
}

/** Undefined of a declared scheme. */
export function senderOf(proof: ProofConfig): SenderPatience | undefined {
  return proof.kind === 'provider' ? patienceOf(proof.id) : undefined;
}

function patienceOf(id: string | undefined): SenderPatience | undefined {
  const provider = id === undefined ? undefined : findProvider(id);
  if (provider === undefined) return undefined;
  const { title, answerWithinMs, retriesForMs } = provider;
  return { title, waitsMs: answerWithinMs, retriesForMs };
}

/** How long a claim is remembered where the gate does not say: as long as its sender may send again. @param provider its id */
export function rememberedFor(provider: string | undefined): number {
  return Math.max(DAY, patienceOf(provider)?.retriesForMs ?? 0);
}

/** What is left of the sender's patience for the way there and back. */
const SHARE_OF_PATIENCE = 5 / 6;

/** As long as something takes by default, and no longer than the sender waits, less the way. @param provider its id */
export function withinPatience(defaultMs: number, provider: string | undefined): number {
  const waitsMs = patienceOf(provider)?.waitsMs ?? Number.POSITIVE_INFINITY;
  return Math.min(defaultMs, Math.floor(waitsMs * SHARE_OF_PATIENCE));
}
