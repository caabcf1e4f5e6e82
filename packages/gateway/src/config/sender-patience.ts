/** How long the sender of a gate's requests waits for an answer, where it says so. */
import { findProvider } from '@countersign/core';
import type { ProofConfig } from './config.ts';

export interface SenderPatience {
  /** The provider's title. */
  readonly title: string;
  readonly waitsMs: number;
}

/** Undefined where nobody says: a declared scheme, or a provider that gives no number. */
export function senderOf(proof: ProofConfig): SenderPatience | undefined {
  return proof.kind === 'provider' ? patienceOf(proof.id) : undefined;
}

function patienceOf(id: string | undefined): SenderPatience | undefined {
  const provider = id === undefined ? undefined : findProvider(id);
  if (provider?.answerWithinMs === undefined) return undefined;
  return { title: provider.title, waitsMs: provider.answerWithinMs };
}

/** What is left of the sender's patience for the way there and back. */
const SHARE_OF_PATIENCE = 5 / 6;

/** As long as something takes by default, and no longer than the sender waits, less the way. @param provider its id */
export function withinPatience(defaultMs: number, provider: string | undefined): number {
  const { waitsMs = Number.POSITIVE_INFINITY } = patienceOf(provider) ?? {};
  return Math.min(defaultMs, Math.floor(waitsMs * SHARE_OF_PATIENCE));
}
